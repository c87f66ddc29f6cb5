"""The seminar as a process: what its command says, and that nothing that was answered is lost when it is killed."""

from __future__ import annotations

import re
import signal
import time
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

from tests.seminar.live import Served
from tests.seminar.web import NONCE
from tests.strait import STRAIT
from wargame import __version__
from wargame.cli import main
from wargame.errors import InputError
from wargame.scenario.load import load
from wargame.seminar.host.log import Log
from wargame.seminar.server.server import begin, resume


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


class Browser:
    """A browser's cookies and forms."""

    def __init__(self, home: str) -> None:
        self.client = httpx2.Client(base_url=home, headers={"origin": home}, follow_redirects=True)
        self.count = 0

    def close(self) -> None:
        self.client.close()

    def join(self, link: str, name: str) -> str:
        door = self.client.get(link).text
        nonce = NONCE.search(door)
        assert nonce is not None
        return self.client.post(link, data={"id": nonce[1], "name": name}).text

    def send(self, path: str, **fields: str) -> int:
        self.count += 1
        return self.client.post(path, data={"id": f"b{self.count}", **fields}).status_code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_says_all_that_an_instructor_needs(folder: Path) -> None:
    with Served(folder, ("--seed", "5")) as served:
        assert served.link("facilitator").startswith(f"{served.home}/w/")
        assert served.link("join") == f"{served.home}/"
        assert "Observers" in served.codes
        assert len(served.codes) >= 3
        assert "Only this computer can open these pages. For a classroom: --host 0.0.0.0" in served.said
        assert "\x1b" not in served.said
        paper = (folder / "game.html").read_text(encoding="utf-8")
        assert all(link in paper for link in served.codes.values())
        assert oct((folder / "game.db").stat().st_mode)[-3:] == "600", "names and keys are for the owner alone"
        assert served.stop(signal.SIGINT) == 0
    assert "go on with:  wargame seminar" in (folder / "out.txt").read_text(encoding="utf-8")


def test_on_all_addresses_it_says_what_that_means(folder: Path) -> None:
    with Served(folder, ("--host", "0.0.0.0")) as served:
        assert "Anyone on this network can reach these pages, and what is sent is not encrypted (plain HTTP)" in served.said
        assert "0.0.0.0" not in served.home, "the address printed is one that others can open"


def test_killed_at_any_moment_and_resumed_everything_answered_is_there(folder: Path) -> None:
    with Served(folder) as served, closing(Browser(served.home)) as lead, closing(Browser(served.home)) as team:
        seat, link = next(iter(served.codes.items()))
        assert seat in team.join(link, "Ada")
        lead.client.post(served.link("facilitator"))
        assert lead.send("/white/do/next") == 200
        assert lead.send("/white/do/next") == 200
        page = team.client.get("/seat").text
        card = re.search(r'name="channel" value="(\w+)">\s*<input type="hidden" name="card" value="([^"]+)"', page)
        assert card is not None
        assert team.send("/seat/do/order", channel=card[1], card=card[2]) == 200
        assert team.send("/seat/do/note", text="for the record") == 200
        assert lead.send("/white/do/next") == 200
        before = lead.client.get("/white?sheet=truth").text
        assert served.stop(signal.SIGKILL) == -signal.SIGKILL
        home = served.home
        served.start("--resume")
        assert served.home == home, "pages look for the server where it was"
        assert "phase adjudication (resumed)" in served.said
        after = lead.client.get("/white?sheet=truth").text
        assert _without_nonces(after) == _without_nonces(before), (
            "the same cookie, the same phase, the same world to the last figure"
        )
        page = team.client.get("/seat").text
        assert "by Ada" in page
        assert "for the record" in page
        assert lead.send("/white/do/next") == 200


def test_a_rehearsal_from_the_lobby_to_the_debrief(folder: Path) -> None:
    """Demo people play every seat; the facilitator leads to the debrief; its folder is a result like any other."""
    with Served(folder, ("--demo", "--turn-days", "30")) as served, closing(Browser(served.home)) as lead:
        lead.client.post(served.link("facilitator"))
        for _ in range(60):
            page = lead.client.get("/white").text
            step = re.search(r'aria-current="step">(\w+)<', page)
            assert step is not None
            if step[1] == "Debrief":
                break
            everybody = int(re.findall(r"(\d+) of (\d+) seats taken", page)[0][0]) == len(served.codes) - 1
            if everybody and (step[1] != "Orders" or page.count('"tag on">ready') == len(served.codes) - 1):
                lead.send("/white/do/next")
            else:
                time.sleep(0.5)
        assert lead.send("/white/do/debrief") == 200
        for _ in range(240):
            if lead.client.get("/debrief").status_code == 200:
                break
            time.sleep(0.5)
        assert "debrief" in lead.client.get("/debrief").text
        assert "students.csv" in lead.client.get("/white/students.csv").headers["content-disposition"]
    checked = wargame("verify", folder / "game-debrief")
    assert checked.exit_code == 0, checked.stderr


def _without_nonces(page: str) -> str:
    page = re.sub(r'name="id" value="[^"]+"|data-(left|mark)="[^"]+"|\d+ pages? open', "", page)
    return re.sub(r'(role="timer">)[^<]*', r"\1", page)


def test_two_servers_never_share_a_file(folder: Path) -> None:
    with Served(folder):
        other = wargame("seminar", STRAIT, "--resume", "--data", folder / "game.db")
        assert (other.exit_code, other.stderr.splitlines()[-1]) == (
            2,
            f"{folder / 'game.db'}: another program has this session open",
        )


@pytest.mark.parametrize(("options", "words"), [
    (("--seats", "narnia"), 'actor: unknown actor "narnia"'),
    (("--resume",), "--resume: there is no seminar of this scenario in results/seminar; name its file with --data"),
    (("--resume", "--data", "x.db"), "x.db: there is no such file"),
    (("--resume", "--seats", "a"), "--seats: is kept with the seminar and cannot be changed on the way; leave it out"),
    (("--port", "0"), "Invalid value for '--port'"),
    (("--turn-days", "0"), "Invalid value for '--turn-days'"),
])  # fmt: skip
def test_mistakes_are_told_in_one_line(folder: Path, options: tuple[str, ...], words: str) -> None:
    done = wargame("seminar", STRAIT, *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not list(folder.rglob("*.db"))


def test_a_port_that_is_taken_is_said_so(folder: Path) -> None:
    with Served(folder) as served:
        port = served.home.rpartition(":")[2]
        done = wargame("seminar", STRAIT, "--port", port, "--data", folder / "second.db")
        assert done.exit_code == 2
        assert f"--port: cannot serve on 127.0.0.1, port {port} (" in done.stderr
        assert "choose another with --port or --host" in done.stderr


def test_where_nothing_can_be_written_it_says_so(folder: Path) -> None:
    (folder / "file").touch()
    done = wargame("seminar", STRAIT, "--data", folder / "file" / "game.db")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, f"{folder / 'file'}: the folder cannot be made (File exists)")
    (folder / "game.html").mkdir()
    done = wargame("seminar", STRAIT, "--data", folder / "game.db")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == f"{folder / 'game.html'}: the hand-out cannot be written (Is a directory)"


def test_an_address_must_be_named(folder: Path) -> None:
    """An empty one would let everybody in."""
    done = wargame("seminar", STRAIT, "--host", "", "--data", folder / "game.db")
    assert done.exit_code == 2
    assert "--host: is empty; name an address: 127.0.0.1 for this computer alone" in done.stderr


@pytest.mark.parametrize(("key", "value", "words"), [
    ("name", "../../outside", "is damaged: text '../../outside' is no name of a scenario"),
    ("keys", "[1", "is damaged: its keys cannot be read"),
    ("keys", '{"seat": 1}', "is damaged: its keys cannot be read"),
    ("scenario", "schema: 1\nname: strait\nhorizon: none\n", ", the scenario in it:3:10: horizon: expected a duration"),
])  # fmt: skip
def test_a_file_that_this_program_cannot_go_on_with_is_said_so(folder: Path, key: str, value: str, words: str) -> None:
    begin(load(STRAIT), folder / "game.db", at=0.0).logged.log.close()
    with Log.open(folder / "game.db") as log:
        log.put(key, value)
    with pytest.raises(InputError) as caught:
        resume(folder / "game.db")
    assert str(folder / "game.db") in str(caught.value)
    assert words in str(caught.value)
    assert not list(folder.parent.glob("outside*"))
    Log.open(folder / "game.db").close()  # it was let go of


def test_a_file_of_another_scenario_is_not_gone_on_with(folder: Path) -> None:
    begin(load(STRAIT), folder / "game.db", at=0.0).logged.log.close()
    done = wargame("seminar", "zapad_2021", "--resume", "--data", folder / "game.db")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2,
        f'{folder / "game.db"}: is a seminar of "strait" (got "zapad_2021")',
    )
    done = wargame("seminar", "**", "--resume")
    assert "--resume: there is no seminar of this scenario" in done.stderr


def test_a_seminar_of_another_version_is_gone_on_with_and_said_so(folder: Path) -> None:
    begin(load(STRAIT), folder / "game.db", at=0.0).logged.log.close()
    with Log.open(folder / "game.db") as log:
        log.put("version", "0.0.9")
    with Served(folder, options=("--resume",)) as served:
        words = f"this seminar was begun with wargame 0.0.9, this is {__version__}: what was played may come out otherwise"
        assert words in served.said
