"""Figures of an ensemble, in the order of the report; to add one, write it and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from wargame.plots import courses, outcomes
from wargame.plots.chart import Chart
from wargame.studies.sweep.find.results import Results

ENSEMBLE: Mapping[str, Chart[Results]] = {
    "differences": outcomes.DIFFERENCES,
    "measures": outcomes.DOTS,
    "fans": courses.FANS,
    "classes": courses.STACKS,
    "escalation": courses.HEAT,
    "events": outcomes.EVENTS,
    "levers": outcomes.EFFECTS,
    "convergence": outcomes.CONVERGENCE,
}
