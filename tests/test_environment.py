"""A machine that is not ours: no home, no working folder, no room on the disk, streams that are closed, signals, little memory."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.strait import STRAIT

ROOT = Path(__file__).resolve().parents[1]
SHORT = ("--set", "horizon=2 weeks")
RUN = ("run", str(STRAIT), *SHORT, "--no-report", "--quiet")
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as pip installs it: a script in a folder that is not the working folder."""
    file = tmp_path_factory.mktemp("bin") / "wargame"
    file.write_text(
        "import sys\nfrom wargame.cli import main\nif __name__ == '__main__':\n    sys.exit(main(prog_name='wargame'))\n"
    )
    file.parent.chmod(0o755)
    return file


def wargame(entry: Path, *args: str, cwd: Path, env: dict[str, str] | None = None, **more: Any) -> Done:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONSAFEPATH", "COLUMNS"}}
    given: dict[str, Any] = {"stdout": -1, "stderr": -1, "text": True, "timeout": 180, "check": False} | more
    return subprocess.run(
        [sys.executable, str(entry), *args], cwd=cwd, env=kept | {"PYTHONPATH": str(ROOT)} | (env or {}), **given
    )


def in_a_line(done: Done) -> str:
    """What is said on stderr when the input, or the machine, is wrong: one line, no traceback, exit code 2."""
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert "a bug in wargame" not in done.stderr
    (line,) = done.stderr.splitlines()
    return line


# Whoever runs it


def _bare(**more: str) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **more}


@pytest.fixture
def homeless(entry: Path) -> Path:
    """The command for a process that has neither a home nor an entry in the password file, as a container has it."""
    file = entry.with_name("homeless.py")
    file.write_text(
        "import os, pathlib, sys\n"
        "def none(*args): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = classmethod(none)\npathlib.Path.expanduser = none\nos.path.expanduser = lambda path: path\n"
        "from wargame.cli import main\nif __name__ == '__main__':\n    sys.exit(main(prog_name='wargame'))\n"
    )
    return file


def test_without_a_home_histories_are_played_and_drawn(homeless: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(homeless), "run", str(STRAIT), *SHORT, "--quiet", "--out", "r"],
        cwd=tmp_path, env=_bare(TMPDIR="/tmp"), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r" / "report.html").exists()
    assert "a bug" not in done.stderr
    assert "Matplotlib" not in done.stderr


def test_a_working_folder_that_is_gone_is_told_and_needs_none(entry: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    script = f"mkdir {here} && cd {here} && rmdir {here} && exec {sys.executable} {entry} "
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for args, code in ((f"check {STRAIT}", 0), (f"run {STRAIT} --set 'horizon=1 week' --no-report --quiet --out {tmp_path}/r", 0),
                       (f"run {STRAIT} --set 'horizon=1 week' --no-report --quiet --out r", 2), ("check mine.yaml", 2)):  # fmt: skip
        done = subprocess.run(
            ["sh", "-c", script + args],
            capture_output=True,
            text=True,
            env=env,
            check=False,
        )
        assert done.returncode == code, (args, done.stderr)
        assert "a bug" not in done.stderr
        assert len(done.stderr.splitlines()) <= code


def test_modules_in_the_working_folder_are_not_loaded(entry: Path, tmp_path: Path) -> None:
    """Workers of a sweep begin as fresh interpreters, which by themselves look where they stand first."""
    for name in ("multiprocessing", "numpy", "wargame", "signal", "threading", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text("open('pwned', 'w').close()\nraise SystemExit('pwned')\n")
    (tmp_path / "matplotlibrc").write_text("backend: module://pwned\nfont.size: 99\n")
    (tmp_path / "pwned.py").write_text("open('pwned', 'w').close()\n")
    done = wargame(
        entry,
        "sweep",
        str(STRAIT),
        *SHORT,
        "--runs",
        "40",
        "--block",
        "10",
        "--workers",
        "2",
        "--quiet",
        "--out",
        "s",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pwned").exists()


# Streams


def closed(number: int) -> Callable[[], None]:
    return lambda: os.close(number)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_closed_stream_is_no_fault_and_no_file_takes_its_place(number: int, entry: Path, tmp_path: Path) -> None:
    streams: dict[str, Any] = {"stdin": -3, "stdout": -1, "stderr": -1}
    done = wargame(
        entry, "run", str(STRAIT), *SHORT, "--no-report", "--out", "r", cwd=tmp_path, preexec_fn=closed(number), **streams
    )
    assert done.returncode == 0, done.stderr
    assert wargame(entry, "verify", "r", cwd=tmp_path).returncode == 0


def test_a_game_that_nobody_can_answer_is_saved(entry: Path, tmp_path: Path) -> None:
    done = wargame(entry, "play", str(STRAIT), "--seat", "port", "--data", "p.db", cwd=tmp_path, preexec_fn=closed(0))
    assert done.returncode == 0, done.stderr
    assert "saved in p.db" in done.stdout


def test_a_full_disk_behind_the_output_is_told_and_the_result_is_written(entry: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = wargame(entry, "run", str(STRAIT), *SHORT, "--no-report", "--out", "r", cwd=tmp_path, stdout=full)
    assert in_a_line(done) == "the standard output cannot be written: No space left on device; all else is done"
    assert (tmp_path / "r" / "manifest.json").exists()


@pytest.mark.parametrize(
    "args",
    [("list", "measures"), ("schema",), ("explain", str(STRAIT)), ("--help",), ("--version",), ("run", "--help")],
    ids=" ".join,
)
def test_every_command_minds_a_full_disk_behind_its_output(args: tuple[str, ...], entry: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        assert "No space left on device" in in_a_line(wargame(entry, *args, cwd=tmp_path, stdout=full))


def test_a_full_disk_behind_the_errors_changes_no_result(entry: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = wargame(
            entry, "sweep", str(STRAIT), *SHORT, "--runs", "20", "--no-report", "--json", "--out", "s", cwd=tmp_path, stderr=full
        )
        assert wargame(entry, "run", "nosuch", cwd=tmp_path, stderr=full).returncode == 2
    assert done.returncode == 0
    assert json.loads(done.stdout)["runs"] == 20


@pytest.mark.parametrize("target", ["/dev/full", "/dev/full/x", "/dev/null", "/proc/nowhere/x"])
def test_a_device_is_no_place_for_a_result(target: str, entry: Path, tmp_path: Path) -> None:
    for command in (RUN, ("sweep", str(STRAIT), *SHORT, "--runs", "4", "--no-report", "--quiet")):
        assert in_a_line(wargame(entry, *command, "--out", target, cwd=tmp_path)).startswith("--out: ")


def small(limit: int) -> Callable[[], None]:
    """Let no file grow beyond some bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@pytest.mark.parametrize(
    "command",
    [RUN, ("sweep", str(STRAIT), *SHORT, "--runs", "50", "--no-report", "--quiet"), ("new", "mine", "--from", "zapad_2021")],
    ids=["run", "sweep", "new"],
)
def test_a_disk_that_fills_up_is_told_in_a_line(command: tuple[str, ...], entry: Path, tmp_path: Path) -> None:
    out = () if command[0] == "new" else ("--out", "r")
    line = in_a_line(wargame(entry, *command, *out, cwd=tmp_path, preexec_fn=small(1_000)))
    assert "File too large" in line
    assert [path.name for path in tmp_path.iterdir()] in ([], ["r"], ["mine.yaml"])


# Signals

SLOW = """
import sys, time
import wargame.simulation.play as home
play = home.play_one
def slowly(*args, **kwargs):
    print("playing", file=sys.stderr, flush=True)
    time.sleep(30)
home.play_one = slowly
from wargame.cli import main
main(prog_name='wargame')
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_a_run_like_ctrl_c(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SLOW, *RUN, "--out", "x"], cwd=tmp_path, text=True, stdout=-1, stderr=-1
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "playing\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    said = "interrupted" if number == signal.SIGINT else f"interrupted ({number.name})"
    assert (process.returncode, out, err.strip()) == (130, "", f"{said}; nothing was written")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_to_be_ignored_is_ignored(entry: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        ["nohup", sys.executable, "-c", SLOW.replace("time.sleep(30)", "time.sleep(1); return play(*args, **kwargs)"), *RUN, "--out", "x"],
        cwd=tmp_path, text=True, stdout=-1, stderr=-1, stdin=-3,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "playing\n"
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=120)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("number", "group", "command"),
    [
        (signal.SIGTERM, False, ("sweep", str(STRAIT), "--runs", "4000", "--block", "20")),
        (
            signal.SIGTERM,
            True,
            ("compare", str(STRAIT), "--case", "x:policies.imperial.temperature=0.2", "--runs", "2000", "--block", "20"),
        ),
        (signal.SIGHUP, True, ("sweep", str(STRAIT), "--runs", "4000", "--block", "20")),
    ],
    ids=["SIGTERM", "SIGTERM to all", "SIGHUP to all"],
)
def test_a_signal_ends_a_sweep_like_ctrl_c_and_it_goes_on(
    number: signal.Signals, group: bool, command: tuple[str, ...], entry: Path, tmp_path: Path
) -> None:
    args = (*command, "--workers", "2", "--no-report", "--out", "x")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(entry), *args], cwd=tmp_path, text=True, stdout=-1, stderr=-1, env=env, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 90
        while not list((tmp_path / "x" / "parts").glob("*.parquet")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        (os.killpg if group else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=120)
    last = err.splitlines()[-1]
    assert process.returncode == 130, err
    assert re.fullmatch(
        rf"interrupted \({number.name}\); [\d,]+ of [\d,]+ blocks \([\d,]+ runs\) are saved in x; go on with: wargame sweep --resume x",
        last,
    )
    assert "leaked" not in err
    assert "Traceback" not in err
    assert not _group_left(process.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_closes_a_seminar_in_peace(number: signal.Signals, entry: Path, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(entry), "seminar", str(STRAIT), "--data", "s.db"],
        cwd=tmp_path,
        text=True,
        stdout=-1,
        stderr=-1,
        env=env,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "nothing is lost" in line:
                break
        time.sleep(0.3)
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "stopped; the seminar is kept in s.db" in out
    assert "Traceback" not in err


def _group_left(leader: int) -> list[str]:
    """The processes of a group that have not ended a moment later."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        done = subprocess.run(
            ["ps", "-o", "pid=,stat=,args=", "-g", str(leader)], capture_output=True, text=True, check=False
        ).stdout
        left = [line for line in done.splitlines() if " Z" not in line]
        if not left:
            return []
        time.sleep(0.1)
    return left


# Terminals


@pytest.mark.parametrize(
    "env",
    [
        {"COLUMNS": "1"},
        {"COLUMNS": "0"},
        {"COLUMNS": "-7"},
        {"COLUMNS": "x"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "TERM": ""},
    ],
    ids=str,
)
def test_any_terminal_will_do(env: dict[str, str], entry: Path, tmp_path: Path) -> None:
    done = wargame(entry, "run", str(STRAIT), *SHORT, "--no-report", "--out", "r", cwd=tmp_path, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert wargame(entry, "list", "mechanisms", cwd=tmp_path, env=env).returncode == 0


# Memory


def test_too_little_memory_is_told_in_a_line(entry: Path, tmp_path: Path) -> None:
    limit = 200 * 2**20
    done = wargame(
        entry, *RUN, "--out", "r", cwd=tmp_path, env={"OPENBLAS_NUM_THREADS": "1", "WARGAME_PLAIN": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert in_a_line(done) == "not enough memory; a shorter horizon or fewer actors, sites and exercises need less"
    assert list(tmp_path.iterdir()) == []
