"""The result folder of a sweep: begun, filled part by part by whoever plays, and finished when all parts are there.

While ``manifest.json`` says ``complete: false`` the folder can be resumed. Everything appears under a temporary name and is
renamed, so that a kill at any moment leaves whole parts.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wargame.binding.bind import bind
from wargame.errors import InputError, Mistake
from wargame.results.files import subfolder, unwritable, write_text
from wargame.results.folder import SCENARIO, finish_manifest, new_manifest, open_folder, versions
from wargame.results.listing import PARTS
from wargame.results.manifest import MANIFEST, read_manifest, write_manifest
from wargame.results.manifest import SWEEPS as KINDS
from wargame.results.meaning import variables_of
from wargame.results.parquet import chunks, described, join_parts, read_table
from wargame.results.tables import write_tables
from wargame.scenario.load import dump, load
from wargame.simulation.record import fingerprint
from wargame.studies.sweep.find import courses
from wargame.studies.sweep.find.results import Results, case_table, summary
from wargame.studies.sweep.plan.designs import Block, Design
from wargame.studies.sweep.plan.openers import opener
from wargame.studies.sweep.plan.study import Study, make_study
from wargame.studies.sweep.play.blocks import LEVELS, graded
from wargame.studies.sweep.store.codebook import tables_of
from wargame.studies.sweep.store.parts import part_file, read_days

_SAME = ("code", "python", "numpy", "scipy", "mesa")  # what numbers depend on
MEASURES = "measures.parquet"


@dataclass(frozen=True)
class Folder:
    """A sweep's folder."""

    path: Path
    manifest: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether the result is finished."""
        return bool(self.manifest["complete"])


def begin(
    path: Path, study: Study, *, kind: str, command: str, started: dt.datetime, shard: str, beside: bool, report: bool = True
) -> Folder:  # fmt: skip
    """Make the folder of a sweep and return it; ``report``: whether one is wanted.

    Raises :class:`InputError` when the name is taken or cannot be written.
    """
    if not study.base.resolved:
        raise InputError([Mistake("--out", 0, 0, "", "a scenario made in memory cannot be stored; load it from a file")])
    manifest = new_manifest(
        study.base, kind, study.design.seed, command=command, started=started, replication=0, runs=0, replications=0,
        cases=len(study.design.cases), fingerprint="", measures={}, design=study.design.as_json(), shard=shard, report=report,
    ) | {"files": {}, "complete": False}  # fmt: skip
    try:
        path = _made(path, beside=beside)
        (path / PARTS).mkdir(exist_ok=True)
        write_text(path / SCENARIO, dump(dict(study.base.resolved)))
        manifest = write_manifest(path, manifest)
    except OSError as error:
        raise unwritable(path, error) from None
    return Folder(path, manifest)


def _made(path: Path, *, beside: bool) -> Path:
    """Return a new, empty folder of that name, or with a number after it."""
    place, number = path, 1
    while True:
        try:
            place.mkdir(parents=True)
        except FileExistsError:
            if place.is_dir() and not place.is_symlink() and not place.samefile(".") and not any(place.iterdir()):
                return place
            if not beside:
                raise InputError([Mistake("--out", 0, 0, "", f"{path} exists already; choose another folder")]) from None
            number += 1
            place = path.with_name(f"{path.name}-{number}")
        else:
            return place


def is_sweep(path: Path) -> bool:
    """Return whether a folder holds a sweep, complete or not. Raises :class:`InputError` when it is no result folder."""
    return read_manifest(path)["kind"] in KINDS


def reopen(path: Path) -> Folder:
    """Return the folder of a sweep, complete or not. Raises :class:`InputError` when it is none."""
    manifest = dict(open_folder(path, unfinished=True).manifest)
    if manifest["kind"] not in KINDS:
        raise InputError([Mistake(str(path), 0, 0, "", f"holds no sweep but a {manifest['kind']}")])
    return Folder(path, manifest)


def check_versions(folder: Folder) -> None:
    """Raise :class:`InputError` when a sweep was begun with a program that may give other numbers."""
    was, now = folder.manifest.get("versions", {}), versions()
    changed = [f"{name} {was.get(name)} -> {now[name]}" for name in _SAME if was.get(name) != now[name]]
    if changed:
        what = (
            f"was begun with another version ({', '.join(changed)}), which may give other numbers; "
            "resume with that one, or begin again"
        )
        raise InputError([Mistake(str(folder.path), 0, 0, "", what)])


def study_of(path: Path) -> Study:
    """Return the study of a folder, bound anew from the scenario and the design that it holds. Raises :class:`InputError`."""
    return study_of_folder(reopen(path))


def study_of_folder(folder: Folder) -> Study:
    """Return the study of a folder that is open. Raises :class:`InputError`."""
    file = folder.path / SCENARIO
    base = bind(load(file))
    if base.text_hash != folder.manifest["scenario_hash"]:
        raise InputError([Mistake(str(file), 0, 0, "", "not the scenario that the manifest tells of: it has been changed since")])
    return make_study(base, design_of(folder), opener(str(file)))


def design_of(folder: Folder) -> Design:
    """Return the design in a manifest. Raises :class:`InputError` when there is none."""
    try:
        return Design.from_json(folder.manifest["design"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError([Mistake(str(folder.path / MANIFEST), 0, 0, "design", f"cannot be read: {error!r}")]) from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a folder for this process. Raises :class:`InputError` while another process works in it."""
    try:
        import fcntl
    except ImportError:  # no such locks here
        yield
        return
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    number = os.open(subfolder(path / PARTS) / ".lock", flags, 0o666)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError([Mistake(str(path), 0, 0, "", "another process is working in it")]) from None
        yield
    finally:
        os.close(number)


def finish(folder: Folder, study: Study, blocks: Sequence[Block], places: Mapping[str, Path], facts: Mapping[str, Any]) -> Folder:
    """Write the tables of a sweep from its parts, and the manifest that says that it is complete.

    ``places[name]`` is the folder that holds the part of a block; ``study.design.runs`` is how many replications count. The
    parts in the folder itself are taken away at the end. Raises OSError; the parts are still there then.
    """
    design = study.design
    own = [block for block in blocks if int(block.replications().min()) < design.runs]
    room = folder.path / PARTS / ".room"
    try:
        about = dict(tables_of(study))
        about[MEASURES] = join_parts(
            [part_file(places[block.name], block) for block in own], folder.path / MEASURES, replications=design.runs,
            cases=case_table(study), about=about[MEASURES], room=room,
        )  # fmt: skip
        course = courses.course(study, own, lambda block: read_days(places[block.name], block), design.runs)
        write_tables(folder.path, courses.tables(study, course), about, variables_of(study.base))
        manifest = finish_manifest(folder.path, _finished(folder, study, course, facts), drawn=False)
    except (ValueError, EOFError) as error:
        raise OSError(str(error)) from None
    shutil.rmtree(folder.path / PARTS, ignore_errors=True)
    return Folder(folder.path, manifest)


def _finished(folder: Folder, study: Study, course: courses.Course, facts: Mapping[str, Any]) -> dict[str, Any]:
    results = _results(folder, study, course, "")
    digest = fingerprint_of(folder.path, study, results.runs)
    bands = {"method": "exact"} if study.design.exact else {"method": "histogram", "relative_error": courses.ERROR}
    return folder.manifest | {
        "runs": results.runs, "replications": results.replications, "fingerprint": digest, "measures": summary(results),
        "bands": bands, **facts,
    }  # fmt: skip


def fingerprint_of(path: Path, study: Study, runs: int) -> str:
    """Return the fingerprint of the measures stored in a folder."""
    return fingerprint(
        {name: np.asarray(values, dtype=np.float64) for name, values in chunk.items()}
        for chunk in chunks(path / MEASURES, study.measures, runs)
    )


def _floats(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns of numbers as the studies know them: floats, whole or not."""
    return {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}


def _results(folder: Folder, study: Study, course: courses.Course, digest: str) -> Results:
    file = folder.path / MEASURES
    return Results(study, study.design.runs, digest, lambda names: _floats(read_table(file, names)), course, folder.manifest)


def _check_tables(path: Path, study: Study, runs: int) -> None:
    """Raise :class:`InputError` unless every table has the columns that the study gives it, and the measures all runs."""
    days = study.base.scenario.horizon
    most = max(len(study.design.groups) * LEVELS, runs) * (len(study.base.watch_names) + len(graded(study.base).names)) * days
    for name, about in tables_of(study).items():
        try:
            found = described(path / name)
        except OSError as error:
            raise InputError([Mistake(str(path / name), 0, 0, "", f"cannot be read: {error.strerror or error}")]) from None
        wanted = [column.name for column in about.columns]
        if [*found.types] != wanted:
            lost = next((one for one in (*wanted, *found.types) if one not in found.types or one not in wanted), "another order")
            raise InputError([Mistake(str(path / name), 0, 0, "", f"has other columns than this sweep gives it ({lost})")])
        if name != MEASURES and found.rows > most:
            raise InputError([Mistake(str(path / name), 0, 0, "", f"{found.rows:,} rows; at most {most:,} belong to this sweep")])
        if name == MEASURES and found.rows != runs:
            raise InputError([Mistake(str(path / name), 0, 0, "", f"{found.rows:,} rows; the manifest tells of {runs:,} runs")])


def results_of(path: Path, known: Study | None = None) -> Results:
    """Return the result in a complete folder; ``known`` is its study where that is at hand.

    Raises :class:`InputError` when it is none or cannot be read.
    """
    folder = Folder(path, dict(open_folder(path).manifest))
    if folder.manifest["kind"] not in KINDS:
        raise InputError([Mistake(str(path), 0, 0, "", f"holds no sweep but a {folder.manifest['kind']}")])
    study = (known or study_of_folder(folder)).with_runs(folder.manifest["replications"])
    _check_tables(path, study, folder.manifest["runs"])
    try:
        course = courses.from_tables(study, lambda name: read_table(path / name))
    except (OSError, KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise InputError([Mistake(str(path), 0, 0, "", f"cannot be read: {error}")]) from None
    return _results(folder, study, course, folder.manifest["fingerprint"])
