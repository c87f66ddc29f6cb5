"""Findings that are none: an input named again.

A measure that reads a number of the scenario, and nothing else that moves, follows from that number by definition or by lasting:
"dependence at the end is more where dependence was set higher". Such a pair is true and tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wargame.binding.bound import Bound


def is_tautology(bound: Bound, measure: str, paths: Iterable[str]) -> bool:
    """Return whether a measure reads nothing but what these paths of the scenario set, numbers that stay as they are aside."""
    own = next((one for one in bound.measures if one.name == measure), None)
    if own is None or not own.value.slots:
        return False
    last = {given.row: given.path for given in bound.givens}
    settled = {row for row, path in last.items() if ".initial." not in path and not path.startswith("initial.")}
    wanted = tuple(paths)
    named = {given.row for given in bound.givens if any(_within(given.path, path) for path in wanted)}
    read = set(own.value.slots)
    return bool(read & named) and read - settled <= named


def own_inputs(bound: Bound, measures: Iterable[str], paths: Sequence[str]) -> tuple[str, ...]:
    """Return those of the paths of which some of the measures is the input named again."""
    names = tuple(measures)
    return tuple(path for path in paths if any(is_tautology(bound, name, (path,)) for name in names))


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.")
