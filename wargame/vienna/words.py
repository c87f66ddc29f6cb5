"""A ruling in plain words, as numbers, and with what is not confirmed about the rules it cites."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TypeAlias

from wargame.scenario.words import LONG_MONTHS, decimal
from wargame.vienna.adjudicate import Finding, Reading, Ruling, UnitVerdict
from wargame.vienna.rule import Rule
from wargame.vienna.rules import Rules
from wargame.vienna.splitting import Merge

Numbers: TypeAlias = dict[str, object]

_MEANS = {
    "below": "nothing was due",
    "notifiable": "notification is due and not yet decided",
    "observable": "notification and observation are due and not yet decided",
    "met": "what was due was done",
    "late": "notice was given too late",
    "evaded": "kept by the letter and not in substance",
    "breached": "a duty was not fulfilled",
}


_SENT = {
    "none": "owed none",
    "open": "none is known yet",
    "kept": "gave it",
    "late": "gave it late",
    "missing": "gave none",
}


def number(value: float) -> str:
    """Return a number for reading: thousands separated, no needless decimals."""
    return decimal(value, 1)


def amount(value: float, unit: str) -> str:
    """Return a number with its unit; a day given as month and day (``MMDD``) as a day and how many years
    early or late.
    """
    if unit != "MMDD":
        return f"{number(value)} {unit}".strip()
    if value == inf:
        return "never"
    years, day = divmod(int(value), 10_000)
    said = f"{day % 100} {LONG_MONTHS[day // 100 - 1]}"
    if years == 0:
        return said
    return f"{said}, {abs(years)} {'year' if abs(years) == 1 else 'years'} {'late' if years > 0 else 'early'}"


def sentence(ruling: Ruling) -> str:
    """Return the ruling in plain words: both readings, then the verdict and what it means."""
    letter = _reading("By the letter", "declared", ruling.letter, ruling.rules)
    substance = _reading("In substance", "in truth", ruling.substance, ruling.rules)
    if ruling.letter.leading.unit == ruling.substance.leading.unit:
        substance = "In substance the same."
    elif ruling.substance.verdict in ("late", "breached") and ruling.verdict in ("below", "met"):
        substance += " That is no duty beyond those the letter shows."
    nothing_known = ruling.verdict == "below" and ruling.substance.leading.unit.unknown
    meaning = "no number shows a duty" if nothing_known else _MEANS[ruling.verdict]
    return f"{letter} {substance} Verdict: {ruling.verdict} ({meaning})."


def _reading(which: str, how: str, reading: Reading, rules: Rules) -> str:
    judged = reading.leading
    who = judged.unit.name or "the activity"
    if judged.unit.unknown:
        return f"{which} nothing can be held against a level: the numbers are withheld ({who})."
    cause = decisive(judged, rules)
    rule = rules[cause.rule]
    size = f"{number(cause.value)} {rule.unit} {how} ({who})"
    if judged.duties == 0:
        return f"{which} nothing was due: {size}, and the level is {number(rule.level)} ({rule.paragraph})."
    due = "notification was due" if judged.duties == 1 else "notification and observation were due"
    clauses = [f"{size} against a level of {number(rule.level)} ({rule.paragraph})", _notice(judged, rules)]
    clauses += _observers(judged, rules)
    clauses += [
        f"{state} owed a notice of its own and {_SENT[status]} ({rules['notify.sender'].paragraph})"
        for state, status in judged.senders
    ]
    return f"{which} {due}: {'; '.join(clauses)}."


def decisive(judged: UnitVerdict, rules: Rules) -> Finding:
    """Return the number that decides what is owed: the level of the highest chapter exceeded furthest, or the
    nearest one.
    """
    sizes = [one for one in judged.findings if one.cited and rules[one.rule].test == "reaches" and one.rule != "notify.sorties"]
    return max(sizes, key=lambda one: (one.rule.startswith("observe"), one.value / one.level if one.level else inf))


def _notice(judged: UnitVerdict, rules: Rules) -> str:
    lead, unit = judged.unit.lead, judged.unit
    rule = rules["snap.notice" if unit.snap else "notify.days"]
    need = "due at the start" if unit.snap else f"{number(rule.level)} days needed"
    if lead is None:
        said = "no notice is known yet"
    elif lead == -inf:
        given = "not every part was notified" if unit.parts > 1 else "no notice was given"
        said = given if unit.started else "no notice has been given yet"
    elif lead >= 0:
        said = f"notice came {_days(lead)} ahead"
    else:
        said = f"notice came {_days(-lead)} after the start"
    missing = judged.notification == "missing" and lead is not None and lead >= 0
    return f"{said} ({need}, {rule.paragraph})" + (", but did not show what was due" if missing else "")


def _days(count: float) -> str:
    return f"{number(count)} {'day' if count == 1 else 'days'}"


def _observers(judged: UnitVerdict, rules: Rules) -> list[str]:
    if judged.observation == "none":
        exempt = any(one.rule == "snap.hours" and one.cited for one in judged.findings)
        hours, rule = number(judged.unit.hours), rules["snap.hours"]
        return [f"no observers were due for {hours} h begun without warning ({rule.paragraph})"] if exempt else []
    said = {
        "kept": "observers were invited",
        "missing": "observers were not invited",
        "open": "it is not known whether observers are invited",
    }
    return [said[judged.observation]]


def numbers(ruling: Ruling) -> Numbers:
    """Return the numbers behind a ruling: per reading the leading unit's forces, notice and length, and the
    levels cited.
    """
    return {
        "letter": _unit_numbers(ruling.letter.leading),
        "substance": _unit_numbers(ruling.substance.leading),
        "levels": levels(ruling.rules[id] for id in ruling.cited),
    }


def _unit_numbers(judged: UnitVerdict) -> Numbers:
    unit = judged.unit
    forces: Numbers = {"withheld": True} if unit.unknown else dict(unit.forces.stated())
    notice = "never" if unit.lead == -inf else unit.lead
    return {
        "unit": unit.name,
        **forces,
        "notice_days": notice,
        "hours": unit.hours,
        "observers": unit.observers,
    }


def levels(rules: Iterable[Rule]) -> dict[str, float]:
    """Return the levels of rules by id; principles have none."""
    return {rule.id: rule.level for rule in rules if rule.test != "principle"}


def unconfirmed(cited: Iterable[Rule]) -> tuple[str, ...]:
    """Return what is not confirmed about the cited rules: each level, then the paragraph numbers together."""
    rules = list(cited)
    lines = [
        f"{rule.id}: {amount(rule.level, rule.unit)} (in no source at hand; confidence {rule.confidence})"
        for rule in rules
        if rule.test != "principle" and not rule.confirmed
    ]
    lines += [
        f"{rule.id}: that {rule.says} (in no source at hand; confidence {rule.confidence})"
        for rule in rules
        if rule.test == "principle" and not rule.confirmed
    ]
    places = dict.fromkeys(f"{rule.paragraph} ({rule.paragraph_confidence})" for rule in rules if not rule.paragraph_confirmed)
    return (*lines, f"paragraph numbers {', '.join(places)}") if places else tuple(lines)


def split_words(merge: Merge, rules: Rules) -> str:
    """Return what the splitting detector found, in a sentence."""
    rule = rules[merge.rule]
    duty = "observation" if merge.chapter == "observe" else "notification"
    return (
        f"{' + '.join(merge.parts)} together reach {number(merge.total)} {rule.unit}: "
        f"over the {duty} level of {number(merge.level)} ({rule.paragraph}) that each stays under"
    )
