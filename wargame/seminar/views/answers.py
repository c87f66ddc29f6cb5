"""Orders that answer something: are they an actor's to give, and is there this morning what they would answer?

What an order's impulses declare (:class:`wargame.world.fields.Impulse`) decides it. The engine lets such orders come to nothing;
people are told beforehand, as far as they can know it.
"""

from __future__ import annotations

from collections.abc import Iterable

from wargame.binding.bound import Bound
from wargame.scenario.schema import Action, Push
from wargame.seminar.views.visibility import VisibleState
from wargame.world.fields import Impulse
from wargame.world.menu import Candidate

Aim = tuple[str | None, str | None, str | None]  # target, item, site


def aim_of(bound: Bound, candidate: Candidate) -> Aim:
    """Return what a candidate of a menu is aimed at; an item that lies at a place says the place by itself."""
    cast, items = bound.cast, bound.scenario.items
    item = None if candidate.item is None else cast.items[candidate.item]
    place = None if candidate.site is None else cast.sites[candidate.site]
    target = None if candidate.target is None else cast.actors[candidate.target]
    return target, item, None if item is not None and items[item].site == place else place


def impulses(bound: Bound) -> dict[str, Impulse]:
    """Return the declarations of all impulses."""
    return {one.name: one for mechanism in bound.mechanisms for one in mechanism.impulses}


def is_its_own(bound: Bound, actor: str, spec: Action, item: str | None) -> bool:
    """Return whether an actor is on the side of an item that this action takes: who asks for it, or who is asked.

    A patron asks for what it values, its client for what the patron would rather keep.
    """
    patrons, clients = (bound.scenario.roles.get(role, ()) for role in ("patron", "client"))
    if item is None or actor not in (*patrons, *clients):
        return True
    asks = (actor in patrons) == (bound.scenario.items[item].value.value >= 0.0)
    declared = impulses(bound)
    sides = {declared[name].whose for name in spec.impulses if name in declared}
    return ("asked" if asks else "asker") not in sides


def nothing_to_answer(visible: VisibleState, spec: Action, aim: Aim) -> str:
    """Return in words why an order would answer nothing this morning, or "" where it may answer something.

    Where an order also does something of its actor's own, that stands by itself.
    """
    declared = impulses(visible.bound)
    for name, push in spec.impulses.items():
        if name in declared and declared[name].answers and (push.to != "own" or len(spec.impulses) == 1):
            own = visible.compiled(_filled(visible, declared[name].answers, push, aim))
            if own is not None and own.or_else(0.0)(visible.now)[0] == 0.0:
                return declared[name].otherwise
    return ""


def _filled(visible: VisibleState, text: str, push: Push, aim: Aim) -> str:
    target, item, site = aim
    cast = visible.bound.cast
    me = cast.actors[visible.actor] if visible.actor is not None else ""
    row = {"own": me, "target": target, "item": item, "site": site}.get(push.to) or me
    drills = [name for name in cast.exercises if row in (visible.bound.scenario.exercises[name].host, _guest(visible, name))]
    one_side = {cast.actors[i] for role in ("patron", "client") for i in cast.group(role)}
    others = [name for name in cast.actors if (name in one_side) != (row in one_side)]
    return text.format(
        row=row, amount=f"({push.add.value!r})",
        running=_any(f"({name}.days_to_start <= 1 and not defined({name}.days_since_end))" for name in drills),
        unfinished=_any(f"not defined({name}.days_since_end)" for name in drills),
        accused=_any(f"defined({name}.claim_days)" for name in others),
    )  # fmt: skip


def _guest(visible: VisibleState, exercise: str) -> str | None:
    return visible.bound.scenario.exercises[exercise].guest


def _any(parts: Iterable[str]) -> str:
    return " or ".join(parts) or "0 > 1"
