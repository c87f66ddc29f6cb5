"""Designs: what is varied, which cases that makes, and how runs are numbered.

*Levers* are what somebody controls: paths of the scenario with values or a range. *Uncertainties* are what nobody controls:
the scenario's declared priors, drawn anew in every replication. A *case* is one setting of the levers. Every case is played in
the same replications ``0 .. R - 1``, and replication ``k`` has the same luck and the same uncertainties in every case.

Runs are numbered case by case: ``run = case * R + replication``.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from wargame.errors import InputError, Mistake, got
from wargame.scenario.load import parse_set
from wargame.studies.sweep.plan.case_names import Settings, case_name

BLOCK = 1000  # runs played at once: many, so that what a block costs besides its runs is little, few enough for the memory
KEPT = 50  # trajectories kept unless told otherwise
LEVELS = 5  # values of a range in a full factorial design
MOST_CASES = 20_000
MOST_BANDED = 64  # cases that have bands of their own; of more, bands are over all cases together
METHODS = ("full", "lhs", "sobol")
_RANGE = re.compile(
    r"\s*(?P<low>[-+]?[0-9.]*[0-9](e[-+]?[0-9]+)?)\s*\.\.\s*(?P<high>[-+]?\.?[0-9][0-9.]*(e[-+]?[0-9]+)?)\s*", re.I
)


@dataclass(frozen=True)
class Lever:
    """A path that is varied: over values, or continuously from ``low`` to ``high``."""

    path: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0

    @property
    def continuous(self) -> bool:
        """Whether it is a range."""
        return not self.values

    def at(self, share: float) -> float:
        """Return the value at a share of the range."""
        return self.low + (self.high - self.low) * share


@dataclass(frozen=True)
class Case:
    """One setting of the levers. ``settings`` are made on top of the scenario, in order."""

    index: int
    name: str
    settings: Settings = ()

    @property
    def changes(self) -> dict[str, Any]:
        """The settings by path."""
        return dict(self.settings)


@dataclass(frozen=True)
class Design:
    """All that decides which runs a sweep has: kept in the manifest, the same wherever and however it is played."""

    cases: tuple[Case, ...]
    runs: int  # replications of every case, at most
    seed: int = 0
    uncertain: bool = False
    block: int = BLOCK
    levers: tuple[Lever, ...] = ()
    method: str = "full"
    until: tuple[str, ...] = ()
    keep: int = 0  # trajectories kept
    exact: bool = True  # bands from every value, or from histograms
    named: bool = False  # cases named by the user, to be compared

    def as_json(self) -> dict[str, Any]:
        """Return the design as JSON values."""
        found = {key: value for key, value in vars(self).items() if key not in ("cases", "levers", "until")}
        return found | {
            "until": list(self.until),
            "levers": [
                {"path": lever.path, "low": lever.low, "high": lever.high}
                if lever.continuous
                else {"path": lever.path, "values": list(lever.values)}
                for lever in self.levers
            ],
            "cases": [
                {"case": case.index, "name": case.name, "settings": [list(pair) for pair in case.settings]} for case in self.cases
            ],
        }  # fmt: skip

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Design:
        """Return the design that :meth:`as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        plain = {key: data[key] for key in ("runs", "seed", "uncertain", "block", "method", "keep", "exact", "named")}
        return Design(
            cases=tuple(
                Case(one["case"], one["name"], tuple((str(path), value) for path, value in one["settings"]))
                for one in data["cases"]
            ),
            levers=tuple(
                Lever(one["path"], tuple(one.get("values", ())), one.get("low", 0.0), one.get("high", 0.0))
                for one in data["levers"]
            ),
            until=tuple(data["until"]),
            **plain,
        )

    def paths(self) -> tuple[str, ...]:
        """Return every path that some case sets, in the order in which they were given."""
        return tuple(dict.fromkeys(path for case in self.cases for path, _ in case.settings))

    @property
    def groups(self) -> tuple[int, ...]:
        """What bands and levels are kept for: every case, or -1 for all of them together when there are very many."""
        return tuple(range(len(self.cases))) if len(self.cases) <= MOST_BANDED else (-1,)

    def group(self, case: int) -> int:
        """Return the place in ``groups`` of a case."""
        return case if len(self.cases) <= MOST_BANDED else 0

    def parts(self, block: Block) -> list[tuple[int, slice]]:
        """Return the groups of a block's runs (places in ``groups``) with the columns they have there."""
        found: list[tuple[int, slice]] = []
        start = 0
        for case, _, count in block.pieces:
            group = self.group(case)
            if found and found[-1][0] == group:
                found[-1] = (group, slice(found[-1][1].start, start + count))
            else:
                found.append((group, slice(start, start + count)))
            start += count
        return found

    def kept(self, case: int) -> int:
        """Return how many replications of a case keep their trajectory: the first ones."""
        return min(self.keep // len(self.cases) + (case < self.keep % len(self.cases)), self.runs)


@dataclass(frozen=True)
class Block:
    """Runs that are played together: pieces of cases as (case, first replication, number of replications)."""

    pieces: tuple[tuple[int, int, int], ...]

    @property
    def runs(self) -> int:
        """Number of runs."""
        return sum(count for _, _, count in self.pieces)

    @property
    def name(self) -> str:
        """A name that says what it holds; names in order are runs in order."""
        case, first, _ = self.pieces[0]
        return f"{case:06d}-{first:010d}-{self.runs:06d}"

    def cases(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the case of every run, shape ``(runs,)``."""
        return np.concatenate([np.full(count, case, dtype=np.int64) for case, _, count in self.pieces])

    def replications(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the replication of every run, shape ``(runs,)``."""
        return np.concatenate([np.arange(first, first + count, dtype=np.int64) for _, first, count in self.pieces])


def blocks(kin: Sequence[str], width: int, first: int, last: int) -> list[Block]:
    """Return replications ``first`` to ``last`` (exclusive) of every case as blocks of at most ``width`` runs, in run order.

    ``kin[case]`` is the same for cases that may share a block. Where the cuts fall changes no number.
    """
    found: list[Block] = []
    pieces: list[tuple[int, int, int]] = []
    for case in range(len(kin)):
        for start in range(first, last, width):
            piece = (case, start, min(width, last - start))
            full = pieces and sum(count for _, _, count in pieces) + piece[2] > width
            if pieces and (full or kin[pieces[-1][0]] != kin[case]):
                found.append(Block(tuple(pieces)))
                pieces = []
            pieces.append(piece)
    return [*found, Block(tuple(pieces))] if pieces else found


@dataclass
class _Mistakes:
    found: list[Mistake] = field(default_factory=list)

    def add(self, flag: str, what: str) -> None:
        self.found.append(Mistake(flag, 0, 0, "", what))


def parse_vary(text: str) -> Lever:
    """Return the lever of ``PATH=a,b,c`` or ``PATH=lo..hi``; values are read as YAML. Raises :class:`InputError`."""
    path, equals, written = text.partition("=")
    path = path.strip()
    flag = f"--vary {path}" if path else "--vary"
    if not equals or not path or not written.strip():
        raise refused("--vary", f"expected PATH=a,b,c or PATH=lo..hi (got {got(text)})")
    span = _RANGE.fullmatch(written)
    if span:
        low, high = float(span["low"]), float(span["high"])
        if not low < high:
            raise refused(flag, f"a range goes from low to high (got {written.strip()})")
        return Lever(path, (), low, high)
    parts = split(written)
    values = tuple(value_of(path, part, "--vary") for part in parts)
    if len({json.dumps(value, sort_keys=True, default=str) for value in values}) < len(values):
        raise refused(flag, f"the same value twice (got {written.strip()})")
    return Lever(path, values)


def split(text: str) -> list[str]:
    """Return a list of values cut at its commas, but not at those within brackets, braces or quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for i, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def value_of(path: str, written: str, flag: str) -> Any:
    """Return a value as it is written after a flag. Raises :class:`InputError`."""
    try:
        return parse_set(f"{path}={written}")[1]
    except InputError as error:
        raise InputError(relabelled(error, flag)) from None


def relabelled(error: InputError, flag: str) -> list[Mistake]:
    """Return the mistakes of a ``--set`` as mistakes of another flag."""
    return [replace(one, file=f"{flag} {one.path}".strip(), path="") if one.file == "--set" else one for one in error.mistakes]


def refused(flag: str, what: str) -> InputError:
    """Return the error of a flag."""
    return InputError([Mistake(flag, 0, 0, "", what)])


def amount(count: int) -> str:
    """Return a whole number of any size in words: with commas, or its order of magnitude."""
    return f"{count:,}" if count < 10**15 else f"about 10^{len(str(count)) - 1}"


def cases_of(levers: Sequence[Lever], method: str, samples: int | None, seed: int, whole: Sequence[str] = ()) -> tuple[Case, ...]:
    """Return the cases of some levers: every combination of listed values with every point of the ranges.

    ``full`` takes ``samples`` evenly spaced values of every range (both ends among them) and combines them all; ``lhs`` and
    ``sobol`` take ``samples`` points over all ranges together. Paths in ``whole`` take whole numbers only. The last lever
    varies fastest. Raises :class:`InputError`.
    """
    mistakes = _Mistakes()
    seen = [lever.path for lever in levers]
    for path in sorted({path for path in seen if seen.count(path) > 1}):
        mistakes.add(f"--vary {path}", "given twice")
    ranges = [lever for lever in levers if lever.continuous]
    if method != "full" and not ranges:
        mistakes.add("--design", f"{method} needs a range: --vary PATH=lo..hi")
    if method != "full" and ranges and samples is None:
        mistakes.add("--samples", f"say how many points {method} takes of the range{'s' if len(ranges) > 1 else ''}")
    if samples is not None and not ranges:
        mistakes.add("--samples", "needs a range: --vary PATH=lo..hi")
    if method == "full" and samples is not None and samples < 2:
        mistakes.add("--samples", f"a full design takes at least the two ends of a range (got {samples})")
    if mistakes.found:
        raise InputError(mistakes.found)
    listed = [lever for lever in levers if not lever.continuous]
    asked = (samples or LEVELS) ** len(ranges) if method == "full" else samples or 1
    count = asked * math.prod(len(lever.values) for lever in listed)
    if count > MOST_CASES:  # before any is made
        flag = "--samples" if asked > MOST_CASES else "--vary"
        raise refused(flag, f"makes {amount(count)} cases; at most {MOST_CASES:,} are allowed")
    points = _points(ranges, method, samples, seed, frozenset(whole))
    found = []
    for values in itertools.product(*(lever.values for lever in listed), points):
        own = {lever.path: value for lever, value in zip(listed, values[:-1], strict=True)}
        own |= {lever.path: value for lever, value in zip(ranges, values[-1], strict=True)}
        found.append(tuple((lever.path, own[lever.path]) for lever in levers))
    return tuple(Case(i, case_name(settings), settings) for i, settings in enumerate(found))


def _points(ranges: Sequence[Lever], method: str, samples: int | None, seed: int, whole: frozenset[str]) -> list[tuple[Any, ...]]:
    if not ranges:
        return [()]
    if method == "full":
        levels = samples or LEVELS
        shares = [tuple(point) for point in itertools.product(*([i / (levels - 1) for i in range(levels)] for _ in ranges))]
    else:
        shares = [tuple(float(x) for x in row) for row in _sampled(method, len(ranges), samples or 1, seed)]
    made = [
        tuple(round(lever.at(u)) if lever.path in whole else lever.at(u) for lever, u in zip(ranges, point, strict=True))
        for point in shares
    ]
    return list(dict.fromkeys(made))


def _sampled(method: str, dimensions: int, samples: int, seed: int) -> Any:
    """Return points of the unit cube, shape ``(samples, dimensions)``."""
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Sobol' points are balanced only in powers of two: the documentation says so
        kind = qmc.LatinHypercube if method == "lhs" else qmc.Sobol
        return kind(d=dimensions, seed=seed).random(samples)  # says only where the cases lie; the manifest keeps them
