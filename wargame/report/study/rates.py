"""Base-rate cards as they stand on a page: the picture, what the comparison means, and where model and history part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wargame.plots.validation import base_rate_bars
from wargame.report.writing import labelled
from wargame.validation.base_rates import Card


def pictured(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Return an entry per scale, over all its cards: ``card`` (the first, for its words), ``svg``, and ``apart`` in words."""
    by_scale: dict[str, list[Card]] = {}
    for card in cards:
        by_scale.setdefault(card.scale, []).append(card)
    return [
        {"card": own[0], "svg": labelled(base_rate_bars(own, f"rates-{name}"), own[0].says), "apart": _apart(own)}
        for name, own in by_scale.items()
    ]


def _apart(cards: Sequence[Card]) -> list[str]:
    """Return in words where the intervals of model and history do not touch, cards that say the same in one sentence."""
    said: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for card in cards:
        for row in card.rows:
            for word in ("rarer", "more frequent"):
                than = tuple(
                    reference.says
                    for name, reference in card.references.items()
                    if row.apart(name) and (row.simulated.high < row.real[name].low) == (word == "rarer")
                )
                if than:
                    said.setdefault((row.label, word, than), []).append(card.scenario)
    return [
        f"“{label}” is {word} than in {', '.join(than)}" + (f" ({', '.join(who)})" if len(who) < len(cards) else "")
        for (label, word, than), who in said.items()
    ]
