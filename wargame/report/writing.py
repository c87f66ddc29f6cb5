"""Writing a page: a template with the house's style in it, figures placed with their captions, the file in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import jinja2
from markupsafe import Markup

from wargame.plots.chart import Chart
from wargame.results.files import names_of, write_figures, write_text

T = TypeVar("T")
TEMPLATES = Path(__file__).parent / "templates"
STYLE = "report.css"
_HASH = 32  # characters of a value that is no mere number


@cache
def _environment(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip


def page(name: str, context: Mapping[str, Any], folder: Path = TEMPLATES, style: str = "") -> str:
    """Return a page that needs nothing else, from a template of a folder; ``style`` is a sheet of that folder, on top of the
    house's.
    """
    sheets = [TEMPLATES / STYLE, *([folder / style] if style else [])]
    together = Markup("".join(sheet.read_text("utf-8") for sheet in sheets))
    return _environment(folder).get_template(name).render(style=together, **context)


def figure(name: str, number: int, title: str, caption: str, svg: str) -> dict[str, Any]:
    """Return a drawn figure as a page places it: numbered, with title, caption and a text alternative."""
    shown = labelled(svg, f"{title}. {caption}")
    return {"id": f"figure-{name}", "number": number, "title": title, "caption": caption, "svg": shown}


def labelled(svg: str, label: str) -> Markup:
    """Return a picture for a page, with its label for those who do not see it."""
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label, quote=True)}" ', 1))


def placed(charts: Mapping[str, Chart[T]], subject: T, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return drawn figures as a page places them, in their order."""
    found = ((name, text, charts[name]) for name, text in texts.items())
    return [figure(name, i, one.title, one.caption(subject), text) for i, (name, text, one) in enumerate(found, 1)]


def write_page(folder: Path, name: str, text: str, figures: Mapping[str, str]) -> list[str]:
    """Write a page and its figures into a result folder, each whole or not at all; return their names in it. Raises OSError."""
    write_figures(figures, folder / "figures")
    write_text(folder / name, text)
    return names_of(figures, name)


def provenance(facts: Sequence[tuple[str, str]], versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what made a page, as rows of a table: each name once, and each hash once whatever it is called."""
    names, hashes = {name for name, _ in facts}, {value for _, value in facts if len(value) >= _HASH}
    return [*facts, *((name, value) for name, value in versions.items() if name not in names and value not in hashes)]
