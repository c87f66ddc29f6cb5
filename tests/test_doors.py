"""The doors of a result folder: what is no file is not read, what is damaged is played again, what is full leaves nothing half."""

from __future__ import annotations

import datetime as dt
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import SETS, base, contents, played, study
from wargame.cli import main
from wargame.errors import InputError
from wargame.report.study.drawing import draw_into
from wargame.results.files import opened, read_text, write_text
from wargame.results.reading import read_json
from wargame.results.run import write_run
from wargame.studies.sweep.run.executors import work
from wargame.studies.sweep.run.merging import merge
from wargame.studies.sweep.run.sweeping import Execution, Unfinished, _blocks, now
from wargame.studies.sweep.store.folder import begin, results_of

SHORT = [part for one in SETS for part in ("--set", one)]
HALF: dict[str, Any] = {"runs": 24, "uncertain": True, "block": 6}


def process(*args: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wargame", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **more)  # type: ignore[call-overload,no-any-return]


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["a folder", "a link", "a pipe", "a device"])
def test_what_is_no_file_is_not_read(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "x"
    if kind == "a folder":
        place.mkdir()
    elif kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a link":
        place.symlink_to(STRAIT)
    else:
        place = Path("/dev/zero")
    with pytest.raises(OSError, match=f"^is {kind}, not a file$"), opened(place):
        pass


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    os.truncate(tmp_path / "x", 2**40)
    with pytest.raises(OSError, match=r"^has 1,099,511,627,776 bytes; at most 67,108,864 are read$"):
        read_text(tmp_path / "x")


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "x").symlink_to(tmp_path / "mine")
    write_text(tmp_path / "x", "new")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "x").is_symlink()


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    write_text(tmp_path / "x", "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "x", "new\ud800")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert read_text(tmp_path / "x") == "old"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ("[" * 100 + "]" * 100, "nested too deeply; at most 40 levels"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 10_000, "Exceeds the limit"),
        ('{"a": "\\ud800"}', "half a character"),
        ("{", "is no JSON: Expecting property name"),
        ("", "is no JSON: Expecting value"),
    ],
)
def test_json_is_read_strictly(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "x.json", "x.json")
    assert str(caught.value).startswith("x.json:")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


# --- folders --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("doors") / "run"
    return write_run(wg.run(base(), seed=1), place, command="x", started=dt.datetime.now(dt.UTC), report=None)


def test_figures_that_are_a_link_are_not_written_through(run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run, tmp_path / "f"))
    (tmp_path / "elsewhere").mkdir()
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    done = CliRunner().invoke(main, ["report", str(folder)])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2, f"{folder}: the report cannot be written: figures is a link, not a folder",
    )  # fmt: skip
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["manifest.json", "measures.parquet", "events.jsonl"])
def test_a_pipe_in_a_folder_makes_no_command_wait(name: str, run: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(run, tmp_path / "f"))
    (folder / name).unlink()
    os.mkfifo(folder / name)
    done = process("verify", folder)
    assert done.returncode in (2, 3)
    assert f"{name}: is a pipe, not a file" in done.stderr


def test_a_folder_that_is_reached_by_links_is_a_folder(run: Path, tmp_path: Path) -> None:
    (tmp_path / "above").symlink_to(run.parent)
    (tmp_path / "itself").symlink_to(run)
    for folder in (tmp_path / "above" / "run", tmp_path / "itself"):
        assert wg.verify(folder).wrong == []


# --- parts ----------------------------------------------------------------------------------------------------------


def half(place: Path) -> Path:
    """A sweep of which two of four blocks have been played."""
    own = study(**HALF)
    begin(place, own, kind="sweep", command="x", started=now(), shard="", beside=False, report=False)
    for block in _blocks(own, 0, 24)[:2]:
        work(own, place, block)
    return place


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("end", ["npz", "parquet", "sum"])
@pytest.mark.parametrize("damage", [_empty, _cut, _flip, _folder, _link, Path.unlink])
def test_a_damaged_part_is_played_again(end: str, damage: Callable[[Path], None], tmp_path: Path) -> None:
    """At the beginning, with a word on it, and to the same bytes."""
    folder = half(tmp_path / "s")
    damage(sorted((folder / "parts").glob(f"*.{end}"))[1])
    done = CliRunner().invoke(main, ["sweep", "--resume", str(folder), "--workers", "1"])
    assert done.exit_code == 0, done.stderr
    assert done.stderr.startswith("1 block is damaged and played again\n") == (damage is not Path.unlink)
    assert contents(folder) == contents(played(tmp_path / "whole", **HALF).path)


def test_a_shard_with_a_damaged_part_is_not_joined(tmp_path: Path) -> None:
    shards = [tmp_path / str(i) for i in (1, 2)]
    for i, place in enumerate(shards, 1):
        with pytest.raises(Unfinished):
            played(place, Execution(shard=(i, 2)), **HALF)
    _flip(next((shards[1] / "parts").glob("*.npz")))
    with pytest.raises(InputError, match=r"1 of its blocks are damaged .*; play it again with: wargame sweep --resume "):
        merge(shards, tmp_path / "m", place=tmp_path / "p", command="")
    assert not (tmp_path / "m").exists()


# --- disks ----------------------------------------------------------------------------------------------------------


def _small() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))  # a file that grows beyond it cannot be written: as on a full disk


def test_a_run_on_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    done = process("run", STRAIT, *SHORT, "--no-report", "--quiet", "--out", tmp_path / "r", preexec_fn=_small)
    assert (done.returncode, done.stderr) == (2, f"--out: cannot write {tmp_path / 'r'}: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_on_a_full_disk_says_what_is_saved(tmp_path: Path) -> None:
    place = tmp_path / "s"
    half(place)
    done = process("sweep", "--resume", place, "--workers", "1", "--quiet", preexec_fn=_small)
    assert done.returncode == 2
    assert re.fullmatch(
        rf"--out: cannot write {place}: File too large; [234] of 4 blocks \(\d+ runs\) are saved in {place}; "
        rf"go on with: wargame sweep --resume {place}\n",
        done.stderr,
    )
    names = {path.name for path in (place / "parts").iterdir()}
    assert not {name for name in names if name.startswith(".0")}
    assert CliRunner().invoke(main, ["sweep", "--resume", str(place), "--workers", "1"]).exit_code == 0


def test_a_report_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    folder = played(tmp_path / "s", runs=12).path
    draw_into(folder, results_of(folder))
    before = (folder / "report.html").read_bytes()
    done = process("report", folder, "--quiet", preexec_fn=_small)
    assert (done.returncode, done.stderr) == (2, f"{folder}: the report cannot be written: File too large\n")
    assert (folder / "report.html").read_bytes() == before
    assert wg.verify(folder).wrong == []
