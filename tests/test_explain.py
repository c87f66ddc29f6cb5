"""``explain`` says where each key was written, and why a mechanism is off."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.strait import STRAIT
from wargame.cli import main

MINE = """\
extends: strait
name: mine
actors: {league: {policy: loud}}
mechanisms: {migration: false}
policies:
  loud:
    extends: watchful
    judgement: j
    economic:
      embargo: {weight: 3 * nerve}
    let: {nerve: {value: 0.5, judgement: j}}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("strait.yaml").write_text(STRAIT.read_text(encoding="utf-8"), encoding="utf-8")
    Path("mine.yaml").write_text(MINE, encoding="utf-8")


def explained(*arguments: str) -> list[str]:
    done = CliRunner().invoke(main, ["explain", "mine.yaml", *arguments])
    assert done.exit_code == 0, done.output
    return [line.strip() for line in done.stdout.splitlines()]


def line_of(text: str, content: str) -> int:
    return next(number for number, line in enumerate(content.splitlines(), 1) if text in line)


@pytest.mark.parametrize("path", ["policies.loud", "actors.league"])
def test_each_key_of_a_rule_is_told_with_the_file_that_says_it(path: str) -> None:
    lines = explained(path)
    embargo = line_of("embargo: {target: port", STRAIT.read_text(encoding="utf-8"))
    rule = lines[lines.index("economic: embargo (from loud) [mine.yaml:10]") :]
    assert rule[1:6] == [
        f"target port [strait.yaml:{embargo}]",
        f"because it disapproves [strait.yaml:{embargo}]",
        f"when not within(days_since(own.embargo), 20) [strait.yaml:{embargo}]",
        "weight 3 * nerve [mine.yaml:10]",
        f"judgement Invented. [strait.yaml:{embargo}]",
    ]
    assert "let nerve = 0.5 [mine.yaml:11]" in lines


def test_what_was_set_is_told_as_set() -> None:
    lines = explained("policies.loud", "--set", "policies.loud.economic.embargo.weight=7")
    assert "weight 7.0 [--set]" in lines


def test_any_path_is_told_key_by_key() -> None:
    text = STRAIT.read_text(encoding="utf-8")
    assert explained("injects.festival") == [
        f"injects.festival.{key} = {value} [strait.yaml:{line_of('festival:', text)}]"
        for key, value in (
            ("title", "The festival of lanterns begins"),
            ("date", "2031-03-10"),
            ("judgement", "Invented."),
            ("urgent", '["port"]'),
        )
    ]


def test_why_a_mechanism_is_off_is_told() -> None:
    assert "migration     switched off" in explained()
    assert "It is off here: switched off [mine.yaml:4]" in explained("mechanisms.migration")
    Path("mine.yaml").write_text("extends: analytic/richardson_race\nname: mine\n", encoding="utf-8")
    assert "It is off here: nobody is cast as client" in explained("mechanisms.basing")
