"""The log: on the disk before the answer, given back whole, and honest about files that are not whole."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.seminar.fake import FakeGame, Table, playing
from tests.seminar.games import everything, fresh
from wargame.errors import InputError
from wargame.seminar.host.log import Log, LoggedSession
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monday.wargame"


def written(path: Path) -> Table:
    """Write the log of a turn and return its table."""
    with Log.create(path, {"scenario": "fake"}) as log:
        table = Table(log).seat(("anna", "highland")).next(2)
        table.say("anna", "order", card="exercise|||", rationale="ä — 試")
        table.next(2)
    return table


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught, Log.open(path) as log:
        log.replay(fresh())
    return str(caught.value).replace(str(path), "FILE")


def test_a_log_gives_the_session_back_with_its_texts(path: Path) -> None:
    table = written(path)
    with Log.open(path) as log:
        again = fresh()
        assert log.replay(again) == log.n == len(table.commands) == 7
        assert everything(again) == everything(table.session)
        assert log.meta == {"scenario": "fake"}
        log.put("secret", "s3")
    with Log.open(path) as log:
        assert log.meta == {"scenario": "fake", "secret": "s3"}
        assert [at for at, _ in log.commands()] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_the_file_is_its_owners_alone(path: Path) -> None:
    written(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_written_is_never_changed(path: Path) -> None:
    written(path)
    base = sqlite3.connect(path)
    for wish in ("DELETE FROM commands WHERE n = 3", "UPDATE commands SET json = '{}' WHERE n = 3"):
        with pytest.raises(sqlite3.DatabaseError, match="commands are never"):
            base.execute(wish)
    base.close()


def test_a_new_log_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    written(path)
    with pytest.raises(InputError, match="there is a file of that name already; resume it, or choose another name"):
        Log.create(path)
    with pytest.raises(InputError, match="cannot be written"):
        Log.create(tmp_path / "nowhere" / "x.wargame")
    with pytest.raises(InputError, match="there is no such file"):
        Log.open(tmp_path / "other.wargame")


def test_one_program_at_a_time_holds_a_log(path: Path) -> None:
    written(path)
    with Log.open(path):
        assert fault(path) == "FILE: another program has this session open"


def test_files_that_are_no_logs_are_named(path: Path) -> None:
    path.write_text("schema: 1\n" * 500, encoding="utf-8")
    assert fault(path) == "FILE: is no log of a session, or is damaged (file is not a database)"
    path.unlink()
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE commands (n, at, json)")
    base.close()
    assert fault(path) == "FILE: is no log of a session"


def test_a_log_of_a_later_format_is_not_guessed_at(path: Path) -> None:
    written(path)
    base = sqlite3.connect(path)
    base.execute("PRAGMA user_version=2")
    base.close()
    assert fault(path) == "FILE: is a log of format 2; this program reads format 1"


def test_a_torn_file_is_refused(path: Path) -> None:
    written(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert fault(path).startswith("FILE: is")
    assert "damaged" in fault(path)


def test_a_line_that_is_missing_or_spoilt_is_named(path: Path) -> None:
    written(path)
    base = sqlite3.connect(path)
    base.executescript("DROP TRIGGER unchanged; UPDATE commands SET json = '{\"do\":' WHERE n = 4;")
    base.close()
    assert fault(path) == "FILE: command 4 is damaged"
    base = sqlite3.connect(path)
    base.executescript("DROP TRIGGER kept; DELETE FROM commands WHERE n = 4;")
    base.close()
    assert fault(path) == "FILE: command 4 is missing"


def test_a_log_of_another_game_is_refused_where_it_differs(path: Path) -> None:
    written(path)

    class Other(FakeGame):
        def cards(self, actor: str) -> list[dict[str, object]]:
            return []

    with Log.open(path) as log, pytest.raises(InputError) as caught:
        log.replay(Session(lambda _: Other()))
    assert str(caught.value).endswith(
        "command 5 is not accepted again (Your seat has no such order card this turn.); the log is of another scenario or version"
    )


def test_refused_and_repeated_commands_are_not_written(path: Path) -> None:
    with Log.create(path) as log:
        kept = LoggedSession(fresh(), log)
        opening = {"do": "open", "by": "lead", "id": "1"}
        assert kept.apply(opening, 0.0) != []
        assert kept.apply(opening, 1.0) == []
        with pytest.raises(Refusal):
            kept.apply({"do": "dance", "by": "lead", "id": "2"}, 2.0)
        assert log.n == 1


def test_when_the_disk_fails_nothing_more_is_accepted(path: Path) -> None:
    log = Log.create(path)
    kept = LoggedSession(fresh(), log)
    kept.apply({"do": "open", "by": "lead", "id": "1"}, 0.0)
    log.close()  # as good as a disk that is gone
    for number in ("2", "3"):
        with pytest.raises(Refusal, match="The session can no longer be saved, and stops here"):
            kept.apply({"do": "next", "by": "lead", "id": number}, 1.0)
    again = fresh()
    with Log.open(path) as log:
        assert log.replay(again) == 1


def test_everything_acknowledged_survives_kill_9(path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from tests.seminar.games import fresh
        from wargame.seminar.host.log import Log, LoggedSession
        kept = LoggedSession(fresh(), Log.create(sys.argv[1]))
        kept.apply({"do": "open", "by": "lead", "id": "o"}, 0.0)
        for i in range(100_000):
            kept.apply({"do": "note", "by": "lead", "id": str(i), "text": str(i)}, float(i))
            sys.stdout.write(f"{i}\\n"); sys.stdout.flush()
    """)
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert server.stdout is not None
    for _ in range(25):
        last = int(server.stdout.readline())
    os.kill(server.pid, signal.SIGKILL)
    told = [last, *(int(line) for line in server.stdout.read().split("\n") if line)]
    server.wait()
    server.stdout.close()
    with Log.open(path) as log:
        again = fresh()
        log.replay(again)
    notes = [one["text"] for one in again.white()["remarks"]]
    assert notes[: told[-1] + 1] == [str(i) for i in range(told[-1] + 1)]
    assert len(notes) <= told[-1] + 2  # at most one more was written and not yet acknowledged


def test_the_log_keeps_the_order_of_fields(path: Path) -> None:
    """The journal's sentences follow it, so that a replay writes the same ones."""
    with Log.create(path) as log:
        table = playing()
        table.log = log
        table.say("anna", "forecast", answers={"q2": 0.5, "q0": 0.25})
        assert list(next(log.commands())[1]["answers"]) == ["q2", "q0"]


def test_a_file_of_somebody_else_is_left_as_it_is(path: Path) -> None:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE theirs (a)")
    base.commit()
    base.close()
    empty = path.with_name("empty.db")
    empty.touch()
    for file in (path, empty):
        before = file.read_bytes()
        assert "is no log of a session" in fault(file).replace(str(file), "FILE")
        assert file.read_bytes() == before
    assert {one.name for one in path.parent.iterdir()} == {path.name, empty.name}


def test_a_log_that_cannot_be_begun_leaves_no_file(path: Path) -> None:
    """A limit on the size of files stands for a full disk: SQLite is told the same by the system."""
    text = f"""
        import resource, signal
        from pathlib import Path
        from wargame.errors import InputError
        from wargame.seminar.host.log import Log
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        try:
            Log.create(Path({str(path)!r}), {{"scenario": "x" * 20_000}})
        except InputError as error:
            print(error)
    """
    said = subprocess.run([sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{path}: cannot be written (")
    assert not path.exists()
