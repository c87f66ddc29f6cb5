"""The house: layers import downwards only, heavy or dangerous things stay where they belong, and nobody is named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import wargame
from wargame.scenario.evidence import catalogue

ROOT = Path(wargame.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)

# Each layer may import those before it, never those after it.
LAYERS = (
    "errors", "types", "shown", "dates", "resources", "owned", "native", "jit", "elementary", "loops", "numeric", "draws", "taping", "expressions", "evidence",
    "vienna", "scenario", "distributions", "world", "mechanisms", "policies", "day", "binding", "studio", "tracing", "record", "straight", "lean", "actors",
    "model", "play", "analysis", "results", "parquet", "store", "sweeps", "influence", "discovery", "plots", "report", "proving", "narrate", "describe", "seminar", "agents", "api", "cli",
    "__main__",
)  # fmt: skip

# Who may import what.
ALLOWED = {
    "mesa": {"lean"},
    "yaml": {"scenario", "evidence", "vienna"},
    "matplotlib": {"plots"},
    "duckdb": {"parquet"},
    "pandas": {"api", "parquet", "store"},
    "jinja2": {"report", "seminar"},
    "starlette": {"seminar"},
    "uvicorn": {"seminar"},
    "segno": {"seminar", "cli"},
    "sqlite3": {"seminar"},
    "click": {"cli"},
    "multiprocessing": set(),
    "random": set(),
    "pickle": set(),
    "subprocess": {"agents"},
    "socket": set(),
}
WORLD = ("world", "mechanisms", "policies", "draws", "numeric", "expressions", "actors", "model", "play", "record", "binding")


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Modules a file imports at run time (those under TYPE_CHECKING do not count)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_layers_import_downwards_only(path: Path) -> None:
    own = layer(path)
    if own == "__init__":
        return
    assert own in LAYERS, f"{own} has no place in the order of layers"
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "wargame" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= LAYERS.index(own), f"{own} imports {parts[1]}, which stands above it"
        if parts[0] in ALLOWED:
            assert own in ALLOWED[parts[0]], f"{own} imports {parts[0]}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_are_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 350
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            inner = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            assert _lines(node) - sum(map(_lines, inner)) <= 60, node.name  # functions within it are counted by themselves


def _lines(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_modelled_world_touches_no_file_clock_or_screen(path: Path) -> None:
    if layer(path) not in WORLD:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input", "eval", "exec", "compile", "__import__"}
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "today_", "read_text", "write_text", "environ", "perf_counter"}, node.attr


def test_nobody_is_named_in_python() -> None:
    """Mechanisms speak of roles; names of actors and places live in scenario files (evidence ids are citations)."""
    names = re.compile(
        r"\b(russia|russian|belarus|belarusian|ukrain\w*|poland|polish|lithuania\w*|latvia\w*|estonia\w*|minsk|moscow|kremlin"
        r"|lukashenk\w*|putin|nato|warsaw|zapad|grodno)\b",
        re.IGNORECASE,
    )
    ids = sorted(catalogue().ids(), key=len, reverse=True)
    citation = re.compile("|".join(re.escape(identifier) for identifier in ids))
    shipped = {"zapad_2021", "nato"}  # the README's example name in help texts; the name of the ladder's track in no file
    named: list[str] = []
    for path in FILES:
        if layer(path) in {"evidence", "cli", "vienna"}:  # help texts quote a shipped scenario; the rule book names precedents
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in names.findall(citation.sub("", line)):
                if word.lower() not in shipped:
                    named.append(f"{path.relative_to(ROOT)}:{number}: {word}")
    assert named == []


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, multiprocessing; import wargame, wargame.cli;"
        "heavy = {'mesa', 'matplotlib', 'pandas', 'numpy', 'duckdb', 'starlette', 'uvicorn', 'segno'} & set(sys.modules);"
        "assert not heavy, heavy; assert multiprocessing.get_start_method(allow_none=True) is None"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
