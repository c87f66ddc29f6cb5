"""An input named again is no finding: known from what a measure reads, told by no headline."""

from __future__ import annotations

import pytest

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import SETS
from wargame.binding.bound import Bound
from wargame.report.study.ensemble import _bottom_line
from wargame.scenario.load import parse_set
from wargame.studies.sensitivity.say import sentence
from wargame.studies.sweep.find.tautologies import is_tautology, own_inputs, reads

OWN = "actors.port.initial.dependence"


@pytest.fixture(scope="module")
def theatre() -> Bound:
    more = {
        "measures.freedom": {"value": "1 - client.dependence", "says": "freedom at the end", "main": True, "judgement": "x"},
        "measures.mixed": {"value": "client.dependence + tension", "says": "both", "judgement": "x"},
    }
    return wg.load(STRAIT, set={one.partition("=")[0]: parse_set(one)[1] for one in SETS} | more)


def test_a_measure_that_reads_only_what_is_set_says_it_again(theatre: Bound) -> None:
    assert is_tautology(theatre, "dependence_end", (OWN,))
    assert is_tautology(theatre, "freedom", (OWN,))
    assert is_tautology(theatre, "freedom", ("actors.port.initial",))
    assert not is_tautology(theatre, "mixed", (OWN,))
    assert reads(theatre, "mixed", (OWN,))
    assert not reads(theatre, "threat_league", (OWN,))
    assert not is_tautology(theatre, "freedom", ("actors.port.policy", "actors.empire.initial.dependence"))
    assert own_inputs(theatre, ("threat_league", "freedom"), (OWN, "initial.tension")) == (OWN,)


def test_the_bottom_line_of_a_sweep_does_not_name_an_input_again(theatre: Bound) -> None:
    text = _bottom_line(wg.sweep(theatre, runs=60, vary={OWN: [0.2, 0.8]}).results)
    assert "dependence at the end" not in text.lower()
    assert "freedom" not in text


def test_a_sensitivity_tells_it_as_no_finding(theatre: Bound) -> None:
    told = wg.sensitivity(theatre, samples=10, replications=4, vary={OWN: "0.2..0.8"}, measures=["freedom"], factors=["varied"])
    says = sentence(told.found, "freedom")
    assert says.endswith(f"only {OWN} for sure, which it reads itself: an input named again, no finding.")
