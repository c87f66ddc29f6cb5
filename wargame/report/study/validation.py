"""The validation page: what was claimed, what the ensemble does, and how that compares with history, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wargame.plots.validation import forest, scales_figure
from wargame.report.citing import Bibliography
from wargame.report.study.rates import pictured
from wargame.report.writing import labelled, page
from wargame.results.files import SVG_HEAD, unwritable, write_json, write_text
from wargame.validation.scales import SCALES, ScaleComparison, load
from wargame.validation.validate import Results, Verdict
from wargame.validation.verdicts import short

_STRENGTH = {"C": "several sources", "S": "one source", "X": "contested, held in its variant"}


def write_validation(results: Results, folder: Path, scales: ScaleComparison | None = None) -> Path:
    """Write ``validation.html`` and ``validation.json`` into a folder (made if missing) and return the page's path.

    Raises :class:`wargame.errors.InputError` when the place cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "validation.json", results.as_json(), ascii=False)
        write_text(folder / "validation.html", render(results, scales))
    except OSError as error:
        raise unwritable(folder, error) from None
    return folder / "validation.html"


def write_scales(result: ScaleComparison, folder: Path) -> Path:
    """Write ``scales.svg`` and ``scales.json`` into a folder (made if missing) and return the picture's path.

    Raises :class:`wargame.errors.InputError` when the place cannot be written.
    """
    picture = folder / "scales.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(picture, f"{SVG_HEAD}{scales_figure(result)}\n")
        write_json(folder / "scales.json", result.as_json())
    except OSError as error:
        raise unwritable(folder, error) from None
    return picture


def render(results: Results, scales: ScaleComparison | None = None) -> str:
    """Return the page as HTML."""
    books = Bibliography()
    failed = len(results.failed)
    context: dict[str, Any] = {
        "results": results,
        "held": len(results.facts) - failed,
        "failed": failed,
        "facts": _rows(results.facts, books),
        "hindcasts": _rows(results.hindcasts, books),
        "facts_figure": labelled(forest(results.facts, "facts"), "Every check with its interval and bounds"),
        "hindcasts_figure": labelled(forest(results.hindcasts, "hindcasts"), "Hindcasts, every check with its interval"),
        "cards": pictured(results.cards),
        "scales": _scales(scales) if scales is not None else None,
        "sources": books.entries(),
    }
    return page("validation.html.j2", context)


def _rows(verdicts: Sequence[Verdict], books: Bibliography) -> list[dict[str, Any]]:
    return [
        {
            "verdict": one, "strength": _STRENGTH[one.fact.strength], "cited": books.cite(one.fact.evidence),
            "checks": [{"check": check, "numbers": check.numbers} for check in one.checks],
        }
        for one in verdicts
    ]  # fmt: skip


def _scales(result: ScaleComparison) -> dict[str, Any]:
    return {
        "svg": labelled(scales_figure(result), "Ranks of the cases on every scale"),
        "names": SCALES,
        "meanings": [(name, one.says, one.unit) for name, one in load().scales.items()],
        "rows": [(case, [short(result.means[case][scale].value) for scale in SCALES]) for case in result.cases],
        "agreement": [(a, b, f"{value:+.2f}") for (a, b), value in result.agreement.items()],
        "flips": result.flips,
    }
