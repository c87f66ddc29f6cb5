"""What a scenario says and hardly means. Remarks stop nothing, and only what the file itself says is remarked upon."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.strait import STRAIT
from wargame.binding.opening import open_scenario
from wargame.binding.remarks.remarks import remarks
from wargame.cli import main
from wargame.scenario.layers import shipped

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


def told(source: str, sets: tuple[str, ...] = ()) -> list[str]:
    opened = open_scenario(source, sets, spares=False)
    return [str(one) for one in remarks(opened.loaded, opened.bound)]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")
    return "mine.yaml"


def test_days_outside_the_scenario_are_remarked_upon_with_their_places(mine: str) -> None:
    assert told(mine) == [
        f"mine.yaml:8:11: injects.late.date: 2031-01-01 is no day of it, so it never happens; {DAYS}",
        f"mine.yaml:12:11: injects.early.date: 2021-08-29 is no day of it, so it never happens; {DAYS}",
        f"mine.yaml:20:49: measures.never.since: no day of it lies within, so nothing is measured; {DAYS}",
        f"mine.yaml:23:21: policies.minsk.orders[0].date: 2030-05-05 is no day of it, so it is never given; {DAYS}",
        f"mine.yaml:25:18: exercises.zapad.start: 2030-09-10 is after the last day, so it is never held; {DAYS}",
    ]


def test_a_span_that_was_set_for_this_once_brings_no_remarks_but_on_what_was_set_with_it(mine: str) -> None:
    assert told(mine, ("horizon=1 week",)) == []
    assert told(mine, ("horizon=1 week", "injects.early.date=2022-02-02")) == [
        "--set injects.early.date: 2022-02-02 is no day of it, so it never happens; the scenario lasts from 2021-08-30 to 2021-09-05"
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_scenarios_need_no_remark(name: str) -> None:
    assert told(name) == []


def test_the_command_tells_them_on_stderr_and_goes_on(mine: str) -> None:
    done = CliRunner().invoke(main, ["check", mine])
    assert done.exit_code == 0
    assert done.stdout.startswith("mine.yaml: nothing wrong")
    assert done.stderr.splitlines()[0] == (
        f"mine.yaml:8:11: injects.late.date: remark: 2031-01-01 is no day of it, so it never happens; {DAYS}"
    )
    assert len(done.stderr.splitlines()) == 5


THEATRE = "schema: 1\nextends: strait\nname: own\n"


def own(text: str) -> list[str]:
    """What is remarked upon in a file of one's own over the theatre, without file and line."""
    Path("strait.yaml").write_text(STRAIT.read_text(encoding="utf-8"), encoding="utf-8")
    Path("own.yaml").write_text(THEATRE + text, encoding="utf-8")
    return [one.partition(": ")[2] for one in told("own.yaml")]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("injects: {alarm: {when: '1'}}", "injects.alarm.when: always holds, so the event happens on the first day; write true"),
        ("injects: {alarm: {when: false}}", "injects.alarm.when: can never hold, so the event never happens; to switch it off say enabled: false"),
        ("actions: {wink: {channel: diplomatic, says: winks, judgement: j}}", "actions.wink.channel: no rule of any policy orders wink"),
        ("sites: {moor: {name: The Quay}}", 'sites.moor.name: moor and quay are both called "The Quay"'),
        ("uncertainties: [policies.imperial.temperature, policies.imperial.temperature]", "uncertainties[1]: policies.imperial.temperature is listed twice"),
        ("policies: {watchful: {economic: {embargo: {weight: threat - 9}}}}", "policies.watchful.economic.embargo.weight: weighs at most -8, and holding"),
        ("injects: {alarm: {when: 0.5}}", "injects.alarm.when: always holds"),
        ("injects: {alarm: {when: 1 - 1}}", "injects.alarm.when: can never hold, so the event never happens"),
        ("injects: {alarm: {when: tension > 2}}", "injects.alarm.when: can never hold, so the event never happens (in: tension > 2)"),
        ("injects: {alarm: {when: day > 400}}", "injects.alarm.when: can never hold"),
        ("injects: {alarm: {when: not (tension <= 1 or port.stability < -1)}}", "injects.alarm.when: can never hold"),
        ("injects: {festival: {when: tension >= 0}}", "injects.festival.when: always holds, so the event happens on its date"),
        ("ladder: {brawl: {when: empire.rhetoric >= 0}}", "ladder.brawl.when: always holds, so the rung is never left"),
        ("ladder: {brawl: {when: tension > 1.5}}", "ladder.brawl.when: can never hold, so the rung is never reached"),
        ("actors: {league: {urgent: own.threat > 3}}", "actors.league.urgent: can never hold"),
        ("actions: {watch: {legal: tension < 0}}", "actions.watch.legal: can never hold, so the action never takes effect"),
        ("policies: {watchful: {economic: {embargo: {when: threat > 1.5}}}}", "policies.watchful.economic.embargo.when: can never hold, so the rule is never chosen"),
        ("policies: {watchful: {economic: {embargo: {when: '1'}}}}", "policies.watchful.economic.embargo.when: always holds"),
        ("policies: {watchful: {economic: {embargo: {weight: 99999}}}}", "policies.watchful.economic.embargo.weight: weighs at least 99999"),
        ("policies: {watchful: {economic: {embargo: {weight: 500 + threat}}}}", "policies.watchful.economic.embargo.weight: weighs at least 500"),
        ("policies: {watchful: {economic: {embargo: {weight: -1000 * (1 + threat)}}}}", "policies.watchful.economic.embargo.weight: weighs at most -1000"),
        ("policies: {watchful: {hold: {military: 1e6}}}", "policies.watchful.hold.military: weighs at least 1e+06"),
        ("policies: {spare: {judgement: j, military: {watch: {target: port, when: 0, weight: 1}}}}", "policies.spare.military.watch.when: can never hold"),
        ("policies: {spare: {judgement: j, military: {watch: {target: port, weight: 1e6}}}}", "policies.spare.military.watch.weight: weighs 1e+06"),
        ("policies: {watchful: {temperature: 5000}}", "policies.watchful.temperature: at a temperature of 5000"),
        ("policies: {watchful: {let: {alarmism: 3}}}", 'policies.watchful.let.alarmism: no rule speaks of "alarmism"'),
        ("policies: {watchful: {military: {watch_port: {target: league}}}}", "policies.watchful.military.watch_port.target: league follows this rule"),
        ("policies: {idle: {kind: scripted, judgement: j}}\nactors: {port: {policy: idle}}", "policies.idle.kind: is scripted and has no orders"),
        ("policies: {late: {kind: logit, orders: [{date: 2031-03-02, action: threaten}], judgement: j}}", "policies.late.orders: dated orders are given"),
        ("actors: {port: {policy: null}}", "actors.port: follows no policy"),
        ("actors: {port: {short: LGE}}", 'actors.port.short: league and port are both called "LGE"'),
        ("actors: {port: {decide_every: 99}}", "actors.port.decide_every: 99 days between decisions in a scenario of 42"),
        ("decide_every: 99 days", "decide_every: 99 days between decisions in a scenario of 42"),
        ("roles: {patron: [empire, port]}", "roles.patron: port is patron and client at once"),
        ("roles: {spies: []}\nactions: {spy: {channel: military, by: spies, says: spies, judgement: j}}", "actions.spy.by: nobody may order it"),
        ("sites: {moor: {lat: 10, lon: 20}}", "sites.moor.lat: lies where citadel lies"),
        ("sites: {moor: {lat: 0, lon: 0}}", "sites.moor.lat: lies at 0, 0"),
        ("measures: {esc_max: {value: 3}}", "measures.esc_max.value: is 3 in every run"),
        ("measures: {esc_max: {value: 5 + tension, over: end, unit: 0/1}}", "measures.esc_max.value: is meant to be 0 or 1, and lies between 5 and 6"),
        ("watch: {tension: {value: 2 + 2}}", "watch.tension.value: is 4 on every day"),
        ("exercises: {autumn: {announced: 2027-02-01}}", "exercises.autumn.announced: announced on 2027-02-01, 1,503 days before it begins"),
        ("exercises: {autumn: {announced: 2031-03-17}}", "exercises.autumn.announced: announced on 2031-03-17, after it begins (2031-03-15); of an unannounced"),
        ("exercises: {autumn: {start: 2031-02-20}}", "exercises.autumn.start: the scenario begins on day 10 of autumn"),
        ("exercises: {autumn: {start: 2030-02-20, end: 2030-02-22, announced: 2030-01-01}}", "exercises.autumn.end: autumn is over and everybody gone by 2030-03-08"),
        ("exercises: {autumn: {parts: {shore: {sites: {moor: 0.2}}}}}", "exercises.autumn.parts.shore.sites: 50 % of its troops are nowhere"),
        ("actors: {empire: {initial: {threat: {value: 0.5, prior: {uniform: {low: 0.6, high: 0.9}}, judgement: j}}}}", "actors.empire.initial.threat.prior: its prior lies between 0.6 and 0.9, its value is 0.5"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_is_remarked_upon(text: str, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = own(text + "\n")
    assert [one for one in said if one.startswith(start)], said
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "text",
    [
        "injects: {alarm: {when: true}}",
        "injects: {alarm: {when: tension > 0.99}}",
        "policies: {watchful: {economic: {embargo: {when: false, weight: 3}}}}",
        "policies: {watchful: {let: {nerve: 1}, economic: {embargo: {weight: 2 * nerve}}}}",
        "exercises: {autumn: {announced: 2031-03-17, no_notice: true}}",
        "exercises: {autumn: {enabled: false, start: 2041-01-01, end: 2041-01-02}}",
        "actors: {port: {policy: []}}",
        "measures: {esc_max: {value: 5 * tension}}",
    ],
)
def test_what_may_well_be_meant_is_not(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert own(text + "\n") == []


def test_a_scenario_moved_to_another_year_is_told_of_all_that_stayed_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("moved.yaml").write_text(
        "extends: zapad_2021\nname: moved\nstart: 2025-08-30\nexercises: {zapad: {start: 2025-09-10, end: 2025-09-16}}\n",
        encoding="utf-8",
    )
    first, second = told("moved.yaml")
    assert "moved.yaml:3:8: start: " in first
    assert "dated events never happen: they are of other days (2021-" in first
    assert second.startswith("moved.yaml:4:28: exercises.zapad.start: announced on 2021-")
    assert "days before it begins (2025-09-10): was one of them not moved?" in second
    assert told("zapad_2021", ("start=2025-08-30",))[0].startswith("--set start: ")
