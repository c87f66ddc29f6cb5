"""Inspections and evaluation visits: quotas and deadlines as small functions over the rule table.

Source: facts A5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from wargame.vienna.rules import DEFAULT, Rules


@dataclass(frozen=True)
class Visit:
    """An inspection or evaluation visit that took place: who came, when, and (evaluation) to which unit."""

    by: str
    on: date
    unit: str = ""


def inspection_refusals(past: Sequence[Visit], request: Visit, rules: Rules = DEFAULT) -> tuple[str, ...]:
    """Return the ids of the quota rules that let a state decline ``request``, given its ``past`` inspections;
    empty: it must accept.

    Refusal on any other ground than force majeure is a breach, whatever reason is named.
    """
    year = [visit for visit in past if visit.on.year == request.on.year]
    same = [visit for visit in year if visit.by == request.by]
    counts = {"inspect.year": len(year) + 1, "inspect.same_state": len(same) + 1}
    return tuple(id for id, count in counts.items() if not rules.holds(id, count))


def late_steps(hours: dict[str, float], rules: Rules = DEFAULT) -> tuple[str, ...]:
    """Return the ids of the deadlines and sizes that measured values do not keep, e.g. ``{"inspect.reply":
    25}``.

    ``KeyError`` for an unknown rule.
    """
    return tuple(id for id, value in hours.items() if not rules.holds(id, value))


def evaluation_quota(units: int, rules: Rules = DEFAULT) -> int:
    """Return the evaluation visits a state with this many reported units accepts in a year: one per 60 or
    part of 60, at most 15.
    """
    return min(ceil(units / rules.level("evaluate.units")), int(rules.level("evaluate.cap")))


def evaluation_share(quota: int, rules: Rules = DEFAULT) -> int:
    """Return how many visits of a quota one state may use: a fifth, and one where that is less than one."""
    # A fifth in floating point lies a hair under 3 of 15; the margin is far below one visit.
    return max(1, floor(quota * rules.level("evaluate.share") + 1e-9)) if quota > 0 else 0


def evaluation_refusals(past: Sequence[Visit], request: Visit, units: int, rules: Rules = DEFAULT) -> tuple[str, ...]:
    """Return the ids of the rules that let a state with ``units`` reported units decline an evaluation visit;
    empty: it must accept.
    """
    year = [visit for visit in past if visit.on.year == request.on.year]
    quota = evaluation_quota(units, rules)
    to_unit = [visit for visit in year if visit.unit == request.unit]
    checks = {
        "evaluate.cap": len(year) + 1 <= quota,
        "evaluate.share": sum(visit.by == request.by for visit in year) + 1 <= evaluation_share(quota, rules),
        "evaluate.unit_year": rules.holds("evaluate.unit_year", len(to_unit) + 1),
        "evaluate.unit_state": rules.holds("evaluate.unit_state", sum(visit.by == request.by for visit in to_unit) + 1),
        "evaluate.at_once": rules.holds("evaluate.at_once", sum(visit.on == request.on for visit in past) + 1),
    }
    return tuple(id for id, kept in checks.items() if not kept)
