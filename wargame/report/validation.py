"""The validation page: what was claimed, what the ensemble does, and how that compares with history, in one file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from wargame.analysis.base_rates import Card
from wargame.analysis.scales import SCALES, Rosetta
from wargame.analysis.validate import Results, Verdict
from wargame.errors import InputError, Mistake
from wargame.plots.validation import base_rate_bars, forest, scales_figure
from wargame.report.citing import Bibliography

HERE = Path(__file__).parent
_STRENGTH = {"C": "several sources", "S": "one source", "X": "contested, held in its variant"}


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE / "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("validation.html.j2")


def write_validation(results: Results, folder: Path, scales: Rosetta | None = None) -> Path:
    """Write ``validation.html`` and ``validation.json`` into a folder (made if missing) and return the page's path.

    Raises :class:`InputError` when the place cannot be written.
    """
    page = folder / "validation.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(results.as_json(), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "validation.json").write_text(text + "\n", encoding="utf-8")
        write_validation_page(results, page, scales)
    except OSError as error:
        raise InputError([Mistake("--out", 0, 0, "", f"cannot write {folder}: {error.strerror or error}")]) from None
    return page


def write_validation_page(results: Results, path: Path, scales: Rosetta | None = None) -> None:
    """Write the page, which needs no other file: facts and hindcasts with pictures, base rates, scales where they are given."""
    path.write_text(render(results, scales), encoding="utf-8")


def write_scales(result: Rosetta, folder: Path) -> Path:
    """Write ``scales.svg`` and ``scales.json`` into a folder (made if missing) and return the picture's path."""
    picture = folder / "scales.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scales.json").write_text(json.dumps(result.as_json(), indent=2) + "\n", encoding="utf-8")
        picture.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + scales_figure(result) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError([Mistake("--out", 0, 0, "", f"cannot write {folder}: {error.strerror or error}")]) from None
    return picture


def render(results: Results, scales: Rosetta | None = None) -> str:
    """Return the page as HTML."""
    books = Bibliography()
    by_scale: dict[str, list[Card]] = {}
    for card in results.cards:
        by_scale.setdefault(card.scale, []).append(card)
    failed = len(results.failed)
    context: dict[str, Any] = {
        "results": results,
        "held": len(results.facts) - failed,
        "failed": failed,
        "facts": _rows(results.facts, books),
        "hindcasts": _rows(results.hindcasts, books),
        "facts_figure": _drawn(forest(results.facts, "facts"), "Every check with its interval and bounds"),
        "hindcasts_figure": _drawn(forest(results.hindcasts, "hindcasts"), "Hindcasts, every check with its interval"),
        "cards": [
            {"card": cards[0], "svg": _drawn(base_rate_bars(cards, f"rates-{name}"), cards[0].says), "apart": _apart(cards)}
            for name, cards in by_scale.items()
        ],
        "scales": _scales(scales) if scales is not None else None,
        "sources": books.entries(),
        "style": Markup((HERE / "templates" / "report.css").read_text("utf-8")),
    }
    return _template().render(context)


def _drawn(svg: str, label: str) -> Markup:
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label, quote=True)}" ', 1))


def _rows(verdicts: Sequence[Verdict], books: Bibliography) -> list[dict[str, Any]]:
    return [
        {
            "verdict": one, "strength": _STRENGTH[one.fact.strength], "cited": books.cite(one.fact.evidence),
            "checks": [{"check": check, "numbers": _numbers(check.estimate)} for check in one.checks],
        }
        for one in verdicts
    ]  # fmt: skip


def _numbers(estimate: Any) -> str:
    return f"{_short(estimate.value)} [{_short(estimate.low)}, {_short(estimate.high)}]" if estimate.known else "–"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _apart(cards: Sequence[Card]) -> list[str]:
    """Return in words where the intervals of model and history do not touch."""
    return [
        f"{card.scenario}: “{row.label}” is {'rarer' if row.simulated.high < row.real[name].low else 'more frequent'} than in "
        f"{reference.says}"
        for card in cards
        for row in card.rows
        for name, reference in card.references.items()
        if row.apart(name)
    ]


def _scales(result: Rosetta) -> dict[str, Any]:
    return {
        "svg": _drawn(scales_figure(result), "Ranks of the cases on every scale"),
        "names": SCALES,
        "rows": [(case, [_short(result.means[case][scale].value) for scale in SCALES]) for case in result.cases],
        "agreement": [(a, b, f"{value:+.2f}") for (a, b), value in result.agreement.items()],
        "flips": result.flips,
    }
