"""Cells of tables: numbers, priors and sources as the documentation writes them."""

from __future__ import annotations

from collections.abc import Iterable

from wargame.scenario.values import Quantity


def cell(text: object) -> str:
    """Return text for a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def row(*cells: object) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cell(one) for one in cells)} |"


def number(value: float) -> str:
    """Return a number with at most four significant digits; bounds that bind nothing as "any"; of what is missing that it is."""
    if value != value:
        return "missing"
    if abs(value) >= 1e6:
        return "any"
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def prior(quantity: Quantity) -> str:
    """Return the prior of a number: ``lognormal (median 1, sigma 0.4)``; empty when it has none."""
    if quantity.prior is None:
        return ""
    kind, values = next(iter(quantity.prior.model_dump(exclude_none=True).items()))
    return f"{kind} ({', '.join(f'{key} {number(value)}' for key, value in values.items())})"


def sources(ids: Iterable[str]) -> str:
    """Return evidence ids as code, separated by commas."""
    return ", ".join(f"`{one}`" for one in ids)
