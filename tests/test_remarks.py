"""What a scenario says and hardly means: days outside it. Remarks stop nothing, and only what the file itself says is remarked upon."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from wargame.binding.remarks import remarks
from wargame.cli import main
from wargame.scenario.layers import shipped
from wargame.scenario.load import load

MINE = """\
schema: 1
extends: zapad_2021
name: mine
title: Mine
injects:
  late:
    title: A late thing
    date: 2031-01-01
    judgement: outside
  early:
    title: An early thing
    date: 2021-08-29
    judgement: the day before
  off:
    title: Switched off
    date: 2031-01-01
    enabled: false
    judgement: outside and not in play
measures:
  never: {says: nothing, value: tension, since: 2029-01-01, judgement: after the end}
policies:
  minsk:
    orders: [{date: 2030-05-05, action: gesture_to_west}]
exercises:
  zapad: {start: 2030-09-10, end: 2030-09-16, announced: 2030-07-30}
"""
DAYS = "the scenario lasts from 2021-08-30 to 2021-12-05"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")
    return "mine.yaml"


def test_days_outside_the_scenario_are_remarked_upon_with_their_places(mine: str) -> None:
    assert [str(one) for one in remarks(load(mine))] == [
        f"mine.yaml:8:11: injects.late.date: 2031-01-01 is no day of it, so it never happens; {DAYS}",
        f"mine.yaml:12:11: injects.early.date: 2021-08-29 is no day of it, so it never happens; {DAYS}",
        f"mine.yaml:20:49: measures.never.since: no day of it lies within, so nothing is measured; {DAYS}",
        f"mine.yaml:23:21: policies.minsk.orders[0].date: 2030-05-05 is no day of it, so it is never given; {DAYS}",
        f"mine.yaml:25:18: exercises.zapad.start: 2030-09-10 is after the last day, so it is never held; {DAYS}",
    ]


def test_a_span_that_was_set_for_this_once_brings_no_remarks_but_on_what_was_set_with_it(mine: str) -> None:
    assert remarks(load(mine, sets=["horizon=1 week"])) == []
    told = remarks(load(mine, sets=["horizon=1 week", "injects.early.date=2022-02-02"]))
    assert [str(one) for one in told] == [
        "--set injects.early.date: 2022-02-02 is no day of it, so it never happens; the scenario lasts from 2021-08-30 to 2021-09-05"
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_scenarios_need_no_remark(name: str) -> None:
    assert remarks(load(name)) == []


def test_the_command_tells_them_on_stderr_and_goes_on(mine: str) -> None:
    done = CliRunner().invoke(main, ["check", mine])
    assert done.exit_code == 0
    assert done.stdout.startswith("mine.yaml: nothing wrong")
    assert done.stderr.splitlines()[0] == (
        f"mine.yaml:8:11: injects.late.date: remark: 2031-01-01 is no day of it, so it never happens; {DAYS}"
    )
    assert len(done.stderr.splitlines()) == 5
