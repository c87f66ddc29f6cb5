"""What the debrief of a game rests on: episodes, weighed decisions, scores, other histories and figures, gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wargame.binding.bind import bind
from wargame.engine.types import Array
from wargame.plots import seminar as figures
from wargame.plots.seminar import Place
from wargame.scenario.load import Loaded
from wargame.seminar.debrief import impact
from wargame.seminar.debrief.decision_log import DecisionLog, decision_log
from wargame.seminar.debrief.episodes import episodes
from wargame.seminar.debrief.histories import Episode
from wargame.seminar.debrief.impact import Impact
from wargame.simulation.play import play_one
from wargame.simulation.record import Record
from wargame.studies.statistics.scoring import Score, calibration, scores

Progress = Callable[[float, str], None]  # is told the share that is done, 0 to 1, and what is being done


def silent(share: float, what: str) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Findings:
    """What the debrief of a game rests on. ``histories``: measures of other histories, all seats by their documented policies."""

    record: Record
    decisions: DecisionLog
    episodes: tuple[Episode, ...]
    impacts: tuple[Impact, ...]
    places: tuple[Place, ...]
    scores: tuple[Score, ...]
    histories: Mapping[str, Array]
    units: Mapping[str, float]  # what differences of measures are counted in
    drawn: Mapping[str, str]  # name of a figure -> SVG


def find(
    record: Record, white: Mapping[str, Any], *, runs: int = impact.RUNS, histories: int = impact.HISTORIES,
    progress: Progress = silent,
) -> Findings:  # fmt: skip
    """Return everything a debrief says of a game: ``white`` is what the session tells the facilitator ({} for a game alone)."""
    decisions = decision_log(record, white)
    policies = impact.documented_policies(record)
    progress(0.0, "playing other histories")
    others = impact.histories(
        policies, seed=record.seed, first=record.replication + 1, runs=histories,
        progress=lambda share: progress(0.2 * share, "playing other histories"),
    )  # fmt: skip
    units = impact.units(policies, others)
    found = impact.impacts(
        record, runs=runs, scale=units, policies=policies, of=decisions.decided,
        progress=lambda share: progress(0.2 + 0.7 * share, "weighing decisions"),
    )  # fmt: skip
    progress(0.9, "drawing")
    seats = figures.teams(record, decisions.seats)
    places = tuple(
        Place(seat, record.measures[name], others[name], impact.percentile(record.measures[name], others[name]))
        for seat in seats
        if (name := f"payoff_{seat}") in record.measures and name in others
    )
    told = tuple(episodes(record))
    by_seat = tuple(scores(decisions.forecasts, by="seat"))
    drawn = _figures(record, decisions, seats, told, places)
    return Findings(record, decisions, told, tuple(found), places, by_seat, others, units, drawn)


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
    record: Record, decisions: DecisionLog, seats: list[str], told: tuple[Episode, ...], places: tuple[Place, ...]
) -> dict[str, str]:
    drawn = {"course": figures.course(record, told)}
    drawn |= {f"beliefs-{seat}": figures.beliefs(record, seat, told) for seat in seats}
    if decisions.forecasts:
        groups = {"": [*decisions.forecasts]} | {seat: [one for one in decisions.forecasts if one.seat == seat] for seat in seats}
        bins = {
            seat: calibration([one.chance for one in own], [one.outcome for one in own]) for seat, own in groups.items() if own
        }
        drawn["calibration"] = figures.calibrated(record, bins)
    if places:
        drawn["among"] = figures.among(record, places)
    return {name: text for name, text in drawn.items() if text}
