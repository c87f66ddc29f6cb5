"""What an agent is shown on a decision morning: plain data, made of what its actor may see and of nothing else.

Numbers are those that the actor's policy might name in an expression, by the text of that expression, as signals have left
them this morning; an action that was never taken has no days since. Orders are the cards that a person in the seat would
hold, news what that person would have been told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from wargame.expressions import ExpressionError, Slot
from wargame.seminar.views.cards import cards
from wargame.seminar.views.picture import news, visible_state
from wargame.seminar.views.visibility import VisibleState
from wargame.simulation.record import Event
from wargame.simulation.simulation import Simulation
from wargame.world.scope import Names
from wargame.world.view import View

PROTOCOL = 1
_OF_ITEMS = ("asked", "agreed", "asked_days", "refused_days", "cost", "worth")
_ORDER = (
    "id", "channel", "action", "target", "item", "site", "title", "sized", "legal", "why", "occasion", "advice", "consent",
    "public", "cost",
)  # fmt: skip


def view_of(model: Simulation, morning: Simulation, actor: int, events: Sequence[Event]) -> dict[str, Any]:
    """Return what an actor of a traced model of one run sees: ``morning`` is the model when signals have come in.

    ``events`` are those since it last decided. The value can be written as JSON; ``docs/reference/agents.md`` explains it.
    """
    bound, world = model.bound, morning.world
    scenario, name = bound.scenario, bound.cast.actors[actor]
    own = scenario.actors[name]
    days = visible_state(model, actor).days
    visible = VisibleState(bound, world.state, days, actor)
    return {
        "protocol": PROTOCOL,
        "scenario": scenario.name,
        "actor": name,
        "role": {"name": own.name, "says": own.says, "goals": list(own.goals), "constraints": list(own.constraints)},
        "date": world.date.isoformat(),
        "day": world.tick + 1,
        "days": scenario.horizon,
        "urgent": world.tick % scenario.interval(name) != 0,
        "sees": dict(_sees(visible)),
        "news": news(bound, events, name),
        "orders": [{key: card[key] for key in _ORDER} for card in cards(visible, View(world, bound.menus[actor]))],
    }


def _sees(visible: VisibleState) -> Iterator[tuple[str, float | None]]:
    """Yield every number that the actor may use, by the text by which a rule would use it; None: it is missing."""
    scope, cast = visible.scope, visible.bound.cast
    calls = [(function, item) for item in cast.items for function in _OF_ITEMS]
    calls += [(function, site) for site in cast.sites for function in ("basing", "known")]
    hidden = sorted(field.name for field in visible.bound.layout.fields.values() if field.seen == "belief")
    calls += [(function, f"{who}.{field}") for who in cast.actors for field in hidden for function in ("believed", "unsure")]
    calls += [("days_since", f"{who}.{action}") for who in cast.actors for action in cast.actions]
    for name in scope.names():
        yield from _value(visible, scope, name)
    for function, argument in calls:
        yield from _value(visible, scope, function, argument)


def _value(visible: VisibleState, scope: Names, name: str, argument: str = "") -> Iterator[tuple[str, float | None]]:
    """Yield one number (None: it is missing) with its text, unless the actor cannot see it or there is no such thing."""
    try:
        ref = scope.call(name, (argument,)) if argument else scope.name(name)
    except ExpressionError:
        return
    if isinstance(ref, Slot):
        value = float(visible.now[ref.index, 0])
        if name != "days_since" or not math.isnan(value):
            yield f"{name}({argument})" if argument else name, None if math.isnan(value) else value
