"""Numbers whose change moves nothing: each is changed in columns of its own beside unchanged ones that share their luck."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from wargame.analysis.plan import columns
from wargame.binding.bound import Bound
from wargame.record import Recorder
from wargame.straight import play_straight
from wargame.studio import studio_of
from wargame.types import Array, Mask
from wargame.world.given import Given

LUCKS = 4  # replications in which a changed number is compared with the unchanged one
CLOSER_LUCKS = 16
SHARES = (1.2, 0.8)  # every number is raised and lowered by a fifth
CLOSER_SHARES = (1.2, 0.8, 2.0, 0.5, 0.0)  # where that is not felt
WIDTH = 480
LONG = 2_000  # days that a number's replications may play in all: of a scenario of many years, one


def tried(bound: Bound) -> list[Given]:
    """Return the quantities worth changing: a fifth of nothing is nothing, and a mechanism that does not act has no say."""
    acting = {mechanism.name for mechanism in bound.mechanisms}
    return [
        given
        for given in bound.givens
        if given.quantity.value != 0.0 and (not given.path.startswith("parameters.") or given.path.split(".")[1] in acting)
    ]


def felt(bound: Bound, seed: int) -> set[str]:
    """Return the quantities whose change by a fifth, up or down, is felt on the last day in any row but the quantity's own, or in
    any measure. Nearly all that is ever felt has left a trace by then.
    """
    return _found(bound, seed, tried(bound), SHARES, _lucks(bound, LUCKS), closer=False)


def felt_closer(bound: Bound, seed: int, paths: Collection[str]) -> set[str]:
    """Return those of some quantities whose change is felt on any day: larger changes, in more replications. In a scenario of
    many years, where a day is a small thing, they have to be felt at its end.
    """
    return _found(
        bound, seed, [one for one in tried(bound) if one.path in paths], CLOSER_SHARES, _lucks(bound, CLOSER_LUCKS), closer=True
    )


def _lucks(bound: Bound, most: int) -> int:
    return max(1, min(most, LONG // bound.scenario.horizon))


def _found(bound: Bound, seed: int, asked: Sequence[Given], shares: Sequence[float], lucks: int, *, closer: bool) -> set[str]:
    found: set[str] = set()
    room = WIDTH // lucks - 1
    for share in shares:
        rest = [given for given in asked if given.path not in found]
        for first in range(0, len(rest), room):
            portion = rest[first : first + room]
            found |= _felt_at_the_end(bound, seed, portion, share, lucks)
        rest = [given for given in rest if given.path not in found] if closer and bound.scenario.horizon <= LONG else []
        for first in range(0, len(rest), room):
            found |= _felt_on_some_day(bound, seed, rest[first : first + room], share, lucks)
    return found


def _changed(portion: Sequence[Given], share: float, lucks: int) -> tuple[list[int], dict[str, Array]]:
    """Return replications and overrides: ``lucks`` columns as they are, then as many with each quantity changed."""
    replications = list(range(lucks)) * (len(portion) + 1)
    overrides: dict[str, Array] = {}
    for i, given in enumerate(portion, 1):
        row = np.full(len(replications), given.quantity.value)
        row[i * lucks : (i + 1) * lucks] *= share
        overrides[given.path] = row
    return replications, overrides


def _differs(rows: Array, portion: Sequence[Given], lucks: int) -> Mask:
    """Return for each changed quantity whether any row but its own differs from the unchanged columns."""
    groups = rows.reshape(len(rows), -1, lucks)
    differs = groups[:, 1:] != groups[:, :1]
    differs[[given.row for given in portion], np.arange(len(portion))] = False
    found: Mask = differs.any(axis=0).any(axis=1)
    return found


def _felt_at_the_end(bound: Bound, seed: int, portion: Sequence[Given], share: float, lucks: int) -> set[str]:
    replications, overrides = _changed(portion, share, lucks)
    studio = studio_of(bound)
    world = bound.world(seed=seed, replications=replications, overrides=overrides)
    recorder = Recorder(bound, len(replications))
    if studio is None or play_straight(studio, world, recorder) is None:
        return _felt_on_some_day(bound, seed, portion, share, lucks)
    differs = _differs(np.concatenate([world.state, recorder.so_far()]), portion, lucks)
    return {given.path for given, yes in zip(portion, differs, strict=True) if yes}


def _felt_on_some_day(bound: Bound, seed: int, portion: Sequence[Given], share: float, lucks: int) -> set[str]:
    replications, overrides = _changed(portion, share, lucks)
    model = columns(bound, seed, replications, overrides)
    differs = np.zeros(len(portion), dtype=bool)
    try:
        while model.running and not differs.all():
            model.step()
            differs |= _differs(model.world.state, portion, lucks)
    finally:
        model.forget()
    return {given.path for given, yes in zip(portion, differs, strict=True) if yes}
