"""What the pages of a sensitivity study and of a discovery share: template, figures, writing in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from wargame.plots.picture import Picture
from wargame.results.files import write_text

HERE = Path(__file__).parent


def page(name: str, context: Mapping[str, Any]) -> str:
    """Return a page from a template, with the house's style in it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    style = Markup((HERE / "templates" / "report.css").read_text("utf-8"))
    return environment.get_template(name).render(style=style, **context)


def placed(pictures: Mapping[str, Picture[Any]], subject: Any, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return drawn figures as a page places them: numbered, with title, caption and a text alternative."""
    found = []
    for number, (name, text) in enumerate(texts.items(), 1):
        title, caption = pictures[name].title, pictures[name].caption(subject)
        label = escape(f"{title}. {caption}", quote=True)
        opened = text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        found.append({"id": f"figure-{name}", "number": number, "title": title, "caption": caption, "svg": Markup(opened)})
    return found


def write_page(path: Path, text: str) -> None:
    """Write a page, which appears whole or not at all. Raises OSError."""
    write_text(path, text)


_HASH = 32  # characters of a value that is no mere number


def provenance(facts: Sequence[tuple[str, str]], versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what made a page, as rows of a table: each name once, and each hash once whatever it is called."""
    names, hashes = {name for name, _ in facts}, {value for _, value in facts if len(value) >= _HASH}
    return [*facts, *((name, value) for name, value in versions.items() if name not in names and value not in hashes)]
