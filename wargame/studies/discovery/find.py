"""Discovery: boxes found on one half of the runs and judged on the other, which has had no say in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wargame.engine.draws import Draws
from wargame.engine.types import Mask
from wargame.errors import mistake
from wargame.results.files import finite
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.studies.discovery.boxes import FoundBox, Restriction, sentence, verdict
from wargame.studies.discovery.judgement import LEAST_LIFT, judged
from wargame.studies.discovery.prim import FEWEST, Box, Step, chances, measured, paste, peel, tidied
from wargame.studies.discovery.table import Table
from wargame.studies.statistics.estimates import Estimate

MOST_BOXES = 3
AGAIN = 20  # half-samples on which the search is repeated


@dataclass(frozen=True, repr=False)
class Discovery(Display):
    """What was found. ``boxes`` hold on the held-out half; ``tried`` is what was found first where nothing held."""

    table: Table
    boxes: tuple[FoundBox, ...]
    tried: FoundBox
    search: NDArray[np.int64]  # places of the runs that were searched
    held: NDArray[np.int64]

    def _facts(self) -> Facts:
        said = [sentence(self.table, one) for one in self.boxes] or [verdict(self.table, self.tried)]
        title = f"Where {self.table.condition.text}: {counted(len(self.table.interest), 'run')}, {self.base:.1%} of interest"
        boxes = {f"box {i}": text for i, text in enumerate(said, 1)}
        return title, {"inputs": listed([one.path for one in self.table.inputs]), **boxes}

    @property
    def shown(self) -> FoundBox:
        """The first box, whether it holds or not."""
        return self.boxes[0] if self.boxes else self.tried

    @property
    def base(self) -> float:
        """The share of interest among all runs in which that can be said."""
        return self.table.base

    def as_json(self) -> dict[str, Any]:
        """Return what was found as JSON values."""
        return {
            "measure": self.table.measure, "where": self.table.condition.text, "runs": len(self.table.interest),
            "missing": self.table.missing, "of_interest": int(self.table.interest.sum()), "share": self.base,
            "held_out": len(self.held), "least_lift": LEAST_LIFT, "inputs": [one.path for one in self.table.inputs],
            "named_again": [self.table.inputs[place].path for place in self.table.again], "found": bool(self.boxes),
            "says": [sentence(self.table, one) for one in self.boxes] or [verdict(self.table, self.tried)],
            "boxes": [_as_json(self, one) for one in self.boxes],
            "tried": _tried(self),
            "trajectory": [
                {"step": i, "restrictions": len(step.box.limits), "coverage": step.coverage, "density": step.density,
                 "mass": step.mass, "limits": _limits(self, step.box)}
                for i, step in enumerate(self.shown.trajectory)
            ],
        }  # fmt: skip


def _as_json(found: Discovery, one: FoundBox) -> dict[str, Any]:
    return {
        "step": one.number, "coverage": _interval(one.coverage), "density": _interval(one.density), "lift": _interval(one.lift),
        "mass": one.mass, "base": one.base, "limits": _limits(found, one.box),
        "restrictions": [
            {"input": found.table.inputs[r.place].path, "quasi_p": r.chance, "repeated": r.repeated} for r in one.restrictions
        ],
    }  # fmt: skip


def _tried(found: Discovery) -> dict[str, Any] | None:
    """Return the box that was not told, and why."""
    if found.boxes or not found.tried.box.limits:
        return None
    return _as_json(found, found.tried) | {"why": found.tried.judgement.weak}


def _interval(one: Estimate) -> dict[str, float | None]:
    return {name: finite(value) for name, value in (("value", one.value), ("low", one.low), ("high", one.high))}


def _limits(found: Discovery, box: Box) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for place, limit in box.limits.items():
        one = found.table.inputs[place]
        if limit.kept is not None:
            told[one.path] = {"values": [one.names[i] for i in sorted(limit.kept)]}
        else:
            told[one.path] = {k: v for k, v in (("low", limit.low), ("high", limit.high)) if np.isfinite(v)}
    return told


def discover(table: Table, *, boxes: int = MOST_BOXES, step: int | None = None, seed: int = 0) -> Discovery:
    """Return the boxes of a table: at most ``boxes``, each looked for among the runs that those before it do not hold.

    ``step`` takes that step of the first trajectory instead of the best. Raises :class:`wargame.errors.InputError` for a step
    that there is not.
    """
    search, held = _halves(table, seed)
    left = search
    found: list[FoundBox] = []
    tried: FoundBox | None = None
    for number in range(boxes):
        inputs, interest = table.part(left)
        if tried is not None and int(interest.sum()) < FEWEST:
            break
        one = _one(table, left, held, found, step if number == 0 else None, seed)
        tried = tried or one
        if not one.holds:
            break
        found.append(one)
        left = left[~one.box.holds(inputs)]
    assert tried is not None  # one box at least is looked for
    return Discovery(table, tuple(found), tried, search, held)


def _halves(table: Table, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the runs in two random halves of the units."""
    known = np.unique(table.unit)
    if len(known) < 2:
        raise mistake("one replication of one case cannot be halved: more runs", file="--measure")
    luck = Draws(seed, range(len(known))).uniform("discovery.halves", 0)
    first = known[np.argsort(luck, kind="stable")[: len(known) // 2]]
    chosen = np.isin(table.unit, first)
    return np.flatnonzero(chosen), np.flatnonzero(~chosen)


def _one(
    table: Table, search: NDArray[np.int64], held: NDArray[np.int64], before: list[FoundBox], step: int | None, seed: int
) -> FoundBox:
    inputs, interest = table.part(search)
    trajectory = peel(inputs, interest, table.open)
    if step is not None and not 0 <= step < len(trajectory):
        raise mistake(f"there is no step {step}; the trajectory has steps 0 to {len(trajectory) - 1}", file="--step")
    number = step if step is not None else _best(trajectory)
    box = trajectory[number].box
    if step is None:
        box = tidied(paste(box, inputs, interest), inputs, interest)
    own_inputs, own_interest = table.part(held)
    taken: Mask = np.zeros(len(held), dtype=np.bool_)
    for one in before:
        taken |= one.box.holds(own_inputs)
    judgement = judged(box.holds(own_inputs) & ~taken, own_interest, table.unit[held], FEWEST)
    p = chances(box, own_inputs, own_interest)
    again = _repeated(table, search, trajectory[number].coverage, seed) if box.limits else {}
    return FoundBox(
        box, tuple(Restriction(place, limit, p[place], again.get(place, 0.0)) for place, limit in box.limits.items()),
        judgement, measured(box, own_inputs, own_interest).mass, float(own_interest.mean()), number, tuple(trajectory),
    )  # fmt: skip


def _best(trajectory: Sequence[Step]) -> int:
    """Return the step with the best balance of coverage and density, of those with a lift that means something; the last, and
    densest, where none has.
    """
    enough = [i for i, one in enumerate(trajectory) if one.density >= LEAST_LIFT * trajectory[0].density]
    return max(enough, key=lambda i: (trajectory[i].score, -i), default=len(trajectory) - 1)


def _repeated(table: Table, search: NDArray[np.int64], coverage: float, seed: int) -> Mapping[int, float]:
    """Return how often each input is restricted when the search is repeated on half-samples and stopped at the same coverage."""
    known = np.unique(table.unit[search])
    luck = Draws(seed, range(len(known)))
    counts: dict[int, int] = {}
    for k in range(AGAIN):
        order = np.argsort(luck.uniform("discovery.again", k), kind="stable")
        rows = search[np.isin(table.unit[search], known[order[: max(len(known) // 2, 1)]])]
        inputs, interest = table.part(rows)
        if not interest.any():
            continue
        steps = peel(inputs, interest, table.open)
        nearest = min(abs(one.coverage - coverage) for one in steps)
        near = max((one for one in steps if abs(one.coverage - coverage) <= nearest + 0.02), key=lambda one: one.density)
        for place in near.box.limits:
            counts[place] = counts.get(place, 0) + 1
    return {place: count / AGAIN for place, count in counts.items()}
