"""How objects show themselves: a few lines in a terminal, a small table in a notebook, whatever they hold."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from wargame.errors import one_line

ROWS = 12
LONGEST = 100  # letters of a line
Facts = tuple[str, Mapping[str, object]]


class Display:
    """An object with a ``repr`` of a few lines and a ``_repr_html_`` for notebooks, from a title and facts about it.

    A dataclass that is one says ``repr=False``.
    """

    def _facts(self) -> Facts:
        raise NotImplementedError

    def __repr__(self) -> str:
        title, facts = self._facts()
        return "\n".join([_line(title), *(_line(f"  {name}: {value}") for name, value in _few(facts))])

    def _repr_html_(self) -> str:
        title, facts = self._facts()
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(_line(name))}</th>'
            f'<td style="text-align:left">{escape(_line(str(value)))}</td></tr>'
            for name, value in _few(facts)
        )
        return f"<table><caption>{escape(_line(title))}</caption><tbody>{rows}</tbody></table>"


def _few(facts: Mapping[str, object]) -> list[tuple[str, object]]:
    rows = [(name, value) for name, value in facts.items() if value not in ("", None)]
    return rows if len(rows) <= ROWS else [*rows[: ROWS - 1], ("…", f"{len(rows) - ROWS + 1} more")]


def _line(text: str) -> str:
    return one_line(text, LONGEST)


def counted(number: int, one: str, many: str = "") -> str:
    """Return ``1 run``, ``2,000 runs``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: object, most: int = 6) -> str:
    """Return some names as text, and how many there are."""
    found = [*map(str, names)] if isinstance(names, (list, tuple, dict, Mapping)) else [str(names)]
    return ", ".join(found) if len(found) <= most else f"{', '.join(found[:most])}, … ({len(found)})"


def number(value: float | None) -> str:
    """Return a number as short text; what is missing is a dash."""
    return "–" if value is None or value != value else f"{value:,.4g}"
