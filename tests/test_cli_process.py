"""The command line as a real process: interruption, closed pipes, other folders, locales and terminals, many at once."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.strait import STRAIT, strait
from wargame.simulation.play import play_one

ENTRY = "from wargame.cli import main; main(prog_name='wargame')"
RUN = ("run", str(STRAIT), "--no-report")

# Says "playing" on stderr once the history is being played, so that a test can interrupt it there.
SLOW = """
import sys, time
import wargame.simulation.play as home
play = home.play_one
def slowly(*args, **kwargs):
    print("playing", file=sys.stderr, flush=True)
    time.sleep(30)
    return play(*args, **kwargs)
home.play_one = slowly
"""
# The same, in the middle of writing the folder.
WRITING = """
import sys, time
import wargame.results.run as home
def slowly(*args, **kwargs):
    print("writing", file=sys.stderr, flush=True)
    time.sleep(30)
home.write_lines = slowly
"""


def command(*args: str, before: str = "") -> list[str]:
    return [sys.executable, "-W", "error", "-c", f"{before}\n{ENTRY}", *args]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8"}}
    return {**kept, **more}


def wargame(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*args), capture_output=True, cwd=cwd, env=environment(**env), check=False, timeout=120)


def fingerprint(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 0, done.stderr.decode()
    return str(json.loads(done.stdout)["fingerprint"])


def test_a_real_process_plays_and_proves_in_any_folder(tmp_path: Path) -> None:
    done = wargame(*RUN, "--json", "--out", "here", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == b""
    assert set(json.loads(done.stdout)) >= {"scenario", "seed", "runs", "scenario_hash", "fingerprint", "measures", "out"}
    away = tmp_path / "far" / "away"
    away.mkdir(parents=True)
    assert wargame("verify", "../../here", cwd=away).returncode == 0
    assert wargame("run", "nosuch", cwd=away).returncode == 2


def test_a_shipped_scenario_is_found_by_name_from_any_folder(tmp_path: Path) -> None:
    done = wargame("run", "zapad_2021", "--no-report", "--json", "--set", "horizon=1 week", cwd=tmp_path)
    assert json.loads(done.stdout)["scenario"] == "zapad_2021"
    assert done.stderr == b""


@pytest.mark.parametrize("args", ["['--help']", "['run', '--help']", "['--version']", "['rnu']"])
def test_help_is_light(args: str, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom wargame.cli import main\n"
        f"try:\n    main({args})\nexcept SystemExit:\n    pass\n"
        "heavy = {'mesa', 'matplotlib', 'pandas', 'numpy', 'duckdb', 'pydantic', 'yaml'} & set(sys.modules)\n"
        "sys.exit(f'heavy: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("before", "word"), [(SLOW, "playing"), (WRITING, "writing")])
def test_an_interruption_exits_with_130_and_leaves_nothing(before: str, word: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        command(*RUN, "--quiet", "--out", "x", before=before), cwd=tmp_path, text=True, stdout=-1, stderr=-1, env=environment()
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"{word}\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "interrupted; nothing was written"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sign", ["manifest.json", "parts/*"], ids=["workers are loading", "blocks are played"])
def test_a_sweep_interrupted_twice_ends_without_a_traceback_and_goes_on(sign: str, tmp_path: Path) -> None:
    """A terminal interrupts the whole group, workers too, and people press Ctrl-C more than once."""
    args = ("sweep", str(STRAIT), "--runs", "4000", "--block", "20", "--workers", "2", "--no-report", "--out", "x")
    with subprocess.Popen(
        command(*args), cwd=tmp_path, text=True, stdout=-1, stderr=-1, env=environment(), start_new_session=True
    ) as process:
        deadline = time.monotonic() + 60
        while not list((tmp_path / "x").glob(sign)) and time.monotonic() < deadline:
            time.sleep(0.01)
        for pause in (0.05, 0.4):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            time.sleep(pause)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.splitlines()[-1].endswith("go on with: wargame sweep --resume x")
    assert wargame("sweep", "--resume", "x", "--no-report", "--quiet", cwd=tmp_path).returncode == 0


def test_a_run_beside_an_interrupted_one_is_not_disturbed(tmp_path: Path) -> None:
    with subprocess.Popen(
        command(*RUN, "--quiet", "--out", "x", before=WRITING), cwd=tmp_path, text=True, stderr=-1, env=environment()
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "writing\n"
        assert wargame(*RUN, "--quiet", "--out", "x", cwd=tmp_path).returncode == 0
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert wargame("verify", "x", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "args", [("schema",), ("list", "mechanisms"), ("explain", str(STRAIT)), ("run", "--help")], ids=lambda args: args[0]
)
def test_a_reader_that_stops_reading_is_no_fault(args: tuple[str, ...], tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command(*args), stdout=writer, stderr=-1, cwd=tmp_path, env=environment(), check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_history_that_nobody_reads_to_the_end_is_written_all_the_same(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command(*RUN, "--out", "x"), stdout=writer, stderr=-1, cwd=tmp_path, env=environment(), check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert wargame("verify", "x", cwd=tmp_path).returncode == 0


def test_an_error_that_nobody_reads_keeps_its_exit_code(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command("run", "nosuch"), stdout=writer, stderr=writer, cwd=tmp_path, env=environment(), check=False)
    os.close(writer)
    assert done.returncode == 2


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=str,
)
def test_any_locale_tells_the_same_history(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        STRAIT.read_text(encoding="utf-8").replace("name: The Free Port", "name: Порт → 港"), encoding="utf-8"
    )
    told = wargame("run", "mine.yaml", "--no-report", "--out", "x", cwd=tmp_path, **env)
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"written to x" in told.stdout
    manifest = json.loads((tmp_path / "x" / "manifest.json").read_bytes())
    assert manifest["fingerprint"] == play_one(strait(), seed=0).fingerprint  # a name is no number
    assert "Порт → 港".encode() in (tmp_path / "x" / "scenario.yaml").read_bytes()
    assert wargame("verify", "x", cwd=tmp_path, **env).returncode == 0


def test_the_order_of_hashes_is_no_luck(tmp_path: Path) -> None:
    told = [wargame(*RUN, "--out", f"x{seed}", cwd=tmp_path, PYTHONHASHSEED=str(seed)) for seed in (1, 2)]
    assert told[0].stdout.replace(b"x1", b"x2") == told[1].stdout
    for name in ("events.jsonl", "scenario.yaml", "measures.parquet"):
        assert (tmp_path / "x1" / name).read_bytes() == (tmp_path / "x2" / name).read_bytes()


def test_many_at_once_into_one_folder_one_wins_and_it_is_whole(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(command(*RUN, "--quiet", "--out", "x"), cwd=tmp_path, stdout=-1, stderr=-1, text=True, env=environment())
        for _ in range(4)
    ]
    told = [racer.communicate(timeout=120)[1] for racer in racers]
    assert sorted(racer.returncode for racer in racers) == [0, 2, 2, 2]
    assert sorted(told) == ["", *["--out: x exists already; choose another folder\n"] * 3]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert wargame("verify", "x", cwd=tmp_path).returncode == 0


def test_many_at_once_into_the_default_place_all_find_room(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(command(*RUN, "--json"), cwd=tmp_path, stdout=-1, stderr=-1, text=True, env=environment())
        for _ in range(4)
    ]
    outs = {json.loads(racer.communicate(timeout=120)[0])["out"] for racer in racers}
    assert len(outs) == 4
    assert {path.name for path in (tmp_path / "results" / "strait").iterdir()} == {Path(out).name for out in outs}


def on_a_terminal(*args: str, cwd: Path, **env: str) -> str:
    """Return what a terminal gets."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command(*args), stdout=theirs, stderr=theirs, stdin=theirs, cwd=cwd, env=environment(**env)):
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return shown.decode()


def test_escape_codes_only_on_a_terminal_that_wants_them(tmp_path: Path) -> None:
    assert "\x1b[1m" in on_a_terminal(*RUN, "--out", "a", cwd=tmp_path, TERM="xterm")
    assert "\x1b" not in on_a_terminal(*RUN, "--out", "b", cwd=tmp_path, TERM="xterm", NO_COLOR="1")
    assert b"\x1b" not in wargame(*RUN, "--out", "c", cwd=tmp_path, TERM="xterm").stdout


def test_without_a_standard_output_the_result_is_written(tmp_path: Path) -> None:
    code = f"import os, sys; os.close(1); os.execv(sys.executable, {command(*RUN, '--out', 'x')!r})"
    done = subprocess.run([sys.executable, "-c", code], stderr=-1, cwd=tmp_path, env=environment(), check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "x" / "manifest.json").exists()
