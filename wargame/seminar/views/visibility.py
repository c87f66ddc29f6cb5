"""What one actor may read of the state of a single history, by the declarations of the fields. Everything a seat is shown comes
through here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.expressions import Expression, ExpressionError, compile_expression
from wargame.world.fields import Field
from wargame.world.scope import Names

OWN_FORCES = frozenset({"troops", "en_route", "linger", "contingent", "garrison"})  # (site, actor): an actor knows its own column


@dataclass(frozen=True)
class VisibleState:
    """What one actor may read of a history of one run (``actor`` None: the truth, where nothing is hidden).

    ``now`` is the state ``(slots, 1)``, ``days`` the states at the ends of the days before, ``(slots, days)``.
    """

    bound: Bound
    now: Array
    days: Array
    actor: int | None

    @cached_property
    def scope(self) -> Names:
        """What names mean to the actor."""
        public = frozenset(name for name, action in self.bound.scenario.actions.items() if action.public)
        return Names(self.bound.layout, self.bound.cast, self.actor, public=public)

    @cached_property
    def is_party(self) -> bool:
        """Whether the actor is the patron or the client, or nobody in particular."""
        cast = self.bound.cast
        return self.actor is None or self.actor in (*cast.group("patron"), *cast.group("client"))

    def row(self, name: str, *index: int) -> int | None:
        """Return the row of one element of a field, or None where there is none or the actor may not see it."""
        declared = self.bound.layout.fields.get(name)
        if declared is None or not self._sees(declared, index):
            return None
        return self.bound.layout.row(name, *index)

    def value(self, name: str, *index: int) -> float | None:
        """Return the present value of one element of a field; None where it cannot be seen, or is missing."""
        row = self.row(name, *index)
        found = math.nan if row is None else float(self.now[row, 0])
        return None if math.isnan(found) else found

    def above(self, level: float, name: str, *index: int) -> bool:
        """Return whether an element is seen and above a level."""
        found = self.value(name, *index)
        return found is not None and found > level

    def series(self, row: int) -> list[float]:
        """Return the values of a row at the ends of the days so far; the row must come from :meth:`row` or :meth:`compiled`."""
        return [float(value) for value in self.days[row]]

    def compiled(self, text: str | float) -> Expression | None:
        """Return an expression as the actor may use it; None where it needs what the actor cannot see, or where its names mean
        something else in truth.
        """
        try:
            own = compile_expression(text, self.scope)
            true = compile_expression(text, Names(self.bound.layout, self.bound.cast))
        except ExpressionError:
            return None
        return own if own.references == true.references else None

    def _sees(self, declared: Field, index: tuple[int, ...]) -> bool:
        if self.actor is None or declared.is_seen(self.bound.cast, self.actor, index):
            return True
        return declared.name in OWN_FORCES and index[1:] == (self.actor,)
