"""The command line: exit codes, exact messages, what is on stdout and what is not, and what an interruption leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.strait import STRAIT, strait
from wargame import __version__
from wargame.cli import main

COMMANDS = sorted(main.commands)
RUN_KEYS = {"scenario", "seed", "runs", "scenario_hash", "fingerprint", "measures", "out"}  # the contract's


def wargame(*args: str | Path) -> Result:
    """Run a command in this process; whatever happens, no traceback and no raw escape code may come out."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output
    return result


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stored history of the theatre of the tests."""
    done = wargame("run", STRAIT, "--no-report", "--quiet", "--out", "stored")
    assert done.exit_code == 0, done.stderr
    return tmp_path / "stored"


# --- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_shows_an_example(name: str) -> None:
    shown = wargame(name, "--help")
    assert shown.exit_code == 0
    assert f"\n  Example:  wargame {name}" in shown.stdout
    assert shown.stderr == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    for option in main.commands[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_help_of_the_program_names_every_command_and_where_to_begin() -> None:
    shown = wargame("--help")
    assert shown.exit_code == 0
    assert "Start with:  wargame run" in shown.stdout
    assert {line.split()[0] for line in shown.stdout.split("Commands:")[1].splitlines() if line[:3].strip()} <= set(COMMANDS)
    assert all(f"\n  {name} " in shown.stdout for name in COMMANDS)


def test_the_version_is_the_package_s() -> None:
    assert wargame("--version").stdout == f"wargame {__version__}\n"


# --- run ------------------------------------------------------------------------------------------------------------


def test_run_tells_the_history_and_says_where_the_result_is() -> None:
    done = wargame("run", STRAIT, "--no-report", "--out", "here")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "The Strait"
    assert lines[-1] == "written to here"
    assert "What it came to" in lines
    assert done.stderr == ""


def test_json_is_one_object_with_the_contract_s_keys_and_nothing_else() -> None:
    done = wargame("run", STRAIT, "--no-report", "--json", "--seed", "7", "--replication", "3")
    assert done.exit_code == 0
    assert done.stdout.count("\n") == 1
    told = json.loads(done.stdout)
    assert set(told) >= RUN_KEYS
    assert (told["scenario"], told["seed"], told["replication"], told["runs"]) == ("strait", 7, 3, 1)
    assert len(told["fingerprint"]) == len(told["scenario_hash"]) == 64
    assert all(isinstance(value, float) for value in told["measures"].values())
    assert {"esc_max", "threat_league", "dependence_end"} <= set(told["measures"])
    manifest = json.loads(Path(told["out"], "manifest.json").read_text(encoding="utf-8"))
    assert {key: manifest[key] for key in ("fingerprint", "measures", "seed")} == {
        key: told[key] for key in ("fingerprint", "measures", "seed")
    }


def test_json_with_a_report_keeps_notices_off_stdout() -> None:
    done = wargame("run", STRAIT, "--json", "--out", "here")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["out"] == "here"
    assert Path("here/report.html").stat().st_size > 10_000
    assert list(Path("here/figures").iterdir())


def test_quiet_prints_only_where_the_result_is() -> None:
    done = wargame("run", STRAIT, "--no-report", "--quiet", "--out", "here")
    assert done.stdout.split("\n") == ["", "written to here", ""]
    assert done.stderr == ""


def test_the_default_folder_lies_under_results_and_never_clashes() -> None:
    outs = [json.loads(wargame("run", STRAIT, "--no-report", "--json").stdout)["out"] for _ in range(3)]
    assert len(set(outs)) == 3
    for out in outs:
        assert Path(out).parent == Path("results/strait")
        assert wargame("verify", out).exit_code == 0


def test_set_changes_the_history_and_is_kept_in_the_folder() -> None:
    plain = json.loads(wargame("run", STRAIT, "--no-report", "--json").stdout)
    other = json.loads(
        wargame("run", STRAIT, "--no-report", "--json", "--out", "o", "--set", "actors.port.initial.dependence=0.2").stdout
    )
    assert other["scenario_hash"] != plain["scenario_hash"]
    assert other["measures"]["dependence_end"] < plain["measures"]["dependence_end"]
    assert wargame("verify", "o").exit_code == 0


def test_the_command_is_kept_so_that_a_shell_reads_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["wargame", "run", str(STRAIT), "--set", "title=The other one", "--out", "o"])
    wargame("run", STRAIT, "--no-report", "--quiet", "--set", "title=The other one", "--out", "o")
    assert json.loads(Path("o/manifest.json").read_text())["command"].endswith("--set 'title=The other one' --out o")


# --- exit code 2: the input is wrong --------------------------------------------------------------------------------

SEEDS = "expected a whole number from 0 to 18446744073709551615"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("run", "zapad_2012"), 'zapad_2012: no such scenario; did you mean "zapad_2021"?'),
        (("run", "nowhere.yaml"), "nowhere.yaml: no such file"),
        (("run", STRAIT.parent), f"{STRAIT.parent}: is a folder; expected a scenario file"),
        (("check", "zapad_2012"), 'zapad_2012: no such scenario; did you mean "zapad_2021"?'),
        (("explain", "zapad_2012"), 'zapad_2012: no such scenario; did you mean "zapad_2021"?'),
        (("run", STRAIT, "--seed", "-1"), f"seed: {SEEDS} (got the number -1)"),
        (("run", STRAIT, "--seed", str(2**70)), f"seed: {SEEDS} (got the number {2**70})"),
        (
            ("run", STRAIT, "--replication", str(10**23)),
            f"replication: expected a whole number from 0 to {2**62} (got the number {10**23})",
        ),
        (("run", STRAIT, "--set", "horizon"), "--set: expected PATH=VALUE (got text 'horizon')"),
        (("run", STRAIT, "--set", "actors.prt.policy=merchant"), '--set actors.prt.policy: unknown "prt"; did you mean "port"?'),
        (
            ("run", STRAIT, "--set", "horizon=soon"),
            '--set horizon: expected a duration such as "14 days" or "2 weeks" (got text \'soon\')',
        ),
        (("run", STRAIT, "--set", "__class__.x=3"), None),
        (("explain", STRAIT, "actors.prt"), 'strait: nothing to explain at "actors.prt"; did you mean "actors.port"?'),
        (
            ("explain", STRAIT, "xyz"),
            'strait: nothing to explain at "xyz"; try actors.NAME, policies.NAME, parameters.MECHANISM',
        ),
        (
            ("explain", STRAIT, "parameters.threat.memoryy"),
            'strait: nothing to explain at "parameters.threat.memoryy"; did you mean "parameters.threat.memory"?',
        ),
        (("verify", "nothing"), "nothing: no result folder: it has no manifest.json"),
        (("replay", "nothing"), "nothing: no result folder: it has no manifest.json"),
        (("report", "nothing"), "nothing: no result folder: it has no manifest.json"),
        (
            ("vienna", "zapad_2012"),
            'zapad_2012: no such file, and no shipped cases of that name; did you mean "zapad_2021"?',
        ),
        (("new", "b", "--from", "zapad_2012"), 'zapad_2012: no such scenario; did you mean "zapad_2021"?'),
        (("run", STRAIT, "--out", "."), "--out: . exists already; choose another folder"),
    ],
)
def test_a_mistake_of_the_user_is_said_exactly_and_exits_with_2(args: Sequence[str | Path], said: str | None) -> None:
    done = wargame(*args)
    assert done.exit_code == 2
    assert done.stdout == ""
    if said is None:
        assert done.stderr.startswith("--set __class__.x: unknown")
    else:
        assert done.stderr == f"{said}\n"
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("rnu",), "No such command 'rnu'. Did you mean 'run'?"),
        (("run",), "Missing argument 'SCENARIO'."),
        (("run", "x", "--sed", "3"), "No such option '--sed'."),
        (("run", "x", "--seed", "x"), "Invalid value for '--seed': 'x' is not a valid integer."),
        (("run", "x", "--replication", "-1"), "Invalid value for '--replication': -1 is not in the range x>=0."),
        (("list", "nothing"), "'nothing' is not one of 'scenarios', 'policies', 'mechanisms', 'actions', 'measures'."),
        (("check",), "Missing argument 'FILES...'"),
        (("new", "x"), "Missing option '--from'."),
        (("replay", "x", "--run", "-1"), "Invalid value for '--run': -1 is not in the range x>=0."),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong_and_how_to_get_help(args: Sequence[str], said: str) -> None:
    done = wargame(*args)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "--help' for help" in done.stderr
    assert done.stdout == ""


def test_no_command_at_all_shows_the_help() -> None:
    done = wargame()
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: ")


def test_every_mistake_of_a_file_is_told_at_once_with_its_place() -> None:
    path = Path("mine.yaml")
    text = STRAIT.read_text(encoding="utf-8")
    path.write_text(text.replace("policy: imperial", "policy: imperal").replace("observer: league", "observer: leage"))
    done = wargame("run", path)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        'mine.yaml:8:11: observer: unknown actor "leage"; did you mean "league"?',
        'mine.yaml:16:13: actors.empire.policy: unknown policy "imperal"; did you mean "imperial"?',
    ]


@pytest.mark.parametrize("where", ["file", "file/below", "full"])
def test_a_place_that_cannot_be_written_or_is_taken_is_left_as_it_was(where: str) -> None:
    Path("file").write_text("mine")
    Path("full").mkdir()
    Path("full/mine.txt").write_text("mine")
    done = wargame("run", STRAIT, "--no-report", "--quiet", "--out", where)
    assert done.exit_code == 2
    what = f"cannot write {where}: Not a directory" if "below" in where else f"{where} exists already; choose another folder"
    assert done.stderr == f"--out: {what}\n"
    assert sorted(str(path) for path in Path().rglob("*")) == ["file", "full", "full/mine.txt"]


def test_a_name_that_the_file_system_refuses_is_the_user_s_mistake() -> None:
    done = wargame("run", STRAIT, "--no-report", "--quiet", "--out", "x" * 300)
    assert done.exit_code == 2
    assert done.stderr == f"--out: cannot write {'x' * 300}: File name too long\n"


def test_an_empty_folder_may_be_filled() -> None:
    Path("empty").mkdir()
    assert wargame("run", STRAIT, "--no-report", "--quiet", "--out", "empty").exit_code == 0
    assert wargame("verify", "empty").exit_code == 0


def test_a_folder_with_odd_signs_in_its_name_works() -> None:
    odd = "it's a [b]*? {c} ü"
    assert wargame("run", STRAIT, "--no-report", "--quiet", "--out", odd).exit_code == 0
    done = wargame("verify", odd)
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "stored/manifest.json:1:2: is no JSON: Expecting property name enclosed in double quotes"),
        ("[]", "stored/manifest.json: is no manifest of this program"),
        ('{"complete": true}', "stored/manifest.json: fingerprint: is missing\nstored/manifest.json: format: is missing\n"),
        ("[" * 100_000, "stored/manifest.json: cannot be read: "),
        ("1" * 10_000, "stored/manifest.json: cannot be read: "),
        ("\udcff", "stored/manifest.json: is not UTF-8 text (byte 0xff at 0)"),
    ],
)
def test_a_broken_manifest(folder: Path, text: str, said: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in ("verify", "replay", "report"):
        done = wargame(command, "stored")
        assert done.exit_code == 2
        assert said in done.stderr


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("seed", "x", "stored/manifest.json: seed: expected a whole number (got text 'x')"),
        ("seed", True, "stored/manifest.json: seed: expected a whole number (got true)"),
        ("seed", -3, "stored/manifest.json: seed: must be at least 0 (got the number -3)"),
        ("measures", [], "stored/manifest.json: measures: expected a mapping (got a list)"),
        ("complete", False, "stored: the result is not complete"),
        ("complete", "yes", "stored/manifest.json: complete: expected true or false (got text 'yes')"),
    ],
)
def test_a_manifest_with_a_wrong_value(folder: Path, key: str, value: object, said: str) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    done = wargame("verify", "stored")
    assert (done.exit_code, done.stderr) == (2, f"{said}\n")


# --- the other commands ---------------------------------------------------------------------------------------------


def test_check_says_that_nothing_is_wrong() -> None:
    done = wargame("check", STRAIT)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{STRAIT}: nothing wrong (3 actors, 5 rules in play, 2 injects)\n"


def test_check_of_the_shipped_scenarios_finds_a_source_for_everything() -> None:
    done = wargame("check", "zapad_2021", "--sources")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "everything has a source or a judgement"


def test_check_with_sources_exits_with_3_and_lists_what_has_none() -> None:
    text = STRAIT.read_text(encoding="utf-8")
    Path("bare.yaml").write_text(text.replace("    says: Watches.\n    judgement: Invented.", "    says: Watches."))
    done = wargame("check", "bare.yaml", "--sources")
    assert done.exit_code == 3
    assert "bare.yaml: policies.watchful: has neither source nor judgement" in done.stderr.splitlines()


def test_check_goes_on_after_a_file_that_is_wrong() -> None:
    done = wargame("check", "nowhere.yaml", STRAIT)
    assert done.exit_code == 2
    assert "nothing wrong" in done.stdout
    assert done.stderr == "nowhere.yaml: no such file\n"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["A day", "inject", "The League (alliance, frontline, sanctioners): watchful"]),
        ("actors.port", ["The Free Port (PRT)", "dependence = 0.6", "when asked(depot)"]),
        ("policies.merchant", ["Policy merchant (logit, temperature 0.3, persistence 42)", "judgement Invented."]),
        ("parameters.threat", ["threat (S16)", "field threat [actor]"]),
        ("parameters.threat.base", ["threat (S16)", "  base = "]),
        ("exercises.autumn.parts.shore.troops", ["exercises.autumn.parts.shore.troops = 16000"]),
    ],
)
def test_explain(path: str, words: Sequence[str]) -> None:
    done = wargame("explain", STRAIT, path)
    assert (done.exit_code, done.stderr) == (0, "")
    for word in words:
        assert word in done.stdout


def test_explain_shows_what_was_set() -> None:
    assert "dependence = 0.1" in wargame("explain", STRAIT, "actors.port", "--set", "actors.port.initial.dependence=0.1").stdout


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("scenarios", "zapad_2021"),
        ("policies", "hedger"),
        ("mechanisms", "threat"),
        ("actions", "accept_item"),
        ("measures", "esc_max"),
    ],
)
def test_list(what: str, name: str) -> None:
    done = wargame("list", what)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line[0] != " ")  # others go on
    assert name in rows
    assert all(rows.values())


def test_schema_is_a_json_schema() -> None:
    schema = json.loads(wargame("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "actors" in schema["properties"]


def test_new_writes_a_file_that_runs_and_never_over_another() -> None:
    done = wargame("new", "mine", "--from", "zapad_2021")
    assert (done.exit_code, done.stdout) == (0, "written to mine.yaml; next: wargame check mine.yaml\n")
    assert wargame("check", "mine.yaml").exit_code == 0
    again = wargame("new", "mine", "--from", "zapad_2021")
    assert (again.exit_code, again.stderr) == (2, "mine.yaml: exists already; nothing was written\n")
    lost = wargame("new", "no/mine", "--from", "zapad_2021")
    assert (lost.exit_code, lost.stderr) == (2, "no/mine.yaml: cannot be written: No such file or directory\n")


def test_replay_tells_the_stored_history_and_proves_it(folder: Path) -> None:
    done = wargame("replay", folder)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "The Strait"
    assert done.stdout.splitlines()[-1] == "the same as stored, to the bit"
    other = wargame("replay", folder, "--run", "3")
    assert (other.exit_code, other.stdout, other.stderr) == (2, "", f"{folder}: no run 3; the result has 1\n")


def test_verify_says_what_it_compared(folder: Path) -> None:
    done = wargame("verify", folder)
    events = (folder / "events.jsonl").read_text().count("\n")
    assert done.stdout.startswith(f"{folder}: the same to the bit (one history of 42 days played again)\ncompared:\n")
    assert f"\n  events.jsonl: {events} events\n" in done.stdout


def test_replay_and_verify_exit_with_3_on_a_difference(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"esc_max": ', '"esc_max": 1'))
    done = wargame("verify", folder)
    assert done.exit_code == 3
    assert done.stderr.startswith(f"{folder}: played again, it is not the same:\n  manifest.json: seal: ")
    assert "\n  manifest.json: measures.esc_max: stored 1" in done.stderr
    assert done.stderr.endswith("\nno version has changed\n")
    done = wargame("replay", folder)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith(f"{folder}: it is not as it was written:\n  {folder}/manifest.json: seal: ")
    assert wargame("report", folder).exit_code == 2


def test_report_makes_the_report_again(folder: Path) -> None:
    done = wargame("report", folder)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"report: {folder / 'report.html'}\n"
    assert "The Strait" in (folder / "report.html").read_text(encoding="utf-8")
    assert wargame("verify", folder).exit_code == 0


def test_vienna_as_json() -> None:
    done = wargame("vienna", "zapad_2021", "--json")
    assert done.exit_code == 0
    cases = json.loads(done.stdout)["cases"]
    assert cases
    assert all(set(case) >= {"id", "verdict", "paragraphs", "numbers"} for case in cases)


def test_vienna_lists_its_rules_as_text_and_as_json() -> None:
    text = wargame("vienna", "--list").stdout
    rules = json.loads(wargame("vienna", "--list", "--json").stdout)["rules"]
    assert len(rules) == len(text.splitlines())
    assert all(rule["id"] in text for rule in rules)
    assert {9_000.0, 13_000.0} <= {rule["level"] for rule in rules}  # notification and observation, VD11 40.1.1 and 47.4


def test_selftest_passes() -> None:
    done = wargame("selftest")
    assert done.exit_code == 0, done.stderr
    assert "FAIL" not in done.stdout
    assert done.stdout.splitlines()[-1].endswith("known answers hold")


def test_a_bug_is_told_in_one_line_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("first\nsecond")

    monkeypatch.setattr("wargame.simulation.play.play_one", broken)
    done = wargame("run", STRAIT)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "a bug in wargame: ZeroDivisionError: first second (run again with --debug for the traceback)\n"
    monkeypatch.setattr("sys.argv", ["wargame", "run", str(STRAIT), "--debug"])
    shown = CliRunner().invoke(main, ["run", str(STRAIT), "--debug"])
    assert shown.exit_code == 1
    assert "Traceback" in shown.stderr
    assert os.listdir() == []


def test_too_little_memory_is_no_bug_and_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr("wargame.simulation.play.play_one", broken)
    done = wargame("run", STRAIT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "not enough memory; a shorter horizon or fewer actors, sites and exercises need less\n"


def test_a_history_too_long_to_keep_is_refused_before_it_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wargame.simulation.play.MOST_NUMBERS", 40_000)
    done = wargame("run", STRAIT)
    slots = strait().layout.slots
    what = f"42 days of {slots:,} numbers each are more than a full history may keep; at most {40_000 // slots} days"
    assert (done.exit_code, done.stderr) == (2, f"strait: horizon: {what}\n")


def test_what_a_scenario_file_says_does_not_steer_the_terminal() -> None:
    done = CliRunner().invoke(main, ["run", str(STRAIT), "--no-report", "--set", 'title="a\\e[31mb"'], color=True)
    assert done.exit_code == 0
    assert "\x1b[31mb" not in done.output
    assert "a [31mb" in done.output
