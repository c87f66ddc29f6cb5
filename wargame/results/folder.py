"""The life of a result folder: written to a temporary name and renamed, finished, added to, opened again."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake
from wargame.results.files import shell_word, unwritable
from wargame.results.listing import changed, entry, is_drawn, listing
from wargame.results.manifest import FORMAT, contradictions, read_manifest, write_manifest

SCENARIO = "scenario.yaml"
_PACKAGES = ("wargame", "mesa", "numpy", "scipy", "pydantic", "matplotlib", "duckdb")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers depend on, and a digest of this package's own code."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found | {"code": _code()}


@cache
def _code() -> str:
    """Return a digest of the package's Python files: two programs of the same version number may still differ."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def default_folder(scenario: str, text_hash: str, seed: int, replication: int, now: dt.datetime, *, what: str = "r") -> Path:
    """Return ``results/<scenario>/<time>-<hash>`` under the current folder; ``what`` goes before the last number."""
    tag = f"{now:%Y%m%dT%H%M%S}-{text_hash[:8]}-s{seed}{what}{replication}"
    return Path("results") / scenario / tag


def write_folder(folder: Path, fill: Callable[[Path], None], *, beside: bool) -> Path:
    """Write a result folder and return its path: it appears under its own name only when ``fill`` has written all of it.

    Where the name is taken, ``beside`` puts a number after it (``-2``, ``-3`` …). Raises :class:`InputError` when the place
    cannot be written, or is taken and ``beside`` is false.
    """
    if not beside:
        check_free(folder)
    draft = _draft_beside(folder)
    try:
        draft.mkdir(parents=True)
        fill(draft)
        return _published(draft, folder, beside=beside)
    except OSError as error:
        raise unwritable(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def new_manifest(bound: Bound, kind: str, seed: int, *, command: str, started: dt.datetime, **own: Any) -> dict[str, Any]:
    """Return the manifest of a result that is begun: what it is of, what is its kind's ``own``, and who made it when."""
    return {
        "format": FORMAT, "kind": kind, "scenario": bound.scenario.name, "scenario_hash": bound.text_hash, "seed": seed, **own,
        "command": command, "versions": versions(), "started": started.isoformat(timespec="seconds"),
    }  # fmt: skip


def finish_manifest(folder: Path, manifest: Mapping[str, Any], *, drawn: bool) -> dict[str, Any]:
    """Write the manifest of a folder in which everything else is: complete, with the hash of every file, under its seal.

    ``drawn`` says that there is a report. Returns the manifest. Raises OSError.
    """
    done = {"finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "complete": True, "files": listing(folder)}
    return write_manifest(folder, {**manifest, **done, **({"drawn": versions()} if drawn else {})})


def note_files(folder: Path, names: Iterable[str], **more: Any) -> None:
    """Enter files that were written into a finished folder into its manifest, and what else is to be said of them.

    Raises :class:`InputError` and OSError.
    """
    manifest = read_manifest(folder)
    files = {**manifest["files"], **{name: entry(folder / name) for name in names}}
    write_manifest(folder, {**manifest, "files": dict(sorted(files.items())), **more})


def _draft_beside(folder: Path) -> Path:
    """Return a name that nothing has for what will be a folder: short, however long the folder's own name is."""
    return folder.with_name(f".wargame-{secrets.token_hex(6)}.part")


def check_free(folder: Path) -> None:
    """Raise :class:`InputError` when a result cannot have this name because something else has it."""
    try:
        taken = _taken(folder)
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from None
    if taken:
        raise _occupied(folder)


def _taken(folder: Path) -> bool:
    """Return whether something is there already: a file, a folder that is not empty, or the folder the program runs in."""
    if not folder.is_dir():
        return folder.exists() or folder.is_symlink()
    return folder.is_symlink() or folder.samefile(".") or any(folder.iterdir())


def _occupied(folder: Path) -> InputError:
    return InputError([Mistake("--out", 0, 0, "", f"{folder} exists already; choose another folder")])


def _published(draft: Path, folder: Path, *, beside: bool) -> Path:
    """Give a finished draft its name in one step, even when others write to the same place at the same time."""
    place, number = folder, 1
    while True:
        if not _taken(place):
            with suppress(OSError):
                place.rmdir()
            try:
                draft.replace(place)
            except OSError:
                if not _taken(place):
                    raise
            else:
                return place
        if not beside:
            raise _occupied(folder)
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")


class Altered(InputError):
    """A result folder that is not as it was written."""


@dataclass(frozen=True)
class Stored:
    """A result folder as read back."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def scenario_file(self) -> Path:
        """The scenario as it was played."""
        return self.folder / SCENARIO


def check_complete(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise :class:`InputError` for a result that was begun and not finished."""
    if not manifest["complete"]:
        again = f"; go on with: wargame sweep --resume {shell_word(folder)}" if manifest["kind"] != "run" else ""
        raise InputError([Mistake(str(folder), 0, 0, "", f"the result is not complete{again}")])


def open_folder(folder: Path, *, unfinished: bool = False) -> Stored:
    """Return a result folder whose files are as they were written.

    Raises :class:`InputError` when it is none or not complete (unless ``unfinished`` will do), and :class:`Altered` when it
    contradicts itself, or a file that numbers are read from has been changed: what a proof would find is not taken.
    """
    manifest = read_manifest(folder)
    if not unfinished:
        check_complete(folder, manifest)
    wrong = [*contradictions(folder, manifest)] or [
        Mistake(str(folder / name), 0, 0, "", what)
        for name, kept in manifest["files"].items()
        if not is_drawn(name) and (what := changed(folder, name, kept))
    ]
    if wrong:
        raise Altered(wrong)
    return Stored(folder, manifest)
