"""The page: everything the template needs, and the text it makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wargame.plots import FIGURES, save_figures
from wargame.plots import figures as drawn
from wargame.plots.reading import date_of, named, observer
from wargame.report import writing
from wargame.report.citing import Bibliography
from wargame.report.history import assumptions, headline, summary, tables
from wargame.report.writing import figure, page
from wargame.results.files import names_of, write_text
from wargame.results.folder import versions
from wargame.scenario.words import sentence, span
from wargame.simulation.record import Record

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "escalation": ("ladder", "timeline"),
    "transparency": ("troops", "theatre_peak", "theatre_end", "vienna"),
    "threat": ("threat", "climate", "answers"),
    "basing": ("basing", "agenda", "regime"),
    "border": ("border",),
}


class Figures:
    """Figures of a page, numbered as they are placed; each is safe markup with its caption as a text alternative."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.texts = drawn(record)
        self.captions = {name: FIGURES[name].caption(record) for name in self.texts}

    def of(self, section: str) -> list[dict[str, Any]]:
        """Return the figures of a section in order."""
        order = [name for names in SECTIONS.values() for name in names if name in self.texts]
        return [self._one(name, order.index(name) + 1) for name in SECTIONS[section] if name in self.texts]

    def _one(self, name: str, number: int) -> dict[str, Any]:
        return figure(name, number, FIGURES[name].title, self.captions[name], self.texts[name])


def render(record: Record, provenance: Mapping[str, str]) -> str:
    """Return the report of one history as one HTML page that needs nothing else."""
    books, figures = Bibliography(), Figures(record)
    scenario = record.bound.scenario
    last = max(len(record.days) - 1, 0)
    numbers, with_prior = assumptions.unlisted(record)
    context: dict[str, Any] = {
        "scenario": scenario,
        "dates": span(scenario.start, date_of(record, last)),
        "days": len(record.days),
        "observer": named(record, observer(record)),
        "record": record,
        "bottom_line": headline.bottom_line(record),
        "findings": summary.findings(record),
        "cards": headline.cards(record),
        "figures": {section: figures.of(section) for section in SECTIONS},
        "seen_by_date": tables.seen_by_date(record),
        "seen_by_observer": tables.seen_by_observer(record),
        "verdicts": tables.verdict_rows(record, books),
        "turning_points": tables.turning_points(record, books),
        "deciders": tables.deciders(record, books),
        "story": tables.story(record, books),
        "measures": tables.measure_rows(record),
        "assumptions": assumptions.assumptions(record, books),
        "numbers": numbers,
        "with_prior": with_prior,
        "provenance": _provenance(record, provenance),
        "sentence": sentence,
        "sources": books.entries(),  # last: by now everything has been cited
    }
    return page("report.html.j2", context)


def _provenance(record: Record, given: Mapping[str, str]) -> list[tuple[str, str]]:
    own = {
        "scenario": record.bound.scenario.name,
        "scenario hash (SHA-256)": record.bound.text_hash or "made in memory",
        "seed": str(record.seed),
        "replication": str(record.replication),
        "fingerprint of the measures": record.fingerprint,
    }
    return writing.provenance([*own.items()], given)


def write_history_report(record: Record, folder: Path) -> list[str]:
    """Write ``figures/`` and ``report.html`` of one history into its folder, and return their names. Raises OSError."""
    paths = save_figures(record, folder / "figures")
    made = {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()}
    write_report(record, folder / "report.html", provenance=made)
    return names_of(path.stem for path in paths)


def write_report(record: Record, path: Path, *, provenance: Mapping[str, str]) -> None:
    """Write the report of one history as one HTML file that opens offline; the same bytes for the same record.

    ``provenance`` is shown as it is (versions, command, when it was made). The file appears whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, render(record, provenance))
