"""The game alone in the terminal: a whole game by scripted answers, fog, resuming, errors, a process that is killed."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.seminar.fake import CANARY, foreign
from tests.seminar.web import DrawnGame
from wargame.cli import main
from wargame.cli.seminar.dialogue import Table
from wargame.cli.seminar.terminal import Quit, Terminal
from wargame.errors import InputError
from wargame.seminar.host.log import Log
from wargame.seminar.solo.playing import SoloGame, SoloSession, check_seat
from wargame.seminar.solo.text import Row, wrapped

GAME = ("strait", "--seat", "selmora", "--set", "horizon=3 weeks", "--data", "game.db")
# Turn 1: a look around, an order at half strength with a reason, a hold, an answer that is none, forecasts, reasons.
FIRST = [
    "",
    "?",
    "b",
    "zzz",
    "1",
    "1",
    "h",
    "to be {seen}",
    "2",
    "h",
    "3",
    "99",
    "b",
    "f",
    "30",
    "150",
    "",
    "40 %",
    "w",
    "because",
    "n",
]
# Turn 2: a hold taken back, a message that stands for an order, one of words alone, the rest held.
SECOND = ["", "4", "h", "4", "t", "m", "1", "2", "1", "Sail with us", "m", "5", "6", "", "To all", "g", "t", "n"]
# Turn 3: nothing at all, the staff decides; a page that is not left by an order; on to the debrief.
THIRD = ["", "n", "b", "n", "s", "p", "r", "", "b", ""]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "104")


def play(*args: str, answers: list[str]) -> Result:
    """Run the command with these answers, one a line; no traceback and no raw escape code may come out."""
    result = CliRunner().invoke(main, ["play", *args], input="".join(f"{one}\n" for one in answers))
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output
    return result


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A game of three turns with its debrief."""
    here = tmp_path_factory.mktemp("solo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        patch.setenv("COLUMNS", "104")
        return here, play(*GAME, answers=[*FIRST, *SECOND, *THIRD])


def parts(out: str) -> dict[str, str]:
    """Return a transcript in pieces: before turn 1, each turn, each reveal."""
    pieces = re.split(r"^(?=Turn \d of 3 · |Turn \d has been played)", out, flags=re.MULTILINE)
    assert len(pieces) == 7
    return dict(zip(("begin", "1", "reveal 1", "2", "reveal 2", "3", "reveal 3"), pieces, strict=True))


def test_the_beginning_shows_who_one_is(played: tuple[Path, Result]) -> None:
    begin = parts(played[1].stdout)["begin"]
    assert begin.startswith(
        "The Strait of Velm\n6 May 2041 · you play Selmora\nYou play Selmora\n  A republic in debt, host of the"
    )
    assert "Goals\n  * Stay in the palace.\n" in begin
    assert "Constraints\n  * Prisons full of lawyers.\n" in begin
    assert "Enter to begin > \n" in begin


def test_a_turn_is_answered_line_by_line(played: tuple[Path, Result]) -> None:
    turn = parts(played[1].stdout)["1"]
    assert turn.startswith("Turn 1 of 3 · 6 May 2041 · you play Selmora\nSituation\n  * It is Monday 6 May 2041, day 1 of 21.\n")
    assert (
        "Where you stand\n      0.40            Sense of threat\n" in turn
    )  # the scenario's initial value; no turn to compare with
    assert "  1 diplomatic     open\n" in turn
    assert (
        "Orders: 1-4, f, w, n (next), ? (help), q (save and quit) > ?\n  1 to 4: give an order in that channel, or hold\n" in turn
    )
    assert "  b: back · q: save and quit · ?: this help\n" in turn
    assert "> b\nThere is nothing to go back to here. q saves and quits.\n" in turn
    assert "> zzz\nThere is no choice 'zzz' here; ? shows what there is.\n" in turn
    assert re.search(r"Diplomatic: number, h \(hold\), t \(take back\), m \(more\) > 1\n[A-Z].*\n  \* .*for ourselves\.\n", turn)
    assert "Strength: h (half), Enter (full), d (double) > h\n" in turn
    assert re.search(r"Ordered \(diplomatic\): .*\n", turn)
    assert re.search(r"\n  1 diplomatic     .*, half strength: to be \{seen\}\n  2 informational  hold\n", turn)
    assert re.search(r"> 99\nexpected a number from 1 to \d+ or h or t or m \(got '99'\)\n", turn)
    assert "Question 2, chance in per cent > 150\nexpected a number from 0 to 100 (got '150')\n" in turn
    assert "forecasts: 2 of 3 (f) · reasons: written (w)\n" in turn


def test_the_reveal_tells_what_the_seat_was_told(played: tuple[Path, Result]) -> None:
    reveal = parts(played[1].stdout)["reveal 1"]
    assert reveal.startswith("Turn 1 has been played\nWhat happened, as far as you know\n  6 May 2041\n    * ")
    assert re.search(r"\n    \* Selmora .*\n      To be \{seen\}\n", reveal)  # the order with its reason
    assert reveal.endswith("Enter to go on > \n\n")


def test_the_second_turn_shows_changes_takes_back_and_writes(played: tuple[Path, Result]) -> None:
    turn = parts(played[1].stdout)["2"]
    assert "Where you stand (now, change since last turn)\n" in turn
    assert re.search(r"^ +\d\.\d\d +([+−]\d\.\d\d|·)  Sense of threat$", turn, re.MULTILINE)
    assert "Economic: number, h (hold), t (take back), m (more) > t\n" in turn
    assert re.search(r"  4 economic       hold\n(?:.*\n)*?  4 economic       open\n", turn)
    assert "    1 The Compact of Free Ports\n    2 Ilmeria\n    3 Karsia\n    4 Torvane\n    5 everybody\n" in turn
    assert "Stands for which order? (Enter: words only) > 1\nText > Sail with us\nSent; ordered (diplomatic): " in turn
    assert re.search(r"\n  1 diplomatic     [A-Z].*: Sail with us\n", turn)
    assert "What kind > 6\nText > \nText (b: send nothing) > To all\nSent.\n" in turn
    unwrapped = " ".join(turn.split())
    assert "* Turn 2, proposal from Selmora to The Compact of Free Ports: Sail with us [stands for: " in unwrapped
    assert "Forces, as far as you know\n" in turn
    assert "What we believe of others (now, change since last turn)\n" in turn


def test_a_turn_without_orders_is_the_staffs_when_one_says_so(played: tuple[Path, Result]) -> None:
    pieces = parts(played[1].stdout)
    assert pieces["3"].count("You have ordered nothing. h (hold everywhere) or s (your staff decides) > ") == 2
    past = pieces["reveal 3"]
    assert re.search(r"  Turn 1, 6 May 2041\n    \* diplomatic: .*\n    \* informational: hold\n      Why: because\n", past)
    assert "      Forecast: " in past
    assert "  Turn 3, 20 May 2041\n    * Played by your staff.\n" in past
    assert "Enter for the debrief > \nThe game is over.\n" in past


def test_the_debrief_is_written_and_its_folder_verified(played: tuple[Path, Result]) -> None:
    here, result = played
    assert result.exit_code == 0, result.stderr
    folder = Path("game-debrief")
    assert result.stdout.endswith(f"debrief   {folder / 'debrief.html'}\nresult    {folder}\ncheck it  wargame verify {folder}\n")
    assert {"debrief.html", "students.csv", "session.json", "manifest.json"} <= {one.name for one in (here / folder).iterdir()}
    verified = CliRunner().invoke(main, ["verify", str(here / folder)])
    assert verified.exit_code == 0, verified.output
    assert "because" in (here / folder / "debrief.html").read_text(encoding="utf-8")


def test_a_finished_game_says_where_its_debrief_is_and_writes_no_other(played: tuple[Path, Result]) -> None:
    here, _ = played
    again = play("strait", "--resume", "--data", str(here / "game.db"), answers=[])
    assert again.stdout.startswith(f"The Strait of Velm\nThe game is over.\ndebrief   {here / 'game-debrief' / 'debrief.html'}\n")
    assert [one.name for one in here.glob("*debrief*")] == ["game-debrief"]


def test_nothing_is_shown_that_the_seat_was_not_told(played: tuple[Path, Result]) -> None:
    here, result = played
    shown = " ".join(result.stdout.split()).casefold()
    rows = [json.loads(line) for line in (here / "game-debrief" / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    open_to_us = [one for one in rows if {"all", "selmora"} & set(one["seen"])]
    known = " ".join([one["fact"] for one in open_to_us] + [one.get("public", "") for one in rows]).casefold()
    hidden = [one["fact"].casefold() for one in rows if one not in open_to_us and one["fact"].casefold() not in known]
    assert hidden  # there was something to hide
    assert [fact for fact in hidden if fact in shown] == []
    own = [one["fact"].casefold() for one in open_to_us]
    assert all(fact in shown for fact in own)


def test_canaries_of_other_seats_never_reach_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    luck = random.Random(5)
    letters = ["", "1", "2", "3", "4", "5", "6", "h", "t", "m", "n", "s", "g", "y", "p", "r", "f", "w", "b", "?", "50", "word"]
    for game in range(6):
        with SoloGame(SoloSession(lambda _: DrawnGame()), Log.create(tmp_path / f"{game}.db"), "reed") as solo:
            solo.open(0, None)
            others(solo)
            monkeypatch.setattr(sys, "stdin", Answers(luck.choices(letters, k=150)))
            with pytest.raises(Quit):
                Table(solo, Terminal(), "test").play()
    shown = capsys.readouterr().out
    assert len(CANARY.findall(shown)) > 100
    assert foreign(shown, "reed") == []


class Answers:
    """A standard input of these lines; what comes after a game has ended is not read."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = iter(lines)

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return next((f"{line}\n" for line in self._lines), "")


def others(solo: SoloGame) -> None:
    """Seat somebody else, who gives orders and writes what the player may not know."""
    say = solo.session.apply
    say({"do": "join", "by": "anna", "id": "a1", "name": "Anna CANARY(highland)", "seat": "highland"}, 1.0)
    say({"do": "next", "by": "facilitator", "id": "a2"}, 1.0)
    say({"do": "message", "by": "anna", "id": "a3", "to": ["saltmarsh"], "text": "CANARY(highland+saltmarsh)"}, 1.0)
    say({"do": "join", "by": "player", "id": "a4", "name": "Player", "seat": "reed"}, 1.0)
    say({"do": "next", "by": "facilitator", "id": "a5"}, 1.0)
    say({"do": "order", "by": "anna", "id": "a6", "card": "promise|||", "rationale": "CANARY(highland)"}, 1.0)
    say({"do": "note", "by": "anna", "id": "a7", "text": "CANARY(highland)"}, 1.0)


# --- resuming -------------------------------------------------------------------------------------------------------


def test_quitting_saves_and_resuming_goes_on_where_one_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    start = play(*GAME[:-2], "--seed", "4", "--turn-days", "3", answers=["", "1", "h", "n", "", "2", "h", "q"])
    assert start.exit_code == 0
    (file,) = Path("results/play").glob("strait-selmora-*.db")
    assert start.stdout.endswith(f"saved in {file}\ngo on with:  wargame play strait --seat selmora --resume --data {file}\n")
    end = play("strait", "--resume", answers=[])  # the end of the input is the wish to stop
    assert end.exit_code == 0
    assert f"going on with {file} …\n" in end.stderr
    assert "Turn 2 of 7 · 9 May 2041 · you play Selmora\n" in end.stdout
    assert "  1 diplomatic     open\n  2 informational  hold\n" in end.stdout
    was, now = (re.findall(r"^ +[\d.,]+ +(?:[+−][\d.,]+|·)  .*$", one.stdout, re.MULTILINE) for one in (start, end))
    assert was[-6:] == now  # the same dials with the same changes as before quitting
    assert end.stdout.endswith(
        f"Orders: 1-4, f, w, n (next), ? (help), q (save and quit) > \nsaved in {file}\n{start.stdout.splitlines()[-1]}\n"
    )
    for args, error in (
        (("--seed", "1"), "--seed: is kept with the game and cannot be changed on the way; leave it out\n"),
        (("--seat", "karsia"), '--resume: there is no game of "strait" with the seat "karsia" in results/play; name its file with --data\n'),
        (("--seat", "karsia", "--data", str(file)), f'--seat: the game in {file} is played from the seat "selmora" (got "karsia")\n'),
    ):  # fmt: skip
        refused = play("strait", "--resume", *args, answers=[])
        assert (refused.exit_code, refused.stderr.removeprefix(f"going on with {file} …\n")) == (2, error)
    other = play("zapad_2021", "--resume", "--data", str(file), answers=[])
    assert other.stderr.endswith(f'{file}: is a game of "strait" (got "zapad_2021")\n')


def test_mistakes_are_told_before_a_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for seat, error in (
        ("selmra", '--seat: there is no seat "selmra"; did you mean "selmora"?'),
        ("xyz", '--seat: there is no seat "xyz"; there are compact, ilmeria, karsia, selmora, torvane'),
        ("", "--seat: whose seat will you take? There are compact, ilmeria, karsia, selmora, torvane"),
    ):
        refused = play("strait", "--seat", seat, answers=[])
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr == f"getting the game ready …\n{error}\n"
    nothing = play("strait", "--resume", answers=[])
    assert nothing.stderr == '--resume: there is no game of "strait" in results/play; name its file with --data\n'
    assert list(tmp_path.iterdir()) == []


def test_a_seminars_file_is_no_game_alone(tmp_path: Path) -> None:
    Log.create(tmp_path / "class.db", {"scenario": "", "name": "strait", "keys": "{}"}).close()
    refused = play("strait", "--resume", "--data", str(tmp_path / "class.db"), answers=[])
    assert refused.exit_code == 2
    assert refused.stderr.endswith(
        f"{tmp_path / 'class.db'}: is no game alone; a seminar is gone on with by: wargame seminar SCENARIO --resume\n"
    )


def test_a_killed_game_keeps_what_was_ordered_and_an_interrupted_one_says_how_to_go_on(tmp_path: Path) -> None:
    killed = Process(tmp_path, *GAME)
    killed.answer("", "1", "h", "2", "h")
    assert "  2 informational  hold" in killed.until("Orders: 1-4, f, w, n (next), ? (help), q (save and quit) > ", times=3)
    killed.end(signal.SIGKILL)
    again = Process(tmp_path, "strait", "--resume", "--data", "game.db")
    assert "  1 diplomatic     hold\n  2 informational  hold\n" in again.until(
        "Orders: 1-4, f, w, n (next), ? (help), q (save and quit) > "
    )
    code, err = again.end(signal.SIGINT)
    assert code == 130
    assert err.endswith(
        "\nstopped; everything you gave is saved in game.db\ngo on with:  wargame play strait --seat selmora --resume --data game.db\n"
    )


class Process:
    """The command as a process of its own, with pipes that stay open."""

    def __init__(self, folder: Path, *args: str) -> None:
        code = "from wargame.cli import main; main(prog_name='wargame')"
        pipe = subprocess.PIPE
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, "play", *args], cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True,
            encoding="utf-8",
        )  # fmt: skip

    def answer(self, *lines: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{line}\n" for line in lines))
        self._process.stdin.flush()

    def until(self, words: str, times: int = 1) -> str:
        """Return what was shown up to these words, the so-manieth time."""
        assert self._process.stdout is not None
        shown = ""
        while shown.count(words) < times:
            sign = self._process.stdout.read(1)
            assert sign, shown
            shown += sign
        return shown

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self._process.send_signal(how)
        _, err = self._process.communicate(timeout=120)
        return self._process.returncode, err


# --- the terminal ---------------------------------------------------------------------------------------------------


def test_no_text_steers_the_terminal_and_none_is_wider_than_it() -> None:
    nasty = "a\x1b[2Jb\x07\u202e" + "word " * 30
    lines = list(wrapped(Row(nasty, lead="  * "), 40))
    assert lines[0].startswith("  * a [2Jb")
    assert all(line.isprintable() and len(line) <= 40 for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_what_is_typed_does_not_steer_the_terminal_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Answers(["x\x1b[31m", "7", "2"]))
    terminal = Terminal()
    assert terminal.number("Which", 3, ()) == 1
    shown = capsys.readouterr().out
    assert "\x1b" not in click.unstyle(shown)
    assert "expected a number from 1 to 3 (got '7')\n" in click.unstyle(shown)


def test_a_scenario_without_policies_has_no_seat_to_take() -> None:
    with pytest.raises(InputError, match="--seat: no actor of this scenario has a policy: there is nobody to play"):
        check_seat("anybody", ())
