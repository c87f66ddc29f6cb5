"""Entries of the master scenario events list, compiled."""

from __future__ import annotations

from wargame.binding.checker import Checker
from wargame.expressions import Expression
from wargame.scenario.schema import Inject, Scenario
from wargame.world.cast import Cast
from wargame.world.fields import Layout
from wargame.world.injects import CompiledInject, actors_of
from wargame.world.menu import Candidate
from wargame.world.scope import Names


def condition(name: str, scenario: Scenario, truth: Names, check: Checker) -> Expression | None:
    """Return what an entry of the MSEL waits for, compiled, or None where it only waits for its date."""
    when = scenario.injects[name].when
    return None if when is None else check.condition(("injects", name, "when"), when, truth)


def compile_inject(
    name: str, scenario: Scenario, layout: Layout, cast: Cast, when: Expression | None, nothing: Expression
) -> CompiledInject:
    """Return an entry of the MSEL, compiled, with what it waits for. ``nothing``: the expression for zero."""
    spec = scenario.injects[name]
    pushes = [
        (target, layout.row(f"push.{name}.{impulse}.{row}"))
        for impulse, rows in sorted(spec.impulses.items())
        for row in sorted(rows)
        for target in impulse_rows(impulse, row, layout, cast)
    ]
    orders = forced_orders(name, spec, cast, nothing)
    return CompiledInject(
        name=name,
        index=cast.injects.index(name),
        spec=spec,
        tick=(spec.date - scenario.start).days if spec.date is not None else None,
        when=when,
        pushes=tuple(pushes),
        orders=orders,
        urgent=actors_of(spec.urgent, cast),
    )


def forced_orders(name: str, spec: Inject, cast: Cast, nothing: Expression) -> tuple[tuple[int, Candidate], ...]:
    """Return the orders that an inject forces, with the actors that give them."""
    return tuple(
        (
            cast.actors.index(order.actor),
            Candidate(
                rule=name, action=order.action, channel=0, when=nothing, weight=nothing, says=spec.title, sources=spec.source,
                target=None if order.target is None else actors_of([order.target], cast)[0],
                item=None if order.item is None else cast.items.index(order.item),
                site=None if order.site is None else cast.sites.index(order.site),
            ),
        )
        for order in spec.orders
    )  # fmt: skip


def impulse_rows(impulse: str, row: str, layout: Layout, cast: Cast) -> list[int]:
    """Return the rows of an impulse that a name stands for: an actor, a role, an item, a site, the world."""
    field_name = f"impulse.{impulse}"
    axes = layout.fields[field_name].axes
    if axes == ():
        return [layout.row(field_name)]
    if axes == ("actor",):
        return [layout.row(field_name, i) for i in actors_of([row], cast)]
    labels = cast.labels()[axes[0]]
    return [layout.row(field_name, labels.index(row))] if row in labels else []
