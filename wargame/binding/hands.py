"""Orders and events that people put into a history while it is played: checked and compiled like those of a file."""

from __future__ import annotations

from wargame.binding.bound import Bound
from wargame.binding.checker import Checker, NoMarks
from wargame.binding.injects import forced_orders, impulse_rows
from wargame.binding.menus import hand_candidate
from wargame.binding.references import check_inject
from wargame.errors import InputError, allowed, did_you_mean, mistake
from wargame.scenario.schema import HandOrder, Inject
from wargame.world.injects import UnplannedInject, actors_of
from wargame.world.menu import Candidate
from wargame.world.scope import Names


def order_by_hand(bound: Bound, actor: str, order: HandOrder, rule: str = "by hand") -> Candidate:
    """Return the candidate that an order given by hand is.

    Raises :class:`InputError` for an unknown actor, action or aim, an action that the actor may not order, and a missing target,
    item or site.
    """
    if actor not in bound.cast.actors:
        near = did_you_mean(actor, bound.cast.actors) or f"; allowed: {allowed(bound.cast.actors)}"
        raise mistake(f'unknown actor "{actor}"{near}', file="order")
    check = Checker(NoMarks())
    scope = Names(bound.layout, bound.cast, bound.cast.actors.index(actor))
    made = hand_candidate(actor, order, rule, ("order",), bound.scenario, scope, check)
    if made is None:
        raise InputError(check.mistakes)
    return made


def unplanned_inject(bound: Bound, name: str, spec: Inject) -> UnplannedInject:
    """Return an inject that happens this morning although no list of events has it. Raises :class:`InputError` for what it names
    that does not exist.
    """
    layout, cast = bound.layout, bound.cast
    check = Checker(NoMarks())
    impulses = {field[len("impulse.") :]: f.axes for field, f in layout.fields.items() if field.startswith("impulse.")}
    check_inject(name, spec, bound.scenario, impulses, check)
    if check.mistakes:
        raise InputError(check.mistakes)
    pushes = tuple(
        (target, rows[row].value)
        for impulse, rows in sorted(spec.impulses.items())
        for row in sorted(rows)
        for target in impulse_rows(impulse, row, layout, cast)
    )
    nothing = check.formula(("injects", name), 0.0, Names(layout, cast))
    return UnplannedInject(name, spec, pushes, forced_orders(name, spec, cast, nothing), actors_of(spec.urgent, cast))
