"""Numbers whose change moves nothing: they are changed in columns of their own beside unchanged ones that share their luck and
the values drawn for what is uncertain.

What no scenario has been tried with stands alone; what did nothing in others is screened in groups: all of it is changed at once,
and a group that is felt is halved until the numbers that are felt stand alone. Two changes that undo each other to the last bit
could hide; nothing else does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from wargame.binding.bound import Bound
from wargame.binding.priors import draw
from wargame.engine.types import Array, Mask
from wargame.simulation.batch import play_on
from wargame.simulation.first_morning import first_morning
from wargame.simulation.programs import programs_of
from wargame.simulation.record import Recorder
from wargame.simulation.simulation import Simulation
from wargame.world.given import GivenQuantity

LUCKS, MANY = 4, 120  # replications in which a change is compared with the unchanged: at least, and where there are few groups
BRIEF = 24  # at most, when every day is looked at
SHARES = (2.0, 0.5)  # every number is doubled and halved
WIDTH = 480
LONG = 20_000  # days that a number's replications may play in all: of a scenario of many years, two or three
SHORT = 250  # days of a scenario that is looked at day by day
Group = list[GivenQuantity]  # numbers changed together


def tried(bound: Bound) -> list[GivenQuantity]:
    """Return the quantities worth changing: a fifth of nothing is nothing, and a mechanism that does not act has no say."""
    acting = {mechanism.name for mechanism in bound.mechanisms}
    return [
        given
        for given in bound.givens
        if given.quantity.value != 0.0 and (not given.path.startswith("parameters.") or given.path.split(".")[1] in acting)
    ]


def felt(bound: Bound, seed: int, alone: Collection[str], together: Collection[str] = ()) -> set[str]:
    """Return those of some quantities whose change to twice or half is felt on the last day in any row but the quantity's own, in
    any measure, or on any day of a scenario that is not long. Those of ``together`` are expected to do nothing.
    """
    found: set[str] = set()
    given = {one.path: one for one in tried(bound)}
    for look, most in ((_at_the_end, MANY), (_on_some_day, BRIEF)) if bound.scenario.horizon <= SHORT else ((_at_the_end, MANY),):
        for share in SHARES:
            groups = [[given[path]] for path in sorted(given.keys() & set(alone) - found)]
            screened = [given[path] for path in sorted(given.keys() & set(together) - found)]
            groups += [screened] if screened else []
            while groups:
                touched = look(bound, seed, groups, share, _lucks(bound, len(groups), most))
                found |= {group[0].path for group in touched if len(group) == 1}
                halves = [(group[: len(group) // 2], group[len(group) // 2 :]) for group in touched if len(group) > 1]
                groups = [half for pair in halves for half in pair]
    return found


def _lucks(bound: Bound, groups: int, most: int) -> int:
    """Return how many replications each group is compared in: many where few groups are left, so that what is rare shows."""
    return max(1, min(max(LUCKS, WIDTH // (groups + 1)), most, LONG // bound.scenario.horizon))


def _portions(groups: Sequence[Group], lucks: int) -> Iterator[Sequence[Group]]:
    room = WIDTH // lucks - 1
    yield from (groups[first : first + room] for first in range(0, len(groups), room))


def _changed(bound: Bound, seed: int, groups: Sequence[Group], share: float, lucks: int) -> tuple[list[int], dict[str, Array]]:
    """Return replications and overrides: ``lucks`` columns with uncertainties drawn, then as many with each group changed."""
    replications = list(range(lucks)) * (len(groups) + 1)
    overrides = {path: np.tile(row, len(groups) + 1) for path, row in draw(bound, seed, range(lucks)).items()}
    for i, group in enumerate(groups, 1):
        for given in group:
            row = overrides.setdefault(given.path, np.full(len(replications), given.quantity.value))
            row[i * lucks : (i + 1) * lucks] *= share
    return replications, overrides


def _differs(rows: Array, groups: Sequence[Group], lucks: int) -> Mask:
    """Return for each changed group whether any row but its own differs from the unchanged columns."""
    columns_of = rows.reshape(len(rows), -1, lucks)
    changed, as_it_is = columns_of[:, 1:], columns_of[:, :1]
    differs = (changed != as_it_is) & ~(np.isnan(changed) & np.isnan(as_it_is))  # what is missing in both is the same
    for i, group in enumerate(groups):
        differs[[given.row for given in group], i] = False
    found: Mask = differs.any(axis=0).any(axis=1)
    return found


def _at_the_end(bound: Bound, seed: int, groups: Sequence[Group], share: float, lucks: int) -> list[Group]:
    """Return the groups whose change is felt on the last day or in a measure."""
    found: list[Group] = []
    for portion in _portions(groups, lucks):
        replications, overrides = _changed(bound, seed, portion, share, lucks)
        programs = programs_of(bound)
        world = first_morning(bound, seed=seed, replications=replications, overrides=overrides)
        recorder = Recorder(bound, len(replications))
        if programs is None or play_on(programs, world, recorder) is None:
            found += _on_some_day(bound, seed, portion, share, lucks)
        else:
            differs = _differs(np.concatenate([world.state, recorder.so_far()]), portion, lucks)
            found += [group for group, yes in zip(portion, differs, strict=True) if yes]
    return found


def _on_some_day(bound: Bound, seed: int, groups: Sequence[Group], share: float, lucks: int) -> list[Group]:
    """Return the groups whose change is felt at the end of any day."""
    found: list[Group] = []
    for portion in _portions(groups, lucks):
        replications, overrides = _changed(bound, seed, portion, share, lucks)
        model = Simulation(bound, seed=seed, replications=replications, overrides=overrides)
        differs = np.zeros(len(portion), dtype=bool)
        try:
            while model.running and not differs.all():
                model.step()
                differs |= _differs(model.world.state, portion, lucks)
        finally:
            model.forget()
        found += [group for group, yes in zip(portion, differs, strict=True) if yes]
    return found
