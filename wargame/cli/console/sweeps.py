"""What the commands that play many histories share: how they are played, the folder, the report, what ``--json`` says."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wargame.cli.console.folders import command_line, drawing
from wargame.errors import mistake

if TYPE_CHECKING:
    from collections.abc import Callable

    from wargame.studies.sweep.find.results import Results
    from wargame.studies.sweep.plan.study import Study
    from wargame.studies.sweep.run.sweeping import Execution
    from wargame.studies.sweep.store.folder import Folder


def execution_of(workers: int | None, executor: str, shard: str, quiet: bool) -> Execution:
    """Return how a sweep is played. Raises :class:`wargame.errors.InputError` for a shard that is none."""
    from wargame.studies.processes import processors
    from wargame.studies.sweep.run.sweeping import Execution

    which: tuple[int, int] | None = None
    if shard:
        part, _, whole = shard.partition("/")
        if not (part.isdecimal() and whole.isdecimal() and 1 <= int(part) <= int(whole)):
            raise mistake(f"expected I/N with I from 1 to N, such as 2/8 (got {shard!r})", file="--shard")
        which = (int(part), int(whole))
    return Execution(workers or processors(), executor, which, None if quiet else sys.stderr)


def play(
    study: Study, how: Execution, *, out: Path | None, kind: str, report: bool, shard: str = "",
    first: Callable[[Folder], None] | None = None,
) -> Folder:  # fmt: skip
    """Begin a folder and play a study into it; ``first`` adds what it must hold before anything is played."""
    from wargame.results.folder import default_folder
    from wargame.studies.sweep.run.sweeping import in_folder
    from wargame.studies.sweep.store.folder import begin

    base, design = study.base, study.design
    place = default_folder(base.scenario.name, base.text_hash, design.seed, design.runs, dt.datetime.now(), what="n")
    started = dt.datetime.now(dt.UTC)
    folder = begin(
        out or place, study, kind=kind, command=command_line(), started=started, shard=shard, beside=out is None, report=report
    )
    if first is not None:
        first(folder)
    return in_folder(study, folder, how)


def summary(folder: Folder) -> dict[str, Any]:
    """Return what ``--json`` prints of a sweep."""
    told = folder.manifest
    keys = ("scenario", "seed", "runs", "replications", "scenario_hash", "fingerprint", "measures")
    found: dict[str, Any] = {key: told[key] for key in keys}
    found["cases"] = [
        {"case": one["case"], "name": one["name"], "levers": dict(one["settings"])} for one in told["design"]["cases"]
    ]
    if told.get("until"):
        found |= {"until": told["until"], "cost": told["cost"]}
    return found | {"out": str(folder.path)}


def write_report(results: Results, path: Path, *, silent: bool) -> None:
    """Draw the figures and the report of a stored sweep."""
    from wargame.report.study.drawing import draw_into

    with drawing(path, silent=silent):
        draw_into(path, results)
