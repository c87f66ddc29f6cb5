"""The rule table: what it holds, how sure it is, and how it is replaced; and what the package may import."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from wargame.vienna import DEFAULT, Activity, Forces, Part, adjudicate, rules
from wargame.vienna.activity import together
from wargame.vienna.constraints import Entry
from wargame.vienna.rules import in_document_order

PACKAGE = Path(rules.__file__).parent


def test_the_levels_of_chapters_v_and_vi() -> None:
    # Docking D20.
    notify = {name: DEFAULT.level(f"notify.{name}") for name in ("troops", "tanks", "acv", "artillery", "airborne", "amphibious")}
    observe = {name: DEFAULT.level(f"observe.{name}") for name in notify}
    assert list(notify.values()) == [9_000, 250, 500, 250, 3_000, 3_000]
    assert list(observe.values()) == [13_000, 300, 500, 250, 3_500, 3_500]
    assert [DEFAULT.level(id) for id in ("notify.days", "snap.hours", "notify.sorties")] == [42, 72, 200]


def test_ids_are_unique_and_every_rule_has_a_source() -> None:
    assert len(DEFAULT.by_id) == len(DEFAULT.table)
    assert all(rule.source and rule.paragraph and rule.says for rule in DEFAULT.table)


def test_what_rests_on_memory_alone_is_not_confirmed() -> None:
    for rule in DEFAULT.table:
        if all("[BK]" in source for source in rule.source):
            assert not rule.confirmed, rule.id
    confirmed = {rule.id for rule in DEFAULT.table if rule.confirmed and rule.paragraph[0] in "1345"}
    # Facts A2, A3, A5, A6: the rows with a source that is not [BK].
    assert confirmed == {
        "notify.days", "notify.troops", "notify.one_command", "observe.troops",
        "ch3.reply", "ch3.meeting", "ch3.visit", "evaluate.units", "evaluate.cap", "evaluate.share",
        "evaluate.unit_year", "evaluate.unit_state", "evaluate.at_once",
    }  # fmt: skip
    assert {rule.id for rule in DEFAULT.table if rule.paragraph_confirmed} == {
        "ch3.reply", "ch3.meeting", "ch3.joint", "ch3.visit",
    }  # fmt: skip


def test_a_replaced_level_is_no_longer_confirmed_and_leaves_the_default_alone() -> None:
    changed = DEFAULT.replaced({"notify.troops": 10_000})
    assert (changed.level("notify.troops"), DEFAULT.level("notify.troops")) == (10_000, 9_000)
    assert not changed["notify.troops"].confirmed
    assert changed["notify.troops"].source == ("replaced for this case",)


def test_what_cannot_be_replaced_is_an_error() -> None:
    with pytest.raises(ValueError, match=r'unknown rule "notify\.trops"; did you mean "notify\.troops"\?'):
        DEFAULT.replaced({"notify.trops": 1})
    with pytest.raises(ValueError, match=r'rule "notify\.host" has no number to replace'):
        DEFAULT.replaced({"notify.host": 1})


def test_paragraphs_stand_in_the_order_of_the_document() -> None:
    given = {"47.4", "40.1.2", "40.1", "Ch. IX", "38", "40.1.1", "9", "107"}
    assert in_document_order(given) == ("9", "38", "40.1", "40.1.1", "40.1.2", "47.4", "107", "Ch. IX")


def test_the_busiest_day_counts_each_quantity_by_itself() -> None:
    first = (date(2021, 9, 1), date(2021, 9, 5), Forces(troops=5, tanks=1))
    second = (date(2021, 9, 5), date(2021, 9, 9), Forces(troops=3))
    third = (date(2021, 9, 6), date(2021, 9, 9), Forces(troops=4, tanks=9))
    assert together([first, second, third], "peak") == Forces(troops=8, tanks=9)
    assert together([first, second, third], "sum") == Forces(troops=12, tanks=10)


def test_a_true_total_is_that_of_the_exercise_and_not_of_its_transfer() -> None:
    day = date(2021, 9, 10)
    move = Part("move", day, day, Forces(troops=3_000), kind="transfer")
    exercise = Part("exercise", day, day, Forces(troops=8_000))
    ruling = adjudicate(Activity("whole", (move, exercise), Forces(troops=12_000)))
    counted = {one.unit.kind: one.unit.forces.troops for one in ruling.substance.judged}
    assert counted == {"land": 12_000, "transfer": 3_000}


def test_impossible_activities_are_refused() -> None:
    start, end = date(2021, 9, 10), date(2021, 9, 9)
    with pytest.raises(ValueError, match="north ends on 2021-09-09, before it starts on 2021-09-10"):
        Part("north", start, end, None)
    with pytest.raises(ValueError, match="x ends on 2021-09-09, before it starts on 2021-09-10"):
        Entry("x", "host", start, end, Forces())
    with pytest.raises(ValueError, match="an activity has at least one part"):
        Activity("none", ())
    with pytest.raises(ValueError, match="a true total for the whole needs one_command: true"):
        Activity("apart", (Part("north", start, start, None),), Forces(troops=1), one_command=False)
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="troops must be a number from 0"):
            Forces(troops=wrong)


def test_the_order_of_parts_changes_no_verdict() -> None:
    start, end = date(2021, 9, 10), date(2021, 9, 16)
    parts = (
        Part("a", start, end, Forces(troops=12_800), notified=date(2021, 7, 30), observers="voluntary"),
        Part("b", start, end, Forces(troops=6_400), notified="never", observers="none"),
    )
    one, other = adjudicate(Activity("x", parts)), adjudicate(Activity("x", parts[::-1]))
    assert (one.verdict, one.paragraphs) == (other.verdict, other.paragraphs) == (
        "evaded", ("38", "40.1", "40.1.1", "47.4"),
    )  # fmt: skip


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.name)
def test_the_package_stands_alone(file: Path) -> None:
    imported = {
        node.module
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    own = {name for name in imported if name.startswith("wargame")}
    leaves = (
        "wargame.scenario.words",
        "wargame.errors",
        "wargame.engine.numeric",
        "wargame.scenario.files.resources",
        "wargame.scenario.display",
        "wargame.engine.types",
    )
    assert all(name.startswith("wargame.vienna") or name in leaves for name in own)
