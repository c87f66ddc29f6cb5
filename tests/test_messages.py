"""What strangers wrote reaches no terminal as it is: signs that steer one are written out, and what is too long is cut."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import wargame.cli
from wargame.errors import CONTROL, Mistake, got, harmless

HOME = Path(wargame.cli.__file__).parent


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
