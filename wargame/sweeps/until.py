"""Stopping: run on until the interval of a measure is narrow enough in every case.

It is looked at after every ``STEP`` replications of all cases, in the order of the runs, so that where a sweep stops does not
depend on who played what when.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wargame.errors import InputError, Mistake, got
from wargame.sweeps.intervals import of_mean, of_share
from wargame.types import Array

STEP = 1000
_FORM = re.compile(
    r"\s*(?P<measure>[A-Za-z_]\w*)\s*(±|\+-|\+/-)\s*(?P<width>[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?)\s*(?P<percent>%?)\s*"
)


@dataclass(frozen=True)
class Target:
    """A measure and half the width that its 95 % interval may have; in per cent of the mean, or percentage points of a share."""

    measure: str
    width: float
    percent: bool
    text: str

    def wanted(self, mean: float, share: bool) -> float:
        """Return the half width in the measure's own unit."""
        return self.width / 100 * (1.0 if share else abs(mean)) if self.percent else self.width


@dataclass(frozen=True)
class Reached:
    """How narrow the widest interval over the cases is, against what was wanted there."""

    target: Target
    width: float
    wanted: float
    case: int

    @property
    def met(self) -> bool:
        """Whether it is narrow enough."""
        return self.width <= self.wanted

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "until": self.target.text, "measure": self.target.measure, "wanted": self.wanted, "reached": self.width,
            "case": self.case, "met": self.met,
        }  # fmt: skip


def parse_until(text: str) -> Target:
    """Return the target of ``MEASURE±W`` or ``MEASURE±W%`` (also ``+-``). Raises :class:`InputError`."""
    found = _FORM.fullmatch(text)
    if not found or float(found["width"]) <= 0:
        raise InputError([Mistake("--until", 0, 0, "", f"expected MEASURE±W or MEASURE±W%, W above 0 (got {got(text)})")])
    return Target(found["measure"], float(found["width"]), bool(found["percent"]), text.strip())


def reached(targets: Sequence[Target], values: Sequence[Mapping[str, Array]], shares: frozenset[str]) -> list[Reached]:
    """Return how far each target is, at the case where it is farthest. ``values[case][measure]`` has shape ``(runs,)``."""
    return [_farthest(target, values, target.measure in shares) for target in targets]


def _farthest(target: Target, values: Sequence[Mapping[str, Array]], share: bool) -> Reached:
    found = []
    for case, own in enumerate(values):
        sample = own[target.measure]
        interval = of_share(sample) if share else of_mean(sample)
        width = (interval.high - interval.low) / 2 if np.isfinite(interval.low) else float("inf")
        found.append(Reached(target, width, target.wanted(interval.mean, share), case))
    return max(found, key=lambda one: (one.width - one.wanted, -one.case))
