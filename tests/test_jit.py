"""The compiler's announcement: said when something has to be compiled, and only then."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import wargame as wg
from wargame import jit
from wargame.taping import machine, playing

STRAIT = Path(__file__).parent / "scenarios" / "strait.yaml"


def kernel_in(folder: Path, name: str) -> Any:
    return type("Kernel", (), {"stats": SimpleNamespace(cache_path=str(folder)), "__name__": name})()


def test_compiling_is_announced_once_in_a_process_and_only_for_what_is_not_on_disk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jit._say.cache_clear()
    (tmp_path / "machine.kept-1.py311.nbi").touch()
    with caplog.at_level(logging.WARNING, "wargame"):
        jit.announce(kernel_in(tmp_path, "kept"))
        assert caplog.messages == []
        for name in ("new", "newer"):
            jit.announce(kernel_in(tmp_path, name))
        assert caplog.messages == ["compiling the engine (once per installation, a few seconds)"]


@pytest.mark.skipif(jit.compiler() is None, reason="there is no compiler")
def test_one_history_announces_the_kernel_that_plays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    played: set[str] = set()
    monkeypatch.setattr(playing, "announce", lambda dispatcher: played.add(dispatcher.__name__))
    wg.run(wg.load(STRAIT), seed=1)
    assert played == {machine.play_one.__name__}
