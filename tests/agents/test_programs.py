"""Programs that behave badly: the deadline is kept whatever their children do, nothing is taken that was not asked for, and
every answer that is none is told in a line.
"""

from __future__ import annotations

import json
import math
import os
import random
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import wargame as wg
from tests.agents.test_agents import View, advised, program, run, theatre
from tests.amount import amount
from wargame.agents.answers import orders_of, plain
from wargame.agents.json_lines import UnreadableLine, parse_line
from wargame.agents.playing import AgentError, AgentsStopped
from wargame.agents.process import LONGEST, OutputFlood
from wargame.agents.program import Program, dismiss
from wargame.errors import InputError, harmless
from wargame.scenario.schema import HandOrder

ROOT = Path(__file__).resolve().parents[2]
ONE = "allowed: one line of JSON for each view, flushed, and nothing else"


def shell(text: str, patience: float = 5.0) -> Program:
    return Program("port", f"sh -c {shlex.quote(text)}", patience)


def asked(agent: Program, times: int = 1) -> Any:
    """The last answer of a program that is asked some times and dismissed."""
    try:
        for _ in range(times):
            answer = agent({"some": "view"})
        dismiss({"port": agent}, 2.0)
        return answer
    finally:
        agent.close()


def gone(pid: int) -> bool:
    """Whether a process has ended, or is only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return gone(pid)


def test_the_deadline_is_kept_whatever_children_hold_open_and_they_end_too(tmp_path: Path) -> None:
    began = time.monotonic()
    text = f"port=sh -c 'sleep 300 & echo $! > {tmp_path}/pid; exit 0'"
    done = run("--agent", text, "--agent-timeout", "1", "--out", tmp_path / "r")
    assert time.monotonic() - began < 20
    assert done.exit_code == 2
    assert done.stderr.startswith("agent port:1:1: no answer within 1 seconds; ")
    assert "(the program has ended with exit code 0; what it started holds its output)" in done.stderr
    assert is_gone(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize("answers", [True, False], ids=["answers", "is late"])
def test_a_daemon_that_left_the_group_keeps_nobody_waiting(answers: bool, tmp_path: Path) -> None:
    """As a real process: what the daemon holds open are the program's pipes, not the streams of the command."""
    agent = tmp_path / "agent.py"
    work = "for line in sys.stdin: print('[]', flush=True)" if answers else "time.sleep(60)"
    agent.write_text(
        "import os, sys, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n        time.sleep(90)\n    os._exit(0)\n{work}\n"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "wargame", "run", str(ROOT / "tests/scenarios/strait.yaml"), "--set", "horizon=1 week", "--no-report",
         "--quiet", "--agent", f"port={sys.executable} {agent}", "--agent-timeout", "2", "--out", str(tmp_path / "r")],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert time.monotonic() - began < 45
    with suppress(OSError, ValueError):
        os.kill(int((tmp_path / "pid").read_text()), 9)
    assert done.returncode == (0 if answers else 2), done.stderr


@pytest.mark.parametrize(
    "grandchild", ["sleep 300 & wait", "(sleep 300; echo) | cat", "nohup sleep 300 >/dev/null 2>&1 & cat >/dev/null"]
)
def test_a_closed_program_takes_its_group_with_it(grandchild: str) -> None:
    agent = shell(f"(sleep 0.1; echo '[]'; exit) & echo $$ >&2; {grandchild}")
    own = agent.process._own.pid
    time.sleep(0.2)
    assert group(own)
    agent.close()
    deadline = time.monotonic() + 5
    while group(own) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert group(own) == []


def group(leader: int) -> list[int]:
    """The processes of a group that have not ended."""
    running = [path for path in Path("/proc").iterdir() if path.name.isdecimal() and _group(path) == leader]
    return [int(path.name) for path in running if not gone(int(path.name))]


def _group(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[2])
    except (OSError, ProcessLookupError):
        return -1


@pytest.mark.parametrize(
    ("text", "times", "says"),
    [
        ("read v; printf '[]\\n[]\\n'; cat", 1, "1:1: the program printed more than one line for one view (first text '[]')"),
        ("read v; printf '{\\n\"orders\": []\\n}\\n'; cat", 1, "1:1: the program printed more than one line for one view (first text '{')"),
        ("read v; printf '[]\\n\\n'; cat", 1, "1:1: the program printed more than one line for one view"),
        ("yes '[]'", 1, "1:1: the program "),
        ("echo hello; read v; echo '[]'; cat", 1, "1:1: "),
        ("read v; echo '[]'; sleep 0.2; echo '[]'; cat", 1, "2:1: the program printed a line that nobody asked for (text '[]')"),
        ("while read v; do echo '[]'; done; echo bye", 2, "3:1: the program printed a line that nobody asked for (text 'bye')"),
        ("cat /dev/zero", 1, f"1:1: the program wrote more than {LONGEST:,} bytes to its output for one view"),
        ("yes >&2", 1, f"1:1: the program wrote more than {LONGEST:,} bytes to its error stream for one view"),
        ("while read v; do echo '[]'; done; cat /dev/zero", 1, "2:1: the program "),
    ],
)  # fmt: skip
def test_what_nobody_asked_for_is_refused(text: str, times: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    with pytest.raises(InputError) as found:
        asked(shell(text), times)
    assert str(found.value).startswith(f"agent port:{says}")
    assert ONE in str(found.value) or "expected {" in str(found.value)
    assert "(program: sh -c " in str(found.value)
    assert time.monotonic() - began < 15
    assert len(capsys.readouterr().err) < 2 * LONGEST


def test_a_spare_line_is_found_before_the_next_view_is_shown() -> None:
    agent = shell("read v; echo '[]'; sleep 0.1; echo '[\"late\"]'; cat")
    try:
        assert agent({}) == []
        time.sleep(0.3)
        with pytest.raises(InputError, match=r"^agent port:2:1: the program printed a line that nobody asked for"):
            agent({})
    finally:
        agent.close()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("read v; printf '[1]\\r\\n'", [1]),
        ("read v; printf '[1]'", [1]),  # the end of the output ends a line
        ("exec 0<&-; echo '[1]'", [1]),
        ("read v; echo '  [1]  '; exit 3", [1]),
        ("read v; echo working >&2; echo '[1]'; echo done >&2", [1]),
        ("read v; read v; echo '{\"orders\": []}'", None),
    ],
)
def test_what_is_one_line_is_taken(text: str, answer: Any) -> None:
    if answer is None:
        with pytest.raises(InputError, match=r"^agent port:1:1: no answer within 0\.5 seconds"):
            asked(shell(text, 0.5))
        return
    assert asked(shell(text)) == answer


def test_a_program_that_stops_reading_is_told_so_and_not_fed_for_ever() -> None:
    agent = shell("sleep 30")
    try:
        for _ in range(5):
            agent.process.tell(b"x" * 1_000_000)
        with pytest.raises(OutputFlood, match="without reading 4,000,000 bytes of views"):
            agent.process.tell(b"x")
    finally:
        agent.close()


def test_what_it_murmurs_is_passed_on_harmlessly(capsys: pytest.CaptureFixture[str]) -> None:
    asked(shell("read v; printf '\\033]0;pwned\\007 10%%\\r20%%\\r\\n\\377' >&2; sleep 0.1; echo '[]'"))
    assert capsys.readouterr().err == "\\u001b]0;pwned\\u0007 10%\n20%\n\ufffd"


@pytest.mark.parametrize(
    ("line", "says", "column"),
    [
        (b"\xef\xbb\xbf[]", "begins with a byte order mark; print UTF-8 without one", 1),
        (b"\xff\xfe[\0]\0", "is no UTF-8 but, it seems, UTF-16; print UTF-8", 1),
        (b'["\xff"]', "is no UTF-8 (byte 0xff); print UTF-8", 3),
        (b'["a\0b"]', "is no JSON: Invalid control character at (got text '[\"a\\x00b\"]')", 4),
        (b'[{"size": NaN}]', "cannot be read: NaN is no number", 1),
        (b'[{"size": -Infinity}]', "cannot be read: -Infinity is no number", 1),
        (b'[{"size": 1e400}]', "cannot be read: the number 1e400 is too large", 1),
        (b'[{"size": 1' + b"0" * 400 + b"}]", "cannot be read: a whole number of more than 30 digits", 1),
        (b'[{"size": 1' + b"0" * 9_000 + b"}]", "cannot be read: a whole number of more than 30 digits", 1),
        (b'[{"id": "a", "id": "b"}]', "cannot be read: text 'id' is a key twice", 1),
        (b"[" * 100_000, "cannot be read: nested too deeply", 1),
        (b'{"a":' * 100_000, "cannot be read: nested too deeply", 1),
        (b"", "is no JSON: Expecting value (got text '')", 1),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)  # fmt: skip
def test_a_line_that_is_no_answer_is_told(line: bytes, says: str, column: int) -> None:
    with pytest.raises(UnreadableLine) as found:
        parse_line(line)
    assert (found.value.what, found.value.column) == (says, column)


class Odd(dict[str, Any]):
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


class Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


LOOP: list[Any] = []
LOOP.append(LOOP)
NONSENSE: list[Any] = [
    None, True, 7, 1.5, "accept", b"[]", object(), Odd(a=1), {1: 2}, {"orders": None}, {"orders": {}}, {"orders": [], "x": 1}, LOOP,
    [None], [True], [[]], [{}], [object()], [b"threaten|||"], [{"action": {}}], [{"action": []}], [{"id": {}}], [{"id": None}], [{3: 4}],
    [{"action": "accept", "item": ["depot"]}], [{"action": "accept", "item": {}}], [{"action": "accept", "item": True}],
    [{"id": "threaten|||", "size": True}], [{"id": "threaten|||", "size": math.nan}], [{"id": "threaten|||", "size": math.inf}],
    [{"id": "threaten|||", "size": 10**5_000}], [{"id": "threaten|||", "size": "2"}], [{"id": "threaten|||", "size": [1]}],
    [{"id": "threaten|||", "size": object()}], [{"id": "threaten|||", "reason": "x" * 2_001}], [{"id": "threaten|||", "reason": "a\ud800"}],
    [{"id": "threaten|||", "reason": "a\x1b[31m"}], [{"id": "threaten|||", "reason": "\u202e"}], [{"id": "threaten|||", "granted": True}],
    ["\ud800"], ["\x1b[2J"], ["x" * 5_000], [Text("nonsense")], [{"action": Text("nonsense")}], iter([]), {"threaten|||"}, range(3),
]  # fmt: skip


def first_view() -> View:
    seen: list[View] = []

    def agent(view: View) -> list[Any]:
        seen.append(view)
        return []

    wg.run(wg.load(ROOT / "tests/scenarios/strait.yaml", set={"horizon": "1 day"}), agents={"port": agent})
    return seen[0]


@pytest.fixture(scope="module")
def view() -> View:
    return first_view()


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_from_a_function_is_one_mistake(answer: Any, view: View) -> None:
    with pytest.raises(InputError) as found:
        orders_of(plain(answer), view, "agent port", 1)
    (shown,) = str(found.value).split("\n")
    assert shown.startswith("agent port:1:1: ")
    assert shown == harmless(shown)
    assert len(shown) < 700
    assert any(word in shown for word in ("allowed", "expected", "did you mean"))


def test_numbers_and_texts_of_other_libraries_are_taken(view: View) -> None:
    import numpy as np

    (order,) = orders_of(
        plain([{"id": np.str_("threaten|||"), "size": np.float64(2.0), "reason": Text("so")}]), view, "agent port", 1
    )
    assert order == HandOrder(action="threaten", size=2.0, reason="so")
    assert type(order.reason) is str


def test_what_an_agent_does_to_its_view_changes_nothing_of_what_it_may_order() -> None:
    def forger(view: View) -> list[Any]:
        view["actor"] = "empire"
        for order in view["orders"]:
            order["legal"], order["channel"] = True, order["id"]
        chosen = [order["id"] for order in view["orders"]]
        view["orders"].append({**view["orders"][0], "id": "mine"})
        return [*chosen, "mine"]

    with pytest.raises(AgentError, match=r"^agent port:1:1: orders\.\d+: "):
        wg.run(theatre(), agents={"port": forger})


def test_an_interrupted_history_keeps_the_days_that_were_played() -> None:
    def agent(view: View) -> list[Any]:
        if view["day"] > 14:
            raise KeyboardInterrupt
        return advised(view)

    with pytest.raises(AgentsStopped) as found:
        wg.run(theatre(), seed=4, agents={"port": agent})
    assert found.value.record is not None
    assert len(found.value.record.days) == 14


def test_a_surplus_line_at_the_very_end_keeps_the_whole_history_and_is_told(tmp_path: Path) -> None:
    text = "import sys\nfor line in sys.stdin:\n    print('[]', flush=True)\nprint('bye', flush=True)\n"
    done = run("--agent", program(tmp_path, text), "--quiet", "--out", tmp_path / "r")
    assert done.exit_code == 2
    assert done.stderr.startswith("agent port:4:1: the program printed a line that nobody asked for (text 'bye'); ")
    assert done.stderr.endswith(f"; the first 14 days, played before that, are kept in {tmp_path / 'r'}\n")


def test_a_signal_keeps_the_days_that_were_played_and_ends_the_programs(tmp_path: Path) -> None:
    agent = tmp_path / "agent.py"
    agent.write_text(
        "import json, os, sys, time\nfor line in sys.stdin:\n    if json.loads(line)['day'] > 7:\n"
        f"        open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()) + '\\n')\n        time.sleep(90)\n    print('[]', flush=True)\n"
    )
    command = [
        sys.executable, "-m", "wargame", "run", str(ROOT / "tests/scenarios/strait.yaml"), "--set", "horizon=3 weeks", "--no-report", "--quiet",
        "--agent", f"port={sys.executable} {agent}", "--agent-timeout", "80", "--out", str(tmp_path / "r"),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=-1, stderr=-1) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().endswith("\n"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.splitlines()[-1] == f"interrupted (SIGTERM); the first 7 days, played before that, are kept in {tmp_path / 'r'}"
    assert is_gone(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "1e400", "x"])
def test_a_time_limit_that_is_none_is_refused(seconds: str) -> None:
    done = run("--agent", "port=cat", "--agent-timeout", seconds)
    assert done.exit_code == 2
    assert "agent-timeout" in done.stderr


def test_a_time_limit_of_years_is_taken() -> None:
    assert asked(shell("read v; echo '[1]'", 1e12)) == [1]


def test_a_program_that_stops_itself_is_late_and_ends() -> None:
    agent = shell("kill -STOP $$; cat", 0.3)
    with pytest.raises(InputError, match=r"no answer within 0\.3 seconds"):
        asked(agent)
    assert is_gone(agent.process._own.pid)


# A storm of mutated answers

PIECES = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"-0", b"1e999", b"NaN", b"9" * 40, b"\\ud800", b"\\u0000", b"\xff", b"\x00",
    b"\x1b[31m", b"\xef\xbb\xbf", b"\r", b'"id"', b'"orders"', b'"action"', b'"size"', b'"reason"', b'"target"', b"{}", b"[]", b"0.5", b" ",
    b'"threaten|||"', b'"accept"', b"\xe2\x80\xae", b"[" * 2_000, b'"' + b"x" * 5_000 + b'"',
)  # fmt: skip
GOOD = (
    b'{"orders": ["threaten|||"]}',
    b'[{"id": "threaten|||", "size": 2, "reason": "so that they see"}, {"action": "accept", "item": "depot"}]',
    b'[{"id": "threaten|||", "size": 2, "reason": "so that they see"}]',
    b'[{"action": "threaten", "target": null, "size": 0.5}]',
)


def mutant(luck: random.Random) -> bytes:
    line = bytearray(luck.choice(GOOD))
    for _ in range(luck.choice((0, 1, 1, 2, 4))):
        at = luck.randrange(len(line) + 1)
        end = min(len(line), at + luck.choice((0, 0, 1, 3, 12)))
        line[at:end] = luck.choice(PIECES)
    return bytes(line).replace(b"\n", b"")


def test_mutated_answers_are_orders_or_one_clear_line(view: View) -> None:
    luck = random.Random(11)
    taken, told = 0, set[str]()
    for _ in range(amount(600, 3_000)):
        line = mutant(luck)
        began = time.monotonic()
        try:
            orders = orders_of(plain(parse_line(line)), view, "agent port", 1)
        except UnreadableLine as error:
            told.add(error.what.split()[0])
        except InputError as error:
            (shown,) = str(error).split("\n")
            assert (shown, len(shown) < 1_000) == (harmless(shown), True), line
        else:
            taken += 1
            assert all(isinstance(order, HandOrder) for order in orders)
            json.dumps([order.reason for order in orders], ensure_ascii=False).encode()
        assert time.monotonic() - began < 5
    assert taken > 20
    assert told == {"is", "cannot", "begins"}


def test_mutated_answers_of_real_programs_leave_no_traceback_and_no_hang(tmp_path: Path) -> None:
    luck = random.Random(12)
    for number in range(amount(12, 60)):
        file = tmp_path / f"{number}.json"
        file.write_bytes(mutant(luck) + luck.choice((b"\n", b"", b"\n\n", b"\n[]\n")))
        agent = shell(
            f"read v; cat {file}; {luck.choice(('cat', 'exit 0', 'kill -9 $$', 'sleep 30 & exit', 'exec 1>&-; cat'))}", 1.0
        )
        began = time.monotonic()
        with suppress(InputError):
            asked(agent)
        assert time.monotonic() - began < 20
