"""A mistake in a case file is said with its place, what is allowed and what was probably meant; all of them
at once.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from wargame.errors import InputError
from wargame.vienna.cases import MOST_CHARACTERS, parse_cases, read_cases


def said(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_cases(text, "x.yaml")
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


def in_activity(line: str) -> list[str]:
    """The mistakes of one case whose activity has ``line``, which is line 5 of the file."""
    return said(f"cases:\n- id: a\n  title: b\n  activity:\n    {line}\n    start: 2021-09-10\n    declared: 9000\n")


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = """\
cases:
- id: A
  title: x
  rules: {notify.trops: 3, scope: hole}
  activity: {declared: lots, notifed: 42 days ahead, start: 2021-13-01, observers: nope}
  expect: {verdict: evade}
- id: A
  id: B
  tittle: y
"""
    assert said(text)[1:] == [
        'x.yaml:4:35: cases[0].rules.scope: "hole" is not allowed here; allowed are part, whole; did you mean "whole"?',
        "x.yaml:5:24: cases[0].activity.declared: this must be a number of troops, a mapping of "
        'quantities or "withheld" '
        '(got "lots")',
        'x.yaml:5:30: cases[0].activity: unknown key "notifed"; allowed are air_listed, area, declared, '
        "end, host, hours, "
        "judged_on, judgement, kind, name, notified, observers, one_command, parts, senders, snap, "
        "source, start, true, "
        'truly_snap; did you mean "notified"?',
        'x.yaml:5:61: cases[0].activity.start: this must be a date such as 2021-09-10 or 2021-09-10T14:00 (got "2021-13-01")',
        'x.yaml:5:84: cases[0].activity.observers: "nope" is not allowed here; allowed are invited, none, '
        "unknown, "
        'voluntary; did you mean "none"?',
        'x.yaml:6:21: cases[0].expect.verdict: "evade" is not allowed here; allowed are below, breached, '
        "evaded, late, met, "
        'notifiable, observable; did you mean "evaded"?',
        'x.yaml:7:3: cases[1]: "title" is missing',
        "x.yaml:7:3: cases[1]: a case needs exactly one of activity, calendar, clock (got none)",
        'x.yaml:7:3: cases[1].id: the id "A" is taken by an earlier case',
        'x.yaml:8:3: cases[1]: the key "id" stands here twice',
        'x.yaml:9:3: cases[1]: unknown key "tittle"; allowed are activity, calendar, clock, expect, id, '
        "judgement, rules, "
        'source, title, why; did you mean "title"?',
    ]
    assert said(text)[0].startswith('x.yaml:4:11: cases[0].rules: unknown key "notify.trops"; allowed are calendar.due, ')
    assert said(text)[0].endswith('(66 in all); did you mean "notify.troops"?')


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("name: [a]", "x.yaml:5:11: cases[0].activity.name: this must be plain text (got a list)"),
        ("end: 2021-09-09", "x.yaml:5:5: cases[0].activity: the part ends on 2021-09-09, before it starts "
         "on 2021-09-10"),
        ("end: 2021-9-9", 'x.yaml:5:10: cases[0].activity.end: this must be a date such as 2021-09-10 or '
         '2021-09-10T14:00 '
         '(got "2021-9-9")'),
        ("hours: -1", 'x.yaml:5:12: cases[0].activity.hours: this must be a number from 0 (got "-1")'),
        ("hours: 1e999", 'x.yaml:5:12: cases[0].activity.hours: this must be a number from 0 (got "1e999")'),
        ("hours: .nan", 'x.yaml:5:12: cases[0].activity.hours: this must be a number from 0 (got ".nan")'),
        ("snap: yes", 'x.yaml:5:11: cases[0].activity.snap: "yes" is not allowed here; allowed are false, '
         'true'),
        ("kind: sea", 'x.yaml:5:11: cases[0].activity.kind: "sea" is not allowed here; allowed are land, '
         'transfer'),
        ("notified: soon", 'x.yaml:5:15: cases[0].activity.notified: this must be a date, "42 days '
         'ahead", "1 day after start", '
         '"never" or "unknown" (got "soon")'),
        ("true: {tank: 3}", 'x.yaml:5:12: cases[0].activity.true: unknown key "tank"; allowed are acv, '
         'airborne, amphibious, '
         'artillery, sorties, tanks, troops; did you mean "tanks"?'),
        ("senders: {state: a}", "x.yaml:5:14: cases[0].activity.senders: this must be a list (got a "
         "mapping)"),
        ("senders: [{state: a}]", 'x.yaml:5:15: cases[0].activity.senders[0]: "declared" is missing'),
        ("area: !!python/name:os.system x", "x.yaml:5:11: cases[0].activity.area: this must be plain text "
         "(got the tag tag:yaml.org,2002:python/name:os.system)"),
    ],
)  # fmt: skip
def test_one_mistake_in_an_activity(line: str, message: str) -> None:
    assert in_activity(line) == [message]


def test_parts_and_totals() -> None:
    assert in_activity("parts: [{name: a, declared: 1}]") == [
        "x.yaml:7:15: cases[0].activity.declared: an activity with parts declares its numbers part by part"
    ]
    head = "cases:\n- id: a\n  title: b\n  activity:\n"
    assert said(head + "    start: 2021-09-10\n    true: 5\n    one_command: false\n    parts: [{name: a, declared: 1}]\n") == [
        "x.yaml:5:5: cases[0].activity: a true total for the whole needs one_command: true"
    ]
    assert said(head + "    parts: [{name: a}]\n") == [
        'x.yaml:5:13: cases[0].activity.parts[0]: "declared" is missing',
        'x.yaml:5:13: cases[0].activity.parts[0]: "start" is missing',
    ]
    assert said(head + "    parts: []\n    start: 2021-09-10\n") == [
        "x.yaml:5:5: cases[0].activity: an activity has at least one part"
    ]
    many = ", ".join(f"{{name: p{i}, declared: 1}}" for i in range(17))
    assert said(head + f"    start: 2021-09-10\n    parts: [{many}]\n") == [
        "x.yaml:5:5: cases[0].activity: 17 parts are too many; at most 16 are allowed"
    ]


def test_calendars_and_clocks() -> None:
    head = "cases:\n- id: a\n  title: b\n"
    calendar = head + ("  calendar:\n  - {state: s, start: 2021-09-10, end: 2021-09-09, forces: 1}\n  - {state: s}\n")
    assert said(calendar) == [
        "x.yaml:5:5: cases[0].calendar[0]: activity 1 ends on 2021-09-09, before it starts on 2021-09-10",
        'x.yaml:6:5: cases[0].calendar[1]: "forces" is missing',
        'x.yaml:6:5: cases[0].calendar[1]: "start" is missing',
    ]
    clock = head + ("  clock:\n  - {on: 2022-02-09, what: reply}\n  expect: {states: {monday: quiet}}\n")
    assert said(clock) == [
        "x.yaml:5:3: cases[0].clock: reply cannot follow the stage quiet; it may follow awaiting_reply, reply_overdue",
        'x.yaml:6:29: cases[0].expect.states: the key must be a date such as 2022-02-09 (got "monday")',
    ]
    assert said("cases:\n- id: a\n  title: b\n  clock:\n  - {on: 2022-02-09, what: ask}\n  - {what: reply}\n") == [
        'x.yaml:5:28: cases[0].clock[0].what: "ask" is not allowed here; allowed are call_joint, '
        "call_meeting, joint_meeting, "
        "judged_insufficient, meeting, reply, request, satisfied, visit",
        'x.yaml:6:5: cases[0].clock[1]: "on" is missing',
    ]


def test_what_is_no_case_file_at_all() -> None:
    assert said("") == ["x.yaml:1:1: the file is empty; it needs a list of cases"]
    assert said("- a") == ["x.yaml:1:1: this must be a mapping (got a list)"]
    assert said("about: x") == ['x.yaml:1:1: "cases" is missing']
    assert said("cases: {a: b}") == ["x.yaml:1:8: cases: this must be a list (got a mapping)"]
    assert said("cases: b: c") == ["x.yaml:1:9: this is not YAML: mapping values are not allowed in this context"]
    assert said("cases: \x01")[0].startswith("x.yaml: this is not YAML: ")
    assert said("#" * (MOST_CHARACTERS + 1)) == ["x.yaml: the file has 2,000,001 characters; at most 2,000,000 are allowed"]
    assert said(f"cases: [{'a, ' * 2_001}]")[0] == "x.yaml:1:8: cases: 2001 cases are too many; at most 2000 are allowed"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: cannot read the file: No such file or directory"):
        read_cases(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("cases: é".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.yaml: cannot read the file: it is not UTF-8 text"):
        read_cases(tmp_path / "latin.yaml")


def test_aliases_cannot_make_the_reader_loop_or_explode() -> None:
    assert said("cases: &a [*a]") != []
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(24))
    assert 'x.yaml:1:1: "cases" is missing' in said(bomb)
