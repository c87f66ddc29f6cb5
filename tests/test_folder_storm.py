"""Result folders that were damaged in any way: an answer in a line, in time, and no traceback."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import resource
import shutil
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import wargame as wg
from tests.amount import amount
from tests.sweep.theatre import base, played, study
from wargame.cli import main
from wargame.errors import WargameError
from wargame.results.listing import listing
from wargame.results.manifest import read_manifest, write_manifest
from wargame.results.run import write_run
from wargame.studies.sweep.run.executors import work
from wargame.studies.sweep.run.sweeping import _blocks, now
from wargame.studies.sweep.store.folder import begin

SECONDS = 20
MEMORY = 3 * 2**30  # bytes that the process may come to hold


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A history, a sweep, and a sweep of which half has been played."""
    place = tmp_path_factory.mktemp("whole")
    write_run(wg.run(base(), seed=1), place / "run", command="x", started=dt.datetime.now(dt.UTC), report=None)
    played(place / "sweep", runs=44, uncertain=True, block=12)
    half = study(runs=24, uncertain=True, block=6)
    begin(place / "half", half, kind="sweep", command="x", started=now(), shard="", beside=False, report=False)
    for block in _blocks(half, 0, 24)[:2]:
        work(half, place / "half", block)
    return {name: place / name for name in ("run", "sweep", "half")}


COMMANDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "run": (("verify",), ("replay",), ("report", "--quiet"), ("discover", "--measure", "threat_league"), ("sweep", "--resume")),
    "sweep": (
        ("verify", "--workers", "1"), ("verify", "--runs", "2"), ("replay", "--run", "3"), ("discover", "--measure", "threat_league", "--no-report"),
        ("sweep", "--resume"), ("merge", "--no-report", "--out", "m"),
    ),
    "half": (("sweep", "--workers", "1", "--resume"), ("verify",), ("merge", "--no-report", "--out", "m")),
}  # fmt: skip


def mutate(luck: random.Random, folder: Path) -> str:
    """Change one thing in a folder, and say which."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 2**21 and path.name != ".lock")
    texts = [path for path in files if path.suffix == ".json"]
    kind = luck.choice(["flip", "flip", "cut", "empty", "value", "value", "value", "text", "node", "gone", "big", "swap"])
    path = luck.choice(texts if kind in ("value", "text") and texts else files)
    if kind == "swap":
        shutil.copy(luck.choice(files), folder / "swap")
        (folder / "swap").replace(path)
    else:
        _KINDS[kind](luck, path)
    return f"{kind} {path.relative_to(folder)}"


def _flip(luck: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(luck.choice([1, 1, 3, 40])):
        if content:
            content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
    path.write_bytes(content)


def _cut(luck: random.Random, path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: luck.randrange(len(content) + 1)])


ODD: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**31, 10**12, 2**63, 2**64, 10**400, 1.5, 1e308, "", "300", "\u0000", "\x1b[31m", "x" * 100_000, [], {}, [[]],
    [None] * 1000, {"a": {"b": []}}, "../../etc/passwd", "/dev/zero",
)  # fmt: skip


def _value(luck: random.Random, path: Path) -> None:
    try:
        data = json.loads(path.read_text())
    except ValueError:
        return  # was damaged before
    places: list[tuple[Any, Any]] = []
    level = [data]
    while level:
        here = level.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        places += [(here, key) for key in keys]
        level += [here[key] for key in keys]
    here, key = luck.choice(places or [({}, "x")])
    if isinstance(here, dict) and luck.random() < 0.2:
        del here[key]
    else:
        here[key] = luck.choice([*ODD, luck.choice(places or [({}, "")])[0]])
    with suppress(ValueError, RecursionError):
        path.write_text(json.dumps(data))


def _text(luck: random.Random, path: Path) -> None:
    text = path.read_text(errors="replace")
    odd = [
        "NaN",
        "Infinity",
        "-Infinity",
        "[" * 100_000,
        '{"a":' * 50_000,
        "1" * 10_000,
        '"\\ud800"',
        "\ufeff",
        "\x00",
        "1e999",
        "]",
        "{}",
        "//",
    ]
    at = luck.randrange(len(text) + 1)
    path.write_text(
        luck.choice(odd) if luck.random() < 0.3 else text[:at] + luck.choice(odd) + text[at + luck.choice([0, 1, 9]) :]
    )


def _node(luck: random.Random, path: Path) -> None:
    path.unlink()
    match luck.choice(["folder", "pipe", "link", "loop", "zero", "socket", "dangling"]):
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/etc/passwd")
        case "loop":
            path.symlink_to(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "dangling":
            path.symlink_to("nowhere")
        case "socket":
            with socket.socket(socket.AF_UNIX) as end, suppress(OSError):
                end.bind(str(path))


def _big(luck: random.Random, path: Path) -> None:
    os.truncate(path, luck.choice([2**20, 2**33]))


def _empty(luck: random.Random, path: Path) -> None:
    path.write_bytes(b"")


def _gone(luck: random.Random, path: Path) -> None:
    path.unlink()


_KINDS: Mapping[str, Callable[[random.Random, Path], None]] = {
    "flip": _flip, "cut": _cut, "empty": _empty, "value": _value, "text": _text, "node": _node, "gone": _gone, "big": _big,
}  # fmt: skip


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    def late(*args: object) -> None:
        raise AssertionError(f"still there after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _opened(folder: Path) -> tuple[int, str]:
    try:
        repr(wg.open(folder))
    except WargameError as error:
        return error.exit_code, str(error)
    return 0, ""


def peak() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("part", range(amount(1, 30)))
def test_a_damaged_folder_is_answered(
    part: int, whole: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    luck, before = random.Random(part), peak()
    for number in range(amount(60, 100)):
        kind = luck.choice([*whole])
        folder = Path(shutil.copytree(whole[kind], tmp_path / "f"))
        done = [mutate(luck, folder) for _ in range(luck.choice([1, 1, 1, 2]))]
        if (
            kind != "half" and luck.random() < 0.5 and not any(one.startswith("big") for one in done)
        ):  # somebody who knows of the seal
            with suppress(WargameError, OSError, KeyError, TypeError):
                write_manifest(folder, {**read_manifest(folder), "files": listing(folder)})
        command = luck.choice([*COMMANDS[kind], ("open",)])
        said = f"{part}/{number}: {kind}: {done}: {command}"
        with deadline(SECONDS):
            if command == ("open",):
                code, text = _opened(folder)
            else:
                result = CliRunner().invoke(main, [*command, "f"])
                code, text = result.exit_code, result.stderr
        assert code in (0, 2, 3), f"{said}: {code}: {text}"
        assert "Traceback" not in text, said
        assert "a bug in wargame" not in text, f"{said}: {text}"
        for line in (tmp_path / "f", tmp_path / "m"):
            shutil.rmtree(line, ignore_errors=True)
    assert peak() - before < MEMORY
