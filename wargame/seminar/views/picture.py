"""What a seat is shown of the world, made of what its actor may see and of events that it was told of, and of nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.seminar.views.declarations import declarations
from wargame.seminar.views.gauges import gauges
from wargame.seminar.views.places import places
from wargame.seminar.views.visibility import VisibleState
from wargame.simulation.record import Event
from wargame.simulation.simulation import Simulation

Json = dict[str, Any]
MOST_REPORTS = 120  # the newest; the whole history stands in the record
TRACE_SIZE = 0.005  # of a gauge that goes from 0 to 1: smaller changes are not worth a sentence


def picture(model: Simulation, actor: str) -> Json:
    """Return an actor's picture of a traced model of one run, as of this morning; it can be written as JSON.

    ``situation`` are sentences; ``gauges``, ``map``, ``declarations``, ``basing`` and ``reports`` (newest first) are explained in
    the modules of their names.
    """
    return _picture(model, visible_state(model, model.bound.cast.actors.index(actor)), actor)


def truth(model: Simulation) -> Json:
    """Return the same of the truth, with the level of every ``track`` of the ladder: for those who run the game."""
    visible = visible_state(model, None)
    cast, scenario = model.bound.cast, model.bound.scenario
    tracks = [
        {"track": name, "label": scenario.tracks[name], "level": visible.value("esc", index)}
        for index, name in enumerate(cast.tracks)
    ]
    return _picture(model, visible, "") | {"tracks": tracks}


def news(bound: Bound, events: Iterable[Event], actor: str = "") -> list[Json]:
    """Return what an actor was told of some events, in their order; without one, what everybody was told.

    ``id`` counts what this actor was told, so that nothing can be learnt from the numbers that are missing.
    """
    names = {name: one.name for name, one in bound.scenario.actors.items()}
    told = [(event, event.told(actor)) for event in events]
    heard = [(event, words) for event, words in told if words is not None]
    return [_report(names, number, event, *words, event.cited(actor)) for number, (event, words) in enumerate(heard)]


def visible_state(model: Simulation, actor: int | None) -> VisibleState:
    """Return what an actor (None: nobody in particular, the truth) may read of a traced model of one run."""
    now = model.world.state
    trace = model.trace
    days = np.empty((len(now), 0)) if trace is None or not len(trace.days) else trace.days[:, :, 0].T
    return VisibleState(model.bound, now, days, actor)


def _picture(model: Simulation, visible: VisibleState, actor: str) -> Json:
    scenario, events = model.bound.scenario, [] if model.trace is None else model.trace.events
    own = scenario.actors.get(actor)
    dials, declared = gauges(visible), declarations(visible)
    names = {name: one.name for name, one in scenario.actors.items()}
    if own is None:
        reports = [_report(names, number, event, event.fact, event.reason, event.sources) for number, event in enumerate(events)]
    else:
        reports = news(model.bound, events, actor)
    return {
        "actor": actor, "name": own.name if own else "Everybody", "short": own.short if own else "",
        "date": min(model.world.date, scenario.end).isoformat(), "day": model.world.tick + 1,
        "situation": [*_situation(model, visible, dials, declared)], "gauges": dials, "map": places(visible),
        "declarations": declared, "basing": _basing(visible), "reports": reports[::-1][:MOST_REPORTS],
    }  # fmt: skip


def _report(
    names: Mapping[str, str], number: int, event: Event, text: str, reason: str, sources: tuple[str, ...]
) -> Json:  # fmt: skip
    said = f"{names[event.actor]} {text}" if event.kind == "order" else text
    return {
        "id": number, "date": event.date.isoformat(), "kind": event.kind, "actor": event.actor,
        "text": said[:1].upper() + said[1:], "reason": reason, "sources": list(sources),
    }  # fmt: skip


def _situation(model: Simulation, visible: VisibleState, dials: Sequence[Json], declared: Sequence[Json]) -> Iterator[str]:
    scenario = model.bound.scenario
    date = min(model.world.date, scenario.end)
    yield f"It is {date:%A} {date.day} {date:%B %Y}, day {model.world.tick + 1} of {scenario.horizon}."
    for one in declared:
        numbers = "no number was given" if one["withheld"] else f"{one['declared']:,} troops declared" if one["declared"] else ""
        days = _span(dt.date.fromisoformat(one["start"]), dt.date.fromisoformat(one["end"]))
        who = f"{one['host']} and {one['guest']}, {days}"
        yield f"{one['name']} ({who}) is {one['status']}{': ' + numbers if numbers else ''}."
    for index, track in enumerate(model.bound.cast.tracks):
        level = visible.value("esc", index)
        if level is not None and level > 0.0:
            yield f"{scenario.tracks[track]} stands at level {level:.0f} of 9."
    for dial in dials:
        if dial["id"] == "own.seen_guest" and dial["value"] >= 50.0 and dial["low"] is not None:
            cast = model.bound.cast
            yield _guests(dial, scenario.actors[cast.actors[cast.group("client")[0]]].name)
    yield from _changes(dials)


def _span(first: dt.date, last: dt.date) -> str:
    """Return days in words: 10 to 16 September 2021."""
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    return f"{first.day}{month}{year} to {last.day} {last:%B %Y}"


def _guests(dial: Json, client: str) -> str:
    """Return what our reports say of the guest's troops: exactly, or with the range that they leave open."""
    low, high = round(dial["low"]), round(dial["high"])
    if low == high:
        return f"{dial['of']} has {low:,} troops in {client}; this is known exactly."
    return f"Our reports put {dial['of']} at about {dial['value']:,.0f} troops in {client} (80 % sure: {low:,} to {high:,})."


def _changes(dials: Sequence[Json]) -> Iterator[str]:
    """Yield what has moved most within a week, of what goes from 0 to 1."""
    moved = []
    for dial in dials:
        if dial["unit"] == "0-1" and len(dial["series"]) > 7 and None not in (dial["value"], dial["series"][-8]):
            change = dial["value"] - dial["series"][-8]
            if abs(change) > 10 * TRACE_SIZE:
                moved.append((-abs(change), dial["id"], dial, change))
    for _, _, dial, change in sorted(moved, key=lambda one: one[:2])[:4]:
        of = f" ({dial['of']})" if dial["of"] else ""
        yield f"{dial['label']}{of}: {'up' if change > 0 else 'down'} by {abs(change):.2f} within a week, to {dial['value']:.2f}."


def _basing(visible: VisibleState) -> list[Json]:
    """Return the items on the agenda and where they stand, for those who negotiate; for others what is publicly known of them."""
    scenario, cast = visible.bound.scenario, visible.bound.cast
    found = []
    for index, name in enumerate(cast.items):
        state = _agenda(visible, index) if visible.is_party else _from_outside(visible, name)
        if state:
            found.append({"item": name, "label": scenario.items[name].name, "state": state})
    return found


def _agenda(visible: VisibleState, item: int) -> str:
    if visible.above(0.5, "agreed", item):
        return f"agreed, {100 * (visible.value('carried_out', item) or 0.0):.0f} % carried out"
    if visible.above(0.5, "asked", item):
        return f"asked for {visible.value('asked_days', item) or 0.0:.0f} days ago, open"
    refused = visible.value("refused_days", item)
    return f"turned down {refused:.0f} days ago" if refused is not None else "not on the table"


def _from_outside(visible: VisibleState, name: str) -> str:
    place = visible.bound.scenario.items[name].site
    level = None if place is None else visible.value("basing_public", visible.bound.cast.sites.index(place))
    return f"publicly at rung {level:.0f} of 5" if level else ""
