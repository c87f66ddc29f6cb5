"""Rungs of the ladder whose conditions rest on what is hidden: the public comes to know of them by and by.

The level of a track is public. A condition over hidden quantities would tell, by the day on which it begins to hold, where they
stand. So where such a condition holds it is noticed with a chance ``1 - e^(-1/t)`` a day, t being ``notice_days``; once noticed,
the rung's hold keeps the track up until it is noticed again.
"""

from __future__ import annotations

import weakref

from wargame.engine.numeric import exp
from wargame.engine.types import Mask
from wargame.expressions import Many, Slot, compile_expression
from wargame.world.cast import Cast
from wargame.world.scope import Names
from wargame.world.world import World

_kept: dict[int, tuple[weakref.ref[Cast], tuple[str, ...]]] = {}


def veiled(w: World) -> tuple[str, ...]:
    """Return the names of the rungs whose conditions rest on anything that is not public."""
    kept = _kept.get(id(w.cast))
    if kept is None or kept[0]() is not w.cast:
        key = id(w.cast)
        found = tuple(name for name in sorted(w.scenario.ladder) if _is_veiled(w, name))
        kept = (weakref.ref(w.cast, lambda _: _kept.pop(key, None)), found)
        _kept[key] = kept
    return kept[1]


def noticed(w: World, truth: Mask) -> Mask:
    """Return which rungs' conditions hold and are known to hold today, given which hold, shape ``(rungs, runs)``."""
    names, hidden = sorted(w.scenario.ladder), veiled(w)
    if not hidden:
        return truth
    chance = 1.0 - exp(-1.0 / w.parameters("escalation")["notice_days"])
    luck = w.draws.uniforms([f"escalation.notice.{name}" for name in hidden], w.tick) < chance
    known = truth.copy()
    rows = [names.index(name) for name in hidden]
    known[rows] = truth[rows] & luck
    return known


def _is_veiled(w: World, name: str) -> bool:
    condition = compile_expression(w.scenario.ladder[name].when, Names(w.layout, w.cast))
    rows: list[int] = []
    for _, ref in condition.references:
        rows += [ref.index] if isinstance(ref, Slot) else list(ref.slots) if isinstance(ref, Many) else []
    public = [w.layout.span(field.name) for field in w.layout.fields.values() if field.seen == "all"]
    return any(not any(span.start <= row < span.stop for span in public) for row in rows)
