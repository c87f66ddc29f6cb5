"""Programs that play an actor: what they see, what becomes of their orders, and what is said when they go wrong."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import wargame as wg
from tests.strait import STRAIT, strait
from wargame.agents.playing import AgentError
from wargame.agents.program import Program
from wargame.agents.view import view_of
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.cli import main
from wargame.errors import InputError
from wargame.results.folder import open_folder
from wargame.seminar.views.picture import visible_state
from wargame.simulation.simulation import Simulation

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "agent_example.py"
View = dict[str, Any]


def theatre() -> Bound:
    return wg.load(STRAIT, set={"horizon": "4 weeks"})


def advised(view: View) -> list[Any]:
    return [order["id"] for order in view["orders"] if order["advice"] == 1 and order["legal"] is not False]


def silent(view: View) -> list[Any]:
    return []


def test_the_orders_are_kept_and_give_the_same_history_without_the_agent() -> None:
    seen: list[View] = []

    def agent(view: View) -> list[Any]:
        seen.append(view)
        return advised(view)

    record = wg.run(theatre(), seed=4, agents={"port": agent})
    assert record.fingerprint == wg.run(record.bound, seed=4).fingerprint
    policy = record.bound.scenario.policies["seat_port"]
    assert policy.kind == "human"
    assert [day.isoformat() for day in policy.turns] == [view["date"] for view in seen]
    given = sum(len(orders) for orders in policy.turns.values())
    assert given > 0
    assert sum(event.kind == "order" and event.actor == "port" for event in record.events) == given


def test_it_is_asked_on_its_decision_days_and_when_something_is_urgent() -> None:
    seen: list[View] = []

    def agent(view: View) -> list[Any]:
        seen.append(view)
        return []

    wg.run(theatre(), agents={"port": agent})
    assert {view["day"] for view in seen if not view["urgent"]} == {1, 8, 15, 22}
    assert [view["day"] for view in seen if view["urgent"]] == [11]  # the morning after the festival
    assert any("lanterns" in item["text"] for view in seen if view["day"] == 11 for item in view["news"])


def test_an_agent_that_holds_is_an_actor_that_holds() -> None:
    record = wg.run(theatre(), agents={"empire": silent})
    assert not [event for event in record.events if event.kind == "order" and event.actor == "empire"]


def test_two_agents_see_the_same_morning() -> None:
    mornings: dict[str, list[float]] = {"empire": [], "port": []}

    def watching(name: str) -> Any:
        def agent(view: View) -> list[Any]:
            if not view["urgent"]:
                mornings[name].append(view["sees"]["tension"])
            return advised(view)

        return agent

    wg.run(theatre(), agents={name: watching(name) for name in mornings})
    assert mornings["empire"] == mornings["port"]


def test_the_luck_and_the_draws_are_those_of_the_replication() -> None:
    bound = wg.load(STRAIT, set={"horizon": "2 weeks", "uncertainties": ["policies.imperial.temperature"]})
    one = wg.run(bound, seed=2, replication=5, uncertain=True, agents={"port": silent})
    again = wg.run(one.bound, seed=2, replication=5, uncertain=True)
    assert one.fingerprint == again.fingerprint
    assert one.fingerprint != wg.run(bound, seed=2, replication=4, uncertain=True, agents={"port": silent}).fingerprint


def mornings(bound: Bound) -> tuple[Simulation, Simulation]:
    """A history on its ninth day, and its morning when signals have come in."""
    model = Simulation(bound, seed=1, trace=(0,)).in_numpy()
    while model.world.tick < 8:
        model.step()
    return model, model.this_morning()


def views(bound: Bound) -> dict[str, View]:
    """What every actor sees on that morning."""
    model, morning = mornings(bound)
    assert model.trace is not None
    found = {name: view_of(model, morning, index, model.trace.events) for index, name in enumerate(bound.cast.actors)}
    morning.forget()
    model.forget()
    return found


def test_what_an_actor_cannot_see_changes_nothing_in_its_view() -> None:
    """Canaries: every element of every field that the actor may not see stands at a number that would stand out."""
    bound = strait()
    before = views(bound)
    for index, name in enumerate(bound.cast.actors):
        model, morning = mornings(bound)
        assert model.trace is not None
        sight, hidden = visible_state(model, index), 0
        for field, declared in bound.layout.fields.items():
            if field.split(".")[0] in ("let", "parameter", "push") or field == "temperature":
                continue  # numbers of the scenario and of the actor's own policy
            for place in np.ndindex(*(len(bound.layout.labels[axis]) for axis in declared.axes)):
                if field == "since" and bound.scenario.actions[bound.cast.actions[place[1]]].public:
                    continue  # everybody sees when a public action is taken
                if sight.row(field, *place) is None:
                    morning.world.state[bound.layout.row(field, *place)] = 7777.25
                    hidden += 1
        assert hidden > 100
        after = view_of(model, morning, index, model.trace.events)
        assert {text for text, value in after["sees"].items() if value != before[name]["sees"][text]} == set()
        assert after == before[name]
        assert "7777.25" not in json.dumps(after)
        morning.forget()
        model.forget()


def test_every_number_in_a_view_is_one_that_a_policy_may_name() -> None:
    from wargame.expressions import compile_expression
    from wargame.world.scope import Names

    bound = strait()
    public = frozenset(name for name, action in bound.scenario.actions.items() if action.public)
    for index, (name, view) in enumerate(views(bound).items()):
        scope = Names(bound.layout, bound.cast, index, public=public)
        for text in view["sees"]:
            compile_expression(text, scope)  # raises for what the actor cannot see
        assert view["sees"]["threat"] == view["sees"][f"{name}.threat"]
        assert ("stability" in view["sees"]) == (f"{name}.stability" in view["sees"])
        others = [other for other in bound.cast.actors if other != name]
        assert not [text for text in view["sees"] if text in {f"{other}.stability" for other in others}]
        json.dumps(view)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("accept", "agent port:1:1: expected {\"orders\": [...]} or a list, each order an id of the view or {\"action\": …, \"target\": …} "
         "(got text 'accept')"),
        ({"order": []}, "agent port:1:1: expected {\"orders\": [...]} or a list, each order an id of the view or {\"action\": …, \"target\": …} "
         "(got a mapping)"),
        ([{"action": "acept"}], 'agent port:1:1: orders.0.action: no such order in the view: text \'acept\'; did you mean "accept"?'),
        ([{"action": "accept"}], "agent port:1:1: orders.0: accept cannot be aimed so; allowed: accept||depot|"),
        (["accept|depot"], 'agent port:1:1: orders.0.id: no such order in the view: text \'accept|depot\'; did you mean "accept||depot|"?'),
        (["threaten|||", {"action": "threaten"}], "agent port:1:1: orders.1: a second informational order; one a day and channel is allowed"),
        ([{"id": "threaten|||", "size": 3}], "agent port:1:1: orders.0.size: expected 0.5, 1, 2 (got the number 3)"),
        ([{"id": "threaten|||", "granted": True}], 'agent port:1:1: orders.0: unknown key "granted"; allowed: action, id, item, reason, site, size, target'),
        ([{"id": "threaten|||", "reason": 4}], "agent port:1:1: orders.0.reason: expected text of at most 2,000 letters (got the number 4)"),
        ([7], "agent port:1:1: orders.0: expected an id or a mapping (got the number 7)"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_with_its_place(answer: Any, says: str) -> None:
    with pytest.raises(AgentError) as found:
        wg.run(theatre(), agents={"port": lambda view: answer})
    assert str(found.value) == says
    assert found.value.record is None


def test_what_was_played_before_a_wrong_answer_is_kept() -> None:
    def agent(view: View) -> list[Any]:
        return ["nonsense"] if view["day"] > 14 else advised(view)

    with pytest.raises(AgentError) as found:
        wg.run(theatre(), seed=4, agents={"port": agent})
    record = found.value.record
    assert record is not None
    assert len(record.days) == 14
    whole = wg.run(theatre(), seed=4, agents={"port": advised})
    assert np.array_equal(record.series("tension"), whole.series("tension")[:14], equal_nan=True)


def test_an_unknown_actor_and_a_scenario_without_a_file_are_refused() -> None:
    with pytest.raises(InputError, match='agents: unknown actor "prt"; did you mean "port"'):
        wg.run(theatre(), agents={"prt": silent})
    with pytest.raises(InputError, match="made in memory cannot keep the orders"):
        wg.run(bind(theatre().scenario), agents={"port": silent})


def test_the_page_shows_the_example_as_it_is() -> None:
    page = EXAMPLE.with_name("play-by-program.md").read_text(encoding="utf-8")
    assert f"```python\n{EXAMPLE.read_text(encoding='utf-8')}```" in page


# Programs


def run(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, ["run", str(STRAIT), "--set", "horizon=2 weeks", "--no-report", *map(str, args)])
    assert "Traceback" not in result.output
    return result


def program(place: Path, text: str) -> str:
    file = place / "agent.py"
    file.write_text(text)
    return f"port={sys.executable} {file}"


def test_the_example_plays_and_its_result_needs_no_program(tmp_path: Path) -> None:
    done = run("--agent", f"port={sys.executable} '{EXAMPLE}'", "--json", "--out", tmp_path / "r")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    stored = open_folder(tmp_path / "r")
    assert stored.manifest["fingerprint"] == told["fingerprint"]
    text = (tmp_path / "r" / "scenario.yaml").read_text()
    assert "agent_example" not in text
    assert sys.executable not in text
    for command in ("verify", "replay"):
        again = CliRunner().invoke(main, [command, str(tmp_path / "r")])
        assert again.exit_code == 0, again.output
    same = run("--agent", f"port={sys.executable} '{EXAMPLE}'", "--json", "--out", tmp_path / "q")
    assert json.loads(same.stdout)["fingerprint"] == told["fingerprint"]


def test_a_program_that_dies_leaves_what_was_played(tmp_path: Path) -> None:
    text = "import sys\nprint('[]', flush=True)\nsys.stdin.readline()\nsys.stdin.readline()\nsys.exit(5)\n"
    done = run("--agent", program(tmp_path, text), "--quiet", "--out", tmp_path / "r")
    assert done.exit_code == 2
    assert done.stderr.strip().startswith("agent port:2:1: the program ended (exit code 5) without an answer; expected {")
    assert done.stderr.strip().endswith(f"; the first 7 days, played before that, are kept in {tmp_path / 'r'}")
    assert CliRunner().invoke(main, ["verify", str(tmp_path / "r")]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import sys\nsys.stdin.readline()\nprint('{\"orders\": [', flush=True)\nsys.stdin.read()",
         "agent port:1:13: is no JSON: Expecting value (got text '{\"orders\": ['); expected {"),
        ("import time\ntime.sleep(60)", "agent port:1:1: no answer within 0.5 seconds; it must print one line and flush it"),
        ("import sys\nsys.stdin.readline()\nprint('[' * 100000, flush=True)", "agent port:1:1: cannot be read: "),
        ("import os, sys\nos.close(1)\nsys.stdin.read()", "agent port:1:1: the program closed its output without an answer"),
    ],
)  # fmt: skip
def test_rubbish_silence_and_lateness_are_told(tmp_path: Path, text: str, says: str) -> None:
    began = time.monotonic()
    done = run("--agent", program(tmp_path, text), "--agent-timeout", "0.5", "--out", tmp_path / "r")
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "r").exists()
    assert time.monotonic() - began < 30


def test_a_program_that_never_reads_is_late_however_much_it_is_told() -> None:
    agent = Program("port", f"{sys.executable} -c 'import time; time.sleep(60)'", patience=0.5)
    began = time.monotonic()
    try:
        with pytest.raises(InputError, match=r"^agent port:1:1: no answer within 0\.5 seconds"):
            agent({"more than a pipe holds": "x" * 1_000_000})
    finally:
        agent.close()
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("agents", "says"),
    [
        (["port"], "--agent: expected ACTOR='COMMAND…' (got text 'port')"),
        (["prt=cat"], '--agent: unknown actor "prt"; did you mean "port"?'),
        (["port=no-such-program-here"], "--agent port: cannot be started: No such file or directory (got text 'no-such-program-here')"),
        (["port='"], '--agent port: cannot be started: No closing quotation (got text "\'")'),
        (["port=cat", "port=cat"], "--agent port: given twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_flag_is_said_before_anything_is_played(agents: list[str], says: str) -> None:
    done = run(*[part for one in agents for part in ("--agent", one)])
    assert (done.exit_code, done.stderr.strip()) == (2, says)
