"""The proof of one history: played again from its folder, written again beside it, and compared."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from wargame.binding.bind import bind
from wargame.errors import InputError
from wargame.report.proof.folders import check_files, check_statements, check_table, check_text
from wargame.report.proof.pages import check_pages
from wargame.report.proof.proof import Proof
from wargame.results.columns import CODEBOOK
from wargame.results.files import read_text
from wargame.results.folder import SCENARIO, Stored, open_folder
from wargame.results.manifest import read_manifest
from wargame.results.run import EVENTS, write_run
from wargame.scenario.load import load
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.sweep.plan.study import drawn

TABLES = ("measures.parquet", "bands.parquet", "trajectory.parquet")


def played(stored: Stored) -> Record:
    """Return the history of a folder, played again. Raises :class:`InputError`."""
    bound = bind(load(stored.scenario_file))
    seed, replication = stored.manifest["seed"], stored.manifest["replication"]
    overrides = drawn(bound, seed, replication) if stored.manifest.get("uncertain") else None
    return play_one(bound, seed=seed, replication=replication, overrides=overrides)


def history(folder: Path) -> Record:
    """Return the history in a folder, played again and found to be the stored one, to the bit.

    Raises :class:`InputError` for a folder that is none, and :class:`wargame.errors.CheckFailed` on a difference.
    """
    stored = open_folder(folder)
    record = played(stored)
    compare(stored, record)
    return record


def compare(stored: Stored, record: Record) -> None:
    """Raise :class:`wargame.errors.CheckFailed` unless a history played again is the stored one: every table, event and
    statement, to the bit.
    """
    proof = Proof(stored.folder, stored.manifest)
    with tempfile.TemporaryDirectory(prefix="wargame-verify-") as place:
        _compare(proof, record, Path(place) / "again")
    proof.settle("played again, it is not the same")


def prove(folder: Path) -> Proof:
    """Return the proof of one history. Raises :class:`wargame.errors.CheckFailed` on a difference."""
    stored = Stored(folder, read_manifest(folder))
    proof = Proof(folder, stored.manifest)
    check_files(proof)
    try:
        record = played(stored)
    except InputError as error:
        proof.wrong += [str(one) for one in error.mistakes]
        proof.settle("it cannot be played again")
        raise
    proof.played = f"one history of {len(record.days):,} days played again"
    with tempfile.TemporaryDirectory(prefix="wargame-verify-") as place:
        _compare(proof, record, Path(place) / "again")
        check_pages(proof, record, Path(place))
    return proof.settle("played again, it is not the same")


def _compare(proof: Proof, record: Record, place: Path) -> None:
    """Compare a folder with the folder that is written of a history."""
    uncertain = bool(proof.manifest.get("uncertain"))
    again = write_run(record, place, command="", started=dt.datetime.now(dt.UTC), report=None, uncertain=uncertain)
    check_statements(proof, read_manifest(again))
    for name in TABLES:
        check_table(proof, name, again / name)
    for name in (CODEBOOK, SCENARIO, EVENTS):
        more = f": {len(record.events):,} events" if name == EVENTS else ""
        check_text(proof, name, read_text(again / name), more)
