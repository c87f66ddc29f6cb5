"""Result folders: everything needed to make a result again, written to a temporary name and renamed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from wargame.engine.types import Array
from wargame.errors import InputError, Mistake
from wargame.results.columns import CODEBOOK, Table, entries
from wargame.results.files import read_text, shell_word, write_text, written
from wargame.results.listing import changed, entry, is_drawn, listing
from wargame.results.manifest import FORMAT, MANIFEST, contradictions, finite, read_manifest, write_manifest
from wargame.results.meaning import tables_of_run, variables_of
from wargame.results.parquet import read_table, write_table
from wargame.scenario.load import dump
from wargame.simulation.record import Record, or_null

__all__ = [
    "EVENTS", "MANIFEST", "QUANTILES", "SCENARIO", "Stored", "check_free", "default_folder", "open_folder",
    "published", "read_table", "tables", "versions", "write_json", "write_lines", "write_run", "write_table",
]  # fmt: skip
EVENTS = "events.jsonl"
SCENARIO = "scenario.yaml"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILE_NAMES = tuple(f"q{round(share * 100):02d}" for share in QUANTILES)
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


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON file in one step; a number that is none is null. Raises OSError."""
    write_text(path, json.dumps(finite(data), indent=2) + "\n")


def write_run(
    record: Record, folder: Path, *, command: str, started: dt.datetime,
    report: Callable[[Record, Path], None] | None, beside: bool = False, uncertain: bool = False,
) -> Path:  # fmt: skip
    """Write the result folder of one history and return its path.

    The folder appears under its own name only when it is complete. ``report`` writes figures and ``report.html`` into it.
    Where the name is taken, ``beside`` puts a number after it (``-2``, ``-3`` …). ``uncertain`` says that the scenario's
    uncertainties were drawn.
    Raises :class:`InputError` when the place cannot be written, or is taken and ``beside`` is false.
    """
    if not beside:
        check_free(folder)
    draft = draft_beside(folder)
    try:
        draft.mkdir(parents=True)
        manifest = _manifest(record, command, started) | ({"uncertain": True} if uncertain else {})
        write_text(draft / SCENARIO, dump(dict(record.bound.resolved)))
        write_tables(draft, tables(record), tables_of_run(record.bound, QUANTILE_NAMES), variables_of(record.bound))
        write_lines(draft / EVENTS, (event.as_json() for event in record.events))
        if report is not None:
            report(record, draft)
        finish_manifest(draft, manifest, drawn=report is not None)
        return published(draft, folder, beside=beside)
    except OSError as error:
        raise _refused(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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


def draft_beside(folder: Path) -> Path:
    """Return a name that nothing has for what will be a folder: short, however long the folder's own name is."""
    return folder.with_name(f".wargame-{secrets.token_hex(6)}.part")


def check_free(folder: Path) -> None:
    """Raise :class:`InputError` when a result cannot have this name because something else has it."""
    try:
        taken = _taken(folder)
    except (OSError, ValueError) as error:
        raise _refused(folder, error) from None
    if taken:
        raise _occupied(folder)


def _taken(folder: Path) -> bool:
    """Return whether something is there already: a file, a folder that is not empty, or the folder the program runs in."""
    if not folder.is_dir():
        return folder.exists() or folder.is_symlink()
    return folder.is_symlink() or folder.samefile(".") or any(folder.iterdir())


def _occupied(folder: Path) -> InputError:
    return InputError([Mistake("--out", 0, 0, "", f"{folder} exists already; choose another folder")])


def _refused(folder: Path, error: Exception) -> InputError:
    return InputError([Mistake("--out", 0, 0, "", f"cannot write {folder}: {getattr(error, 'strerror', None) or error}")])


def published(draft: Path, folder: Path, *, beside: bool) -> Path:
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


def _manifest(record: Record, command: str, started: dt.datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": "run",
        "scenario": record.bound.scenario.name,
        "scenario_hash": record.bound.text_hash,
        "seed": record.seed,
        "replication": record.replication,
        "runs": 1,
        "fingerprint": record.fingerprint,
        "measures": or_null(record.measures),
        "command": command,
        "versions": versions(),
        "started": started.isoformat(timespec="seconds"),
    }


def tables(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tables of a history, file name and columns: its measures, its bands, and the state of every day."""
    head = {name: np.array([n], dtype=np.int64) for name, n in (("case", 0), ("replication", record.replication), ("run", 0))}
    yield "measures.parquet", head | {name: np.array([value]) for name, value in sorted(record.measures.items())}
    dates = [date.isoformat() for date in record.dates]
    watched = record.watched()
    names = [name for name in watched for _ in dates]
    values = np.concatenate(list(watched.values())) if watched else np.empty(0)
    bands = {"case": np.zeros(len(names), dtype=np.int64), "variable": names, "date": dates * len(watched)}
    share = (~np.isnan(values)).astype(np.float64)
    yield "bands.parquet", bands | {"share": share} | dict.fromkeys(QUANTILE_NAMES, values)
    variables, days = _trajectory(record)
    rows = np.arange(days.size, dtype=np.int32)  # texts as codes: a long history has tens of millions of rows
    count = max(len(variables), 1)
    yield (
        "trajectory.parquet",
        {
            "run": np.zeros(days.size, dtype=np.int64),
            "date": _coded(rows // count, dates),
            "variable": _coded(rows % count, variables),
            "value": days.ravel(),
        },
    )


def write_tables(
    folder: Path, tables: Iterable[tuple[str, Mapping[str, Any]]], about: Mapping[str, Table], variables: Mapping[str, Any]
) -> None:
    """Write tables, and the codebook of all that ``about`` names; those in it without a table are there already.

    ``variables`` are what the rows of tables with a column ``variable`` are of. Raises OSError.
    """
    known = dict(about)
    for name, columns in tables:
        known[name] = write_table(folder / name, columns, about[name])
    facts = next(iter(known.values())).facts
    write_json(folder / CODEBOOK, {**facts, "tables": entries(known.values()), "variables": variables})


def note_table(folder: Path, table: Table) -> None:
    """Add a table to the codebook of a folder. Raises OSError."""
    told = json.loads(read_text(folder / CODEBOOK))
    told["tables"] |= entries([table])
    write_json(folder / CODEBOOK, told)


def _coded(codes: Any, texts: list[str]) -> Any:
    """Return a column of texts that repeat: each row is the place of its text in the list."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=pd.Index(texts))


def _trajectory(record: Record) -> tuple[list[str], Array]:
    """Return names and values ``(days, variables)`` of everything the mechanisms keep."""
    own = {field.name for mechanism in record.bound.mechanisms for field in mechanism.fields}
    layout = record.bound.layout
    names, rows = layout.row_names(), [row for name in sorted(own) for row in range(*layout.span(name).indices(layout.slots))]
    return [names[row] for row in rows], record.days[:, rows]


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per line."""
    with written(path) as (number, _), os.fdopen(os.dup(number), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line_of(line) + "\n" for line in lines)


def line_of(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


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


def open_folder(folder: Path, *, unfinished: bool = False) -> Stored:
    """Return a result folder whose files are as they were written.

    Raises :class:`InputError` when it is none or not complete (unless ``unfinished`` will do), and :class:`Altered` when it
    contradicts itself, or a file that numbers are read from has been changed: what a proof would find is not taken.
    """
    manifest = read_manifest(folder)
    if not manifest["complete"] and not unfinished:
        again = f"; go on with: wargame sweep --resume {shell_word(folder)}" if manifest["kind"] != "run" else ""
        raise InputError([Mistake(str(folder), 0, 0, "", f"the result is not complete{again}")])
    wrong = [*contradictions(folder, manifest)] or [
        Mistake(str(folder / name), 0, 0, "", what)
        for name, kept in manifest["files"].items()
        if not is_drawn(name) and (what := changed(folder, name, kept))
    ]
    if wrong:
        raise Altered(wrong)
    return Stored(folder, manifest)
