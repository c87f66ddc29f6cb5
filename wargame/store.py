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

from wargame.errors import CheckFailed, InputError, Mistake, got
from wargame.parquet import read_table, write_table
from wargame.record import Record, or_null
from wargame.results.columns import CODEBOOK, Table, entries, same
from wargame.results.files import read_text, shell_word, write_text, written
from wargame.results.meaning import tables_of_run, variables_of
from wargame.scenario.load import dump
from wargame.types import Array

__all__ = [
    "EVENTS", "MANIFEST", "QUANTILES", "SCENARIO", "Stored", "check_free", "compare", "default_folder", "open_folder",
    "published", "read_table", "tables", "versions", "write_json", "write_lines", "write_run", "write_table",
]  # fmt: skip
MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
SCENARIO = "scenario.yaml"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILE_NAMES = tuple(f"q{round(share * 100):02d}" for share in QUANTILES)
_PACKAGES = ("wargame", "mesa", "numpy", "scipy", "pydantic", "matplotlib", "duckdb")
_NEEDED: Mapping[str, type] = {
    "format": int, "kind": str, "seed": int, "replication": int, "runs": int, "scenario_hash": str, "measures": dict,
    "fingerprint": str, "complete": bool,
}  # fmt: skip
_SAID: Mapping[type, str] = {int: "a whole number", str: "text", dict: "a mapping", bool: "true or false"}


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
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def default_folder(scenario: str, text_hash: str, seed: int, replication: int, now: dt.datetime, *, what: str = "r") -> Path:
    """Return ``results/<scenario>/<time>-<hash>`` under the current folder; ``what`` goes before the last number."""
    tag = f"{now:%Y%m%dT%H%M%S}-{text_hash[:8]}-s{seed}{what}{replication}"
    return Path("results") / scenario / tag


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a JSON file in one step. Raises OSError."""
    write_text(path, json.dumps(data, indent=2) + "\n")


def write_run(
    record: Record, folder: Path, *, command: str, started: dt.datetime,
    report: Callable[[Record, Path, Mapping[str, str]], None] | None, beside: bool = False, uncertain: bool = False,
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
            report(record, draft, {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()})
        manifest |= {"finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "complete": True}
        write_json(draft / MANIFEST, manifest)
        return published(draft, folder, beside=beside)
    except OSError as error:
        raise _refused(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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
        "format": 1,
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
        file.writelines(_line(line) + "\n" for line in lines)


def _line(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


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
    """Return a result folder. Raises :class:`InputError` when it is none, or not complete (unless ``unfinished`` will do)."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Mistake(str(folder), 0, 0, "", f"no result folder: it has no {MANIFEST}")]) from None
    except json.JSONDecodeError as error:
        raise InputError([Mistake(str(path), error.lineno, error.colno, "", f"is no JSON: {error.msg}")]) from None
    except OSError as error:
        raise InputError([Mistake(str(path), 0, 0, "", f"cannot be read: {error.strerror or error}")]) from None
    except (ValueError, RecursionError) as error:  # no UTF-8, a number of ten thousand digits, ten thousand brackets
        raise InputError([Mistake(str(path), 0, 0, "", f"cannot be read: {error}")]) from None
    if not isinstance(manifest, dict) or (missing := set(_NEEDED) - set(manifest)):
        lost = ", ".join(sorted(missing)) if isinstance(manifest, dict) else "everything"
        raise InputError([Mistake(str(path), 0, 0, "", f"is no manifest of this program: lacks {lost}")])
    wrong = [
        Mistake(str(path), 0, 0, name, f"expected {_SAID[kind]} (got {got(manifest[name])})")
        for name, kind in _NEEDED.items()
        if type(manifest[name]) is not kind
    ]
    if wrong:
        raise InputError(wrong)
    if not manifest["complete"] and not unfinished:
        again = f"; go on with: wargame sweep --resume {shell_word(folder)}" if manifest["kind"] != "run" else ""
        raise InputError([Mistake(str(folder), 0, 0, "", f"the result is not complete{again}")])
    return Stored(folder, manifest)


def compare(stored: Stored, record: Record) -> None:
    """Raise :class:`CheckFailed` unless a replayed history equals the stored one: scenario, measures, events and tables, to
    the bit.
    """
    wrong = list(_differences(stored, record))
    if wrong:
        was = stored.manifest.get("versions")
        old = was if isinstance(was, dict) else {}
        changed = [f"{name} {old.get(name)} -> {now}" for name, now in versions().items() if old.get(name) != now]
        hint = f"\nversions changed: {', '.join(changed)}" if changed else "\nno version has changed"
        lines = "\n".join(f"  {one}" for one in wrong)
        raise CheckFailed(f"{stored.folder}: played again, it is not the same:\n{lines}{hint}")


def _differences(stored: Stored, record: Record) -> Iterator[str]:
    if stored.manifest["scenario_hash"] != record.bound.text_hash:
        yield f"{SCENARIO}: not the scenario that the manifest tells of"
    old: Mapping[str, Any] = stored.manifest["measures"]
    new = or_null(record.measures)
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield f"{name}: stored {old.get(name, 'nothing')}, now {new.get(name, 'nothing')}"
    if stored.manifest["fingerprint"] != record.fingerprint:
        yield "fingerprint: differs"
    lines = [_line(event.as_json()) for event in record.events]
    try:
        kept = (stored.folder / EVENTS).read_text(encoding="utf-8").split("\n")[:-1]
        if kept != lines:
            first = next((i for i, (a, b) in enumerate(zip(kept, lines, strict=False)) if a != b), min(len(kept), len(lines)))
            yield f"{EVENTS}: line {first + 1} differs"
    except (OSError, UnicodeDecodeError) as error:
        yield f"{EVENTS}: cannot be read: {getattr(error, 'strerror', None) or error}"
    for name, columns in tables(record):
        if not (stored.folder / name).is_file():
            yield f"{name}: is missing"
            continue
        try:
            yield from (f"{name}: {what}" for what in _unlike(read_table(stored.folder / name), columns))
        except OSError as error:
            yield f"{name}: cannot be read: {error}"


def _unlike(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns in which a stored table is not the table as it is made now."""
    for column in dict.fromkeys([*new, *old]):
        if column not in old or column not in new:
            yield f"column {column} is {'missing' if column not in old else 'not of this program'}"
        elif not same(old[column], new[column]):
            yield f"column {column} differs"
