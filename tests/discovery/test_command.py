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
from wargame.cli import main

SHORT = [part for one in SETS for part in ("--set", one)]


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


def test_the_sentence_says_coverage_limits_density_and_base(swept: Path) -> None:
    done = wargame("discover", swept, "--measure", "dependence_end", "--where", "dependence_end > 0.6")
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("dependence_end: ")
    assert lines[1] == "of interest: dependence_end > 0.6: 240 of 720 runs, 33 %"
    assert (
        "Of the runs in which dependence_end > 0.6, 100 % [100 to 100] (coverage) have actors.port.initial.dependence of at least "
        "0.800; of the runs in that box 100 % [100 to 100] (density) do, against 33 % of all." in lines
    )
    assert lines[-1] == f"report: {swept}/discovery.html"
    page = (swept / "discovery.html").read_text(encoding="utf-8")
    assert "actors.port.initial.dependence of at least 0.800" in page
    assert not re.findall(r"(?:src|href)=\"https?://", page)
    assert {path.stem for path in (swept / "figures").iterdir()} >= {"box", "trade"}


def test_json_is_one_object_and_the_folder_holds_it(swept: Path) -> None:
    done = wargame("discover", swept, "--measure", "dependence_end", "--where", "dependence_end > 0.6", "--json")
    told = json.loads(done.stdout)
    assert (told["found"], told["runs"], told["of_interest"], told["out"]) == (True, 720, 240, str(swept))
    assert told["boxes"][0]["limits"] == {"actors.port.initial.dependence": {"low": 0.8}}
    assert told["boxes"][0]["coverage"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert [step["step"] for step in told["trajectory"]] == list(range(len(told["trajectory"])))
    stored = json.loads((swept / "discovery.json").read_text(encoding="utf-8"))
    assert stored == {key: value for key, value in told.items() if key != "out"}


def test_without_where_the_upper_quartile_is_of_interest_and_it_says_so(swept: Path) -> None:
    lines = wargame("discover", swept, "--measure", "threat_league", "--no-report").stdout.splitlines()
    assert re.fullmatch(
        r"of interest: threat_league > [0-9.]+ \(above the upper quartile\): 1\d\d of 720 runs, 2[56] %", lines[1]
    )


def test_python_gives_what_the_command_gives(swept: Path) -> None:
    scenario = wg.load(STRAIT)
    ensemble = wg.sweep(scenario, runs=60, vary={"actors.port.initial.dependence": [0.2, 0.8]})
    told = ensemble.discover("dependence_end", where="dependence_end > 0.5")
    assert len(told.boxes) == 1
    assert told.boxes[0].density.value == 1.0
    assert np.isclose(told.boxes[0].box.limits[0].low, 0.8)


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
