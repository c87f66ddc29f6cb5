"""What an actor imagines the world to be: what it sees as it is, what it believes as it believes it, the rest as declared.

Row by row of the state: what the actor's policy may name is taken over; a hidden quantity about which there is a belief is
drawn from it, ``clip(mean + spread z)``, anew for every future; everything else stands where the scenario's file has it on the
first morning, whatever the run has made of it since. The parameters of the model are the declared ones, not those drawn for the
run; the luck is the actor's own, and none of the run's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array
from wargame.world.fields import Layout
from wargame.world.world import World

OF_CHOICE = ("temperature", "persistence", "leaning.")  # what its choices are made with: no fact of the world


def visible_rows(world: World, actor: int) -> NDArray[np.intp]:
    """Return the rows of the state that an actor's policy may name."""
    cast, layout, scenario = world.cast, world.layout, world.scenario
    own = f"let.{cast.actors[actor]}."
    found: list[int] = []
    for name, field in layout.fields.items():
        rows = layout.span(name)
        if (field.is_shared and field.is_seen(cast, actor)) or name.startswith(own):
            found += range(rows.start, rows.stop)
        elif (not field.is_shared or name.startswith(OF_CHOICE)) and field.axes[:1] == ("actor",):
            found += _of_actor(layout, name, actor)
    public = [i for i, name in enumerate(cast.actions) if scenario.actions[name].public]
    since = {layout.row("since", who, action) for who in range(len(cast.actors)) for action in public}
    return np.array(sorted({*found, *since, *_of_actor(layout, "since", actor)}), dtype=np.intp)


def _of_actor(layout: Layout, name: str, actor: int) -> range:
    """Return the rows of a field, whose first axis are the actors, that belong to one of them."""
    each = int(np.prod(layout.shape(name)[1:], dtype=np.int64))
    return range(layout.row(name) + actor * each, layout.row(name) + (actor + 1) * each)


def imagined(world: World, actor: int, declared: Array, columns: NDArray[np.intp], futures: int) -> World:
    """Return ``futures`` worlds of each of some columns as an actor imagines them this morning, column by column.

    ``declared`` ``(slots,)`` is what stands where the actor neither sees nor believes anything.
    """
    layout, cast = world.layout, world.cast
    name = f"imagined.{cast.actors[actor]}"
    luck = world.draws.split(name, world.tick, columns, futures)
    source = np.repeat(columns, futures)
    state = np.repeat(declared[:, np.newaxis], len(source), axis=1)
    seen = visible_rows(world, actor)
    state[seen] = world.state[np.ix_(seen, source)]
    for topic in sorted(field.name for field in layout.fields.values() if field.seen == "belief"):
        field = layout.fields[topic]
        for subject, who in enumerate(cast.actors):
            if subject != actor:
                mean = world.state[layout.row(f"believed.{topic}", actor, subject), source]
                spread = world.state[layout.row(f"unsure.{topic}", actor, subject), source]
                doubt = luck.normal(f"{name}.{topic}.{who}", world.tick)
                state[layout.row(topic, subject)] = np.clip(mean + spread * doubt, field.low, field.high)
    return World(layout, state, luck, world.scenario, cast, world.parameter_names, world.ladder, world.tick)
