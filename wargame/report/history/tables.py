"""The tables of the report, as plain rows: the template only lays them out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from wargame.binding.bound import CompiledMeasure
from wargame.plots import vienna
from wargame.plots.reading import (
    date_of,
    events,
    exercise_days,
    exercises,
    group,
    has,
    named,
    observer,
    of_actor,
    peak_day,
    role,
    scalar,
)
from wargame.plots.troops import declared_guests
from wargame.report.citing import Bibliography
from wargame.scenario.words import count, measured, off_by, sentence, short_date
from wargame.simulation.record import Event, Record
from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.rules import DEFAULT
from wargame.vienna.words import unconfirmed
from wargame.world.menu import Candidate

Cites = list[tuple[int, str, str]]
KEY_MEASURES = (
    "esc_max",
    "esc_class",
    "attack",
    "invade",
    "incidents",
    "unauthorised_incident",
    "declaration_ratio",
    "transparency_class",
    "transparency_index",
    "observers_admitted",
    "est_spread",
    "detect_lag",
    "linger_share_30",
    "linger_share_90",
    "basing_state",
    "basing_increment",
    "dependence_end",
    "integ_mil_end",
    "stability_end",
    "regime_survives",
    "co_belligerent",
    "migrant_flow",
    "sanctions_end",
    "norm_strength",
)
STORY = ("inject", "signal", "move", "message", "belief", "verdict", "consent", "outcome")
WINDOWS = {
    "end": "last day", "max": "highest day", "min": "lowest day", "mean": "mean of all days", "sum": "sum of all days",
    "ever": "on any day", "first": "first day",
}  # fmt: skip


@dataclass(frozen=True)
class MeasureRow:
    """A measure: its name, what it means, its value in words and the window it is taken over."""

    name: str
    says: str
    value: str
    window: str
    key: bool


def measure_rows(record: Record) -> list[MeasureRow]:
    """Return every measure, the key ones first in their own order, the others by name."""
    start, rows = record.bound.scenario.start, []
    for one in record.bound.measures:
        value = measured(record.measures[one.name], one.spec, start)
        rank = _rank(one.name)
        window = WINDOWS[one.spec.over]
        if one.spec.over == "end" and one.last < len(record.days) - 1:
            window = short_date(date_of(record, one.last))
        rows.append(
            (rank, one.name, MeasureRow(one.name, sentence(_meaning(record, one)), value, window, rank < len(KEY_MEASURES)))
        )
    return [row for _, _, row in sorted(rows, key=lambda r: r[:2])]


def _meaning(record: Record, measure: CompiledMeasure) -> str:
    """Return what a measure means, with the actor's name where there is one measure for each actor."""
    actors = [actor for actor in record.bound.cast.actors if measure.name.endswith(actor)] if measure.spec.each else []
    return measure.spec.says.replace("{actor}", named(record, max(actors, key=len, default=None)) or "the actor")


def _rank(name: str) -> int:
    for i, key in enumerate(KEY_MEASURES):
        if name == key or (key in ("esc_max", "attack", "invade") and name.startswith(f"{key}_")):
            return i
    return len(KEY_MEASURES)


@dataclass(frozen=True)
class ObservationRow:
    """One date or one observer: truth, declared, believed with its range, error and whether the range held the truth."""

    label: str
    true: str
    declared: str
    believed: str
    reach: str
    error: str
    held: str


def _observation_row(label: str, record: Record, day: int, who: str) -> ObservationRow:
    guests = scalar(record, "guest_troops")
    said = declared_guests(record)
    middle, low, high = (of_actor(record, f, who) for f in ("seen_guest", "seen_low", "seen_high"))
    assert guests is not None
    assert middle is not None
    assert low is not None
    assert high is not None
    true = float(guests[day])
    held = "yes" if low[day] <= true <= high[day] else "no"
    return ObservationRow(
        label, count(true), count(said[day]) if said is not None and said[day] > 0 else "–", count(middle[day]),
        f"{count(low[day])} to {count(high[day])}", off_by(float(middle[day]), true), held,
    )  # fmt: skip


def _can_see(record: Record) -> bool:
    return scalar(record, "guest_troops") is not None and has(record, "seen_guest", "seen_low", "seen_high")


def seen_by_date(record: Record) -> list[ObservationRow]:
    """Return what the observer believed against the truth on the days that matter."""
    who = observer(record)
    if who is None or not _can_see(record):
        return []
    last = len(record.days) - 1
    days: dict[int, list[str]] = {0: ["first day"]}
    for name, exercise in exercises(record):
        first, end = exercise_days(record, name)
        for day, words in ((first, "begins"), (end, "ends"), (end + 30, "30 days after")):
            if 0 <= day <= last:
                label = f"{words} {exercise.name}" if words[0].isdigit() else f"{exercise.name} {words}"
                days.setdefault(day, []).append(label)
    days.setdefault(peak_day(record), []).append("most guest troops")
    days.setdefault(last, []).append("last day")
    return [
        _observation_row(f"{short_date(date_of(record, day))}: {', '.join(words)}", record, day, who)
        for day, words in sorted(days.items())
    ]


def seen_by_observer(record: Record) -> list[ObservationRow]:
    """Return what every observer believed when most guest troops were in the country."""
    if not _can_see(record):
        return []
    inside = {role(record, "patron"), role(record, "client")}
    day = peak_day(record)
    rows = [(a, _observation_row(named(record, a), record, day, a)) for a in record.bound.cast.actors if a not in inside]
    ordering = group(record, "alliance", "frontline", "members", "target", "distant", "opposition")
    return [row for a, row in rows if a in ordering]


@dataclass(frozen=True)
class VerdictRow:
    """An exercise: both readings with their meaning, the numbers, the paragraphs and what about them is unconfirmed."""

    name: str
    letter: str
    letter_means: str
    substance: str
    substance_means: str
    notice: str
    told: str
    overall: str
    paragraphs: str
    doubts: tuple[str, ...]
    cites: Cites


def verdict_rows(record: Record, books: Bibliography) -> list[VerdictRow]:
    """Return the verdicts of the Vienna Document on every exercise that began."""
    rules = [DEFAULT[name] for name in ("notify.troops", "notify.days", "observe.troops")]
    rows = []
    for one in vienna.judged(record):
        told = next((e for e in events(record, "verdict") if one.name in e.fact), None)
        overall = next((v for v in VERDICTS if told and f": {v} " in f"{told.fact} "), "")
        paragraphs = ", ".join(dict.fromkeys(f"{rule.paragraph} ({rule.says})" for rule in rules))
        rows.append(VerdictRow(
            one.name, one.letter, vienna.MEANS[one.letter], one.substance, vienna.MEANS[one.substance],
            sentence(vienna.notice_words(one)), sentence(f"{told.fact} {sentence(told.reason)}") if told else "", overall,
            paragraphs, unconfirmed(rules), books.cite(told.sources if told else ()),
        ))  # fmt: skip
    return rows


@dataclass(frozen=True)
class EventRow:
    """One event as a row of a chronology."""

    date: str
    kind: str
    actor: str
    fact: str
    reason: str
    cites: Cites


def _event_row(record: Record, event: Event, books: Bibliography) -> EventRow:
    return EventRow(
        short_date(event.date), event.kind, named(record, event.actor or None), sentence(event.fact),
        sentence(event.reason), books.cite(event.sources),
    )  # fmt: skip


def turning_points(record: Record, books: Bibliography) -> list[EventRow]:
    """Return incidents and steps on the ladders with their reasons, in order."""
    return [_event_row(record, event, books) for event in events(record, "incident", "rung")]


def story(record: Record, books: Bibliography) -> list[EventRow]:
    """Return what else happened, orders left out, in order."""
    return [_event_row(record, event, books) for event in events(record, *STORY)]


@dataclass(frozen=True)
class Decision:
    """One order: what, why, how likely it was, what came next in preference, and what the actor looked at."""

    date: str
    channel: str
    order: str
    reason: str
    chance: str
    instead: str
    saw: str
    cites: Cites


@dataclass(frozen=True)
class Decider:
    """An actor's decisions, with its policy in words."""

    actor: str
    name: str
    policy: str
    says: str
    decisions: tuple[Decision, ...]
    surprising: int  # orders that had less than one chance in four
    against: int  # orders that were worth less to the actor than holding


def deciders(record: Record, books: Bibliography) -> list[Decider]:
    """Return every actor that decided anything, with its decisions in order, as the timeline orders them."""
    from wargame.plots.timeline import lanes

    found = []
    for actor in lanes(record):
        words = _order_words(record, actor)
        orders = [e for e in events(record, "order") if e.actor == actor]
        policy, says = _policy(record, actor)
        rows = tuple(_decision(event, words, books) for event in orders)
        surprising = sum(float(e.more.get("chance", 1.0)) < 0.25 for e in orders)
        against = sum(bool(e.more.get("against")) for e in orders)
        found.append(Decider(actor, named(record, actor), policy, says, rows, surprising, against))
    return found


def _policy(record: Record, actor: str) -> tuple[str, str]:
    names = record.bound.scenario.actors[actor].policy
    known = record.bound.scenario.policies
    said = [known[n].says for n in (name.replace("-", "_") for name in names) if n in known and known[n].says]
    return " + ".join(names).replace("_", " "), " ".join(sentence(words) for words in said)


def _order_words(record: Record, actor: str) -> dict[str, str]:
    """Return rule -> what ordering it would do, in words."""
    index = record.bound.cast.actors.index(actor)
    menus = [menu for menu in record.bound.menus if menu.actor == index]
    return {c.rule: _words(record, c) for menu in menus for c in menu.candidates} | {"hold": "does nothing"}


def _words(record: Record, candidate: Candidate) -> str:
    scenario, cast = record.bound.scenario, record.bound.cast
    return record.bound.actions[candidate.action].says.format(
        target=scenario.actors[cast.actors[candidate.target]].name if candidate.target is not None else "",
        item=scenario.items[cast.items[candidate.item]].name if candidate.item is not None else "",
        site=scenario.sites[cast.sites[candidate.site]].name if candidate.site is not None else "",
    )


def _decision(event: Event, words: Mapping[str, str], books: Bibliography) -> Decision:
    more = event.more
    chance, instead = _alternatives(more, words)
    saw = "; ".join(f"{_plain_name(name)} {'none' if value is None else f'{value:g}'}" for name, value in _saw(more).items())
    return Decision(
        short_date(event.date), str(more.get("channel", "")), sentence(event.fact), sentence(event.reason), chance, instead, saw,
        books.cite(event.sources),
    )  # fmt: skip


def _saw(more: Mapping[str, object]) -> Mapping[str, float | None]:
    found = more.get("saw", {})
    return {str(k): None if v is None else float(v) for k, v in sorted(found.items())} if isinstance(found, Mapping) else {}


def _plain_name(name: str) -> str:
    return name.replace("days_since(own.", "days since (").replace("_", " ")


def _alternatives(more: Mapping[str, object], words: Mapping[str, str]) -> tuple[str, str]:
    """Return the chance of the order taken, and the next best with its chance, in words."""
    weights, rule, chance = more.get("weights"), str(more.get("rule", "")), more.get("chance")
    heat = more.get("temperature", 0.0)
    if not isinstance(weights, Mapping) or not isinstance(chance, float) or rule not in weights:
        return "", ""
    others = sorted((-float(weight), str(name)) for name, weight in weights.items() if name != rule)
    said = f"{chance:.0%}"
    if not others:
        return said, "nothing else could be considered"
    weight, name = -others[0][0], others[0][1]
    next_words = words.get(name, name.replace("_", " "))
    if not isinstance(heat, float) or heat <= 0:
        return said, next_words
    odds = min(chance * math.exp(min((weight - float(weights[rule])) / heat, 700.0)), 1.0)
    return said, f"{next_words} ({odds:.0%})"
