"""Stopping: run on until the interval of a measure is narrow enough in every case.

It is looked at after every ``STEP`` replications of all cases, in the order of the runs, so that where a sweep stops does not
depend on who played what when.

Looking often does not by itself make an interval too sure; looking at a sample that does not hold yet what matters does. So a
sample in which nothing varies is never narrow enough, however narrow it looks: of an event that has not been seen yet nothing but
its rarity is known. Where the measure has a declared scale, that may be enough: with n runs all alike, those that are otherwise
are fewer than ``UNSEEN / n`` of all, and the mean lies no farther off than that share of the scale. Without a scale the sweep
goes on. And the variance must rest on ``LEAST`` runs at least (:func:`wargame.studies.statistics.means.carried_by`), so that one
large value does not decide. Of a measure that may be missing the mean is that of the runs in which it is there, ``FEWEST`` of
them at least.

Source: rule of three: Hanley & Lippman-Hand, JAMA 249 (1983); fixed-width stopping: Chow & Robbins, Annals of Mathematical
Statistics 36 (1965). How often what it stops at covers the truth: ``benchmarks/coverage.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, got
from wargame.results.files import finite
from wargame.studies.statistics.means import carried_by
from wargame.studies.statistics.missing import of_mean, of_share, there

STEP = 1000
LEAST = 10.0  # runs that the variance rests on
FEWEST = 30  # runs in which a measure that may be missing is there
UNSEEN = -math.log(0.025)  # of n runs none is so: at most UNSEEN / n of all are, with 97.5 % confidence
_FORM = re.compile(
    r"\s*(?P<measure>[A-Za-z_]\w*)\s*(±|\+-|\+/-)\s*(?P<width>[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?)\s*(?P<percent>%?)\s*"
)


@dataclass(frozen=True)
class Kind:
    """What is known of a measure before it is played: whether it is 0 or 1, and the ends of its scale, if it has one."""

    share: bool = False
    scale: tuple[float, float] | None = None


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
class TargetState:
    """How narrow the widest interval over the cases is, against what was wanted there; ``why``: what else is not enough.

    ``n`` is of how many runs the mean is, where some do not have the measure; 0 where all have it.
    """

    target: Target
    width: float
    wanted: float
    case: int
    why: str = ""
    n: int = 0

    @property
    def met(self) -> bool:
        """Whether it is narrow enough."""
        return not self.why and self.width <= self.wanted

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values; what is no number is null."""
        width, wanted = finite((self.width, self.wanted))
        return {
            "until": self.target.text, "measure": self.target.measure, "wanted": wanted, "reached": width,
            "case": self.case, "met": self.met, "why": self.why,
            **({"n": self.n} if self.n else {}),
        }  # fmt: skip


def parse_until(text: str) -> Target:
    """Return the target of ``MEASURE±W`` or ``MEASURE±W%`` (also ``+-``). Raises :class:`InputError`."""
    found = _FORM.fullmatch(text)
    if not found or float(found["width"]) <= 0:
        raise InputError([Mistake("--until", 0, 0, "", f"expected MEASURE±W or MEASURE±W%, W above 0 (got {got(text)})")])
    return Target(found["measure"], float(found["width"]), bool(found["percent"]), text.strip())


def reached(targets: Sequence[Target], values: Sequence[Mapping[str, Array]], kinds: Mapping[str, Kind]) -> list[TargetState]:
    """Return how far each target is, at the case where it is farthest. ``values[case][measure]`` has shape ``(runs,)``."""
    return [_farthest(target, values, kinds.get(target.measure, Kind())) for target in targets]


def _farthest(target: Target, values: Sequence[Mapping[str, Array]], kind: Kind) -> TargetState:
    found = [_reached(target, own[target.measure], kind, case) for case, own in enumerate(values)]
    return max(found, key=lambda one: (not one.met, bool(one.why), _over(one), -one.case))


def _over(one: TargetState) -> float:
    return one.width - one.wanted if math.isfinite(one.width) and math.isfinite(one.wanted) else math.inf


def _reached(target: Target, sample: Array, kind: Kind, case: int) -> TargetState:
    own = sample[there(sample)]
    some = len(own) if len(own) < len(sample) else 0
    found = (of_share if kind.share else of_mean)(own)
    wanted = target.wanted(found.mean, kind.share)
    if len(own) < min(FEWEST, len(sample)) or len(own) < 2:
        return TargetState(target, math.inf, wanted, case, f"it is there in {len(own):,} of {len(sample):,} runs", some)
    if kind.share:
        return TargetState(target, found.half, wanted, case, "", some)
    if found.constant:
        width = _unseen(own, kind)
        told = f"it is {own[0]:.6g} in all {len(own):,} runs, which tells nothing of rarer ones"
        return TargetState(target, width, wanted, case, "" if width <= wanted else told, some)
    few = carried_by(own)
    why = f"its variance rests on {few:.0f} of {len(own):,} runs" if few < LEAST else ""
    return TargetState(target, found.half, wanted, case, why, some)


def _unseen(sample: Array, kind: Kind) -> float:
    """Return how far the mean of a sample of equal values may lie from them, infinite without a scale."""
    if kind.scale is None:
        return math.inf
    return UNSEEN / len(sample) * float(np.max(np.abs(np.array(kind.scale) - sample[0])))
