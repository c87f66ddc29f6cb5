"""What ``check`` says: everything in one pass, as lines and as JSON, and what a change makes wrong is told of the change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import wargame as wg
from tests.strait import STRAIT
from wargame.binding.casting import ROLES
from wargame.cli import main
from wargame.errors import InputError

MANY = """\
schema: 1
extends: strait
name: many
horizon: 3 moths
colour: red
roles: {frontline: leegue}
actors:
  league: {polcy: watchful, initial: {threat: "0.4"}}
sites:
  lantern: {lat: 116}
policies:
  lonely:
    judgement: j
    informational:
      threaten: {weight: 1.5 * thret, target: nobody_here, judgement: j}
injects:
  festival: {date: 2031-02-30, when: tenson > 1}
measures:
  mine: {value: client.dependance}
uncertainties: [nothing.there]
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("strait.yaml").write_text(STRAIT.read_text(encoding="utf-8"), encoding="utf-8")
    Path("many.yaml").write_text(MANY, encoding="utf-8")


def said(*arguments: str) -> list[str]:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 2, done.output
    return done.stderr.splitlines()


def test_every_mistake_of_reading_shape_names_and_expressions_is_told_in_one_pass() -> None:
    assert [line.split(": ")[:2] for line in said("check", "many.yaml")] == [
        ["many.yaml:4:10", "horizon"],
        ["many.yaml:5:1", "colour"],
        ["many.yaml:6:20", "roles.frontline"],
        ["many.yaml:8:12", "actors.league.polcy"],
        ["many.yaml:8:47", "actors.league.initial.threat"],
        ["many.yaml:10:18", "sites.lantern.lat"],
        ["many.yaml:15:32", "policies.lonely.informational.threaten.weight"],
        ["many.yaml:15:47", "policies.lonely.informational.threaten.target"],
        ["many.yaml:17:20", "injects.festival.date"],
        ["many.yaml:17:38", "injects.festival.when"],
        ["many.yaml:19:17", "measures.mine.value"],
        ["many.yaml:20:17", "uncertainties[0]"],
    ]


def test_what_is_mended_one_by_one_leaves_the_other_mistakes_as_they_were() -> None:
    """No mistake hides another: without one of them, all the others are told."""

    def places() -> set[str]:
        return {line.split(": ")[1] for line in said("check", "many.yaml")}

    before = places()
    mended = {"3 moths": "3 weeks", "colour: red\n": "\n", "leegue": "league", '"0.4"': "0.4", "116": "16", "thret": "threat", "2031-02-30": "2031-03-02",
              "tenson": "tension", "dependance": "dependence"}  # fmt: skip
    for wrong, right in mended.items():
        Path("many.yaml").write_text(MANY.replace(wrong, right), encoding="utf-8")
        after = places()
        assert after < before, wrong
        assert len(after) == len(before) - 1, wrong


def test_json_holds_what_the_lines_say_of_any_number_of_files() -> None:
    Path("late.yaml").write_text(
        "extends: strait\ninjects: {late: {title: L, date: 2099-01-01, judgement: j}}\n", encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["check", "many.yaml", "late.yaml", "strait.yaml", "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == 2
    assert {key for one in (*found["mistakes"], *found["remarks"]) for key in one} == {
        "file",
        "line",
        "column",
        "path",
        "message",
    }
    told = [f"{one['file']}:{one['line']}:{one['column']}: {one['path']}: {one['message']}" for one in found["mistakes"]]
    assert told == said("check", "many.yaml")
    assert [(one["file"], one["line"], one["path"]) for one in found["remarks"]] == [("late.yaml", 2, "injects.late.date")]


@pytest.mark.parametrize("file", ["strait.yaml", "late.yaml"])
def test_json_with_nothing_wrong_is_exit_code_0(file: str) -> None:
    Path("late.yaml").write_text(
        "extends: strait\ninjects: {late: {title: L, date: 2099-01-01, judgement: j}}\n", encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["check", file, "--json"])
    assert (done.exit_code, json.loads(done.stdout)["mistakes"]) == (0, [])


def test_a_file_that_is_not_there_has_no_line() -> None:
    done = CliRunner().invoke(main, ["check", "nowhere.yaml", "--json"])
    (one,) = json.loads(done.stdout)["mistakes"]
    assert (one["file"], one["line"], one["column"]) == ("nowhere.yaml", None, None)


def test_python_says_the_same() -> None:
    found = wg.check("many.yaml", "strait.yaml")
    assert [str(one) for one in found] == said("check", "many.yaml")
    assert len(wg.check("strait.yaml")) == 0
    assert len(repr(found).splitlines()) <= 16


def refused(source: str, **sets: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        wg.load(source, set={path.replace("__", "."): value for path, value in sets.items()})
    return str(caught.value).splitlines()


def test_a_number_out_of_bounds_is_told_of_the_change_that_set_it() -> None:
    assert refused("birth_death_ladder", parameters__escalation__odds_up=-1) == [
        "--set parameters.escalation.odds_up: must lie between 0 and 1e+09 (got -1)"
    ]


def test_names_that_a_scenario_has_none_of_are_said_to_be_none() -> None:
    assert refused("birth_death_ladder", actors__nobody__policy="x") == [
        '--set actors.nobody.policy: unknown policy "x"; this scenario has no policies'
    ]


def test_what_a_change_breaks_elsewhere_is_told_of_the_change_and_of_none_that_is_innocent() -> None:
    lines = refused("strait.yaml", horizon=20, tracks=None, decide_every=3)
    assert lines
    assert all(line.startswith("--set tracks: then ladder.") for line in lines)
    assert 'unknown track "harbour"' in lines[0]
    assert "(strait.yaml:" in lines[0]


def test_what_is_wrong_in_the_file_anyway_keeps_its_place_beside_what_a_change_breaks() -> None:
    Path("wrong.yaml").write_text("extends: strait\ninjects: {alarm: {when: tenson > 1}}\n", encoding="utf-8")
    lines = refused("wrong.yaml", actors__league__policy="x")
    assert [line.split(": ")[0] for line in lines] == ["--set actors.league.policy", "wrong.yaml:2:25"]


@pytest.mark.parametrize("path", ["measures", "title", "horizon", "actors", "start"])
@pytest.mark.parametrize("command", ["sweep", "compare"])
def test_null_for_what_is_needed_is_refused_before_anything_is_played(path: str, command: str) -> None:
    case = ["--case", "a:horizon=10"] if command == "compare" else []
    (line, *_) = said(command, "birth_death_ladder", "--runs", "2", *case, "--set", f"{path}=null", "--out", "out")
    assert line.startswith(f"--set {path}: ")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        (["sweep", "--vary", "parameters.escalation.odds_up=-1,0.2"], "--vary parameters.escalation.odds_up: must lie between"),
        (["sweep", "--vary", "parameters.escalation.odds_up=-1..0.2"], "--vary parameters.escalation.odds_up: must lie between"),
        (["sweep", "--vary", "tracks=null,{}"], "--vary tracks: then measures."),
        (["compare", "--case", "a:parameters.escalation.odds_up=7,horizon=1"], "--case a: case a has other start and length"),
        (["compare", "--case", "a:parameters.escalation.odds_up=-7"], "--case a parameters.escalation.odds_up: must lie between"),
        (
            ["compare", "--case", "a:actors.nobody.policy=x", "--case", "b:initial.tension=2"],
            "--case a actors.nobody.policy: unknown policy",
        ),
    ],
)
def test_values_of_levers_and_cases_are_told_of_their_flag(arguments: list[str], start: str) -> None:
    command, *rest = arguments
    lines = said(command, "birth_death_ladder", "--runs", "2", *rest, "--out", "out")
    assert lines[0].startswith(start)
    assert not Path("out").exists()


_ODD = [float("nan"), float("inf"), [1], {"a": 1}, {1: 2}, True, None, "x" * 100_000, "\x1b[31m", b"a", object(), 1 + 2j, 10**400, -(10**30), {"value": float("nan")}, set(), 1e13]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["parameters.escalation.odds_up", "horizon", "title", "actors.nobody.policy", "actors", "measures.ended", "", "a b", "x[9]"],
)
@pytest.mark.parametrize("value", _ODD, ids=lambda value: repr(value)[:20])
def test_values_of_any_type_are_taken_or_refused_in_lines_about_the_change(path: str, value: object) -> None:
    try:
        wg.load("birth_death_ladder", set={path: value})
    except InputError as error:
        for line in str(error).splitlines():
            assert line.startswith("--set"), line
            assert len(line) < 2_500


@pytest.mark.parametrize("sets", [{1: 2}, [("a",)], 3, "x", [3], [None], {None: 1}, [("horizon", "x")]])
def test_what_is_no_mapping_of_paths_is_refused(sets: Any) -> None:
    with pytest.raises(InputError, match=r"^--set"):
        wg.load("birth_death_ladder", set=sets)


@pytest.mark.parametrize("role", sorted({*ROLES} - {"opposition"}))  # an actor of that name is there
def test_a_role_that_nobody_plays_and_many_speak_of_is_one_line_with_its_cure(role: str) -> None:
    Path("few.yaml").write_text(f"extends: zapad_2021\nname: few\nroles: {{{role}: null}}\n", encoding="utf-8")
    (line,) = said("check", "few.yaml")
    assert line.startswith(f'few.yaml:3:8: roles.{role}: nobody is cast as "{role}" ({ROLES[role]}), of whom ')
    assert line.endswith(f"cast an actor, {role}: [ACTOR], or leave out what speaks of it")
