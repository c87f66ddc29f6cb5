"""``wargame verify``: whatever a folder holds, the proof of it."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from wargame.report.proof import runs as histories
from wargame.report.proof import studies, sweeps
from wargame.report.proof.proof import Proof
from wargame.results.folder import check_complete
from wargame.results.manifest import STUDY, SWEEPS, read_manifest


def verify(folder: Path, *, runs: int | None = None, workers: int = 1, stream: TextIO | None = None) -> Proof:
    """Make a result again from its folder alone, compare everything that the folder states, and return what was compared.

    ``runs``: of a sweep play only so many again. Raises :class:`wargame.errors.CheckFailed` on any difference and
    :class:`wargame.errors.InputError` for a folder that holds no finished result.
    """
    manifest = read_manifest(folder)
    check_complete(folder, manifest)
    if manifest["kind"] in SWEEPS:
        return sweeps.prove(folder, runs, workers, stream)
    if manifest["kind"] == STUDY:
        return studies.prove(folder, workers, stream)
    return histories.prove(folder)
