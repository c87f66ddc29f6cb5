"""The scenario that remarks are made about: what its own file says, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from wargame.binding.bound import Bound
from wargame.binding.checker import Path
from wargame.errors import Mistake
from wargame.expressions import Expression
from wargame.expressions.ranges import Range, range_of
from wargame.scenario.files.marks import SET
from wargame.scenario.layers import display_path
from wargame.scenario.load import Loaded
from wargame.scenario.schema import Scenario

Remark: TypeAlias = tuple[tuple[Path, ...], str]  # the places it is about, of which the first that is the file's own is told
SPAN = ("start", "horizon")


@dataclass(frozen=True)
class Subject:
    """A scenario with the places of its parts."""

    loaded: Loaded
    bound: Bound

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.loaded.scenario

    @cached_property
    def files(self) -> frozenset[str]:
        """The files whose words are the author's own: the last layer, unless the days were set for this once, and ``--set``."""
        moved = any(self.loaded.marks.place((key,))[0] == SET for key in SPAN)
        return frozenset({SET, *(display_path(file) for file in self.loaded.files[-1:] if not moved)})

    def own(self, path: Path) -> bool:
        """Return whether the author said this."""
        return self.loaded.marks.place(path)[0] in self.files and self.there(path)

    def there(self, path: Path) -> bool:
        """Return whether anything is written at a path."""
        return self.raw(path) is not None

    def raw(self, path: Path) -> Any:
        """Return what is written at a path, or None."""
        here: Any = self.loaded.resolved
        for part in path:
            known = isinstance(here, dict) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
            here = (here.get(part) if isinstance(here, dict) else here[part]) if known else None
        return here

    def placed(self, remark: Remark) -> Mistake | None:
        """Return a remark with its place; None where all that it is about is said elsewhere."""
        paths, what = remark
        own = next((path for path in paths if self.own(path)), None)
        return None if own is None else self.loaded.marks.mistake(own, what)

    @cached_property
    def limits(self) -> Callable[[int], Range]:
        """The bounds of every row of the state, the clock held within the days of the scenario."""
        layout, days = self.bound.layout, self.scenario.horizon - 1
        clock: Mapping[str, Range] = {"clock.day": (0.0, days), "clock.week": (0.0, days / 7)}
        found: dict[int, Range] = {}
        for name, declared in layout.fields.items():
            span = layout.span(name)
            found |= dict.fromkeys(range(span.start, span.stop), clock.get(name, (declared.low, declared.high)))
        return found.__getitem__

    def range(self, expression: Expression) -> Range:
        """Return between which values an expression lies."""
        return range_of(expression, self.limits)
