"""What strangers wrote reaches no terminal as it is: signs that steer one are written out, and what is too long is cut."""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

import wargame.cli
from tests.amount import amount
from tests.strait import STRAIT
from wargame.errors import CONTROL, Mistake, got, harmless
from wargame.scenario.load import load

HOME = Path(wargame.cli.__file__).parent


def test_a_path_stands_in_one_line_whatever_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "a\nb"
    done = CliRunner().invoke(wargame.cli.main, ["run", "inspection_game", "--no-report", "--out", str(folder)])
    assert done.exit_code == 0
    assert f"written to {tmp_path}/a\\nb" in done.output.splitlines()
    assert folder.is_dir()


def test_signs_that_steer_a_terminal_are_written_out() -> None:
    assert harmless("a\x1b[31mb\x9b\u202ec\r\ud800\U000e0041") == "a\\u001b[31mb\\u009b\\u202ec\\u000d\\ud800\\U000e0041"
    meant = "Порт → 港, a\ttab and\na line, é, 👩\u200d🚀"
    assert harmless(meant) == meant


@pytest.mark.parametrize(
    "code", [*range(0x20), *range(0x7F, 0xA0), 0x61C, *range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
)
def test_a_mistake_is_one_line_without_control_signs(code: int) -> None:
    sign = chr(code)
    shown = str(Mistake(f"a{sign}.yaml", 1, 1, f"x{sign}.y", f'unknown "{sign}" and {sign}'))
    assert shown == harmless(shown)
    assert "\n" not in shown
    assert "\t" not in shown
    assert shown.count(f"\\u{code:04x}" if sign not in "\n\t" else repr(sign)[1:-1]) == 4


@pytest.mark.parametrize("name", ["x" * 5_000, "x y " * 2_000, "x/" * 3_000, "x" * 90 + " " + "y" * 90])
def test_a_mistake_quotes_no_name_whole_that_is_longer_than_any(name: str) -> None:
    shown = str(Mistake("mine.yaml", 3, 1, f"actors.{name}", f'unknown policy "{name}"; allowed: a, b'))
    assert len(shown) < 600
    assert "…" in shown
    assert shown.endswith("; allowed: a, b")


def test_a_mistake_keeps_a_path_and_names_of_usual_length() -> None:
    what = f'unknown policy "{"a" * 64}"; kept in /{"some-folder/" * 20}r'
    assert str(Mistake("mine.yaml", 3, 1, "actors.b", what)) == f"mine.yaml:3:1: actors.b: {what}"


def test_numbers_of_any_size_are_told() -> None:
    assert got(10**59) == f"the number {10**59}"
    assert got(-(10**5_000)) == "a whole number of more than 60 digits"


@pytest.mark.parametrize("path", sorted(HOME.glob("*.py")), ids=lambda path: path.name)
def test_commands_print_through_one_door(path: Path) -> None:
    """``echo`` of the base makes text of any origin harmless; nothing else prints."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "click":
            assert node.attr not in {"secho", "style", "echo", "progressbar"} or path.name == "base.py", f"line {node.lineno}"


def test_control_signs_are_those_of_the_standard() -> None:
    import unicodedata

    steering = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp")} - {
        "\n",
        "\t",
    }
    turning = {
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code)) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert all(CONTROL.fullmatch(sign) for sign in steering | turning)


# Nasty text at every place of a scenario, on every way to a terminal

PARTS = (
    "\x1b]0;pwned\a", "\x1b[31mred", "\x9b2J", "\r", "\b\b\b", "\x7f", "\u202eevil", "\u2066x\u2069", "\u2028", "\u200f", "\U000e0041", "\0", "\n", "\t",
    "é", "港", "a" * 300, '"', "'", "{", "%s", "%(x)s", "$HOME", "<b>", "`id`", "a b", "'; x", "", "\\", "\u0301" * 20, "|", "#", ": ", "- ",
)  # fmt: skip


def nasty(luck: random.Random) -> str:
    return "".join(luck.choice(PARTS) for _ in range(luck.randint(1, 5)))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in plain data."""
    if isinstance(value, str):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in items:
        yield from leaves(entry, (*path, key))


def planted(data: Any, path: tuple[Any, ...], text: str) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = text


SAYS = {"says", "title", "name", "judgement", "goals", "constraints", "text"}  # a scenario with any text there is played


def seen(*args: str) -> tuple[int, str]:
    """What a command shows, which is harmless and no traceback."""
    done = CliRunner().invoke(wargame.cli.main, list(args))
    shown = done.output + done.stderr
    assert harmless(shown) == shown, args
    assert "Traceback" not in shown
    assert done.exit_code in (0, 2, 3), (args, done.output)
    if "--json" in args and done.exit_code == 0:
        json.loads(done.stdout)
    shown.encode()
    return done.exit_code, shown


def test_nasty_text_at_every_place_of_a_scenario_reaches_no_terminal_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    luck = random.Random(5)
    resolved = copy.deepcopy(load(STRAIT).resolved)
    everywhere = sorted(leaves(resolved), key=str)
    played = 0
    for number in range(amount(24, 240)):
        data = copy.deepcopy(resolved)
        tame = number % 2 == 0
        places = [
            path
            for path in everywhere
            if not tame or (SAYS & {path[-1], path[-2] if len(path) > 1 else ""} and "exercises" not in path)
        ]
        for path in luck.sample(places, min(len(places), 12)):
            planted(data, path, nasty(luck))
        file = tmp_path / "x.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=number % 3 == 0), encoding="utf-8", errors="replace")
        code, _ = seen("check", "x.yaml", "--sources")
        seen("check", "x.yaml", "--json")
        if code in (0, 3):
            played += 1
            seen("explain", "x.yaml")
            seen("run", "x.yaml", "--set", "horizon=1 week", "--no-report", "--out", f"r{number}")
    assert played > amount(4, 40)


def test_nasty_arguments_reach_no_terminal_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    luck = random.Random(6)
    for _ in range(amount(12, 120)):
        text = nasty(luck).replace("\0", "")
        ways = [
            ("check", text), ("run", text), ("explain", str(STRAIT), text), ("vienna", text), ("verify", text), ("report", text), ("replay", text),
            ("run", str(STRAIT), "--set", text), ("run", str(STRAIT), "--set", f"title={text}", "--set", f"horizon={text}"),
            ("run", str(STRAIT), "--agent", text), ("run", str(STRAIT), "--agent", f"port={text}"), ("list", text), (f"x{text}",),
            ("sweep", str(STRAIT), "--runs", "2", "--vary", text), ("sweep", str(STRAIT), "--runs", text), ("sweep", "--resume", text),
            ("compare", str(STRAIT), "--runs", "2", "--case", text), ("new", f"x{text}", "--from", text), ("sensitivity", str(STRAIT), "--factor", text),
            ("tournament", str(STRAIT), "--runs", "2", "--actors", text), ("discover", text, "--measure", text), ("play", str(STRAIT), "--seat", text),
        ]  # fmt: skip
        for args in luck.sample(ways, 6):
            seen(*args)


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\u202eb", "a\nb", "\udcff\udcfe", "é" * 60])
def test_folders_of_any_name_are_told_harmlessly(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, shown = seen("run", str(STRAIT), "--set", "horizon=1 week", "--no-report", "--out", name)
    assert (code, "written to" in shown) == (0, True)
    assert seen("verify", name)[0] == 0
    assert seen("run", str(STRAIT), "--no-report", "--out", name)[0] == 2
