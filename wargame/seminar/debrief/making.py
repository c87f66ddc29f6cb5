"""The debrief of a game: one page to take home, a list for the teacher, and the game itself as a result folder.

Numbers come from ``wargame.validation``; here they are gathered, put into words and laid out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wargame.binding.bind import bind
from wargame.engine.types import Array
from wargame.errors import mistake
from wargame.plots import seminar as figures
from wargame.plots.seminar import Place
from wargame.report.proof.runs import compare
from wargame.results.files import write_text
from wargame.results.folder import note_files, open_folder
from wargame.results.reading import read_json
from wargame.results.run import write_run
from wargame.scenario.load import Loaded, load
from wargame.seminar.debrief import impact
from wargame.seminar.debrief.episodes import episodes
from wargame.seminar.debrief.histories import Episode
from wargame.seminar.debrief.impact import Impact
from wargame.seminar.debrief.ledger import Ledger, ledger, student_list
from wargame.seminar.debrief.page import page
from wargame.seminar.game.game import Game
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.statistics.scoring import Score, calibration, scores

PAGE, STUDENTS, SESSION = "debrief.html", "students.csv", "session.json"
Progress = Callable[[float, str], None]  # is told the share that is done, 0 to 1, and what is being done
# Of the white page, for a debrief to be made again:
_KEPT = ("title", "people", "seats", "history", "questions", "remarks", "ends")


def _silent(share: float, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Findings:
    """What the debrief of a game rests on. ``histories``: measures of other histories, all seats by their documented policies."""

    record: Record
    book: Ledger
    episodes: tuple[Episode, ...]
    impacts: tuple[Impact, ...]
    places: tuple[Place, ...]
    scores: tuple[Score, ...]
    histories: Mapping[str, Array]
    units: Mapping[str, float]  # what differences of measures are counted in
    drawn: Mapping[str, str]  # name of a figure -> SVG


def find(
    record: Record, white: Mapping[str, Any], *, runs: int = impact.RUNS, histories: int = impact.HISTORIES,
    progress: Progress = _silent,
) -> Findings:  # fmt: skip
    """Return everything a debrief says of a game: ``white`` is what the session tells the facilitator ({} for a game alone)."""
    book = ledger(record, white)
    policies = impact.documented(record)
    progress(0.0, "playing other histories")
    others = impact.histories(
        policies, seed=record.seed, first=record.replication + 1, runs=histories,
        progress=lambda share: progress(0.2 * share, "playing other histories"),
    )  # fmt: skip
    units = impact.units(policies, others)
    found = impact.impacts(
        record, runs=runs, scale=units, policies=policies, of=book.decided,
        progress=lambda share: progress(0.2 + 0.7 * share, "weighing decisions"),
    )  # fmt: skip
    progress(0.9, "drawing")
    seats = figures.teams(record, book.seats)
    places = tuple(
        Place(seat, record.measures[name], others[name], impact.percentile(record.measures[name], others[name]))
        for seat in seats
        if (name := f"payoff_{seat}") in record.measures and name in others
    )
    told = tuple(episodes(record))
    by_seat = tuple(scores(book.forecasts, by="seat"))
    drawn = _figures(record, book, seats, told, places)
    return Findings(record, book, told, tuple(found), places, by_seat, others, units, drawn)


def played_on(white: Mapping[str, Any], rest: Loaded | None, seed: int) -> Mapping[str, Any]:
    """Return the white page of a game that was ended early with what comes of its questions when it is played on.

    ``rest`` is the game with all of its scenario's days: those that are left are played by the documented policies, with the luck
    of this game. None: it was played to its end, and the record tells everything.
    """
    if rest is None:
        return white
    bound = bind(rest)
    found = play_one(bound, seed=seed).measures
    asked = {name for name, one in bound.scenario.measures.items() if one.asks and one.each is None}
    return {**white, "ends": {name: value for name, value in found.items() if name in asked}}


def _figures(
    record: Record, book: Ledger, seats: list[str], told: tuple[Episode, ...], places: tuple[Place, ...]
) -> dict[str, str]:
    drawn = {"course": figures.course(record, told)}
    drawn |= {f"beliefs-{seat}": figures.beliefs(record, seat, told) for seat in seats}
    if book.forecasts:
        groups = {"": [*book.forecasts]} | {seat: [one for one in book.forecasts if one.seat == seat] for seat in seats}
        bins = {
            seat: calibration([one.chance for one in own], [one.outcome for one in own]) for seat, own in groups.items() if own
        }
        drawn["calibration"] = figures.calibrated(record, bins)
    if places:
        drawn["among"] = figures.among(record, places)
    return {name: text for name, text in drawn.items() if text}


def debrief(
    game: Game | Record, session_white: Mapping[str, Any], folder: Path, *, runs: int = impact.RUNS,
    histories: int = impact.HISTORIES, command: str = "wargame seminar", progress: Progress = _silent,
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
    folder: Path, *, runs: int = impact.RUNS, histories: int = impact.HISTORIES, progress: Progress = _silent
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
        (STUDENTS, "\ufeff" + student_list(found.record, found.book, payoffs)),  # the mark tells spreadsheets that it is UTF-8
        (PAGE, page(found, str(white.get("title") or found.record.bound.scenario.title))),
    ):
        try:
            write_text(place / name, text)
            note_files(place, [name])
        except OSError as error:
            raise mistake(f"cannot be written ({error.strerror})", file=str(place / name)) from None
    progress(1.0, "done")
    return place / PAGE
