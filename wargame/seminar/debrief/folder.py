"""The folder of a debrief: one page to take home, a list for the teacher, and the game itself as a result folder."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wargame.binding.bind import bind
from wargame.errors import mistake
from wargame.report.proof.runs import compare
from wargame.results.files import write_text
from wargame.results.folder import note_files, open_folder
from wargame.results.reading import read_json
from wargame.results.run import write_run
from wargame.scenario.load import load
from wargame.seminar.debrief import impact
from wargame.seminar.debrief.decision_log import student_list
from wargame.seminar.debrief.findings import Findings, Progress, find, silent
from wargame.seminar.debrief.page import page
from wargame.seminar.game.game import Game
from wargame.simulation.play import play_one
from wargame.simulation.record import Record

PAGE, STUDENTS, SESSION = "debrief.html", "students.csv", "session.json"
# Of the white page, for a debrief to be made again:
_KEPT = ("title", "people", "seats", "history", "questions", "remarks", "ends")


def debrief(
    game: Game | Record, session_white: Mapping[str, Any], folder: Path, *, runs: int = impact.RUNS,
    histories: int = impact.HISTORIES, command: str = "wargame seminar", progress: Progress = silent,
) -> Path:  # fmt: skip
    """Write the debrief of a game and return the path of its page.

    ``folder`` becomes a result folder of the game that ``wargame replay`` and ``verify`` accept, with the page, the teacher's
    list and what was said in the session beside it; where its name is taken, a number is put after it. Raises
    :class:`InputError` when no day has been played or the place cannot be written.
    """
    started = dt.datetime.now(dt.UTC)
    record = game if isinstance(game, Record) else game.record()
    found = find(record, session_white, runs=runs, histories=histories, progress=progress)
    place = write_run(record, folder, command=command, started=started, report=None, beside=True)
    return _write(found, session_white, place, progress)


def debrief_again(
    folder: Path, *, runs: int = impact.RUNS, histories: int = impact.HISTORIES, progress: Progress = silent
) -> Path:
    """Write the debrief of a stored game anew, into its folder, and return the path of its page.

    The history is played again and must be the same as stored. Raises :class:`InputError` for what is no result of one run,
    :class:`wargame.errors.CheckFailed` where the history differs.
    """
    stored = open_folder(folder)
    if stored.manifest["kind"] != "run" or stored.manifest.get("uncertain"):
        raise mistake("is no stored game", file=str(folder))
    record = play_one(bind(load(stored.scenario_file)), seed=stored.manifest["seed"], replication=stored.manifest["replication"])
    compare(stored, record)
    try:
        said = read_json(folder / SESSION)
    except FileNotFoundError:
        said = {}
    return _write(find(record, said, runs=runs, histories=histories, progress=progress), said, folder, progress)


def _write(found: Findings, white: Mapping[str, Any], place: Path, progress: Progress) -> Path:
    payoffs = {one.actor: (one.value, one.below) for one in found.places}
    kept = {name: white[name] for name in _KEPT if name in white}
    for name, text in (
        (SESSION, json.dumps(kept, indent=1, ensure_ascii=False) + "\n"),
        (
            STUDENTS,
            "\ufeff" + student_list(found.record, found.decisions, payoffs),
        ),  # the mark tells spreadsheets that it is UTF-8
        (PAGE, page(found, str(white.get("title") or found.record.bound.scenario.title))),
    ):
        try:
            write_text(place / name, text)
            note_files(place, [name])
        except OSError as error:
            raise mistake(f"cannot be written ({error.strerror})", file=str(place / name)) from None
    progress(1.0, "done")
    return place / PAGE
