"""``wargame sensitivity``: what it prints, names, writes, refuses, and what other commands do with its folder."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import SETS
from wargame.cli import main
from wargame.results.parquet import read_table

SHORT = [part for one in SETS for part in ("--set", one)]
VARY = ("--vary", "actors.port.initial.dependence=0.2..0.8", "--vary", "actors.empire.policy=imperial,[imperial]")
KEYS = {"scenario", "seed", "runs", "scenario_hash", "fingerprint", "measures", "out", "method", "samples", "factors", "inert"}


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


def sensitivity(*args: str | Path) -> Result:
    return wargame("sensitivity", STRAIT, *SHORT, "--workers", "1", *args)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A Morris study of the shortened theatre with its report."""
    place = tmp_path_factory.mktemp("study") / "s"
    done = sensitivity("--samples", "4", "--replications", "3", "--seed", "7", *VARY[:2], "--json", "--out", place)
    assert done.exit_code == 0, done.stderr
    return place, json.loads(done.stdout)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_json_has_the_contract_s_shape(studied: tuple[Path, dict[str, object]]) -> None:
    place, told = studied
    assert set(told) >= KEYS
    assert (told["scenario"], told["seed"], told["runs"], told["out"]) == ("strait", 7, 4 * 4 * 3, str(place))
    measures = told["measures"]
    assert isinstance(measures, dict)
    for entry in measures.values():
        assert {"mean", "sd", "low", "high", "n", "luck", "factors"} <= set(entry)
        for one in entry["factors"].values():
            assert set(one) >= {"mu_star", "mu", "sigma", "clear", "idle"}
            for number in (one["mu_star"], one["mu"], one["sigma"]):
                ends = number["low"], number["high"]
                assert ends == (None, None) or ends[0] <= number["value"] <= ends[1]
    assert json.loads((place / "manifest.json").read_text())["complete"] is True


def test_what_starts_high_ends_high(studied: tuple[Path, dict[str, object]]) -> None:
    """Ten days change little: half the range of dependence at the start is nearly half the range of it at the end."""
    measures = studied[1]["measures"]
    assert isinstance(measures, dict)
    first, numbers = next(iter(measures["dependence_end"]["factors"].items()))
    assert first == "actors.port.initial.dependence"
    assert numbers["mu"]["value"] == pytest.approx(0.3, abs=0.05)
    assert numbers["clear"]


def test_the_tables_hold_every_run_and_the_design(studied: tuple[Path, dict[str, object]]) -> None:
    runs = read_table(studied[0] / "measures.parquet")
    points = read_table(studied[0] / "points.parquet")
    assert runs["run"].tolist() == list(range(48))
    assert runs["point"].tolist() == np.repeat(np.arange(16), 3).tolist()
    assert {"actors.port.initial.dependence", "dependence_end"} <= set(runs)
    assert points["group"].tolist() == np.repeat(np.arange(4), 4).tolist()
    assert [moved for moved in points["moved"].tolist() if not moved] == [""] * 4
    indices = read_table(studied[0] / "sensitivity.parquet")
    assert set(indices["index"].tolist()) == {"mu_star", "mu", "sigma"}


def test_other_commands_know_its_folder(studied: tuple[Path, dict[str, object]]) -> None:
    place = studied[0]
    done = wargame("verify", place, "--workers", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"{place}: the same to the bit (all 48 runs played again)\ncompared:\n")
    replayed = wargame("replay", place, "--run", "10")
    assert replayed.exit_code == 0, replayed.stderr
    assert replayed.stdout.startswith("run 10: point 3, replication 1\n\nThe Strait\n")
    assert replayed.stdout.endswith("the same as stored, to the bit\n")
    assert wargame("replay", place, "--run", "48").stderr == f"{place}: no run 48; the result has 48\n"
    page = (place / "report.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=\"https?://", page)
    assert {path.stem for path in (place / "figures").iterdir()} >= {"strongest", "heat", "luck", "evenness"}
    (place / "report.html").unlink()
    assert wargame("report", place).exit_code == 0
    assert (place / "report.html").read_text(encoding="utf-8") == page


def test_a_changed_result_is_found_out(studied: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(studied[0], tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy/manifest.json").read_text())
    (tmp_path / "copy/manifest.json").write_text(json.dumps(manifest | {"fingerprint": "0"}))
    done = wargame("verify", "copy", "--workers", "1")
    assert done.exit_code == 3
    assert "\n  manifest.json: fingerprint: stored 0, now " in done.stderr


def test_levers_that_do_nothing_are_named() -> None:
    """The two policies are the same one, written twice."""
    done = sensitivity(
        "--samples",
        "3",
        "--replications",
        "2",
        *VARY,
        "--factor",
        "varied",
        "--no-report",
        "--out",
        "s",
        "--measure",
        "dependence_end",
    )
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "The Strait"
    assert "Do nothing: not one bit of any measure changed in 18 runs when these moved: actors.empire.policy" in lines
    told = json.loads(Path("s/sensitivity.json").read_text())
    assert told["inert"] == ["actors.empire.policy"]
    assert list(told["measures"]) == ["dependence_end"]


def test_sobol_from_python_is_the_command_s() -> None:
    done = sensitivity(
        "--method", "sobol", "--samples", "8", "--replications", "2", *VARY[:2], "--no-report", "--json", "--out", "s"
    )
    told = json.loads(done.stdout)
    scenario = wg.load(STRAIT, set={one.partition("=")[0]: _yaml(one.partition("=")[2]) for one in SETS})
    found = wg.sensitivity(
        scenario, method="sobol", samples=8, replications=2, vary={"actors.port.initial.dependence": "0.2..0.8"}
    )
    assert found.fingerprint == told["fingerprint"]
    assert found.indices.columns.tolist() == [
        "measure", "factor", "kind", "index", "value", "low", "high", "raw", "of",
    ]  # fmt: skip
    top = told["measures"]["dependence_end"]["factors"]["actors.port.initial.dependence"]
    assert top["total"]["value"] == pytest.approx(1.0, abs=0.25)


def _yaml(text: str) -> object:
    from wargame.scenario.load import parse_set

    return parse_set(f"x={text}")[1]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--measure", "dependense_end"), '--measure: unknown measure "dependense_end"; did you mean "dependence_end"?'),
        (("--method", "sobol", "--samples", "100"), "--samples: sobol takes a power of two (got 100); the nearest is 128"),
        (("--factor", "parameters.threat.bse"),
         '--factor: no uncertainty or lever is called "parameters.threat.bse"; did you mean "parameters.threat.base"?'),
        (("--vary", "actors.empire.policy=imperial,imperia"),
         '--vary actors.empire.policy: unknown policy "imperia"; did you mean "imperial"?'),
        (("--vary", "parameters.thret.base=1..2"), "--vary parameters.thret.base: is no number that a run can start with; "
         "give values: PATH=a,b,c"),
        (("--vary", "actors.port.initial.dependence=0..7"),
         "--vary actors.port.initial.dependence: must lie between 0 and 1 (got 7)"),
        (("--seed", "-1"), "seed: expected a whole number from 0 to 18446744073709551615 (got the number -1)"),
        (("--out", "."), "--out: . exists already; choose another folder"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_user_is_said_exactly_and_exits_with_2(args: Sequence[str], said: str) -> None:
    done = sensitivity("--quiet", *args)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{said}\n")
    assert list(Path().iterdir()) == []


def test_a_scenario_without_anything_to_move_is_told_what_to_do() -> None:
    done = wargame("sensitivity", STRAIT, "--quiet")
    assert done.exit_code == 2
    assert done.stderr == (
        "strait: declares neither uncertainties nor levers; name what is moved: --vary PATH=lo..hi or --vary PATH=a,b,c\n"
    )


LADDER = ("--vary", "parameters.escalation.odds_up=0.3..0.6", "--vary", "parameters.escalation.odds_down=0.2..0.4", "--no-report")


def strict(text: str) -> dict[str, Any]:
    """Return one JSON object; what JSON has no word for is an error."""

    def wrong(name: str) -> None:
        raise AssertionError(name)

    told = json.loads(text, parse_constant=wrong)
    assert isinstance(told, dict)
    return told


def test_a_measure_that_is_missing_in_some_runs_is_told_by_whether_it_is_there() -> None:
    """After eight days many chains have not ended. Of those the day is no number, and its indices are those of having ended."""
    done = wargame("sensitivity", "birth_death_ladder", "--set", "horizon=8 days", *LADDER, "--out", "s", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(
        re.fullmatch(r"end_day: whether there is one at all, as in \d+ of 300 runs: day on which the chain ended, .*", line)
        for line in lines
    )
    assert any(line.startswith("  it is there in ") and "whether it is there is luck" in line for line in lines)
    stored = strict(Path("s/sensitivity.json").read_text(encoding="utf-8"))["measures"]
    runs = read_table(Path("s/measures.parquet"))
    there = np.isfinite(np.asarray(runs["end_day"], dtype=float))
    assert stored["end_day"]["of"] == "share"
    assert (stored["end_day"]["n"], stored["end_day"]["share"]) == (int(there.sum()), pytest.approx(there.mean()))
    table = wg.sensitivity(
        wg.load("birth_death_ladder", set={"horizon": "8 days"}), replications=10, vary={LADDER[1].partition("=")[0]: "0.3..0.6"}
    ).indices
    ended, day = (table[table["measure"] == name].drop(columns=["measure", "of"]) for name in ("ended", "end_day"))
    assert day.reset_index(drop=True).equals(ended.reset_index(drop=True))  # the chain has ended where its day is there
    assert set(table[table["measure"] == "end_day"]["of"]) == {"share"}
    assert wargame("verify", "s", "--workers", "1").exit_code == 0
    assert wargame("replay", "s", "--run", "77").exit_code == 0


def test_where_luck_is_too_much_it_says_what_it_would_take_and_claims_nothing() -> None:
    args = ("sensitivity", "birth_death_ladder", *LADDER, "--method", "sobol", "--measure", "end_day", "--workers", "1")
    done = wargame(*args, "--out", "s")
    said = re.search(
        r"^  no interval: too much of the variance of the means is luck; it would take about --replications (\d+)$",
        done.stdout, re.MULTILINE,
    )  # fmt: skip
    assert said
    assert "parameters.escalation.odds" not in done.stdout.split("end_day:")[1].split("Every factor")[0]
    told = strict(wargame(*args, "--replications", said[1], "--json", "--out", "t").stdout)["measures"]["end_day"]
    assert told["needs"] is None
    for one in told["factors"].values():
        for index in ("first", "total"):
            assert 0.0 <= one[index]["low"] <= one[index]["value"] <= one[index]["high"] <= 1.0


def test_json_is_strict_where_one_replication_is_played() -> None:
    one_each = ("--samples", "40", "--replications", "1")
    done = wargame("sensitivity", "birth_death_ladder", *LADDER, *one_each, "--json", "--out", "s", "--workers", "1")
    told = strict(done.stdout)["measures"]
    for one in told["end_day"]["factors"].values():
        assert one["mu"]["low"] < one["mu"]["value"] < one["mu"]["high"]
        assert (one["mu_star"]["low"], one["sigma"]["low"]) == (None, None)
        assert one["needs"] == {"what": "replications", "count": 2, "why": "with one replication nobody can tell what is luck"}
