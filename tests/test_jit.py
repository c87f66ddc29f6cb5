"""Kernels: compiled once and said so, used from machine code on disk without the compiler, and never from what is broken."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wargame.engine import jit, native
from wargame.engine.native import Pack

pytestmark = pytest.mark.skipif(not jit.compiles(), reason="there is no compiler")

STRAIT = Path(__file__).parent / "scenarios" / "strait.yaml"


def double(x: Any) -> Any:
    return x * 2.0


def doubled(
    given: np.ndarray[tuple[int], np.dtype[np.float64]], out: np.ndarray[tuple[int, int], np.dtype[np.float64]], k: int
) -> int:
    for i in range(given.shape[0]):
        out[i, k] = double(given[i])
    return 7 * k


def wasteful(given: np.ndarray[tuple[int], np.dtype[np.float64]], out: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    room = np.zeros(len(given) + 1)
    for i in range(len(given)):
        room[i + 1] = room[i] + given[i]
    out[0] = room[len(given)]


PLACE = jit._place.__wrapped__


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(jit, "_place", lambda: tmp_path)
    jit._say.cache_clear()
    jit.inlined(double)
    return tmp_path


def results(kernel: jit.Kernel) -> tuple[int, list[float]]:
    given, out = np.array([1.0, 2.5]), np.zeros((2, 3))
    return jit.call(kernel, [Pack(given), Pack(out)], 1), out[:, 1].tolist()


def test_a_kernel_is_compiled_once_and_then_used_from_its_machine_code(
    empty_folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.WARNING, "wargame"):
        assert results(jit.Kernel(doubled)) == (7, [2.0, 5.0])
        assert results(jit.Kernel(doubled)) == (7, [2.0, 5.0])
    assert caplog.messages == ["compiling the engine (once per installation, a few seconds)"]
    assert [file.suffix for file in empty_folder.rglob("*") if file.is_file()] == [".code"]
    monkeypatch.setattr(jit, "_compiler", lambda: pytest.fail("the compiler is loaded"))
    kernel = jit.Kernel(doubled)
    assert results(kernel) == (7, [2.0, 5.0])
    out = np.zeros((2, 3))
    assert kernel(np.array([3.0, 4.0]), out, 2) == 14
    assert out[:, 2].tolist() == [6.0, 8.0]


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: b"{}\n" + text, lambda text: b"", lambda text: text[:50]]
)
def test_machine_code_that_is_not_as_it_was_kept_is_compiled_anew(empty_folder: Path, change: Any) -> None:
    results(jit.Kernel(doubled))
    (file,) = empty_folder.glob("*.code")
    whole = file.read_bytes()
    file.write_bytes(change(whole))
    assert native.load(file) is None
    assert results(jit.Kernel(doubled)) == (7, [2.0, 5.0])
    assert native.load(file) is not None


def test_what_asks_for_memory_is_compiled_by_every_process_and_nothing_of_it_is_kept(empty_folder: Path) -> None:
    for _ in range(2):
        out = np.zeros(1)
        jit.Kernel(wasteful)(np.array([1.0, 2.0]), out)
        assert out[0] == 3.0
    assert [*empty_folder.rglob("*")] == []


def test_machine_code_under_another_name_is_not_run(empty_folder: Path) -> None:
    """A kernel of this user's own, put where another is looked for."""
    results(jit.Kernel(doubled))
    (file,) = empty_folder.glob("*.code")
    other = file.rename(file.with_name("other.code"))
    assert native.load(other) is None


def test_kinds_tell_apart_what_the_compiler_does() -> None:
    table = np.zeros((3, 4))
    frozen = table.copy()
    frozen.flags.writeable = False
    kinds = [native.kind(one) for one in (table, table.T, table[:, ::2], frozen, table[0], 3, np.int64(3), True)]
    assert kinds == ["<f82C", "<f82F", "<f82A", "<f82Cr", "<f81C", "int", "int", "bool"]


def test_a_history_in_a_second_process_needs_no_compiler() -> None:
    code = f"import sys, wargame as wg; wg.run(wg.load({str(STRAIT)!r})); print('numba' in sys.modules)"
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
        for _ in range(2)
    ]
    assert said[1] == "False\n"
