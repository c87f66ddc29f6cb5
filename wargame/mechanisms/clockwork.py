"""The Chapter III clock for many states and runs at once: tables made from :mod:`wargame.vienna.chapter_three`.

No rule is written here a second time. Every stage is put before :func:`~wargame.vienna.chapter_three.step` with every event, and
what comes out is kept as a table; taking an event in thousands of runs is then looking it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from wargame.engine.numeric import lookup
from wargame.engine.types import Array, Mask
from wargame.vienna.chapter_three import STAGES, Clock, Event, Stage, What, lapse, step

EVENTS: tuple[What, ...] = get_args(What)
FINDINGS = ("reply", "content", "meeting", "joint", "visited")
_NOON, _LATER = datetime(2000, 1, 1, 12), timedelta(days=1_000)
_KEEP = -1.0


def _words(finding: str) -> tuple[Any, ...]:
    return (False, True) if finding == "visited" else get_args(get_type_hints(Clock)[finding])


WORDS = {finding: _words(finding) for finding in FINDINGS}


@dataclass(frozen=True)
class _Table:
    """What an event makes of every stage: the next one (-1: it cannot follow), and of every finding (-1: kept)."""

    stage: NDArray[np.float64]
    findings: Mapping[str, NDArray[np.float64]]


def _clock(stage: str) -> Clock:
    named: dict[str, Stage] = {one: one for one in get_args(Stage)}
    return Clock(stage=named[stage], since=_NOON)


def _row(before: Clock, after: Clock, all_of_it: bool) -> dict[str, float]:
    found = {}
    for finding in FINDINGS:
        value = getattr(after, finding)
        kept = value == getattr(before, finding) and not all_of_it
        found[finding] = _KEEP if kept else float(WORDS[finding].index(value))
    return found


def _table(what: What, attended: bool) -> _Table:
    stages, findings = np.full(len(STAGES), _KEEP), {name: np.full(len(STAGES), _KEEP) for name in FINDINGS}
    for i, stage in enumerate(STAGES):
        before = _clock(stage)
        try:
            after = step(before, Event(_NOON, what, attended))
        except ValueError:
            continue
        stages[i] = STAGES.index(after.stage)
        for name, value in _row(before, after, what == "request").items():
            findings[name][i] = value
    return _Table(stages, findings)


def _overdue() -> _Table:
    stages, findings = np.full(len(STAGES), _KEEP), {name: np.full(len(STAGES), _KEEP) for name in FINDINGS}
    for i, stage in enumerate(STAGES):
        before = _clock(stage)
        after = lapse(before, _NOON + _LATER)
        if after.stage != stage:
            stages[i] = STAGES.index(after.stage)
            for name, value in _row(before, after, False).items():
                findings[name][i] = value
    return _Table(stages, findings)


_TABLES = {(what, attended): _table(what, attended) for what in EVENTS for attended in (True, False)}
_OVERDUE = _overdue()


def follows(*what: What) -> str:
    """Return the expression for a stage of ``{row}``'s clock at which one of these events may happen."""
    stages = sorted({i for one in what for i, after in enumerate(_TABLES[one, True].stage) if after != _KEEP})
    return " or ".join(f"{{row}}.consultation_stage == {stage}" for stage in stages)


@dataclass
class Clocks:
    """The clocks of several states: views on the rows of their fields, each ``(states, runs)``, which are written to."""

    stage: Array
    since: Array  # day on which the stage began
    findings: Mapping[str, Array]

    def at(self, *stages: str) -> Mask:
        """Return where a clock stands at one of some stages."""
        numbers = [STAGES.index(stage) for stage in stages]
        return np.isin(self.stage, numbers)

    def take(self, what: What, where: Mask, day: int, attended: Mask | bool = True) -> Mask:
        """Let an event happen on a day where it may follow; return where it did."""
        if not where.any():
            return where
        came = np.broadcast_to(attended, self.stage.shape)
        now = self.stage.copy()
        yes, no = _TABLES[what, True], _TABLES[what, False]
        goes_to = np.where(came, lookup(yes.stage, now), lookup(no.stage, now))
        done: Mask = where & (goes_to >= 0.0)
        for name, row in self.findings.items():
            found = np.where(came, lookup(yes.findings[name], now), lookup(no.findings[name], now))
            row[:] = np.where(done & (found >= 0.0), found, row)
        self.stage[:] = np.where(done, goes_to, self.stage)
        self.since[:] = np.where(done, day, self.since)
        return done

    def lapse(self, days: float, allowed: Array) -> Mask:
        """Make stages overdue whose deadline has passed: ``days`` now on the clock, of which ``allowed`` may pass."""
        now = self.stage.copy()
        goes_to = lookup(_OVERDUE.stage, now)
        late: Mask = (goes_to >= 0.0) & (days - self.since > allowed)
        for name, row in self.findings.items():
            found = lookup(_OVERDUE.findings[name], now)
            row[:] = np.where(late & (found >= 0.0), found, row)
        self.stage[:] = np.where(late, goes_to, self.stage)
        return late
