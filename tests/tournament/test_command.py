"""``wargame tournament``: what it prints and refuses, and what its folder holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.strait import STRAIT
from wargame.cli import main
from wargame.results.parquet import read_table

PLAYERS = STRAIT.with_name("strait_players.yaml")
SHORT = ("--set", "horizon=10 days", "--workers", "1")


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


def tournament(*args: str | Path, actors: str = "empire,port", scenario: Path = PLAYERS) -> Result:
    return wargame("tournament", scenario, *SHORT, "--actors", actors, *args)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_levers_first_and_the_family_where_there_is_none() -> None:
    done = tournament("--runs", "12", "--json", "--no-report", "--out", "t")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert {one["actor"]: one["policies"] for one in told["actors"]} == {
        "empire": ["patient", "loud"], "port": ["merchant", "stubborn"],
    }  # fmt: skip
    assert told["runs"] == 48
    assert {"scenario", "seed", "runs", "scenario_hash", "fingerprint", "measures", "out"} <= set(told)
    assert [one["policies"] for one in told["profiles"]] == [
        {"empire": a, "port": b} for a in ("patient", "loud") for b in ("merchant", "stubborn")
    ]
    for one in told["profiles"]:
        assert set(one["payoffs"]["empire"]) == {"mean", "sd", "low", "high", "n"}
    assert told["finding"]
    assert all(0 <= one["share"] <= 1 for one in told["equilibria"])


def test_a_case_of_a_tournament_is_that_case_of_a_sweep() -> None:
    told = json.loads(tournament("--runs", "10", "--json", "--no-report", "--out", "t").stdout)
    swept = json.loads(
        wargame("sweep", PLAYERS, *SHORT, "--runs", "10", "--json", "--no-report", "--out", "s",
                "--vary", "actors.empire.policy=patient,loud", "--vary", "actors.port.policy=merchant,stubborn").stdout
    )  # fmt: skip
    assert told["fingerprint"] == swept["fingerprint"]


def test_the_folder_holds_everything_and_is_verified(tmp_path: Path) -> None:
    assert tournament("--runs", "8", "--out", "t").exit_code == 0
    assert {path.name for path in Path("t").iterdir()} >= {
        "manifest.json", "scenario.yaml", "measures.parquet", "payoffs.parquet", "tournament.json", "game.nfg", "figures",
        "report.html",
    }  # fmt: skip
    assert {path.stem for path in Path("t/figures").iterdir()} == {"payoffs", "changes"}
    page = Path("t/report.html").read_text(encoding="utf-8")
    assert "Payoffs and best replies" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert len(read_table(Path("t/payoffs.parquet"))["actor"]) == 8
    assert (
        Path("t/game.nfg").read_text().startswith('NFG 1 R "The Strait, policy against policy" { "The Empire" "The Free Port" }')
    )
    assert wargame("verify", "t", "--workers", "1").exit_code == 0
    assert wargame("replay", "t", "--run", "9").exit_code == 0
    Path("t/report.html").unlink()
    assert wargame("report", "t").stdout == "report: t/report.html\n"
    assert Path("t/report.html").read_text(encoding="utf-8") == page
    file = Path("t/tournament.json")
    file.write_text(file.read_text().replace('"clear": true', '"clear": false', 1).replace('"share": ', '"share": 1', 1))
    spoilt = wargame("verify", "t", "--workers", "1")
    assert spoilt.exit_code == 3
    assert "tournament.json: line " in spoilt.stderr


def test_a_tournament_that_was_cut_short_goes_on_to_the_same_files() -> None:
    from wargame.cli.console.options import bound_of
    from wargame.studies.sweep.plan.openers import opener
    from wargame.studies.sweep.run.sweeping import now
    from wargame.studies.sweep.store.folder import begin
    from wargame.studies.tournament.folder import note_players
    from wargame.studies.tournament.plan import plan_tournament

    assert tournament("--runs", "8", "--no-report", "--out", "whole").exit_code == 0
    sets = SHORT[1:2]
    study, players = plan_tournament(bound_of(str(PLAYERS), sets), opener(str(PLAYERS), sets), ["empire", "port"], runs=8)
    begun = begin(Path("cut"), study, kind="tournament", command="test", started=now(), shard="", beside=False)
    note_players(begun.path, players)
    assert wargame("sweep", "--resume", "cut", "--no-report", "--workers", "1").exit_code == 0
    for name in ("payoffs.parquet", "measures.parquet", "tournament.json", "game.nfg"):
        assert Path("cut", name).read_bytes() == Path("whole", name).read_bytes()


def test_three_actors_with_policies_and_payoffs_of_the_user_s_own() -> None:
    done = tournament("--runs", "6", "--json", "--out", "t", "--policies", "league=watchful,watchful+patient",
                      "--payoff", "league=-threat_league", "--payoff", "port=dependence_end", actors="empire,port,league")  # fmt: skip
    assert done.exit_code == 2  # the Empire's manner does not fit the League
    done = tournament("--runs", "6", "--json", "--out", "t", "--policies", "league=watchful,idle", "--set", "policies.idle.says=Idle.",
                      "--payoff", "league=-threat_league", "--payoff", "port=dependence_end", actors="empire,port,league")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["profiles"]) == 8
    assert told["mixed"] is None
    assert [one["payoff"] for one in told["actors"]] == ["payoff_empire", "dependence_end", "-threat_league"]
    table = read_table(Path("t/measures.parquet"))
    first = -table["threat_league"][:6].mean()
    assert told["profiles"][0]["payoffs"]["league"]["mean"] == pytest.approx(first)
    assert Path("t/figures/payoffs.svg").is_file()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--actors", "empire,prt"), '--actors: unknown actor "prt"; did you mean "port"?'),
        (("--actors", "empire"), "--actors: expected two actors or more, such as empire,port (got text 'empire')"),
        (("--actors", "port,port"), "--actors: the same actor twice (got port,port)"),
        (("--actors", "empire,league"), "--actors: strait_players has no measure payoff_league; say what league wants with --payoff "
         "league=MEASURE (or -MEASURE, if less is better); measures: dependence_end, esc_max, guests_end, payoff_empire, payoff_port, "
         "tension_mean, threat_empire, threat_league, threat_port"),
        (("--actors", "empire,league", "--payoff", "league=esc_maxx"), '--payoff league: unknown measure "esc_maxx"; did you mean "esc_max"?'),
        (("--actors", "empire,league", "--payoff", "league=esc_max"), "--policies league: expected two policies or more to choose from "
         "(got watchful); name them: --policies league=p,q"),
        (("--actors", "empire,port", "--policies", "empire=patient"), "--policies empire: expected two policies or more to choose from "
         "(got patient); name them: --policies empire=p,q"),
        (("--actors", "empire,port", "--policies", "empire=patient,lout"), '--policies empire: unknown policy "lout"; did you mean "loud"?'),
        (("--actors", "empire,port", "--policies", "league=a,b"), '--policies: "league" is none of the actors of the tournament; '
         "allowed: empire, port"),
        (("--actors", "empire,port", "--policies", "patient"), "--policies: expected ACTOR=p,q,r (got text 'patient')"),
        (("--actors", "empire,port", "--policies", "empire=loud,loud"), "--policies empire: loud is given twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_was_written(args: tuple[str, ...], says: str) -> None:
    done = wargame("tournament", PLAYERS, *SHORT, "--runs", "4", *args)
    assert (done.exit_code, done.stderr.strip()) == (2, says)
