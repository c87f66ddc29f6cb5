"""Policies inherit key by key: what an override leaves out stays, null takes away, and every key knows where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.checker import Checker, NoMarks
from wargame.binding.inherit import Joined, join
from wargame.errors import InputError
from wargame.scenario.load import load
from wargame.scenario.schema import Policy, Scenario

BASE = """\
schema: 1
name: base
title: Two states
start: 2021-01-01
horizon: 30
actors:
  ada: {name: Ada, short: AD, policy: soft, judgement: j}
  bel: {name: Bel, short: BE, judgement: j}
actions:
  warn: {channel: informational, says: 'warns {target}', needs: [target], judgement: j}
policies:
  soft:
    judgement: j
    let: {nerve: {value: 0.5, prior: {normal: {mean: 0.5, sd: 0.1}}, judgement: guess}}
    informational:
      warn: {target: bel, when: tension > 0.5, weight: 1, says: enough is enough, judgement: j}
  hard:
    judgement: j
    extends: soft
    informational:
      warn: {weight: 3 * nerve}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)


def opened(text: str = "", sets: Mapping[str, object] = {}) -> Bound:
    Path("mine.yaml").write_text(f"extends: base\n{text}")
    return bind(load("mine.yaml", sets={"actors.ada.policy": "hard", **sets}))


def warn(bound: Bound) -> Any:
    return bound.joined[0].rules["informational", "warn"][1]


def said(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        opened(text)
    return str(caught.value).splitlines()


def test_an_override_of_the_weight_keeps_the_condition_the_aim_and_the_words() -> None:
    rule = warn(opened())
    assert (rule.weight, rule.when, rule.target, rule.says) == ("3 * nerve", "tension > 0.5", "bel", "enough is enough")


@pytest.mark.parametrize("key", ["weight", "when", "says", "target"])
def test_set_of_one_key_of_an_inherited_rule_changes_that_key_alone(key: str) -> None:
    new = {"weight": 7.0, "when": "tension > 0.9", "says": "no more", "target": "ada"}[key]
    before, after = warn(opened()), warn(opened(sets={f"policies.hard.informational.warn.{key}": new}))
    assert {one for one in type(before).model_fields if getattr(before, one) != getattr(after, one)} == {key}


@pytest.mark.parametrize(
    ("text", "when"), [("{when: null}", True), ("{when: null, weight: 2}", True), ("{says: x}", "tension > 0.5")]
)
def test_null_takes_a_key_away(text: str, when: object) -> None:
    assert warn(opened(f"policies: {{hard: {{informational: {{warn: {text}}}}}}}\n")).when == when


@pytest.mark.parametrize(("text", "origin"), [("{weight: 2}", (("F-A1",), "")), ("{weight: 2, judgement: k}", ((), "k"))])
def test_where_a_rule_comes_from_is_inherited_unless_it_says_so_itself(text: str, origin: object) -> None:
    policies = f"policies: {{soft: {{informational: {{warn: {{source: F-A1, judgement: null}}}}}}, hard: {{informational: {{warn: {text}}}}}}}\n"
    Path("mine.yaml").write_text(f"extends: base\n{policies}")
    scenario = load("mine.yaml").scenario
    rule = join(("hard",), scenario, Checker(NoMarks())).rules["informational", "warn"][1]
    assert (rule.source, rule.judgement) == origin


def test_null_takes_a_rule_a_number_and_a_hold_away() -> None:
    text = "policies: {soft: {hold: {military: 0.4}}, hard: {informational: {warn: null}, let: {nerve: null}, hold: {military: null}}}\n"
    joined = opened(text).joined[0]
    assert (dict(joined.rules), dict(joined.lets), dict(joined.hold)) == ({}, {}, {})
    assert not opened(sets={"policies.hard.informational.warn": None}).joined[0].rules


def test_null_for_the_rule_of_a_lower_file_takes_away_what_the_policy_inherits_as_well() -> None:
    Path("lower.yaml").write_text("extends: base\npolicies: {hard: {informational: {warn: {when: tension > 0.7}}}}\n")
    Path("upper.yaml").write_text(
        "extends: lower\nactors: {ada: {policy: hard}}\npolicies: {hard: {informational: {warn: null}}}\n"
    )
    assert not bind(load("upper.yaml")).joined[0].rules


def test_a_number_keeps_its_prior_unless_it_is_bare_or_takes_it_away() -> None:
    def nerve(text: str) -> tuple[float, bool]:
        let = opened(f"policies: {{hard: {{let: {{nerve: {text}}}}}}}\n").joined[0].lets["nerve"][1]
        return let.value, let.prior is not None

    assert nerve("{value: 0.6, judgement: k}") == (0.6, True)
    assert nerve("{value: 0.6, prior: null, judgement: k}") == (0.6, False)
    assert nerve("0.6") == (0.6, False)


def test_a_rule_that_inherits_no_weight_needs_one() -> None:
    assert said("policies: {hard: {informational: {again: {action: warn, target: bel}}}}\n") == [
        'mine.yaml:2:42: policies.hard.informational.again: missing key "weight" (a rule needs it, unless it inherits one)'
    ]


def test_a_mistake_in_an_inherited_key_is_told_once_and_where_it_is_written() -> None:
    text = "policies: {soft: {informational: {warn: {when: tensoin > 1}}}, hard: {informational: {warn: {weight: nreve}}}}\n"
    assert said(text) == [
        'mine.yaml:2:48: policies.soft.informational.warn.when: unknown name "tensoin"; did you mean "tension"? (in: tensoin > 1)',
        'mine.yaml:2:102: policies.hard.informational.warn.weight: unknown name "nreve"; did you mean "nerve"? (in: nreve)',
    ]


def test_policies_nobody_follows_overridden_rules_and_what_is_switched_off_are_read() -> None:
    text = """\
policies:
  lonely:
    judgement: j
    orders: [{date: 2021-01-03, action: wran}]
    hold: {military: thret}
    informational:
      warn: {target: empire, weight: 1.5 * thret}
  soft: {informational: {warn: {weight: nobody_knows}}}
injects:
  off: {title: Off, when: tenison > 1, enabled: false, judgement: j}
"""
    assert [one.partition(": ")[2].partition(": ")[0] for one in said(text)] == [
        "policies.lonely.orders[0].action",
        "policies.lonely.hold.military",
        "policies.lonely.informational.warn.target",
        "policies.lonely.informational.warn.weight",
        "policies.soft.informational.warn.weight",
        "injects.off.when",
    ]


def test_a_base_may_leave_numbers_to_those_who_extend_it() -> None:
    opened("""\
policies:
  open: {judgement: j, informational: {warn: {target: bel, weight: left_open}}}
  closed: {judgement: j, extends: open, let: {left_open: 1}}
""")


_RULE = st.fixed_dictionaries(
    {}, optional={"when": st.sampled_from(["a > 1", None]), "weight": st.integers(0, 3), "says": st.text("ab", max_size=3)}
)


@given(st.lists(st.one_of(st.none(), _RULE), min_size=1, max_size=6))
def test_every_key_of_a_rule_is_as_the_last_policy_that_names_it_has_it(layers: list[dict[str, Any] | None]) -> None:
    policies = {f"p{i}": {"extends": f"p{i - 1}" if i else [], "military": {"r": layer}} for i, layer in enumerate(layers)}
    scenario = Scenario.model_construct(policies={name: Policy.model_validate(data) for name, data in policies.items()})
    joined: Joined = join((f"p{len(layers) - 1}",), scenario, Checker(NoMarks()))
    kept = layers[max((i + 1 for i, layer in enumerate(layers) if layer is None), default=0) :]
    if not kept:
        assert not joined.rules
        return
    _, rule = joined.rules["military", "r"]
    for key, bare in (("when", True), ("weight", None), ("says", "")):
        stated = [layer[key] for layer in kept if layer is not None and key in layer]
        assert getattr(rule, key) == (bare if not stated or stated[-1] is None else stated[-1])
