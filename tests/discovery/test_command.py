"""``wargame discover``: sentences, JSON, the page, and what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import SETS
from wargame.binding.bound import Bound
from wargame.cli import main
from wargame.scenario.load import parse_set
from wargame.studies.discovery.boxes import condition

SHORT = [part for one in SETS for part in ("--set", one)]


def theatre() -> Bound:
    """Return the shortened theatre."""
    return wg.load(STRAIT, set={one.partition("=")[0]: parse_set(one)[1] for one in SETS})


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five hundred replications with uncertainties, of two policies and three levels of dependence."""
    place = tmp_path_factory.mktemp("sweep") / "s"
    done = wargame(
        "sweep", STRAIT, *SHORT, "--workers", "1", "--no-report", "--runs", "120", "--uncertain", "--out", place, "--vary",
        "actors.port.initial.dependence=0.2,0.5,0.8", "--vary", "actors.league.policy=watchful,[watchful]",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    return place


HIGH = ("--measure", "threat_league", "--where", "threat_league > 0.3747")


def test_the_sentence_says_coverage_limits_density_lift_and_base(swept: Path) -> None:
    done = wargame("discover", swept, *HIGH)
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("threat_league: ")
    assert re.fullmatch(r"of interest: threat_league > 0\.3747: \d+ of 720 runs, \d\d %", lines[1])
    some = r"\d+ % \[\d+ to \d+\]"
    assert re.fullmatch(
        rf"Of the runs in which threat_league > 0\.3747, {some} \(coverage\) have parameters\.threat\.base of at least -\d\.\d+; "
        rf"of the runs in that box {some} \(density\) do, \d\.\d\d times \[\d\.\d\d to \d\.\d\d\] \(lift\) as often as the "
        r"\d\d % of all\.", lines[4],
    ), lines[4]  # fmt: skip
    assert lines[-1] == f"report: {swept}/discovery.html"
    page = (swept / "discovery.html").read_text(encoding="utf-8")
    assert "parameters.threat.base of at least -" in page
    assert not re.findall(r"(?:src|href)=\"https?://", page)
    assert {path.stem for path in (swept / "figures").iterdir()} >= {"box", "trade"}


def test_json_is_one_object_and_the_folder_holds_it(swept: Path) -> None:
    done = wargame("discover", swept, *HIGH, "--json")
    told = json.loads(done.stdout)
    assert (told["found"], told["runs"], told["missing"], told["out"]) == (True, 720, 0, str(swept))
    box = told["boxes"][0]
    assert list(box["limits"]) == ["parameters.threat.base"]
    for name in ("coverage", "density", "lift"):
        assert box[name]["low"] < box[name]["value"] <= box[name]["high"]  # all of them, at most
    assert box["lift"]["value"] == pytest.approx(box["density"]["value"] / box["base"])
    assert [step["step"] for step in told["trajectory"]] == list(range(len(told["trajectory"])))
    stored = json.loads((swept / "discovery.json").read_text(encoding="utf-8"))
    assert stored == {key: value for key, value in told.items() if key != "out"}


def test_an_input_is_not_named_again(swept: Path) -> None:
    """Dependence at the end is high where dependence was set high: nobody needs a search for that, and no box restricts it."""
    done = wargame("discover", swept, "--measure", "dependence_end", "--where", "dependence_end > 0.6", "--no-report")
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[3] == "left out, for the condition reads what it sets: actors.port.initial.dependence"
    assert lines[5].startswith("Nothing found")
    told = json.loads(
        wargame("discover", swept, "--measure", "threat_league", "--where", "dependence_end > 0.6 or threat_league > 1", "--json",
                "--no-report").stdout
    )  # fmt: skip
    assert (told["found"], told["named_again"]) == (False, ["actors.port.initial.dependence"])


def test_runs_in_which_it_is_missing_are_neither_hits_nor_misses() -> None:
    """A chain that has not ended has no day of its end. A condition over it holds, does not, or is missing as well; what decides
    by itself does so all the same.
    """
    ladder = wg.load("birth_death_ladder", set={"horizon": "8 days"})
    ensemble = wg.sweep(ladder, runs=100, vary={"parameters.escalation.odds_up": [0.3, 0.4, 0.5, 0.6]})
    values = ensemble.measures
    gone = values["end_day"].isna()
    assert 20 < gone.sum() < 380
    for where, missing in (("end_day < 4", gone), ("end_day < 4 or reached_top == 1", gone & (values["reached_top"] != 1)),
                           ("end_day < 4 and reached_top == 1", gone & (values["reached_top"] == 1))):  # fmt: skip
        inputs, flags = ensemble.discover_inputs("end_day", where=where)
        assert sorted(inputs.index) == sorted(values.index[~missing])
        told = ensemble.discover("end_day", where=where)
        assert told.as_json()["missing"] == int(missing.sum())
        assert told.as_json()["runs"] == len(flags)
        left = f"; in {int(missing.sum()):,} more it is missing, and they are neither"
        assert condition(told.table).endswith(left) == bool(missing.any())
    early = ensemble.discover_inputs("end_day", where="end_day < 4")[1]
    assert (early == (values.loc[early.index, "end_day"] < 4)).all()
    assert condition(ensemble.discover("end_day").table).startswith("of interest: end_day > ")  # of those that have one


def test_the_search_can_be_made_elsewhere(swept: Path) -> None:
    """One call gives inputs and flags, run by run, from which the share of interest in the box that was found is the box's."""
    ensemble = wg.sweep(theatre(), runs=60, uncertain=True, vary={"actors.port.initial.dependence": [0.2, 0.8]})
    inputs, flags = ensemble.discover_inputs("threat_league")
    assert len(inputs) == len(flags) == ensemble.runs
    assert set(inputs) == {"actors.port.initial.dependence", *ensemble.results.study.uncertain_paths}
    assert flags.dtype == bool
    values = ensemble.measures["threat_league"]
    assert (flags == (values > float(f"{np.quantile(values, 0.75):.4g}"))).all()


def test_without_where_the_upper_quartile_is_of_interest_and_it_says_so(swept: Path) -> None:
    lines = wargame("discover", swept, "--measure", "threat_league", "--no-report").stdout.splitlines()
    assert re.fullmatch(
        r"of interest: threat_league > [0-9.]+ \(above the upper quartile\): 1\d\d of 720 runs, 2[56] %", lines[1]
    )


def test_python_gives_what_the_command_gives() -> None:
    ensemble = wg.sweep(theatre(), runs=200, uncertain=True)
    told = ensemble.discover("threat_league", where="threat_league > 0.3747")
    assert len(told.boxes) == 1
    one = told.boxes[0]
    assert one.lift.value == one.density.value / one.base > 1.25
    assert [told.table.inputs[place].path for place in one.box.limits] == ["parameters.threat.base"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--measure", "dependense_end"), '--measure: unknown measure "dependense_end"; did you mean "dependence_end"?'),
        (("--measure", "dependence_end", "--where", "dependance_end > 1"),
         '--where:1:1: unknown name "dependance_end"; did you mean "dependence_end"?'),
        (("--measure", "dependence_end", "--where", "dependence_end > 7"),
         "--where: dependence_end > 7 holds in 0 of 720 runs; at least 20 must be and 20 must not"),
        (("--measure", "dependence_end", "--where", "__import__('os')"),
         '--where:1:1: the name "__import__" is not allowed; each part of a name starts with a letter'),
        (("--measure", "dependence_end", "--seed", "-1"),
         "seed: expected a whole number from 0 to 18446744073709551615 (got the number -1)"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_user_is_said_exactly_and_exits_with_2(swept: Path, args: Sequence[str], said: str) -> None:
    done = wargame("discover", swept, "--quiet", *args)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{said}\n")


def test_a_sweep_in_which_nothing_was_varied_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "s"
    wargame("sweep", STRAIT, *SHORT, "--workers", "1", "--no-report", "--runs", "60", "--out", place)
    done = wargame("discover", place, "--measure", "threat_league")
    assert (done.exit_code, done.stderr) == (
        2, f"{place}: nothing was varied in it: sweep with --uncertain or --vary, or choose another sweep\n",
    )  # fmt: skip
    run = tmp_path / "r"
    wargame("run", STRAIT, *SHORT, "--no-report", "--out", run)
    assert wargame("discover", run, "--measure", "threat_league").stderr == f"{run}: holds no sweep but a run\n"
