"""The proof of a sensitivity study: played again, written again beside it, and compared."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TextIO

from wargame.report.proof.folders import check_files, check_statements, check_table, check_text
from wargame.report.proof.pages import check_pages
from wargame.report.proof.proof import Proof
from wargame.results.columns import CODEBOOK
from wargame.results.files import read_text
from wargame.results.folder import SCENARIO
from wargame.results.manifest import contradictions, read_manifest
from wargame.results.parquet import described
from wargame.studies.sensitivity.codebook import INDICES, MEASURES, POINTS
from wargame.studies.sensitivity.folder import FOUND, played_again, write


def prove(folder: Path, workers: int, stream: TextIO | None) -> Proof:
    """Return the proof of a study. Raises :class:`wargame.errors.CheckFailed` on a difference."""
    manifest = read_manifest(folder)
    proof = Proof(folder, manifest)
    check_files(proof)
    if any(one.path != "seal" for one in contradictions(folder, manifest)) or not _fits(folder, manifest["runs"]):
        proof.wrong.append(f"{MEASURES}: not as many rows as the manifest has runs")
        proof.settle("it contradicts itself; nothing was played again")
    found, question = played_again(folder, workers, stream)
    proof.played = f"all {found.runs:,} runs played again"
    with tempfile.TemporaryDirectory(prefix="wargame-verify-") as room:
        place = Path(room) / "again"
        again = write(found, question, place, command="", started=dt.datetime.now(dt.UTC), report=None, beside=False)
        check_statements(proof, read_manifest(again))
        for name in (MEASURES, POINTS, INDICES):
            check_table(proof, name, again / name)
        for name in (CODEBOOK, SCENARIO, FOUND):
            check_text(proof, name, read_text(again / name))
        check_pages(proof, found, Path(room))
    return proof.settle("played again, it is not the same")


def _fits(folder: Path, runs: int) -> bool:
    try:
        return described(folder / MEASURES).rows == runs
    except OSError:
        return True  # is told of with the table
