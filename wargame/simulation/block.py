"""A block of runs in play: its world, what has been measured of it, and what is on the table this morning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wargame.binding.bound import Bound
from wargame.engine.types import Array, RunMask
from wargame.simulation import day
from wargame.simulation.first_morning import first_morning
from wargame.simulation.record import Recorder, Trace, alone
from wargame.world.injects import UnplannedInject
from wargame.world.menu import Candidate
from wargame.world.orders import Order


class Block:
    """Runs that are played side by side, one in each column; column ``k`` is replication ``replications[k]`` of ``seed``.

    ``overrides`` gives a quantity of the scenario (by its path) one value per run, ``trace`` lists the columns whose events and
    daily states are kept, and ``state`` is begun with in the place of the first morning.
    """

    def __init__(
        self, bound: Bound, seed: int, replications: Sequence[int], overrides: Mapping[str, Array] | None, trace: Sequence[int],
        state: Array | None,
    ) -> None:  # fmt: skip
        self.bound, self.seed, self.replications = bound, seed, replications
        self.world = first_morning(bound, seed=seed, replications=replications, overrides=overrides, state=state)
        self.recorder = Recorder(bound, len(replications))
        self.table: list[Order] = []
        self.hands: dict[int, tuple[Candidate, ...]] = {}  # by actor: for one morning, what is ordered by hand in its place
        self.unplanned: tuple[UnplannedInject, ...] = ()  # for one morning: what happens that no list of events has
        self.trace: Trace | None = Trace(trace, replications) if trace else None
        if self.trace is not None:
            self.trace.actors = bound.cast.actors
            self.world.listener = self.trace

    @property
    def runs(self) -> int:
        """Number of columns."""
        return len(self.replications)

    @property
    def measures(self) -> dict[str, Array]:
        """The measures of every run so far, each ``(runs,)``."""
        return self.recorder.result()

    @property
    def today(self) -> dict[str, float]:
        """The measures of a single run as of the end of the last day played."""
        return alone(self.measures)

    def due(self, actor: int) -> RunMask:
        """Return the runs in which an actor decides this morning: its decision day, or it has been alarmed."""
        return day.due(self.bound, self.world, actor)
