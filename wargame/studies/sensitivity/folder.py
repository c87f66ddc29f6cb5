"""The result folder of a sensitivity study: written whole, read back, made again, any run of it told."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from wargame.binding.bind import bind
from wargame.errors import CheckFailed, InputError, Mistake
from wargame.results.columns import same
from wargame.results.files import write_json, write_text
from wargame.results.folder import (
    SCENARIO,
    finish_manifest,
    new_manifest,
    open_folder,
    write_folder,
)
from wargame.results.manifest import MANIFEST, read_manifest
from wargame.results.manifest import STUDY as KIND
from wargame.results.parquet import read_table
from wargame.results.tables import write_tables
from wargame.scenario.load import dump, load
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.sensitivity.codebook import INDICES, MEASURES, POINTS, column_of, tables_of
from wargame.studies.sensitivity.find import Finding, index_table
from wargame.studies.sensitivity.plan import Question, plan
from wargame.studies.sensitivity.play import scenario_of, settings_of, study
from wargame.studies.sweep.find.results import typed

FOUND = "sensitivity.json"
Report = Callable[[Finding, Path], None]


def write(
    found: Finding, question: Question, place: Path, *, command: str, started: dt.datetime, report: Report | None, beside: bool
) -> Path:
    """Write a study's folder, which appears under its name when it is complete, and return its path.

    ``beside`` puts a number after a name that is taken. Raises :class:`InputError` when the place cannot be written.
    """

    def fill(draft: Path) -> None:
        write_text(draft / SCENARIO, dump(dict(found.base.resolved)))
        write_tables(draft, _tables(found), tables_of(found), {})
        write_json(draft / FOUND, found.as_json(), ascii=False)
        if report is not None:
            report(found, draft)
        finish_manifest(draft, _manifest(found, question, command, started), drawn=report is not None)

    return write_folder(place, fill, beside=beside)


def _manifest(found: Finding, question: Question, command: str, started: dt.datetime) -> dict[str, Any]:
    return new_manifest(
        found.base, KIND, found.seed, command=command, started=started, replication=0, runs=found.runs,
        replications=found.replications, points=len(found.design.u), fingerprint=found.fingerprint,
        measures={name: found.interval(name).as_json() for name in found.measures}, question=question.as_json(),
        factors=[one.as_json() for one in found.factors],
    ) | {"complete": False}  # fmt: skip


def _tables(found: Finding) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tables of a study, file name and columns."""
    yield MEASURES, _runs(found)
    yield POINTS, _points(found)
    yield INDICES, index_table(found)


def _runs(found: Finding) -> dict[str, Any]:
    """Return the table of all runs: point, replication, run, the settings and the measures."""
    luck = found.design.replications(found.replications)
    point = np.repeat(np.arange(len(luck), dtype=np.int64), found.replications)
    table: dict[str, Any] = {"point": point, "replication": luck.ravel(), "run": np.arange(found.runs)}
    settings = [settings_of(found.factors, shares) for shares in found.design.u]
    for path in [path for one in found.factors for path in one.paths]:
        column = typed([one[path] for one in settings])
        table[column_of(found, path)] = column[point] if isinstance(column, np.ndarray) else [column[i] for i in point]
    return table | {name: found.values[name].ravel() for name in sorted(found.values)}


def _points(found: Finding) -> dict[str, Any]:
    """Return the table of the design: each point's trajectory or row, what has moved, and its place in the unit cube."""
    moved = [found.factors[i].path if i >= 0 else "" for i in found.design.moved.tolist()]
    head = {"point": np.arange(len(moved)), "group": found.design.group, "moved": moved}
    return head | {one.path: found.design.u[:, i] for i, one in enumerate(found.factors)}


def is_study(path: Path) -> bool:
    """Return whether a folder holds a sensitivity study. Raises :class:`InputError` when it is no result folder."""
    return bool(read_manifest(path)["kind"] == KIND)


def question_of(path: Path) -> Question:
    """Return the question in a folder's manifest. Raises :class:`InputError` when there is none."""
    told: Any = read_manifest(path).get("question")
    try:
        kept: dict[str, Any] = {one.name: told[one.name] for one in fields(Question)}
        kept |= {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
        return Question(**kept)
    except (KeyError, TypeError) as error:
        raise InputError([Mistake(str(path / MANIFEST), 0, 0, "question", f"cannot be read: {error!r}")]) from None


def read(path: Path) -> Finding:
    """Return the study in a complete folder. Raises :class:`InputError` when it is none or cannot be read."""
    open_folder(path)  # refuses what is not as it was written
    own = plan(bind(load(path / SCENARIO)), question_of(path))
    names = [measure.name for measure in own.base.measures]
    try:
        stored = read_table(path / MEASURES, names)
        values = {name: np.asarray(stored[name], dtype=np.float64).reshape(len(own.design.u), -1) for name in names}
    except (OSError, ValueError) as error:
        raise InputError([Mistake(str(path / MEASURES), 0, 0, "", f"cannot be read: {error}")]) from None
    return Finding(own.base, own.design, own.factors, values, own.question.seed, own.question.measures)


def played_again(path: Path, workers: int, stream: TextIO | None) -> tuple[Finding, Question]:
    """Return the study of a folder, played again from its scenario and its question alone. Raises :class:`InputError`."""
    question = question_of(path)
    own = plan(bind(load(path / SCENARIO)), question)
    return study(own, workers=workers, stream=stream, source=path / SCENARIO), question


def replay(path: Path, run: int) -> tuple[Record, str]:
    """Return one run again with its full trace, and a line that says which it is.

    Raises :class:`InputError` for a run that there is not, and :class:`CheckFailed` when a measure differs from the stored one.
    """
    manifest = open_folder(path).manifest
    if run >= manifest["runs"]:
        raise InputError([Mistake(str(path), 0, 0, "", f"no run {run}; the result has {manifest['runs']}")])
    found = read(path)
    point, number = divmod(run, found.replications)
    replication = int(found.design.replications(found.replications)[point, number])
    settings = settings_of(found.factors, found.design.u[point])
    free = {name for one in found.factors if one.free for name in one.paths}
    bound = scenario_of(str(path / SCENARIO), json.dumps({name: value for name, value in settings.items() if name not in free}))
    known = {given.path for given in bound.givens}
    numbers = {name: np.array([settings[name]], dtype=np.float64) for name in settings if name in free & known}
    record = play_one(bound, seed=found.seed, replication=replication, overrides=numbers or None)
    stored = {name: float(table[point, number]) for name, table in found.values.items()}
    wrong = [name for name, value in record.measures.items() if not same([value], [stored[name]])]
    if wrong:
        raise CheckFailed(f"{path}: run {run}, played again, is not the same: {', '.join(wrong)}")
    return record, f"run {run}: point {point}, replication {replication}"
