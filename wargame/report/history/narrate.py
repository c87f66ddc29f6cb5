"""A history in words: the timeline of one run for the terminal, for transcripts and for the report."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wargame.scenario.words import capitalised, decimal, sentence
from wargame.simulation.record import Event, Record

WIDTH = 104
MOST_SOURCES = 3  # cited in the timeline; the event log and the report have them all
_LABELS = {
    "inject": "event", "order": "order", "consent": "consent", "move": "forces", "signal": "report", "belief": "belief",
    "verdict": "ruling", "incident": "incident", "rung": "ESCALATES", "outcome": "outcome", "message": "message",
    "note": "note",
}  # fmt: skip
_DOWN = ": down to level "  # what the ladder says of a crisis that comes down


@dataclass(frozen=True)
class Line:
    """A line of the timeline; ``kind`` is an event kind, or ``day``, ``head``, ``detail``, ``plain`` for its style."""

    text: str
    kind: str = "plain"


def timeline(record: Record) -> Iterator[Line]:
    """Yield the whole history: heading, days with their events and reasons, what was seen against what was true, measures."""
    yield from _heading(record)
    by_date: dict[dt.date, list[Event]] = {}
    for event in record.events:
        by_date.setdefault(event.date, []).append(event)
    known: list[Line] = []
    for day, date in enumerate(record.dates):
        last = day == len(record.days) - 1
        picture = list(_picture(record, day)) if day % 7 == 6 or last else []
        if picture == known and not last:
            picture = []  # nothing new since the last one
        known = picture or known
        events = by_date.get(date, [])
        if events or picture:
            yield Line("")
            yield Line(f"{date:%a %d %b %Y}  day {day + 1}", "day")
        for event in events:
            yield from _event(record, event)
        yield from picture
    yield Line("")
    yield from _measures(record)


def _heading(record: Record) -> Iterator[Line]:
    scenario = record.bound.scenario
    yield from _wrapped(scenario.title, "", "head")
    if scenario.question:
        yield from _wrapped(scenario.question, "", "plain")
    end = record.dates[-1]
    yield Line(
        f"{scenario.start:%d %b %Y} to {end:%d %b %Y}, {len(record.days)} days · seed {record.seed}, "
        f"replication {record.replication} · one history out of many, not a forecast",
        "detail",
    )
    policies = [
        f"{scenario.actors[name].name}: {' + '.join(scenario.actors[name].policy).replace('_', '-') or 'no policy'}"
        for name in record.bound.cast.actors
    ]
    yield from _wrapped(" · ".join(policies), "", "detail")


def _event(record: Record, event: Event) -> Iterator[Line]:
    actor = record.bound.scenario.actors[event.actor].name if event.actor else ""
    eases = event.kind == "rung" and _DOWN in event.fact
    label = "eases" if eases else _LABELS[event.kind]
    subject = f"{actor} {event.fact}" if event.kind == "order" else event.fact
    yield from _wrapped(sentence(subject), f"  {label:<9} ", "plain" if eases else event.kind)
    why = event.reason
    if event.kind == "order" and "chance" in event.more:
        chance = f"chance {event.more['chance']:.0%}{_rival(event)}"
        because = "" if event.more.get("against") else "because "
        why = f"{because}{why} ({chance})" if why else chance
    if why:
        yield from _wrapped(capitalised(why.strip()) if event.kind == "order" else sentence(why), " " * 12, "detail")
    if event.sources:
        more = f", and {len(event.sources) - MOST_SOURCES} more" if len(event.sources) > MOST_SOURCES else ""
        yield Line(" " * 12 + f"[{', '.join(event.sources[:MOST_SOURCES])}{more}]", "source")


def _rival(event: Event) -> str:
    """Return the next best alternative of a choice, in words."""
    weights = dict(event.more["weights"])
    own = weights.pop(event.more["rule"], 0.0)
    if not weights:
        return ""
    name, weight = max(weights.items(), key=lambda item: (item[1], item[0]))
    return f"; {own:.2f} against {weight:.2f} for {'holding' if name == 'hold' else name.replace('_', ' ')}"


def _picture(record: Record, day: int) -> Iterator[Line]:
    """Yield the week's picture: escalation, and what the observer believes against what is true."""
    layout, scenario, cast = record.bound.layout, record.bound.scenario, record.bound.cast
    tracks = record.series("esc")[day] if cast.tracks else []
    levels = ", ".join(f"{scenario.tracks[name]} {tracks[i]:.0f}" for i, name in enumerate(cast.tracks))
    tension = record.series("tension")[day]
    if levels:
        yield from _wrapped(f"escalation (0-9): {levels}; tension {float(tension):.2f}", "  picture   ", "picture")
    observer, guest, host = scenario.observer, cast.role("patron"), cast.role("client")
    if observer is None or guest is None or host is None or "seen_guest" not in layout.fields:
        return
    true = float(record.series("guest_troops")[day])
    believed, low, high = (float(record.series(name, observer)[day]) for name in ("seen_guest", "seen_low", "seen_high"))
    if max(true, believed) < 50.0:
        return
    yield from _wrapped(
        f"{scenario.actors[observer].name} believes {believed:,.0f} troops of {scenario.actors[cast.actors[guest]].name} in "
        f"{scenario.actors[cast.actors[host]].name} (80 % sure: {low:,.0f} to {high:,.0f}); there are {true:,.0f}",
        "  picture   ",
        "picture",
    )


def _measures(record: Record) -> Iterator[Line]:
    yield Line("What it came to", "head")
    specs = {measure.name: measure.spec for measure in record.bound.measures}
    main = [name for name, spec in specs.items() if spec.main] or sorted(specs)
    for name in main:
        value = record.measures[name]
        number = specs[name].absent if math.isnan(value) else decimal(value, 2)
        yield from _wrapped(specs[name].says or name, f"  {name:<24} {number:>9}  ", "plain")
    if len(main) < len(specs):
        yield Line(f"  and {len(specs) - len(main)} more in the result folder", "detail")


def _wrapped(text: str, lead: str, kind: str) -> Iterator[Line]:
    text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)  # no file's text steers a terminal
    for row in textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)) or [lead]:
        yield Line(row, kind)


def as_text(lines: Sequence[Line] | Iterator[Line]) -> str:
    """Return lines as plain text, ending in a newline."""
    return "\n".join(line.text.rstrip() for line in lines) + "\n"
