"""The cone: many futures of the present state under the same orders, as odds of the outcomes and bands of what is watched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.simulation.simulation import Simulation
from wargame.studies.statistics.missing import of_mean, of_share, there

Json = dict[str, Any]
BLOCK = 64  # of columns at once: twice as many take twice the memory and hardly less time
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def cone(start: Simulation, prepare: Callable[[Simulation], None], runs: int) -> Json:
    """Return the futures of a state: ``start`` is one run that nobody else plays, ``prepare`` gives a block its orders of today.

    The luck is that of the replications after the game's own, which stays unknown.
    """
    bound, first = start.bound, start.replications[0] + 1
    days = bound.scenario.horizon - start.world.tick
    fan = np.zeros((len(bound.watch_names), days, runs), dtype=np.float32)
    ends: list[Array] = []
    for begin in range(0, runs, BLOCK):
        width = min(BLOCK, runs - begin)
        model = start.branch(width, replication=first + begin)
        prepare(model)
        for day in range(days):
            model.step()
            fan[:, day, begin : begin + width] = bound.watch(model.world.state) if bound.watch_names else 0.0
        ends.append(model.recorder.so_far())
        model.forget()
    bound.layout.let_go()
    ended = np.concatenate(ends, axis=1)
    return {"runs": runs, "odds": _odds(start, ended), "fan": _fan(bound, fan, start.world.date)}


def _odds(start: Simulation, ended: Array) -> Json:
    """Return every measure at the end, in all futures, with its 95 % interval, and as it stands now (None: it is missing)."""
    now = start.recorder.so_far()[:, 0]
    odds: Json = {}
    for measure, row, present in zip(start.bound.measures, ended, now, strict=True):
        share = measure.spec.unit == "0/1"
        found = of_share(row) if share else of_mean(row)
        numbers = {"mean": found.mean, "low": found.low, "high": found.high, "now": float(present)}
        own = row[there(row)]
        quantiles = np.quantile(own, (0.05, 0.5, 0.95)) if len(own) else np.full(3, np.nan)
        spread = dict(zip(("q05", "q50", "q95"), (float(x) for x in quantiles), strict=True))
        words = {"says": measure.spec.says, "unit": measure.spec.unit, "main": measure.spec.main, "share": share}
        some = {"of": found.n, "absent": measure.spec.absent} if found.n < len(row) else {}
        odds[measure.name] = {name: _plain(value) for name, value in (numbers | spread).items()} | words | some
    return odds


def _fan(bound: Bound, fan: np.ndarray[Any, np.dtype[np.float32]], today: dt.date) -> Json:
    """Return the bands of every watched variable at the end of today and of every day to come."""
    dates = [(today + dt.timedelta(days=day)).isoformat() for day in range(fan.shape[1])]
    found: Json = {}
    for name, values in zip(bound.watch_names, fan, strict=True):
        spec = bound.scenario.watch[name]
        bands = _bands(values)
        rows = {f"q{round(100 * q):02d}": [_plain(float(x)) for x in row] for q, row in zip(QUANTILES, bands, strict=True)}
        found[name] = {"label": spec.label, "unit": spec.unit, "dates": dates, **rows}
    return found


def _bands(values: np.ndarray[Any, np.dtype[np.float32]]) -> Array:
    """Return quantiles of the futures that have a variable on a day, ``(quantiles, days)``; not-a-number without any."""
    some = ~np.isnan(values).all(axis=1)
    found = np.full((len(QUANTILES), len(values)), np.nan)
    found[:, some] = np.nanquantile(values[some], QUANTILES, axis=1)
    return found


def _plain(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None
