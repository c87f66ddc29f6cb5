"""The splitting detector: which declared parts, counted together, cross a level that each of them stays
under.

The smallest merge is the one of fewest parts; among those the one that exceeds its level least, relative to
the level. Parts are counted together on the days when they run at once; ``gap_days`` lets a part count that
ended at most so many days before, which finds activities split in time. A transfer is merged with transfers
only, since its troops are counted again where they exercise.

Source: facts A2 split trick [9][11][12]; ``cling-zapad-is-a-bundle``; disagreement D4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, combinations
from typing import Literal

from wargame.vienna.activity import Forces, Part
from wargame.vienna.rules import DEFAULT, Rules, trigger_ids

# judgement: 16 parts have 12,870 merges of eight, which is still instant; no known exercise had more parts.
MOST_PARTS = 16
Basis = Literal["declared", "true"]


@dataclass(frozen=True)
class Merge:
    """Parts that cross ``rule`` together; ``excess`` is ``total / level - 1``."""

    chapter: str
    parts: tuple[str, ...]
    rule: str
    quantity: str
    total: float
    level: float

    @property
    def excess(self) -> float:
        """How far the total lies above the level, as a share of the level."""
        return self.total / self.level - 1.0

    @property
    def split(self) -> bool:
        """Whether it takes more than one part to cross the level."""
        return len(self.parts) > 1


def detect(
    parts: Sequence[Part],
    rules: Rules = DEFAULT,
    *,
    basis: Basis = "declared",
    gap_days: int = 0,
    same_area: bool = False,
) -> tuple[Merge, ...]:
    """Return, per chapter, the smallest merge of several parts that crosses a level no part crosses alone;
    may be empty.

    ``same_area``: only parts of one named area may be merged. ``ValueError`` for more than ``MOST_PARTS``
    parts.
    """
    found = (
        smallest_merge(parts, chapter, rules, basis=basis, gap_days=gap_days, same_area=same_area)
        for chapter in ("notify", "observe")
    )
    return tuple(merge for merge in found if merge is not None and merge.split)


def smallest_merge(
    parts: Sequence[Part],
    chapter: str,
    rules: Rules = DEFAULT,
    *,
    basis: Basis = "declared",
    gap_days: int = 0,
    same_area: bool = False,
) -> Merge | None:
    """Return the smallest merge (one part if one is enough) that crosses a level of ``chapter``, or None;
    arguments as :func:`detect`.

    The order of the parts does not matter: what is still tied goes by the parts' names, then by the order of
    the rules.
    """
    if len(parts) > MOST_PARTS:
        raise ValueError(f"{len(parts)} parts are too many to merge; at most {MOST_PARTS} are allowed")
    candidates: list[tuple[tuple[int, float, tuple[str, ...], int], Merge]] = []
    for group in _simultaneous(parts, gap_days, same_area):
        for place, (quantity, id) in enumerate(trigger_ids(group[0].kind, chapter).items()):
            merge = _fewest(group, chapter, quantity, id, rules, basis)
            if merge is not None:
                candidates.append(((len(merge.parts), merge.excess, merge.parts, place), merge))
    return min(candidates, key=lambda one: one[0])[1] if candidates else None


def _simultaneous(parts: Sequence[Part], gap_days: int, same_area: bool) -> list[list[Part]]:
    """Return the groups of one kind (and area) that run at once on some day; starts are enough, since groups
    only grow there.
    """
    gap = timedelta(days=gap_days)
    groups = []
    for first in parts:
        groups.append(
            [
                part
                for part in parts
                if part.kind == first.kind
                and part.start <= first.start <= part.end + gap
                and (not same_area or part.area == first.area)
            ]
        )
    return groups


def _fewest(group: Sequence[Part], chapter: str, quantity: str, id: str, rules: Rules, basis: Basis) -> Merge | None:
    """Return the merge of fewest parts of ``group`` that crosses ``id``, of those the one with the least
    total; None if all do not.
    """
    numbers = sorted(((_value(part, quantity, basis), part.name) for part in group), key=lambda one: (-one[0], one[1]))
    totals = accumulate(value for value, _ in numbers)
    fewest = next((count for count, total in enumerate(totals, start=1) if rules.holds(id, total)), None)
    if fewest is None:
        return None
    crossing = [
        (sum(value for value, _ in chosen), tuple(sorted(name for _, name in chosen))) for chosen in combinations(numbers, fewest)
    ]
    total, names = min(one for one in crossing if rules.holds(id, one[0]))
    return Merge(chapter, names, id, quantity, total, rules.level(id))


def _value(part: Part, quantity: str, basis: Basis) -> float:
    forces = part.actual if basis == "true" else part.declared
    return (forces or Forces()).of(quantity)
