"""Findings that are none: an input named again.

A measure that reads a number of the scenario, and nothing else that moves, follows from that number by definition or by lasting:
"dependence at the end is more where dependence was set higher". Such a pair is true and tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wargame.binding.bound import Bound


def reads(bound: Bound, measure: str, paths: Iterable[str]) -> bool:
    """Return whether a measure reads, among other things or alone, a number that one of these paths sets."""
    return bool(_read(bound, measure) & _named(bound, paths))


def is_tautology(bound: Bound, measure: str, paths: Iterable[str]) -> bool:
    """Return whether a measure reads nothing but what these paths of the scenario set, numbers that stay as they are aside."""
    read, named = _read(bound, measure), _named(bound, paths)
    settled = {given.row for given in bound.givens if ".initial." not in f".{given.path}"}
    return bool(read & named) and read - settled <= named


def _read(bound: Bound, measure: str) -> set[int]:
    """Return the rows of the state that a measure reads."""
    return {row for one in bound.measures if one.name == measure for row in one.value.slots}


def _named(bound: Bound, paths: Iterable[str]) -> set[int]:
    """Return the rows that paths set, or what lies below them."""
    wanted = tuple(paths)
    return {given.row for given in bound.givens if any(_within(given.path, path) for path in wanted)}


def own_inputs(bound: Bound, measures: Iterable[str], paths: Sequence[str]) -> tuple[str, ...]:
    """Return those of the paths of which some of the measures is the input named again."""
    names = tuple(measures)
    return tuple(path for path in paths if any(is_tautology(bound, name, (path,)) for name in names))


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.")
