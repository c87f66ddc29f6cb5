"""Adjudication of a declared activity: two readings, one verdict, the paragraphs and numbers behind it.

The *letter* holds declared numbers against the levels, part by part (or the whole: :attr:`Rules.scope`). The
*substance* holds the true numbers of everything under one operational command against the same levels.
Verdicts of a reading:

* ``below``: nothing was due. ``notifiable``, ``observable``: the duty exists and is not yet decided.
* ``met``: every duty was fulfilled. ``late``: notified, less than 42 days ahead (a snap activity: after it
  began).
* ``breached``: a duty was due and not fulfilled. An ordinary activity first notified after its start counts
  here: that is no prior notice.

The overall verdict is the letter's, except where the letter finds nothing wrong (``below`` or ``met``) and
the substance owes more: then it is ``evaded`` once the substance's duties were not fulfilled, and the
substance's verdict while they are open or if they were. A notice that shows an activity below every level
discharges no duty in substance.

Source: facts A2, A3; disagreement D4 (per part or whole); mechanisms S2, 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Literal

from wargame.vienna.activity import Activity, Forces, Unit, letter_units, substance_units
from wargame.vienna.rules import DEFAULT, Rules, in_document_order, trigger_ids

Verdict = Literal["below", "notifiable", "observable", "met", "late", "evaded", "breached"]
VERDICTS: tuple[Verdict, ...] = ("below", "notifiable", "observable", "met", "late", "evaded", "breached")
Status = Literal["none", "open", "kept", "late", "missing"]

# Which verdict speaks for several units of one reading: the gravest duty first.
GRAVITY: tuple[Verdict, ...] = ("below", "met", "notifiable", "observable", "late", "breached")


@dataclass(frozen=True)
class Finding:
    """One number held against one rule; ``holds`` as :meth:`Rule.holds`, ``cited`` where the verdict rests on
    it.
    """

    rule: str
    unit: str
    value: float
    level: float
    holds: bool
    cited: bool


@dataclass(frozen=True)
class UnitVerdict:
    """The verdict on one unit. ``senders``: the sending states that owe a notice of their own, and its
    status. ``duties``: 0 none, 1 notification, 2 observation too. ``principles``: rules cited without a
    number.
    """

    unit: Unit
    verdict: Verdict
    duties: int
    notification: Status
    observation: Status
    findings: tuple[Finding, ...]
    principles: tuple[str, ...] = ()
    senders: tuple[tuple[str, Status], ...] = ()


@dataclass(frozen=True)
class Reading:
    """One reading of an activity: the gravest verdict over its units."""

    verdict: Verdict
    duties: int
    judged: tuple[UnitVerdict, ...]

    @property
    def leading(self) -> UnitVerdict:
        """The unit that speaks for the reading: the gravest verdict, then the larger duty, then the first."""
        return max(self.judged, key=lambda one: (GRAVITY.index(one.verdict), one.duties))


@dataclass(frozen=True)
class Ruling:
    """The verdict on an activity, its two readings, and the rules it cites in the order of the document."""

    activity: Activity
    verdict: Verdict
    letter: Reading
    substance: Reading
    cited: tuple[str, ...]
    paragraphs: tuple[str, ...]
    rules: Rules

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every number that was held against a rule, in both readings."""
        return tuple(finding for reading in (self.letter, self.substance) for one in reading.judged for finding in one.findings)


def duties_of(forces: Forces, kind: str, rules: Rules) -> int:
    """Return what forces of this size owe: 0 nothing, 1 notification, 2 observation too."""

    def any_reached(chapter: str) -> bool:
        return any(rules.holds(id, forces.of(name)) for name, id in trigger_ids(kind, chapter).items())

    return 2 if any_reached("observe") else 1 if any_reached("notify") else 0


def adjudicate(activity: Activity, rules: Rules = DEFAULT, judged_on: date | None = None) -> Ruling:
    """Return the ruling on ``activity`` as seen on ``judged_on`` (None: when all is over and known)."""
    letter = _reading(letter_units(activity, rules, judged_on), rules)
    substance = _reading(substance_units(activity, rules, judged_on), rules)
    relabelled = any(part.snap and part.truly_snap is False for part in activity.parts)
    verdict = overall(letter.verdict, substance.verdict, substance.duties > letter.duties or relabelled)
    cited = {id for reading in (letter, substance) for one in reading.judged for id in _cited(one)}
    if len(activity.parts) > 1:
        cited.add("notify.one_command")
    ordered = tuple(rule.id for rule in rules.table if rule.id in cited)
    return Ruling(
        activity,
        verdict,
        letter,
        substance,
        ordered,
        in_document_order({rules[id].paragraph for id in ordered}),
        rules,
    )


def overall(letter: Verdict, substance: Verdict, owes_more: bool) -> Verdict:
    """Return the verdict over both readings; ``owes_more``: the substance has duties that the letter does not
    show.
    """
    if letter not in ("below", "met") or not owes_more:
        return letter
    return "evaded" if substance in ("late", "breached") else substance


def _reading(units: Sequence[Unit], rules: Rules) -> Reading:
    judged = tuple(judge(unit, rules) for unit in units)
    gravest = max(judged, key=lambda one: GRAVITY.index(one.verdict))
    return Reading(gravest.verdict, max(one.duties for one in judged), judged)


def judge(unit: Unit, rules: Rules) -> UnitVerdict:
    """Return the verdict on one unit."""
    size = duties_of(unit.forces, unit.kind, rules)
    sizes = _size_findings(unit, rules, size)
    if size == 0:
        return UnitVerdict(unit, "below", 0, "none", "none", tuple(sizes))
    timing, notification = _notification(unit, rules)
    exempt = size == 2 and unit.snap and rules.holds("snap.hours", unit.hours)
    observation = "none" if size < 2 or exempt else _observation(unit)
    if size == 2 and unit.snap:
        timing.append(_finding("snap.hours", unit, unit.hours, rules, True))
    owed, senders = _senders(unit, rules)
    statuses = [notification, observation, *(status for _, status in senders)]
    duties = 1 if size < 2 or exempt else 2
    return UnitVerdict(
        unit,
        _verdict(statuses, duties),
        duties,
        notification,
        observation,
        (*sizes, *timing, *owed),
        ("notify.host", "notify.sender") if unit.senders else (),
        tuple(senders),
    )


def _verdict(statuses: Sequence[Status], duties: int) -> Verdict:
    if "missing" in statuses:
        return "breached"
    if "late" in statuses:
        return "late"
    if "open" in statuses:
        return "observable" if duties == 2 else "notifiable"
    return "met"


def _notification(unit: Unit, rules: Rules) -> tuple[list[Finding], Status]:
    """Return whether the host's notice came in time, with the air component listed and some level shown."""
    deadline = "snap.notice" if unit.snap else "notify.days"
    findings = []
    if unit.lead is not None and unit.lead > -inf:
        findings.append(_finding(deadline, unit, unit.lead, rules, True))
    else:
        findings.append(Finding(deadline, unit.name, -inf, rules.level(deadline), False, True))
    status = _notice(unit.lead, unit, rules)
    air = rules.holds("notify.sorties", unit.forces.sorties)
    findings.append(_finding("notify.sorties", unit, unit.forces.sorties, rules, air))
    given = status in ("kept", "late")
    if given and ((air and unit.air_listed is False) or duties_of(unit.declared, unit.kind, rules) == 0):
        status = "missing"
    return findings, status


def _notice(lead: float | None, unit: Unit, rules: Rules) -> Status:
    """Return the status of one notice given ``lead`` days ahead."""
    if lead is None or (lead == -inf and not unit.started):
        return "open"
    if rules.holds("snap.notice" if unit.snap else "notify.days", lead):
        return "kept"
    late = -24.0 * lead < unit.hours if unit.snap else lead >= 0
    return "late" if late else "missing"


def _observation(unit: Unit) -> Status:
    if unit.observers:
        return "kept"
    return "missing" if unit.observers is False and unit.started else "open"


def _senders(unit: Unit, rules: Rules) -> tuple[list[Finding], list[tuple[str, Status]]]:
    """Return each sending state's share against the levels, and the notices owed by those whose share reaches
    one.
    """
    findings: list[Finding] = []
    owed: list[tuple[str, Status]] = []
    for state, forces, lead in unit.senders:
        for name, id in trigger_ids(unit.kind, "notify").items():
            value, who = forces.of(name), f"{unit.name}: {state}"
            findings.append(Finding(id, who, value, rules.level(id), rules.holds(id, value), False))
        if duties_of(forces, unit.kind, rules) > 0:
            owed.append((state, _notice(lead, unit, rules)))
    return findings, owed


def _size_findings(unit: Unit, rules: Rules, size: int) -> list[Finding]:
    """Return every quantity against its levels; where none is reached, the nearest level is the one cited."""
    findings = []
    for chapter in ("notify", "observe"):
        for name, id in trigger_ids(unit.kind, chapter).items():
            findings.append(_finding(id, unit, unit.forces.of(name), rules, rules.holds(id, unit.forces.of(name))))
    if size == 0:
        nearest = max(findings, key=lambda one: one.value / one.level if one.level > 0 else 0.0)
        at = findings.index(nearest)
        findings[at] = Finding(nearest.rule, nearest.unit, nearest.value, nearest.level, nearest.holds, True)
    return findings


def _finding(id: str, unit: Unit, value: float, rules: Rules, cited: bool) -> Finding:
    return Finding(id, unit.name, value, rules.level(id), rules.holds(id, value), cited)


def _cited(judged: UnitVerdict) -> set[str]:
    return {finding.rule for finding in judged.findings if finding.cited} | set(judged.principles)
