"""Figures of an ensemble, in the order of the report; to add one, write it and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from wargame.plots import courses, outcomes
from wargame.plots.ensemble_base import EnsembleChart, svg
from wargame.plots.style import styled
from wargame.results.files import write_figures
from wargame.studies.sweep.find.results import Results

ENSEMBLE: Mapping[str, EnsembleChart] = {
    "differences": outcomes.DIFFERENCES,
    "measures": outcomes.DOTS,
    "fans": courses.FANS,
    "classes": courses.STACKS,
    "escalation": courses.HEAT,
    "events": outcomes.EVENTS,
    "levers": outcomes.EFFECTS,
    "convergence": outcomes.CONVERGENCE,
}


def figures(results: Results) -> dict[str, str]:
    """Return every figure that the ensemble can fill, name -> SVG text, in the order of the report."""
    return {name: svg(chart, results, name) for name, chart in ENSEMBLE.items() if chart.applies(results)}


def drawn(results: Results, name: str) -> Figure:
    """Return one figure of the report as a Matplotlib figure, for a notebook or ``savefig``. Raises KeyError."""
    chart = ENSEMBLE[name]
    with styled():
        figure = Figure(figsize=chart.size(results))
        chart.draw(results, figure.add_axes((0.0, 0.0, 1.0, 1.0)))
    return figure


def save(texts: Mapping[str, str], folder: Path) -> None:
    """Write figures as ``NAME.svg`` into a folder (made if missing). Raises OSError, for a folder that is a link too."""
    write_figures(texts, folder)
