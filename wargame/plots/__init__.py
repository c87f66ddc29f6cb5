"""Figures of one history. ``FIGURES`` names them in the order of the report; to add one, write its file and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wargame.plots import basing, border, ladder, lines, theatre, threat, timeline, troops, vienna
from wargame.plots.chart import Chart, svgs
from wargame.results.files import write_figures
from wargame.simulation.record import Record

FIGURES: Mapping[str, Chart[Record]] = {
    "ladder": ladder.LADDER,
    "timeline": timeline.TIMELINE,
    "troops": troops.TROOPS,
    "theatre_peak": theatre.PEAK,
    "theatre_end": theatre.LAST,
    "vienna": vienna.VIENNA,
    "threat": threat.THREAT,
    "climate": lines.CLIMATE,
    "answers": lines.ANSWERS,
    "basing": basing.LADDER,
    "agenda": basing.AGENDA,
    "regime": lines.REGIME,
    "border": border.BORDER,
}


def figures(record: Record) -> dict[str, str]:
    """Return every figure that the record can fill, name -> SVG text, in the order of the report."""
    return svgs(FIGURES, record)


def save_figures(record: Record, folder: Path) -> list[Path]:
    """Write every figure as ``NAME.svg`` into a folder (made if missing) and return the paths. Raises OSError."""
    return write_figures(figures(record), folder)
