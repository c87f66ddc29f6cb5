"""Every numbered case holds, the collection is complete, and what the command prints is what the contract
says.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.cases import Case, read_cases
from wargame.vienna.results import Result, adjudicate_file, as_json, judge_case, render, render_rules
from wargame.vienna.rules import DEFAULT

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("cases_*.yaml"))
SHIPPED = sorted((HERE.parents[1] / "scenarios" / "vienna").glob("*.yaml"))
CASES = [case for file in FILES for case in read_cases(file)]
SHIPPED_CASES = [case for file in SHIPPED for case in read_cases(file)]
RESULTS = [judge_case(case) for case in CASES]

# Rules of which no activity or calendar case can speak; test_vienna_verification exercises each of them.
ELSEWHERE = ("inspect.", "evaluate.", "ch3.", "observe.per_state", "observe.reply")


@pytest.mark.parametrize("case", [*CASES, *SHIPPED_CASES], ids=lambda case: case.id)
def test_case_is_judged_as_reasoned(case: Case) -> None:
    assert judge_case(case).differences == ()


@pytest.mark.parametrize("case", [*CASES, *SHIPPED_CASES], ids=lambda case: case.id)
def test_case_says_why_and_expects_something(case: Case) -> None:
    assert len(case.why) > 20
    assert case.expect.paragraphs is not None
    assert case.expect.verdict is not None or case.expect.states


def test_there_are_enough_cases_with_numbers_of_their_own() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) >= 60
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"VD-\d{3}", id) for id in ids)


@pytest.mark.parametrize(
    "id",
    [rule.id for rule in DEFAULT.table if rule.test != "principle" and not rule.id.startswith(ELSEWHERE)],
)
def test_every_rule_is_tried_one_below_at_and_one_above(id: str) -> None:
    level = DEFAULT.level(id)
    tried = {
        finding.value
        for case, result in zip(CASES, RESULTS, strict=True)
        if case.rules.level(id) == level and case.rules.inequality == ">="
        for finding in result.findings
        if finding.rule == id
    }
    assert {level - 1, level, level + 1} <= tried


# Rulings cite 47.4 for the duty to invite, not the general paragraph 47.
@pytest.mark.parametrize(
    "id",
    [
        rule.id
        for rule in DEFAULT.table
        if rule.id.startswith(("notify.", "observe.", "transfer.", "snap.", "ch3."))
        and not rule.id.startswith(("observe.per_state", "observe.reply", "observe.invite"))
    ],
)
def test_every_paragraph_is_expected_by_some_case(id: str) -> None:
    expected = {paragraph for case in CASES for paragraph in case.expect.paragraphs or ()}
    assert DEFAULT[id].paragraph in expected


def test_every_verdict_is_reached() -> None:
    assert {result.verdict for result in RESULTS} == set(VERDICTS)
    assert {result.letter for result in RESULTS} >= set(VERDICTS) - {"evaded"}


def test_zapad_2021_is_met_by_the_letter_and_evaded_in_substance() -> None:
    # Docking D21: each part below observation, the aggregate far above.
    result = {result.id: result for result in adjudicate_file(SHIPPED[-1])}["zapad-2021"]
    assert SHIPPED[-1].name == "zapad_2021.yaml"
    assert (result.verdict, result.letter, result.substance) == ("evaded", "met", "breached")
    assert result.splits == (
        "in Belarus + in Russia together reach 19,200 troops: over the observation level of 13,000 (47.4) that each stays under",
    )
    assert "200,000 troops in truth (Zapad-2021) against a level of 13,000 (47.4); not every part" in result.sentence
    assert "12,800 troops declared (in Belarus) against a level of 9,000 (40.1.1)" in result.sentence


def test_what_is_from_memory_is_marked_unconfirmed() -> None:
    by_id = {result.id: result for result in RESULTS}
    troops = next(r for r, c in zip(RESULTS, CASES, strict=True) if c.title.startswith("9,000 troops, at the notif"))
    tanks = next(r for r, c in zip(RESULTS, CASES, strict=True) if c.title.startswith("250 battle tanks, at the"))
    assert troops.unconfirmed == ("paragraph numbers 38 (M), 40.1.1 (H)",)
    assert tanks.unconfirmed == (
        "notify.tanks: 250 battle tanks (in no source at hand; confidence H)",
        "paragraph numbers 38 (M), 40.1.1 (H)",
    )
    assert "observe.troops: 12,000 troops (in no source at hand; confidence H)" in by_id["VD-247"].unconfirmed


def test_json_has_the_fields_of_the_contract_and_no_number_json_cannot_hold() -> None:
    shown = json.loads(json.dumps(as_json(RESULTS), allow_nan=False))
    assert set(shown) == {"cases"}
    assert len(shown["cases"]) == len(CASES)
    for case in shown["cases"]:
        assert {"id", "verdict", "paragraphs", "numbers"} <= set(case)
        assert case["verdict"] in VERDICTS


def test_terminal_text_of_one_case() -> None:
    case = next(case for case in CASES if case.id == "VD-103")
    assert render([judge_case(case)]) == "\n".join(
        (
            "VD-103  LATE  notified 41 days ahead",
            "    paragraphs   38, 40.1.1",
            "    because      By the letter notification was due: 9,000 troops declared (the exercise) against a level of",
            "                 9,000 (40.1.1); notice came 41 days ahead (42 days needed, 38). In substance the same.",
            "                 Verdict: late (notice was given too late).",
            "    unconfirmed  paragraph numbers 38 (M), 40.1.1 (H)",
        )
    )


def test_a_difference_from_the_expectation_is_shown() -> None:
    case = next(case for case in CASES if case.id == "VD-103")
    wrong = Case(
        case.id,
        case.title,
        case.why,
        DEFAULT,
        case.activity,
        expect=next(case for case in CASES if case.id == "VD-220").expect,
    )
    result: Result = judge_case(wrong)
    assert result.differences == (
        "verdict is late, expected below",
        "letter is late, expected below",
        "substance is late, expected below",
        "paragraphs is 38, 40.1.1, expected 40.1.1",
    )
    assert "    DIFFERS      verdict is late, expected below" in render([result])


def test_the_rule_table_lists_every_rule_with_its_doubts() -> None:
    lines = render_rules().splitlines()
    assert len(lines) == len(DEFAULT.table)
    tanks = next(line for line in lines if "notify.tanks" in line)
    assert tanks.split()[:2] == ["40.1.1", "notify.tanks"]
    assert tanks.endswith("[H] unconfirmed: level, paragraph")
    reply = next(line for line in lines if "ch3.reply" in line)
    assert reply.endswith("[H]")


def sentence_of(id: str) -> str:
    return next(result.sentence for result in RESULTS if result.id == id)


def test_sentences_say_what_a_reader_needs() -> None:
    assert sentence_of("VD-228") == (
        "By the letter nothing can be held against a level: the numbers are withheld (whole). "
        "In substance the same. Verdict: below (no number shows a duty)."
    )
    assert sentence_of("VD-236").startswith("By the letter notification was due: 12,000 troops declared (whole)")
    assert "; guest owed a notice of its own and gave none (39)." in sentence_of("VD-236")
    assert "notice came 42 days ahead (42 days needed, 38), but did not show what was due" in sentence_of("VD-226")
    assert "no observers were due for 72 h begun without warning (58)" in sentence_of("VD-117")
    assert "notice came 1 day after the start (due at the start, 41)" in sentence_of("VD-113")
    assert "no notice is known yet" in sentence_of("VD-130")
    assert "no notice has been given yet" in sentence_of("VD-132")
    assert "it is not known whether observers are invited" in sentence_of("VD-126")
    assert "That is no duty beyond those the letter shows. Verdict: met" in sentence_of("VD-213")
    assert sentence_of("VD-303") == (
        "Calendar: not kept: drill 1: 1 November, 1 year late against 15 November (68). Verdict: breached."
    )
    assert sentence_of("VD-501") == (
        "Chapter III: reply in time, content insufficient, meeting attended, joint meeting attended, "
        "visit hosted. Verdict: evaded."
    )
