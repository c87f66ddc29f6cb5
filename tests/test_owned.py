"""No code from others: what is compiled is loaded from this user's own files in this user's own folders, and from nowhere else.

The tests as another user need root, as the machines that test everything have it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wargame.engine import jit
from wargame.engine.owned import make_private, private, read_own, write_own

ROOT = Path(__file__).resolve().parents[1]
STRAIT = ROOT / "tests" / "scenarios" / "strait.yaml"
NOBODY = 65534
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act for others")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    (folder / "file").write_bytes(b"mine")
    (folder / "file").chmod(0o600)
    return folder


def test_what_is_mine_alone_is_read(home: Path) -> None:
    assert private(home) == home
    assert read_own(home / "file", 4) == b"mine"
    write_own(home / "new", b"code")
    assert read_own(home / "new", 100) == b"code"
    assert (home / "new").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in home.iterdir()) == ["file", "new"]


def other_link(home: Path) -> None:
    (home / "file").rename(home / "real")
    (home / "file").symlink_to(home / "real")


def too_long(home: Path) -> None:
    (home / "file").write_bytes(b"mine!")


def pipe(home: Path) -> None:
    (home / "file").unlink()
    os.mkfifo(home / "file", 0o600)


def folder(home: Path) -> None:
    (home / "file").unlink()
    (home / "file").mkdir()


SPOILT: dict[str, Callable[[Path], None]] = {
    "file: group writes": lambda home: (home / "file").chmod(0o620),
    "file: others write": lambda home: (home / "file").chmod(0o602),
    "file: too long": too_long,
    "file: a link": other_link,
    "file: another name": lambda home: os.link(home / "file", home / "twin"),
    "file: a pipe": pipe,
    "file: a folder": folder,
    "file: gone": lambda home: (home / "file").unlink(),
    "folder: group writes": lambda home: home.chmod(0o770),
    "folder: others write": lambda home: home.chmod(0o703),
    "folder: sticky": lambda home: home.chmod(0o1777),
    "above: group writes": lambda home: home.parent.chmod(0o770),
    "above: others write": lambda home: home.parent.chmod(0o777),
}
FOREIGN: dict[str, Callable[[Path], None]] = {
    "file": lambda home: os.chown(home / "file", NOBODY, 0),
    "folder": lambda home: os.chown(home, NOBODY, 0),
    "above": lambda home: os.chown(home.parent, NOBODY, 0),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_others_could_change_is_not_read(spoil: Callable[[Path], None], home: Path) -> None:
    spoil(home)
    assert read_own(home / "file", 4) is None


@as_root
@pytest.mark.parametrize("give", FOREIGN.values(), ids=FOREIGN)
def test_what_belongs_to_others_is_not_read(give: Callable[[Path], None], home: Path) -> None:
    give(home)
    assert read_own(home / "file", 4) is None
    os.chown(home.parent, 0, 0)


def test_a_sticky_folder_may_stand_above(home: Path) -> None:
    home.parent.chmod(0o1777)
    assert read_own(home / "file", 4) == b"mine"


def test_a_link_to_a_private_folder_is_that_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    assert private(tmp_path / "link") == home


def test_a_private_folder_is_made_whatever_the_umask_and_tightened_where_it_is_old(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        made = make_private(tmp_path / "a" / "b", "c", "d")
        (tmp_path / "a" / "b" / "e").mkdir(0o775)
        again = make_private(tmp_path / "a" / "b", "e", "f")
    finally:
        os.umask(before)
    assert made == tmp_path / "a" / "b" / "c" / "d"
    assert again == tmp_path / "a" / "b" / "e" / "f"
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "a").rglob("*")} == {0o700}


def test_no_private_folder_is_made_where_others_write_or_in_a_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_private(Path("relative"), "x") is None
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert make_private(tmp_path / "open", "x") is None
    assert make_private(tmp_path / "open" / "deeper", "x") is None
    (tmp_path / "file").touch()
    assert make_private(tmp_path / "file", "x") is None
    assert [path.name for path in tmp_path.rglob("*")] == ["open", "file"] or not [*(tmp_path / "open").iterdir()]


# Kernels

compiled = pytest.mark.skipif(not jit.compiles(), reason="there is no compiler")
PLACE = jit._place.__wrapped__


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where anybody may write."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    folder.chmod(0o700)


@compiled
@pytest.mark.parametrize("name", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_a_shared_folder_for_caches_is_passed_over(name: str, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(shared))
    place = PLACE()
    assert place is not None
    assert not place.is_relative_to(shared)
    assert [*shared.iterdir()] == []


@compiled
def test_without_a_folder_of_ones_own_there_is_none(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "relative")
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(shared))
    assert PLACE() is None


@compiled
def test_without_a_home_and_without_a_temporary_folder_there_is_none(monkeypatch: pytest.MonkeyPatch, shared: Path) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    monkeypatch.setattr(Path, "home", homeless)
    assert PLACE() is None


def history(**env: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys, wargame as wg; print(wg.run(wg.load({str(STRAIT)!r}, set={{'horizon': '2 weeks'}})).fingerprint)"
    kept = {key: value for key, value in os.environ.items() if key not in {"NUMBA_CACHE_DIR", "XDG_CACHE_HOME"}}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=kept | env, timeout=300
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A cache that this user has filled, and the history that was played with it."""
    good = history()
    assert good.returncode == 0, good.stderr
    place = PLACE()
    assert place is not None
    caches = tmp_path_factory.mktemp("caches")
    (caches / "wargame").mkdir(mode=0o700)
    shutil.copytree(place, caches / "wargame" / place.name)
    return caches, good.stdout


@compiled
@as_root
@pytest.mark.parametrize("whose", ["mine alone", "a file of another", pytest.param("a place of another", marks=pytest.mark.long)])
def test_a_planted_kernel_is_not_run_and_the_history_is_the_same(whose: str, filled: tuple[Path, str], tmp_path: Path) -> None:
    """What the planted files hold ends the process when it is run: the first case shows that it does."""
    caches = tmp_path / "caches"
    shutil.copytree(filled[0], caches)
    planted = _planted(sorted(caches.rglob("*.code")))
    assert planted
    if whose == "a file of another":
        for file in planted:
            os.chown(file, NOBODY, NOBODY)
    elif whose == "a place of another":
        os.chown(caches, NOBODY, NOBODY)
    again = history(XDG_CACHE_HOME=str(caches), TMPDIR=str(tmp_path))
    if whose == "mine alone":
        assert again.returncode < 0
        return
    assert (again.returncode, again.stdout) == (0, filled[1]), again.stderr
    assert "compiling the engine" in again.stderr


@compiled
@as_root
@pytest.mark.long  # compiles everything
def test_a_prepared_temporary_folder_of_another_is_left_alone(filled: tuple[Path, str], tmp_path: Path) -> None:
    """No home that can be written, and the place in the temporary folder belongs to somebody else."""
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    shutil.copytree(filled[0] / "wargame", shared / f"wargame-{os.getuid()}")
    planted = _planted(sorted(shared.rglob("*.code")))
    for path in shared.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
    (tmp_path / "file").touch()
    again = history(HOME=str(tmp_path / "file"), TMPDIR=str(shared))
    assert (again.returncode, again.stdout) == (0, filled[1]), again.stderr
    assert "every time: no folder for it is yours alone" in again.stderr
    assert {file: file.read_bytes() for file in planted} == planted


def _planted(files: list[Path]) -> dict[Path, bytes]:
    """Put machine code that fails at once (an illegal instruction) into files, with heads that agree."""
    import hashlib

    found = {}
    for file in files:
        head, _, code = file.read_bytes().partition(b"\n")
        spoilt = code.replace(code[64:96], b"\x0f\x0b" * 16, 1)
        told = json.loads(head) | {"sha256": hashlib.sha256(spoilt).hexdigest()}
        file.write_bytes(json.dumps(told).encode() + b"\n" + spoilt)
        found[file] = file.read_bytes()
    return found
