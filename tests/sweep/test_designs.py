"""Levers, cases and the numbering of runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.sweep.theatre import study
from wargame.errors import InputError
from wargame.studies.compare.plan import parse_case
from wargame.studies.sweep.plan.designs import Case, Design, Lever, blocks, cases_of, parse_vary, split

RANGE = Lever("a.x", (), 0.0, 1.0)
OTHER = Lever("b.y", (), 10.0, 20.0)


def test_values_and_ranges_are_read_as_yaml() -> None:
    assert parse_vary("a.b=1,two,true,[x, y],0.5") == Lever("a.b", (1, "two", True, ["x", "y"], 0.5))
    assert parse_vary("a.b=0.2..0.8") == Lever("a.b", (), 0.2, 0.8)
    assert parse_vary("a.b=-1e-3..2") == Lever("a.b", (), -0.001, 2.0)
    assert split('a,[b,c],{d: e, f: g},"h,i"') == ["a", "[b,c]", "{d: e, f: g}", '"h,i"']


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b", "--vary: expected PATH=a,b,c or PATH=lo..hi (got text 'a.b')"),
        ("=1,2", "--vary: expected PATH=a,b,c or PATH=lo..hi (got text '=1,2')"),
        ("a.b=2..1", "--vary a.b: a range goes from low to high (got 2..1)"),
        ("a.b=1,1", "--vary a.b: the same value twice (got 1,1)"),
        ("a.b=1,,2", '--vary a.b: no value; null removes an entry, "" is empty text'),
    ],
)
def test_a_wrong_lever_is_said_exactly(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_vary(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("levers", "method", "samples", "said"),
    [
        ([RANGE], "lhs", None, "--samples: say how many points lhs takes of the range"),
        ([Lever("a", (1, 2))], "sobol", 4, "--design: sobol needs a range: --vary PATH=lo..hi"),
        ([Lever("a", (1, 2))], "full", 4, "--samples: needs a range: --vary PATH=lo..hi"),
        ([RANGE], "full", 1, "--samples: a full design takes at least the two ends of a range (got 1)"),
        ([RANGE, RANGE], "full", None, "--vary a.x: given twice"),
        ([Lever(n, tuple(range(30))) for n in "abc"], "full", None, "--vary: makes 27,000 cases; at most 20,000 are allowed"),
    ],
)
def test_a_design_that_cannot_be_is_said_exactly(levers: list[Lever], method: str, samples: int | None, said: str) -> None:
    with pytest.raises(InputError) as caught:
        cases_of(levers, method, samples, 0)
    assert said in str(caught.value).splitlines()


def test_a_full_design_has_every_combination_and_the_last_lever_is_fastest() -> None:
    cases = cases_of([Lever("p", ("u", "v")), RANGE], "full", 3, 0)
    assert [case.settings for case in cases] == [(("p", p), ("a.x", x)) for p in "uv" for x in (0.0, 0.5, 1.0)]
    assert [case.name for case in cases[:2]] == ["p=u, x=0", "p=u, x=0.5"]
    assert [case.index for case in cases] == list(range(6))


@pytest.mark.parametrize("method", ["lhs", "sobol"])
def test_sampled_designs_fill_the_space_and_depend_on_the_seed_alone(method: str) -> None:
    cases = cases_of([RANGE, OTHER], method, 16, 3)
    points = np.array([[value for _, value in case.settings] for case in cases])
    assert points.shape == (16, 2)
    assert sorted(np.floor(points[:, 0] * 16).astype(int)) == list(range(16))  # one point in every sixteenth
    assert sorted(np.floor((points[:, 1] - 10) * 1.6).astype(int)) == list(range(16))
    assert cases == cases_of([RANGE, OTHER], method, 16, 3)
    assert cases != cases_of([RANGE, OTHER], method, 16, 4)


def test_a_whole_number_stays_whole() -> None:
    cases = cases_of([Lever("horizon", (), 5.0, 9.0)], "full", 3, 0, whole=["horizon"])
    assert [case.changes["horizon"] for case in cases] == [5, 7, 9]


def test_runs_are_numbered_case_by_case_however_they_are_cut() -> None:
    for width in (1, 3, 7, 100):
        found = blocks(["a", "a", "b"], width, 0, 7)
        runs = [c * 7 + r for block in found for c, r in zip(block.cases(), block.replications(), strict=True)]
        assert runs == list(range(21))
        assert all(block.runs <= width for block in found)
        assert [block.name for block in found] == sorted(block.name for block in found)
    assert len(blocks(["a", "a", "b"], 100, 0, 7)) == 2  # kin share a block, others do not


def test_a_design_survives_its_manifest() -> None:
    design = study(
        vary={"parameters.threat.base": "-2..-1", "exercises.autumn.declaration": ["honest", "split"]}, samples=2
    ).design
    assert Design.from_json(json.loads(json.dumps(design.as_json()))) == design


def test_cases_by_name() -> None:
    assert parse_case("a:x.y=1,z=[p,q]", 3) == Case(3, "a", (("x.y", 1), ("z", ["p", "q"])))
    assert parse_case("plain:", 0) == Case(0, "plain")
    for text, said in (
        ("x.y=1", "--case: expected NAME:PATH=VALUE[,PATH=VALUE]… (got text 'x.y=1')"),
        ("a:x.y", "--case a: expected PATH=VALUE (got text 'x.y')"),
    ):
        with pytest.raises(InputError) as caught:
            parse_case(text, 0)
        assert str(caught.value) == said


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ({"parameters.thret.base": [1]}, '--vary parameters.thret: unknown mechanism "thret"; did you mean "threat"?'),
        ({"actors.port.policy": ["merchnt"]}, '--vary actors.port.policy: unknown policy "merchnt"; did you mean "merchant"?'),
        (
            {"actors.port.initial.dependence": [0.5, 3.0]},
            "--vary actors.port.initial.dependence: must lie between 0 and 1 (got 3)",
        ),
        (
            {"exercises.autumn.parts.shore.sites.quay": "0.1..0.9"},
            "exercises.autumn.parts.shore.sites: shares add up to 1.6; at most 1 is allowed",
        ),
        ({"horizon": [5, 6]}, "--vary: case horizon=5 has other start and length than the scenario; cases must agree in them"),
        ({"horizon": 5}, '--vary horizon: expected a list of values or a range such as "0.2..0.8" (got the number 5)'),
    ],
)
def test_a_lever_that_the_scenario_refuses_is_said_with_its_flag(vary: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        study(vary=vary)
    assert said in str(caught.value)


def test_numbers_share_a_scenario_and_switches_do_not() -> None:
    own = study(vary={"parameters.threat.base": [-2, -1], "exercises.autumn.declaration": ["honest", "split"]})
    assert len(set(own.kin)) == 2
    assert [len(numbers) for numbers in own.numbers] == [1, 1, 1, 1]
