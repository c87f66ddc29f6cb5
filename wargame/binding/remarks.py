"""What a scenario may say and hardly means: days that lie outside it. Remarks stop nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from wargame.binding.checker import Path
from wargame.errors import Mistake
from wargame.scenario.load import Loaded
from wargame.scenario.marks import SET
from wargame.scenario.schema import Scenario


def remarks(loaded: Loaded) -> list[Mistake]:
    """Return remarks about a scenario that is right, in the order of their places: only what its own file or ``--set`` says, for
    what a base tells may well lie outside a variant's days.
    """
    moved = any(loaded.marks.place((key,))[0] == SET for key in ("start", "horizon"))  # on purpose, for this once
    own = {SET, *(str(file) for file in loaded.files[-1:] if not moved)}
    found = [loaded.marks.mistake(path, what) for path, what in _outside(loaded.scenario)]
    return sorted(one for one in found if one.file in own)


def _outside(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    first, last = scenario.start, scenario.end
    days = f"the scenario lasts from {first} to {last}"
    for name, inject in scenario.injects.items():
        if inject.enabled and inject.date is not None and not first <= inject.date <= last:
            yield ("injects", name, "date"), f"{inject.date} is no day of it, so it never happens; {days}"
    for name, policy in scenario.policies.items():
        for i, order in enumerate(policy.orders):
            if not first - dt.timedelta(days=scenario.lead_in) <= order.date <= last:
                yield ("policies", name, "orders", i, "date"), f"{order.date} is no day of it, so it is never given; {days}"
    for name, exercise in scenario.exercises.items():
        if exercise.enabled and exercise.start > last:
            yield ("exercises", name, "start"), f"{exercise.start} is after the last day, so it is never held; {days}"
    for name, measure in scenario.measures.items():
        if (measure.since is not None and measure.since > last) or (measure.until is not None and measure.until < first):
            which = "since" if measure.since is not None and measure.since > last else "until"
            yield ("measures", name, which), f"no day of it lies within, so nothing is measured; {days}"
