"""Heavy work in processes of its own: what they find comes back in words, and they end when nobody waits for them."""

from __future__ import annotations

import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from wargame.scenario.load import load
from wargame.seminar.game.game import Game
from wargame.seminar.host import worker
from wargame.seminar.host.worker import (
    DebriefFailure,
    DebriefJob,
    compile_in_worker,
    read_progress,
    worker_process,
    write_debrief,
)


@pytest.fixture(scope="module")
def game() -> Game:
    live = Game(load("strait"), seed=3)
    live.play({"karsia": ()})
    return live


def played(game: Game, folder: Path, fingerprint: str) -> DebriefJob:
    return DebriefJob(game.as_played(), game.to_be_played_on(), game.seed, fingerprint, {}, folder)


def test_a_game_that_is_not_the_same_when_played_again_is_said_so(game: Game, tmp_path: Path) -> None:
    found = write_debrief(played(game, tmp_path / "debrief", "0" * 64), tmp_path / "progress")
    assert found == DebriefFailure("the game, played again, is not the same game")
    assert not (tmp_path / "debrief").exists()


def test_a_place_that_cannot_be_written_is_said_so(game: Game, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = write_debrief(played(game, tmp_path / "file" / "debrief", game.fingerprint), tmp_path / "progress")
    assert isinstance(found, DebriefFailure)
    assert str(tmp_path / "file") in found.says
    share, doing = read_progress(tmp_path / "progress")
    assert 0.0 < share <= 1.0
    assert doing


def test_a_helper_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted"
    wanted.touch()
    with worker_process(wanted) as pool:
        working = pool.submit(time.sleep, 60)
        while not working.running():
            time.sleep(0.05)
        wanted.unlink()
        with pytest.raises(BrokenExecutor):
            working.result(timeout=120)


def test_compiling_is_done_once_per_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note, asked = tmp_path / "note", []

    class Here:
        def __enter__(self) -> Here:
            asked.append("helper")
            return self

        def __exit__(self, *error: object) -> None: ...

        def submit(self, work: object, loaded: object) -> Here:
            return self

        def result(self) -> bool:
            return True

    monkeypatch.setattr(worker, "note", lambda name: note)
    monkeypatch.setattr(worker, "worker_process", Here)
    compile_in_worker(load("strait"))
    assert note.is_file()
    compile_in_worker(load("strait"))
    assert asked == ["helper"]
    monkeypatch.setattr(worker, "note", lambda name: None)
    compile_in_worker(load("strait"))
    assert asked == ["helper"], "there is no compiler, and nothing to be compiled"
