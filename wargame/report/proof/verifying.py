"""``wargame verify``: whatever a folder holds, the proof of it."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from wargame.errors import InputError, Mistake
from wargame.report.proof import runs as histories
from wargame.report.proof import studies, sweeps
from wargame.report.proof.proof import Proof
from wargame.results.files import shell_word
from wargame.results.manifest import STUDY, SWEEPS, read_manifest


def verify(folder: Path, *, runs: int | None = None, workers: int = 1, stream: TextIO | None = None) -> Proof:
    """Make a result again from its folder alone, compare everything that the folder states, and return what was compared.

    ``runs``: of a sweep play only so many again. Raises :class:`wargame.errors.CheckFailed` on any difference and
    :class:`InputError` for a folder that holds no finished result.
    """
    manifest = read_manifest(folder)
    if not manifest["complete"]:
        again = f"; go on with: wargame sweep --resume {shell_word(folder)}" if manifest["kind"] != "run" else ""
        raise InputError([Mistake(str(folder), 0, 0, "", f"the result is not complete{again}")])
    if manifest["kind"] in SWEEPS:
        return sweeps.prove(folder, runs, workers, stream)
    if manifest["kind"] == STUDY:
        return studies.prove(folder, workers, stream)
    return histories.prove(folder)
