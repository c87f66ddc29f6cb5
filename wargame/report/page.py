"""The page: everything the template needs, and the text it makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from wargame.plots import FIGURES
from wargame.plots import figures as drawn
from wargame.plots.reading import date_of, named, observer, sentence
from wargame.record import Record
from wargame.report import assumptions, headline, studies, summary, tables
from wargame.report.citing import Bibliography
from wargame.report.words import span

HERE = Path(__file__).parent
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "escalation": ("ladder", "timeline"),
    "transparency": ("troops", "theatre_peak", "theatre_end", "vienna"),
    "threat": ("threat", "climate", "answers"),
    "basing": ("basing", "agenda", "regime"),
    "border": ("border",),
}


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE / "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("report.html.j2")


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
        title, caption = FIGURES[name].title, self.captions[name]
        label = escape(f"{title}. {caption}", quote=True)
        opened = self.texts[name].replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        return {"id": f"figure-{name}", "number": number, "title": title, "caption": caption, "svg": Markup(opened)}


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
        "style": Markup((HERE / "templates" / "report.css").read_text("utf-8")),
    }
    return _template().render(context)


def _provenance(record: Record, given: Mapping[str, str]) -> list[tuple[str, str]]:
    own = {
        "scenario": record.bound.scenario.name,
        "scenario hash (SHA-256)": record.bound.text_hash or "made in memory",
        "seed": str(record.seed),
        "replication": str(record.replication),
        "fingerprint of the measures": record.fingerprint,
    }
    return studies.provenance([*own.items()], given)
