"""The theatre of the tests, shortened, with two uncertainties, as studies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tests.strait import STRAIT
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.scenario.load import load
from wargame.studies.sweep.plan.openers import opener
from wargame.studies.sweep.plan.planning import plan_sweep
from wargame.studies.sweep.plan.study import Study
from wargame.studies.sweep.run.sweeping import Execution, in_folder, now
from wargame.studies.sweep.store.folder import Folder, begin

SETS = (
    "horizon=10 days",
    "exercises.autumn.start=2031-03-04",
    "exercises.autumn.end=2031-03-07",
    "uncertainties=[parameters.threat.base, policies.imperial.temperature]",
)
TABLES = ("measures.parquet", "bands.parquet", "levels.parquet", "trajectory.parquet")


@cache
def base() -> Bound:
    """Ten days of the Strait."""
    return bind(load(STRAIT, sets=list(SETS)))


def study(**more: Any) -> Study:
    """A sweep of it: 23 replications unless told otherwise."""
    return plan_sweep(base(), opener(str(STRAIT), SETS), **{"runs": 23, "seed": 5, "keep": 3, **more})


def played(place: Path, how: Execution | None = None, **more: Any) -> Folder:
    """A finished folder."""
    own = study(**more)
    begun = begin(place, own, kind="sweep", command="test", started=now(), shard="", beside=False)
    return in_folder(own, begun, how or Execution())


def contents(place: Path) -> dict[str, bytes]:
    """The bytes of every table in a folder."""
    return {name: (place / name).read_bytes() for name in TABLES}
