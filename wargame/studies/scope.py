"""The measures of a run as the names that a condition over them may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wargame.expressions import Slot


@dataclass(frozen=True)
class MeasureScope:
    """Measures of a run as the names of an expression: each name is a row, whose values may be missing."""

    measures: tuple[str, ...]

    def name(self, dotted: str) -> Slot | None:
        """Return the row of a measure."""
        return Slot(self.measures.index(dotted), missing=True) if dotted in self.measures else None

    def names(self) -> Iterable[str]:
        """Return every measure."""
        return self.measures

    def call(self, function: str, arguments: tuple[str, ...]) -> None:
        """Return nothing: measures have no functions of names."""

    def functions(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}
