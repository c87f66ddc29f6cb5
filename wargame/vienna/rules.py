"""The rules in force: every level, deadline and quota of the Vienna Document 2011, each of which can be
replaced.

Source: :mod:`wargame.vienna.catalogue`; the two readings and the two inequalities: disagreement D4, X-VD-OBS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from wargame.errors import did_you_mean
from wargame.vienna.catalogue import CATALOGUE
from wargame.vienna.rule import LAND, LANDING, Inequality, Rule

Scope = Literal["part", "whole"]
Together = Literal["peak", "sum"]


@dataclass(frozen=True)
class Rules:
    """The rules in force and how to read them.

    ``inequality``: does a duty arise at the level (``>=``) or only above it (``>``)? ``scope``: does the
    letter count each notified part by itself or what stands under one command together? (D4) ``together``:
    are parts of different dates counted at their busiest day (``peak``: "at any time during the activity") or
    simply added (``sum``)?
    """

    table: tuple[Rule, ...] = CATALOGUE
    inequality: Inequality = ">="
    scope: Scope = "part"
    together: Together = "peak"

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """The rules by their ids."""
        return {rule.id: rule for rule in self.table}

    def __getitem__(self, id: str) -> Rule:
        return self.by_id[id]

    def level(self, id: str) -> float:
        """Return the number of rule ``id``; :class:`KeyError` when there is none of that name."""
        return self.by_id[id].level

    def holds(self, id: str, value: float) -> bool:
        """Return :meth:`Rule.holds` of rule ``id`` under the inequality in force."""
        return self.by_id[id].holds(value, self.inequality)

    def replaced(self, levels: Mapping[str, float]) -> Rules:
        """Return the same rules with other numbers, which count as unconfirmed; :class:`ValueError` for an
        unknown or numberless id.
        """
        for id in levels:
            if id not in self.by_id:
                raise ValueError(f'unknown rule "{id}"{did_you_mean(id, self.by_id)}')
            if self.by_id[id].test == "principle":
                raise ValueError(f'rule "{id}" has no number to replace')
        return replace(
            self,
            table=tuple(
                replace(rule, level=levels[rule.id], confirmed=False, source=("replaced for this case",))
                if rule.id in levels
                else rule
                for rule in self.table
            ),
        )


DEFAULT = Rules()


def trigger_ids(kind: str, chapter: str) -> dict[str, str]:
    """Return quantity → rule id of the levels that make an activity of ``kind`` (``land`` or ``transfer``)
    notifiable or observable.

    ``chapter`` is ``notify`` or ``observe``. Sorties are no trigger: they only decide what the notice lists.
    """
    if kind == "transfer":
        return {name: f"{'transfer' if chapter == 'notify' else 'observe'}.{name}" for name in LAND}
    return {name: f"{chapter}.{name}" for name in (*LAND, *LANDING)}


def in_document_order(paragraphs: set[str]) -> tuple[str, ...]:
    """Return the paragraph numbers sorted as in the document; a chapter without a paragraph comes last."""

    def place(paragraph: str) -> tuple[int, tuple[int, ...], str]:
        parts = paragraph.split(".")
        numbered = all(part.isdigit() for part in parts)
        return (0, tuple(int(part) for part in parts), "") if numbered else (1, (), paragraph)

    return tuple(sorted(paragraphs, key=place))
