"""Result folders: everything needed to make a result again, written to a temporary name and renamed."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from wargame.errors import CheckFailed, InputError, Mistake
from wargame.record import Record
from wargame.scenario.load import dump
from wargame.types import Array

MANIFEST = "manifest.json"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_PACKAGES = ("wargame", "mesa", "numpy", "scipy", "pydantic", "matplotlib", "duckdb")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def default_folder(scenario: str, text_hash: str, seed: int, replication: int, now: dt.datetime) -> Path:
    """Return ``results/<scenario>/<time>-<hash>``, under the current folder."""
    tag = f"{now:%Y%m%dT%H%M%S}-{text_hash[:8]}-s{seed}r{replication}"
    return Path("results") / scenario / tag


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns as a Parquet file (zstd); text columns are lists of str, number columns arrays."""
    import duckdb
    import pandas as pd

    table = pd.DataFrame(dict(columns))
    with duckdb.connect() as db:
        db.register("t", table)
        db.execute(f"COPY t TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")


def read_table(path: Path) -> dict[str, Any]:
    """Return the columns of a Parquet file."""
    import duckdb

    with duckdb.connect() as db:
        return dict(db.execute(f"SELECT * FROM read_parquet('{_quoted(path)}')").fetchnumpy())


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def write_run(
    record: Record, folder: Path, *, command: str, started: dt.datetime,
    report: Callable[[Record, Path, Mapping[str, str]], None] | None,
) -> Path:  # fmt: skip
    """Write the result folder of one history and return its path.

    The folder appears under its own name only when it is complete. ``report`` writes figures and ``report.html`` into it.
    Raises :class:`InputError` when the place cannot be written or is taken.
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise InputError([Mistake("--out", 0, 0, "", f"{folder} exists already; choose another folder")])
    draft = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    try:
        draft.mkdir(parents=True)
        manifest = _manifest(record, command, started)
        (draft / "scenario.yaml").write_text(dump(dict(record.bound.resolved)), encoding="utf-8")
        _write_record(record, draft)
        if report is not None:
            report(record, draft, {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()})
        manifest |= {"finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "complete": True}
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    except OSError as error:
        raise InputError([Mistake("--out", 0, 0, "", f"cannot write {folder}: {error.strerror or error}")]) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


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
        "measures": dict(record.measures),
        "command": command,
        "versions": versions(),
        "started": started.isoformat(timespec="seconds"),
    }


def _write_record(record: Record, folder: Path) -> None:
    head = {"case": [0], "replication": [record.replication], "run": [0]}
    write_table(folder / "measures.parquet", head | {name: [value] for name, value in sorted(record.measures.items())})
    dates = [date.isoformat() for date in record.dates]
    watched = record.watched()
    names = [name for name in watched for _ in dates]
    values = np.concatenate(list(watched.values())) if watched else np.empty(0)
    bands = {"case": np.zeros(len(names), dtype=np.int64), "variable": names, "date": dates * len(watched)}
    write_table(folder / "bands.parquet", bands | {f"q{int(q * 100):02d}": values for q in QUANTILES})
    variables, days = _trajectory(record)
    write_table(
        folder / "trajectory.parquet",
        {
            "run": np.zeros(days.size, dtype=np.int64),
            "date": np.repeat(dates, len(variables)),
            "variable": variables * len(dates),
            "value": days.ravel(),
        },
    )
    write_lines(folder / "events.jsonl", (event.as_json() for event in record.events))


def _trajectory(record: Record) -> tuple[list[str], Array]:
    """Return names and values ``(days, variables)`` of everything the mechanisms keep."""
    own = {field.name for mechanism in record.bound.mechanisms for field in mechanism.fields}
    layout = record.bound.layout
    names, rows = layout.row_names(), [row for name in sorted(own) for row in range(*layout.span(name).indices(layout.slots))]
    return [names[row] for row in rows], record.days[:, rows]


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


@dataclass(frozen=True)
class Stored:
    """A result folder as read back."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def scenario_file(self) -> Path:
        """The scenario as it was played."""
        return self.folder / "scenario.yaml"


def open_folder(folder: Path) -> Stored:
    """Return a result folder. Raises :class:`InputError` when it is none, or not complete."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError([Mistake(str(folder), 0, 0, "", f"no result folder: it has no {MANIFEST}")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Mistake(str(path), 0, 0, "", f"cannot be read: {error}")]) from None
    except json.JSONDecodeError as error:
        raise InputError([Mistake(str(path), error.lineno, error.colno, "", f"is no JSON: {error.msg}")]) from None
    needed = {"format", "kind", "seed", "replication", "measures", "fingerprint", "complete"}
    if not isinstance(manifest, dict) or (missing := needed - set(manifest)):
        lost = ", ".join(sorted(missing)) if isinstance(manifest, dict) else "everything"
        raise InputError([Mistake(str(path), 0, 0, "", f"is no manifest of this program: lacks {lost}")])
    if not manifest["complete"]:
        raise InputError([Mistake(str(folder), 0, 0, "", "the result is not complete")])
    return Stored(folder, manifest)


def compare(stored: Stored, record: Record) -> None:
    """Raise :class:`CheckFailed` unless a replayed history equals the stored one in every bit of every measure and event."""
    old: Mapping[str, float] = stored.manifest["measures"]
    new = record.measures
    wrong = [
        f"  {name}: stored {old.get(name, 'nothing')}, now {new.get(name, 'nothing')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
    lines = [json.dumps(event.as_json(), ensure_ascii=False) for event in record.events]
    kept = (stored.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    if kept != lines:
        first = next((i for i, (a, b) in enumerate(zip(kept, lines, strict=False)) if a != b), min(len(kept), len(lines)))
        wrong.append(f"  events.jsonl: line {first + 1} differs")
    if stored.manifest["fingerprint"] != record.fingerprint:
        wrong.append("  fingerprint differs")
    if wrong:
        was = stored.manifest.get("versions", {})
        changed = [f"{name} {was.get(name)} -> {now}" for name, now in versions().items() if was.get(name) != now]
        hint = f"\nversions changed: {', '.join(changed)}" if changed else "\nno version has changed"
        raise CheckFailed(f"{stored.folder}: played again, it is not the same:\n" + "\n".join(wrong) + hint)
