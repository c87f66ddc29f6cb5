"""Figures of an ensemble, in the order of the report; to add one, write it and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wargame.plots.ensemble import courses, outcomes
from wargame.plots.ensemble.base import EnsembleChart, svg
from wargame.sweeps.results import Results

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


def save(texts: Mapping[str, str], folder: Path) -> None:
    """Write figures as ``NAME.svg`` into a folder (made if missing)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.svg").write_text('<?xml version="1.0" encoding="utf-8"?>\n' + text + "\n", encoding="utf-8")
