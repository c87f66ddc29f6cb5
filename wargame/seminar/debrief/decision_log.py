"""Who did what on which turn, for a debrief and for a teacher's list: from a session's white page, or from the record alone."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wargame.scenario.schema import HandOrder
from wargame.seminar.debrief.impact import by_hand
from wargame.simulation.record import Record
from wargame.studies.statistics.scoring import Forecast, brier

Json = Mapping[str, Any]
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
STRENGTH = {0.5: ", at half strength", 2.0: ", at double strength"}
COLUMNS = (
    "seat", "seat_name", "person", "turn", "date", "orders", "entered_by_person", "rationale", "forecasts", "brier_of_turn",
    "brier_of_game", "payoff", "share_of_histories_below",
)  # fmt: skip


@dataclass(frozen=True)
class OrderLine:
    """An order as given: its channel, what it says, who entered it, and why."""

    channel: str
    title: str
    person: str
    rationale: str


@dataclass(frozen=True)
class TurnLine:
    """A seat in a turn that its people decided: its orders (none: it held) and its reasons."""

    turn: int
    date: str
    tick: int
    seat: str
    orders: tuple[OrderLine, ...]
    rationale: str


@dataclass(frozen=True)
class DecisionLog:
    """Everything that people gave: seats in order, who sat where (id -> name, seat), turns, forecasts with their outcomes, and
    the questions (measure -> text). ``played_on``: the game was ended early, and outcomes are those of playing it on.
    """

    seats: tuple[str, ...]
    people: Mapping[str, tuple[str, str]]
    turns: tuple[TurnLine, ...]
    forecasts: tuple[Forecast, ...]
    questions: Mapping[str, str]
    turn_dates: Mapping[int, str]
    played_on: bool = False

    @property
    def decided(self) -> list[tuple[int, str]]:
        """The decisions of people: (day, seat)."""
        return [(line.tick, line.seat) for line in self.turns]


def words(record: Record, order: HandOrder) -> str:
    """Return what an order does, in words, with its strength where it is not the usual one."""
    scenario = record.bound.scenario
    said = scenario.actions[order.action].says.format(
        target=scenario.actors[order.target].name if order.target in scenario.actors else (order.target or ""),
        item=scenario.items[order.item].name if order.item else "",
        site=scenario.sites[order.site].name if order.site else "",
    )
    return said + STRENGTH.get(order.size, "")


def decision_log(record: Record, white: Json) -> DecisionLog:
    """Return the ledger of a game: of what the white page tells where it tells of turns, else of the orders in the record."""
    asked = {name: one.asks for name, one in record.bound.scenario.measures.items() if one.asks and one.each is None}
    history = list(white.get("history") or [])
    gave = _gave(history)
    people = {
        str(one["id"]): (str(one["name"]), str(one["seat"]))
        for one in white.get("people") or []
        if not one.get("out") or str(one["id"]) in gave  # who was taken out and gave nothing is no student of this class
    }
    seats = tuple(str(one["actor"]) for one in white.get("seats") or [])
    if not history:
        turns = tuple(_from_record(record))
        dates = {line.turn: line.date for line in turns}
        return DecisionLog(seats or tuple(dict.fromkeys(line.seat for line in turns)), people, turns, (), asked, dates)
    turns = tuple(line for turn in history for line in _from_white(record, turn, people))
    dates = {int(turn["turn"]): str(turn["date"]) for turn in history}
    ends: Mapping[str, float] = white.get("ends") or record.measures
    forecasts = tuple(_forecasts(ends, history, people, asked))
    active = {line.seat for line in turns} | {one.seat for one in forecasts}
    return DecisionLog(tuple(s for s in seats if s in active), people, turns, forecasts, asked, dates, bool(white.get("ends")))


def _gave(history: Sequence[Json]) -> set[str]:
    """Return the people who gave an order or a forecast."""
    orders = {str(one.get("person")) for turn in history for given in turn["orders"].values() for one in given}
    return orders | {str(person) for turn in history for person in turn["forecasts"]}


def _from_record(record: Record) -> Iterator[TurnLine]:
    start, actions = record.bound.scenario.start, record.bound.scenario.actions
    for number, (tick, hands) in enumerate(by_hand(record).items(), 1):
        date = start.fromordinal(start.toordinal() + tick).isoformat()
        for seat, orders in hands.items():
            lines = tuple(OrderLine(actions[one.action].channel, words(record, one), "", one.reason) for one in orders)
            yield TurnLine(number, date, tick, seat, lines, "")


def _from_white(record: Record, turn: Json, people: Mapping[str, tuple[str, str]]) -> Iterator[TurnLine]:
    start = record.bound.scenario.start
    tick = start.fromisoformat(str(turn["date"])).toordinal() - start.toordinal()
    for seat, orders in turn["orders"].items():
        lines = tuple(
            OrderLine(str(one["channel"]), f"{one['title']}{STRENGTH.get(one.get('size') or 1.0, '')}",
                 people.get(str(one.get("person")), (str(one.get("by", "")), ""))[0], str(one.get("rationale") or ""))
            for one in orders
        )  # fmt: skip
        yield TurnLine(int(turn["turn"]), str(turn["date"]), tick, str(seat), lines, str(turn["rationale"].get(seat, "")))


def _forecasts(
    ends: Mapping[str, float], history: Sequence[Json], people: Mapping[str, tuple[str, str]], asked: Mapping[str, str]
) -> Iterator[Forecast]:
    for turn in history:
        for person, answers in turn["forecasts"].items():
            name, seat = people.get(str(person), (str(person), ""))
            for question, chance in answers.items():
                if question in asked and not math.isnan(ends.get(question, math.nan)):
                    outcome = 1.0 if ends[question] > 0.5 else 0.0
                    yield Forecast(name, seat, int(turn["turn"]), question, float(chance), outcome)


def student_list(record: Record, decisions: DecisionLog, payoffs: Mapping[str, tuple[float, float]]) -> str:
    """Return the list for the teacher as CSV text: a row per person and turn, what the seat ordered, why, forecasts and scores.

    ``payoffs``: seat -> (its payoff, the share of other histories below). A cell that a spreadsheet would run begins with an
    apostrophe.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    given = {(line.turn, line.seat): line for line in decisions.turns}
    pairs = [(name, seat) for name, seat in decisions.people.values() if seat in decisions.seats] or [
        ("", seat) for seat in decisions.seats
    ]
    for name, seat in sorted(pairs, key=lambda pair: (decisions.seats.index(pair[1]), pair[0])):
        for turn, date in sorted(decisions.turn_dates.items()):
            table.writerow(
                [_safe(cell) for cell in _row(record, decisions, given.get((turn, seat)), name, seat, turn, date, payoffs)]
            )
    return out.getvalue()


def _row(record: Record, decisions: DecisionLog, line: TurnLine | None, name: str, seat: str, turn: int, date: str,
         payoffs: Mapping[str, tuple[float, float]]) -> list[str]:  # fmt: skip
    orders = line.orders if line else ()
    mine = [one for one in decisions.forecasts if one.person == name and one.seat == seat]
    now = [one for one in mine if one.turn == turn]
    payoff, below = payoffs.get(seat, (math.nan, math.nan))
    return [
        seat, record.bound.scenario.actors[seat].name, name, str(turn), date,
        ("; ".join(one.title for one in orders) or "held") if line else "played by its policy",
        "; ".join(one.title for one in orders if one.person == name),
        " / ".join(text for text in dict.fromkeys([line.rationale if line else "", *(one.rationale for one in orders)]) if text),
        "; ".join(f"{one.question}={one.chance:g}" for one in now),
        _number(brier([f.chance for f in now], [f.outcome for f in now])),
        _number(brier([f.chance for f in mine], [f.outcome for f in mine])),
        _number(payoff), _number(below),
    ]  # fmt: skip


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.4f}"


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(cell) else cell
