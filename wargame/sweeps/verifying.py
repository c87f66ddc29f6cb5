"""Proof that a stored sweep is what its scenario gives: played again, in whole or in part, and compared to the bit."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from wargame.errors import CheckFailed
from wargame.parquet import read_table
from wargame.record import Record
from wargame.results.columns import same
from wargame.store import versions
from wargame.sweeps.blocks import play
from wargame.sweeps.designs import Block
from wargame.sweeps.folder import begin, fingerprint_of, reopen, results_of
from wargame.sweeps.results import Results
from wargame.sweeps.sweeping import How, in_folder
from wargame.sweeps.tournament_folder import KIND, differences

TABLES = ("measures.parquet", "bands.parquet", "levels.parquet", "trajectory.parquet")
_SHOWN = 12


def check_run(folder: Path, results: Results, run: int, record: Record) -> None:
    """Raise :class:`CheckFailed` unless a run played again has the stored measures, to the bit."""
    stored = results.values_of(run)
    now = record.measures
    wrong = [f"{name}: stored {stored[name]}, now {now[name]}" for name in stored if stored[name] != now[name]]
    _raise(folder, wrong, f"run {run} played again is not the same")


def verify(folder: Path, runs: int | None, workers: int, stream: TextIO | None) -> str:
    """Return what was compared and found the same. Raises :class:`CheckFailed` on a difference."""
    results = results_of(folder)
    kept = fingerprint_of(folder, results.study, results.runs)
    wrong = [] if kept == results.fingerprint else ["measures.parquet: not the measures that the fingerprint was taken of"]
    if runs is not None and runs < results.runs:
        chosen = sorted({round(i * (results.runs - 1) / max(runs - 1, 1)) for i in range(runs)})
        wrong += list(_some(results, chosen))
        _raise(folder, wrong, "played again, it is not the same")
        return f"the same to the bit ({len(chosen):,} of {results.runs:,} runs played again, {len(results.measures)} measures)"
    wrong += list(_all(folder, results, workers, stream))
    if reopen(folder).manifest["kind"] == KIND:
        wrong += list(differences(folder, results))
    _raise(folder, wrong, "played again, it is not the same")
    return f"the same to the bit (all {results.runs:,} runs played again, {len(results.measures)} measures, {len(TABLES)} tables)"


def _some(results: Results, chosen: list[int]) -> Iterator[str]:
    columns = {name: np.asarray(values) for name, values in results.read(results.measures).items()}
    for run in chosen:
        case, replication = results.at(run)
        again = play(results.study, Block(((case, replication, 1),))).measures
        different = [name for name in again if columns[name][run] != again[name][0]]
        if different:
            yield f"run {run}: {', '.join(different[:4])} {'differs' if len(different) == 1 else 'differ'}"


def _all(folder: Path, results: Results, workers: int, stream: TextIO | None) -> Iterator[str]:
    """Yield the tables that a new sweep of the same study fills differently."""
    stored = reopen(folder).manifest
    with tempfile.TemporaryDirectory(prefix="wargame-verify-") as place:
        now = dt.datetime.now(dt.UTC)
        again = begin(Path(place) / "again", results.study, kind="sweep", command="", started=now, shard="", beside=False)
        again = in_folder(results.study, again, How(workers=workers, stream=stream))
        if again.manifest["fingerprint"] != stored["fingerprint"]:
            yield "fingerprint: differs"
        for name in TABLES:
            if not (folder / name).is_file():
                yield f"{name}: is missing"
                continue
            try:
                old = read_table(folder / name)
            except OSError as error:
                yield f"{name}: cannot be read: {error}"
                continue
            new = read_table(again.path / name)
            for column in dict.fromkeys([*new, *old]):
                if column not in old or column not in new:
                    yield f"{name}: column {column} is {'missing' if column not in old else 'not of this program'}"
                elif not same(old[column], new[column]):
                    yield f"{name}: column {column} differs"


def _raise(folder: Path, wrong: list[str], what: str) -> None:
    if not wrong:
        return
    was = reopen(folder).manifest.get("versions", {})
    changed = [f"{name} {was.get(name)} -> {now}" for name, now in versions().items() if was.get(name) != now]
    hint = f"\nversions changed: {', '.join(changed)}" if changed else "\nno version has changed"
    more = f"\n  and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    lines = "\n".join(f"  {one}" for one in wrong[:_SHOWN])
    raise CheckFailed(f"{folder}: {what}:\n{lines}{more}{hint}")
