"""Annual calendar and constraining provisions: how many large activities a state may hold, and how early it
announces them.

Every band is "more than" its level. In three calendar years a state holds at most one very large activity
(67.1); in one calendar year at most six above the medium and up to the large level (67.2), of these at most
three in the upper band (67.2.1); at most three above the medium level run at the same time (67.3); a very
large one is announced by 15 November two calendar years ahead (68), any notifiable one in the calendar of the
year before (61). All of it is from memory: facts A4 [BK].

Source: facts A4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wargame.vienna.activity import Forces
from wargame.vienna.adjudicate import Finding, Verdict, duties_of
from wargame.vienna.rule import LAND
from wargame.vienna.rules import DEFAULT, Rules, in_document_order


@dataclass(frozen=True)
class Entry:
    """An activity in a state's calendar; ``announced`` None: it never was."""

    name: str
    state: str
    start: date
    end: date
    forces: Forces
    announced: date | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"{self.name} ends on {self.end}, before it starts on {self.start}")


@dataclass(frozen=True)
class CalendarRuling:
    """``below``: no provision applied; ``met``: all that applied were kept; ``breached``: those in ``broken``
    were not.
    """

    verdict: Verdict
    broken: tuple[str, ...]
    findings: tuple[Finding, ...]
    paragraphs: tuple[str, ...]


def exceeds(band: str, forces: Forces, rules: Rules = DEFAULT) -> bool:
    """Return whether forces lie above ``band`` (``medium``, ``upper`` or ``large``) in any quantity."""
    return any(rules.holds(f"{band}.{name}", forces.of(name)) for name in LAND)


def announced_code(announced: date | None, year: int) -> float:
    """Return the day of an announcement as MMDD counted from 1 January of ``year``: 1115 is 15 November,
    earlier years are negative.

    Never announced is infinitely late.
    """
    if announced is None:
        return float("inf")
    return float((announced.year - year) * 10_000 + announced.month * 100 + announced.day)


def check_calendar(entries: Sequence[Entry], rules: Rules = DEFAULT) -> CalendarRuling:
    """Return whether the activities of every state keep the calendar and the constraining provisions."""
    findings: list[Finding] = []
    for entry in entries:
        findings += _sizes(entry, rules)
    for state in sorted({entry.state for entry in entries}):
        own = [entry for entry in entries if entry.state == state]
        findings += _counts(state, own, rules)
        findings += _announcements(own, rules)
    provisions = [finding for finding in findings if finding.cited and rules[finding.rule].test == "at_most"]
    broken = {finding.rule for finding in provisions if not finding.holds}
    cited = broken or {finding.rule for finding in findings if finding.cited}
    verdict: Verdict = "breached" if broken else "met" if provisions else "below"
    ordered = tuple(rule.id for rule in rules.table if rule.id in broken)
    return CalendarRuling(verdict, ordered, tuple(findings), in_document_order({rules[id].paragraph for id in cited}))


def _sizes(entry: Entry, rules: Rules) -> list[Finding]:
    found = []
    for band in ("medium", "upper", "large"):
        for name in LAND:
            id, value = f"{band}.{name}", entry.forces.of(name)
            holds = rules.holds(id, value)
            found.append(Finding(id, entry.name, value, rules.level(id), holds, holds))
    return found


def _counts(state: str, own: Sequence[Entry], rules: Rules) -> list[Finding]:
    """Return the counts of each calendar year, each three years and each day on which something starts."""
    found = []
    for year in sorted({entry.start.year for entry in own}):
        capped = [
            entry
            for entry in own
            if entry.start.year == year and exceeds("medium", entry.forces, rules) and not exceeds("large", entry.forces, rules)
        ]
        upper = [entry for entry in capped if exceeds("upper", entry.forces, rules)]
        large = [entry for entry in own if year - 2 <= entry.start.year <= year and exceeds("large", entry.forces, rules)]
        for id, many in (
            ("medium.per_year", capped),
            ("upper.per_year", upper),
            ("large.per_three_years", large),
        ):
            found.append(_count(id, f"{state} {year}", len(many), rules))
    medium = [entry for entry in own if exceeds("medium", entry.forces, rules)]
    for day in sorted({entry.start for entry in medium}):
        at_once = sum(entry.start <= day <= entry.end for entry in medium)
        found.append(_count("medium.at_once", f"{state} {day}", at_once, rules))
    return found


def _count(id: str, unit: str, value: int, rules: Rules) -> Finding:
    return Finding(id, unit, float(value), rules.level(id), rules.holds(id, value), value > 0)


def _announcements(own: Sequence[Entry], rules: Rules) -> list[Finding]:
    found = []
    for entry in own:
        large = exceeds("large", entry.forces, rules)
        if large or duties_of(entry.forces, "land", rules) > 0:
            id, year = ("large.announced", entry.start.year - 2) if large else ("calendar.due", entry.start.year - 1)
            value = announced_code(entry.announced, year)
            found.append(Finding(id, entry.name, value, rules.level(id), rules.holds(id, value), True))
    return found
