"""``wargame sweep``, ``compare`` and ``merge``: what they print and refuse, and what other commands do with their folders."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.strait import STRAIT
from tests.sweep.theatre import SETS, contents
from wargame.cli import main
from wargame.results.listing import PARTS
from wargame.results.manifest import write_manifest

SHORT = [part for one in SETS for part in ("--set", one)]
KEYS = {"scenario", "seed", "runs", "scenario_hash", "fingerprint", "measures", "out"}  # the contract's
SHARE = ("share", "share_low", "share_high")  # of a measure that can be missing
TIGHT = ("--workers", "1", "--no-report")


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


def sweep(*args: str | Path) -> Result:
    return wargame("sweep", STRAIT, *SHORT, *TIGHT, *args)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_json_of_one_case_has_the_contract_s_shape() -> None:
    done = sweep("--runs", "30", "--json", "--seed", "7")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) >= KEYS
    assert (told["scenario"], told["seed"], told["runs"]) == ("strait", 7, 30)
    assert Path(told["out"]).parent == Path("results/strait")
    for entry in told["measures"].values():
        assert set(entry) in ({"mean", "sd", "low", "high", "n"}, {"mean", "sd", "low", "high", "n", *SHARE})
        assert entry["n"] == (30 if "share" not in entry else round(30 * entry["share"]))
        if entry["low"] is None:  # a sample without variation has no interval
            assert entry["high"] is None
            assert entry["sd"] in (0, None)
        else:
            assert entry["low"] <= entry["mean"] <= entry["high"]
            assert entry["low"] < entry["high"]
    manifest = json.loads((Path(told["out"]) / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["measures"] == told["measures"]


def test_json_of_several_cases_lists_them_with_their_levers() -> None:
    told = json.loads(sweep("--runs", "10", "--json", "--vary", "parameters.threat.base=-2.5,-1.5", "--uncertain").stdout)
    assert (told["runs"], told["replications"], len(told["cases"])) == (20, 10, 2)
    cases = told["measures"]["threat_league"]["cases"]
    assert [case["levers"] for case in cases] == [{"parameters.threat.base": -2.5}, {"parameters.threat.base": -1.5}]
    assert all(case["n"] == 10 for case in cases)
    assert cases[0]["mean"] < told["measures"]["threat_league"]["mean"] < cases[1]["mean"]


def test_a_run_of_a_sweep_is_the_run_of_that_replication() -> None:
    wide = json.loads(
        sweep("--runs", "8", "--json", "--vary", "parameters.threat.base=-2.5,-1.5", "--uncertain", "--out", "s").stdout
    )
    assert wide["runs"] == 16
    done = wargame("replay", "s", "--run", "13")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("run 13: case 1 (base=-1.5), replication 5\n\nThe Strait\n")
    assert done.stdout.endswith("the same as stored, to the bit\n")
    alone = wargame("run", STRAIT, *SHORT, "--set", "parameters.threat.base=-1.5", "--set",
                    "uncertainties=[policies.imperial.temperature]", "--replication", "5", "--uncertain", "--no-report", "--json",
                    "--out", "r")  # fmt: skip
    told = json.loads(alone.stdout)["measures"]
    from wargame.studies.sweep.store.folder import results_of

    assert results_of(Path("s")).values_of(13) == told
    assert wargame("verify", "r").exit_code == 0


def test_verify_and_report_know_sweeps() -> None:
    assert sweep("--runs", "25", "--out", "s").exit_code == 0
    done = wargame("verify", "s", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("s: the same to the bit (all 25 runs played again)\ncompared:\n")
    assert wargame("report", "s").stdout == "report: s/report.html\n"
    page = Path("s/report.html").read_text(encoding="utf-8")
    assert "wargame replay . --run " in page
    assert not re.findall(r"(?:src|href)=\"https?://", page)
    assert {path.stem for path in Path("s/figures").iterdir()} >= {"measures", "fans", "convergence"}
    assert wargame("verify", "s", "--workers", "1").exit_code == 0


def test_the_terminal_tells_the_main_measures_and_where_the_result_is() -> None:
    done = sweep("--runs", "12", "--out", "s")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["The Strait", "12 runs, seed 0"]
    assert lines[-1] == "written to s"
    assert any(line.startswith("tension_mean ") and " to " in line for line in lines)
    assert sweep("--runs", "12", "--out", "q", "--quiet").output.split("\n") == ["", "written to q", ""]


def test_until_says_what_it_cost() -> None:
    done = sweep("--runs", "40", "--until", "tension_mean+-1", "--json", "--out", "s")
    told = json.loads(done.stdout)
    assert told["cost"]["met"] is True
    assert told["until"][0]["wanted"] == 1.0
    assert done.stderr.startswith("narrow enough after 40 of 40 replications: tension_mean ±")


def test_resume_of_what_is_complete_says_so_and_changes_nothing() -> None:
    assert sweep("--runs", "6", "--out", "s").exit_code == 0
    before = contents(Path("s"))
    done = wargame("sweep", "--resume", "s", "--no-report")
    assert (done.exit_code, done.stderr) == (0, "s is complete already\n")
    assert contents(Path("s")) == before


def test_shards_and_merge() -> None:
    for i in (1, 2):
        done = sweep("--runs", "20", "--block", "6", "--shard", f"{i}/2", "--out", f"s{i}")
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr.startswith(f"shard {i} of 2 is done: ")
    assert wargame("verify", "s1").stderr == "s1: the result is not complete; go on with: wargame sweep --resume s1\n"
    assert wargame("merge", "s1", "s2", "--out", "m", "--no-report", "--quiet").exit_code == 0
    assert sweep("--runs", "20", "--out", "whole").exit_code == 0
    assert contents(Path("m")) == contents(Path("whole"))


def test_compare_prints_every_measure_and_pair() -> None:
    args: tuple[str | Path, ...] = ("compare", STRAIT, *SHORT, *TIGHT, "--runs", "20")
    done = wargame(*args, "--case", "calm:parameters.threat.base=-3", "--json", "--out", "c")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    pair = told["measures"]["threat_league"]["calm - base"]
    assert set(pair) == {"difference", "low", "high", "n", "variance_ratio"}
    assert pair["high"] < 0
    assert pair["n"] == 20
    assert pair["variance_ratio"] > 1
    assert [case["name"] for case in told["cases"]] == ["base", "calm"]
    assert {one["case"] for one in told["robustness"]["threat_league"]} == {"base", "calm"}
    text = wargame(*args, "--case", "a:", "--case", "b:parameters.threat.base=-3").stdout
    assert "  b - a " in text
    assert wargame("replay", "c", "--run", "25").exit_code == 0
    assert wargame("report", "c").exit_code == 0
    assert "Differences between cases" in Path("c/report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ("--runs", "3", "--vary", "parameters.thret.base=1"),
            '--vary parameters.thret: unknown mechanism "thret"; did you mean "threat"?',
        ),
        (("--runs", "3", "--until", "tensin_mean±1"), '--until: unknown measure "tensin_mean"; did you mean "tension_mean"?'),
        (
            ("--runs", "3", "--until", "tension_mean"),
            "--until: expected MEASURE±W or MEASURE±W%, W above 0 (got text 'tension_mean')",
        ),
        (("--runs", "3", "--shard", "3/2"), "--shard: expected I/N with I from 1 to N, such as 2/8 (got '3/2')"),
        (
            ("--runs", "3", "--shard", "1/2", "--until", "tension_mean±1"),
            "--shard: cannot stop early: no shard sees the runs of the others; leave out --until",
        ),
        (("--runs", "3", "--executor", "ray:"), "--executor: expected dask:tcp://HOST:PORT (got text 'ray:')"),
        (("--runs", "3", "--out", "."), "--out: . exists already; choose another folder"),
        (("--runs", "3", "--seed", "-1"), "seed: expected a whole number from 0 to 18446744073709551615 (got the number -1)"),
        (("--runs", "3", "--design", "lhs"), "--design: lhs needs a range: --vary PATH=lo..hi"),
        (
            ("--runs", str(10**20)),
            "--runs: about 10^20 replications are more than the 1,000,000,000 runs that are allowed",
        ),
        (
            ("--runs", "3", "--vary", "parameters.threat.base=-3..0", "--samples", "100000000"),
            "--samples: makes 100,000,000 cases; at most 20,000 are allowed",
        ),
        (
            ("--runs", "2", "--vary", "parameters.threat.base=-3..0", "--samples", str(10**9), "--design", "sobol"),
            "--samples: makes 1,000,000,000 cases; at most 20,000 are allowed",
        ),
        (
            ("--runs", "2000000", "--block", "1"),
            "--block: 1 makes more than 1,000,000 blocks of 2,000,000 runs; take a larger one",
        ),
        (("--resume", "nowhere"), "nowhere: no result folder: it has no manifest.json"),
    ],
)
def test_a_mistake_of_the_user_is_said_exactly_and_exits_with_2(args: Sequence[str], said: str) -> None:
    done = sweep(*args)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{said}\n")
    assert list(Path().iterdir()) == []


def test_what_a_scenario_does_not_have_is_said() -> None:
    done = wargame("sweep", STRAIT, "--runs", "3", "--uncertain")
    assert (done.exit_code, done.stderr) == (2, "--uncertain: strait declares no uncertainties\n")
    for args, said in (((), "Missing argument 'SCENARIO'."), ((str(STRAIT),), "Missing option '--runs'.")):
        assert said in wargame("sweep", *args).stderr


def test_resume_refuses_another_scenario_and_other_options() -> None:
    assert sweep("--runs", "6", "--out", "s").exit_code == 0
    other = wargame("sweep", STRAIT, "--resume", "s")
    assert other.exit_code == 2
    assert other.stderr == f"{STRAIT}: is not the scenario that s was begun with; begin a new sweep, or leave SCENARIO out\n"
    begun = "the folder was begun with"
    for flag, value, kept in (
        ("--runs", "7", "6 (got the number 7)"), ("--seed", "1", "0 (got the number 1)"), ("--block", "7", "1000 (got the number 7)"),
        ("--design", "lhs", "full (got text 'lhs')"), ("--keep-trajectories", "3", "50 (got the number 3)"),
        ("--vary", "horizon=20,30", "nothing varied"), ("--until", "tension_mean±1", "none"), ("--shard", "1/2", "no shard"),
    ):  # fmt: skip
        said = wargame("sweep", "--resume", "s", flag, value)
        assert (said.exit_code, said.stderr) == (2, f"{flag}: {begun} {kept}; begin a new sweep, or leave it out\n")
    drawn = wargame("sweep", "--resume", "s", "--uncertain")
    assert drawn.stderr == f"--uncertain: {begun} no drawn uncertainties (got true); begin a new sweep, or leave it out\n"
    moved = wargame("sweep", "--resume", "s", "--out", "t")
    assert moved.stderr == "--out: a resumed sweep stays in its folder, s; leave it out\n"
    changed = wargame("sweep", "--resume", "s", "--set", "horizon=9")
    assert changed.stderr == "--set: is not the scenario that s was begun with; begin a new sweep, or leave it out\n"


def unfinish(folder: Path) -> None:
    """Put a folder back to where it stood before anything was played."""
    manifest = json.loads((folder / "manifest.json").read_text())
    begun = {"complete": False, "runs": 0, "replications": 0, "measures": {}, "fingerprint": "", "files": {}}
    write_manifest(folder, manifest | begun)
    for table in folder.glob("*.parquet"):
        table.unlink()
    (folder / PARTS).mkdir()


def test_resume_takes_what_agrees_and_keeps_what_was_asked() -> None:
    """The whole command again, with --resume: what a person types who calls it back from the shell's history."""
    asked = [
        "--runs", "6", "--seed", "3", "--vary", "parameters.threat.base=-3..0", "--samples", "3", "--design", "lhs", "--block", "4",
        "--keep-trajectories", "2",
    ]  # fmt: skip
    assert wargame("sweep", STRAIT, *SHORT, *asked, "--out", "s", "--no-report").exit_code == 0
    unfinish(Path("s"))
    done = wargame("sweep", STRAIT, *SHORT, *asked, "--out", "s", "--resume", "s")
    assert done.exit_code == 0, done.stderr
    assert not Path("s/report.html").exists()
    unfinish(Path("s"))
    assert wargame("sweep", "--resume", "s", *SHORT).exit_code == 0
    assert not Path("s/report.html").exists()


def test_resume_refuses_another_version() -> None:
    assert sweep("--runs", "6", "--out", "s").exit_code == 0
    path = Path("s/manifest.json")
    data = json.loads(path.read_text())
    data |= {"complete": False, "versions": data["versions"] | {"numpy": "1.0"}}
    write_manifest(path.parent, data)
    said = wargame("sweep", "--resume", "s").stderr
    assert said.startswith("s: was begun with another version (numpy 1.0 -> ")
    assert said.endswith("which may give other numbers; resume with that one, or begin again\n")


def test_a_folder_that_cannot_be_written() -> None:
    Path("file").write_text("mine")
    done = sweep("--runs", "3", "--out", "file/below")
    assert (done.exit_code, done.stderr) == (2, "--out: cannot write file/below: Not a directory\n")
