"""Cases adjudicated: the result of each, compared with what it expects, as JSON and as terminal text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from wargame.errors import allowed, did_you_mean, mistake
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.files.resources import data_root
from wargame.vienna.activity import Activity
from wargame.vienna.adjudicate import Finding, Verdict, adjudicate
from wargame.vienna.cases import Case, Expectation, read_cases
from wargame.vienna.chapter_three import Clock, Event, cited, replay, state_on
from wargame.vienna.constraints import Entry, check_calendar
from wargame.vienna.rule import Rule
from wargame.vienna.rules import DEFAULT, Rules, in_document_order
from wargame.vienna.splitting import detect
from wargame.vienna.words import Numbers, amount, levels, numbers, sentence, split_words, unconfirmed


@dataclass(frozen=True, repr=False)
class Result(Display):
    """A case adjudicated. ``differences``: where it is not as expected. ``numbers`` holds plain JSON values
    only.
    """

    id: str
    title: str
    verdict: Verdict
    paragraphs: tuple[str, ...]
    numbers: Numbers
    sentence: str
    unconfirmed: tuple[str, ...]
    letter: Verdict | None = None
    substance: Verdict | None = None
    splits: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    states: tuple[tuple[date, str], ...] = ()
    differences: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the case as the command's ``--json`` shows it."""
        return {
            "id": self.id,
            "title": self.title,
            "verdict": self.verdict,
            "letter": self.letter,
            "substance": self.substance,
            "paragraphs": list(self.paragraphs),
            "numbers": self.numbers,
            "sentence": self.sentence,
            "unconfirmed": list(self.unconfirmed),
            "splits": list(self.splits),
            "differences": list(self.differences),
        }

    def _facts(self) -> Facts:
        facts = {"verdict": self.verdict, "paragraphs": listed(self.paragraphs), "says": self.sentence}
        return f"{self.id}: {self.title}", facts | ({"differs": listed(self.differences)} if self.differences else {})


class Rulings(Display, tuple[Result, ...]):
    """Cases adjudicated, in the order of their file."""

    def _facts(self) -> Facts:
        return counted(len(self), "case"), {one.id: f"{one.verdict} ({listed(one.paragraphs)})" for one in self}

    def as_json(self) -> dict[str, Any]:
        """Return the cases as the command's ``--json`` shows them."""
        return as_json(self)


def judge_case(case: Case) -> Result:
    """Return the result of one case, compared with what it expects."""
    if case.activity is not None:
        result = _judge_activity(case, case.activity)
    elif case.calendar is not None:
        result = _judge_calendar(case, case.calendar)
    else:
        result = _judge_clock(case, case.clock or ())
    return _compared(result, case.expect)


def judge_cases(cases: Iterable[Case]) -> tuple[Result, ...]:
    """Return the results of cases, in their order."""
    return tuple(judge_case(case) for case in cases)


def adjudicate_file(path: str | Path) -> tuple[Result, ...]:
    """Return the results of every case of a file; errors as :func:`wargame.vienna.cases.read_cases`."""
    return judge_cases(read_cases(path))


def case_file(name: str) -> Path:
    """Return a path, or the shipped case file of that name. Raises :class:`wargame.errors.InputError`."""
    folder = data_root() / "vienna"
    shipped = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if Path(name).exists() or name not in shipped:
        if not Path(name).exists() and "/" not in name and not name.endswith((".yaml", ".yml")):
            hint = did_you_mean(name, shipped) or f"; shipped: {allowed(shipped)}"
            raise mistake(f"no such file, and no shipped cases of that name{hint}", file=name)
        return Path(name)
    return shipped[name]


def adjudicated(file: str | Path) -> Rulings:
    """Return the declared activities of a file adjudicated: a path, or the name of shipped cases.

    Raises :class:`wargame.errors.InputError` with every mistake in the file.
    """
    return Rulings(adjudicate_file(case_file(str(file))))


def as_json(results: Iterable[Result]) -> dict[str, Any]:
    """Return what ``wargame vienna --json`` prints."""
    return {"cases": [result.as_json() for result in results]}


def _judge_activity(case: Case, activity: Activity) -> Result:
    rules, ruling = case.rules, adjudicate(activity, case.rules, case.judged_on)
    splits = tuple(split_words(merge, rules) for merge in detect(activity.parts, rules)) if activity.one_command else ()
    return Result(
        case.id,
        case.title,
        ruling.verdict,
        ruling.paragraphs,
        numbers(ruling),
        sentence(ruling),
        unconfirmed(rules[id] for id in ruling.cited),
        ruling.letter.verdict,
        ruling.substance.verdict,
        splits,
        ruling.findings,
    )


def _judge_calendar(case: Case, entries: tuple[Entry, ...]) -> Result:
    rules, ruling = case.rules, check_calendar(entries, case.rules)
    provisions = [one for one in ruling.findings if one.cited and rules[one.rule].test == "at_most"]
    shown = [one for one in provisions if not one.holds] or provisions
    shown = [
        max((one for one in shown if one.rule == id), key=lambda one: one.value)
        for id in dict.fromkeys(one.rule for one in shown)
    ]
    bands = {one.rule.split(".")[0] for one in shown}
    sizes = {one.rule for one in ruling.findings if one.cited and one.rule.split(".")[0] in bands}
    behind = _rules(rules, {one.rule for one in shown} | {id for id in sizes if rules[id].test == "exceeds"})
    said = "; ".join(
        f"{one.unit}: {amount(one.value, rules[one.rule].unit)} against "
        f"{amount(one.level, rules[one.rule].unit)} ({rules[one.rule].paragraph})"
        for one in shown
    )
    states = {
        "below": "no provision applies",
        "met": "every provision that applies is kept",
        "breached": "not kept",
    }
    return Result(
        case.id,
        case.title,
        ruling.verdict,
        ruling.paragraphs,
        {
            "findings": [
                {"rule": one.rule, "of": one.unit, "value": one.value if isfinite(one.value) else None} for one in shown
            ],
            "levels": levels(behind),
        },
        f"Calendar: {states[ruling.verdict]}{': ' if said else ''}{said}. Verdict: {ruling.verdict}.",
        unconfirmed(behind),
        findings=ruling.findings,
    )


def _judge_clock(case: Case, events: tuple[Event, ...]) -> Result:
    clock = replay(events, case.rules)[-1][1] if events else Clock()
    days = dict.fromkeys(day for day, _ in case.expect.states) or dict.fromkeys(_days(events))
    states = tuple((day, state_on(events, day, case.rules).stage) for day in days)
    rules = _rules(case.rules, cited(clock))
    said = (
        f"reply {clock.reply}, content {clock.content}, meeting {clock.meeting}, "
        f"joint meeting {clock.joint}, "
        f"visit {'hosted' if clock.visited else 'none'}"
    )
    return Result(
        case.id,
        case.title,
        clock.verdict,
        in_document_order({rule.paragraph for rule in rules}),
        {
            "states": {str(day): stage for day, stage in states},
            "reply": clock.reply,
            "content": clock.content,
            "meeting": clock.meeting,
            "joint": clock.joint,
            "visited": clock.visited,
            "levels": levels(rules),
        },
        f"Chapter III: {said}. Verdict: {clock.verdict}.",
        unconfirmed(rules),
        states=states,
    )


def _days(events: Iterable[Event]) -> list[date]:
    return [date(event.on.year, event.on.month, event.on.day) for event in events]


def _rules(rules: Rules, ids: set[str]) -> list[Rule]:
    return [rule for rule in rules.table if rule.id in ids]


def _compared(result: Result, expect: Expectation) -> Result:
    """Return the result with every difference from what the case expects."""
    pairs: list[tuple[str, object, object]] = [
        ("verdict", expect.verdict, result.verdict),
        ("letter", expect.letter, result.letter),
        ("substance", expect.substance, result.substance),
        ("paragraphs", expect.paragraphs, result.paragraphs),
    ]
    found = dict(result.states)
    pairs += [(f"state on {day}", stage, found.get(day)) for day, stage in expect.states]
    return replace(
        result,
        differences=tuple(
            f"{name} is {_shown(got)}, expected {_shown(wanted)}"
            for name, wanted, got in pairs
            if wanted is not None and wanted != got
        ),
    )


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def render(results: Iterable[Result], width: int = 110) -> str:
    """Return results as text for a terminal of a width: verdict, paragraphs, the reasons with their numbers, what is
    unconfirmed.
    """
    blocks = []
    for result in results:
        rows = [
            ("paragraphs", ", ".join(result.paragraphs) or "none"),
            ("because", result.sentence),
            *(("split", split) for split in result.splits),
            *((str(day), stage) for day, stage in result.states),
            *(("unconfirmed", line) for line in result.unconfirmed),
            *(("DIFFERS", difference) for difference in result.differences),
        ]
        lines = [
            textwrap.fill(f"    {name:<11}  {says}", width, subsequent_indent=" " * 17, break_on_hyphens=False)
            for name, says in rows
        ]
        blocks.append("\n".join([f"{result.id}  {result.verdict.upper()}  {result.title}", *lines]))
    return "\n\n".join(blocks)


def render_rules(rules: Rules = DEFAULT) -> str:
    """Return the rule table as text: paragraph, id, level, meaning, confidence, and what is unconfirmed."""
    lines = []
    for rule in rules.table:
        level = "" if rule.test == "principle" else amount(rule.level, rule.unit)
        sure = {"level" if level else "rule": rule.confirmed, "paragraph": rule.paragraph_confirmed}
        doubt = [name for name, confirmed in sure.items() if not confirmed]
        note = f" unconfirmed: {', '.join(doubt)}" if doubt else ""
        lines.append(f"{rule.paragraph:<8}{rule.id:<24}{level:<34}{rule.says} [{rule.confidence}]{note}")
    return "\n".join(lines)
