"""The house: layers import downwards only, heavy or dangerous things stay where they belong, and nobody is named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from docs.parts.rooms import FILES, MODULES, ROOMS, ROOT, file_graph, folder_of, imports, module_of, room_graph
from wargame.scenario.evidence import catalogue

SEMINAR = ("rules", "views", "game", "session", "debrief", "host", "server", "solo")  # its rooms, from the ground up
CROWDED = {"mechanisms", "plots"}  # open sets, one file an idea

# Who may import what: a room, or one file.
ALLOWED = {
    "mesa": {"simulation.model", "simulation.actors"},
    "yaml": {"scenario", "vienna"},
    "matplotlib": {"plots", "report.notebook"},
    "duckdb": {"results"},
    "pandas": {"report.notebook", "results"},
    "jinja2": {"report", "seminar"},
    "starlette": {"seminar.server"},
    "uvicorn": {"seminar.server"},
    "segno": {"seminar.server", "cli"},
    "sqlite3": {"seminar.host"},
    "click": {"cli"},
    "numba": {"engine"},
    "multiprocessing": set(),
    "random": set(),
    "pickle": set(),
    "subprocess": {"agents"},
    "socket": set(),
}
FACE = {"simulation.model"}  # reads where Mesa calls it from
WORLD = ("world", "mechanisms", "policies", "engine.draws", "engine.numeric", "expressions", "binding", "simulation")


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other."""
    order = TopologicalSorter(graph)
    try:
        order.prepare()
    except CycleError as error:
        return [list(error.args[1])]
    return []


def test_no_file_imports_what_imports_it() -> None:
    assert circles(file_graph()) == []


def test_no_room_imports_what_imports_it() -> None:
    """A folder's own files are one room, each folder in it another."""
    assert circles(room_graph()) == []


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) != []
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_import_downwards_only(path: Path) -> None:
    name = module_of(path)
    own = name.partition(".")[0]
    if own in ("", "__main__"):
        return
    for other in imports(path):
        room, outside = other.partition(".")[0], other not in MODULES
        if outside and room in ALLOWED:
            assert any(name == one or name.startswith(f"{one}.") for one in ALLOWED[room]), f"{name} imports {room}"
        if outside or room in ("", "errors"):
            continue
        assert own in ROOMS, f"{own} has no place in the order of rooms"
        assert ROOMS.index(room) <= ROOMS.index(own), f"{name} imports {other}, which stands above it"


def test_the_rooms_of_the_seminar_import_downwards_only() -> None:
    for name, known in file_graph().items():
        own = name.split(".")[1:2] if name.startswith("seminar.") else []
        for other in known:
            if own and other.startswith("seminar."):
                assert SEMINAR.index(other.split(".")[1]) <= SEMINAR.index(own[0]), (
                    f"{name} imports {other}, which stands above it"
                )


def test_the_house_can_be_taken_in_at_a_glance() -> None:
    """A reader of ``ls wargame`` sees the rooms, and in no room more files than he can hold."""
    top = [path for path in ROOT.iterdir() if path.name not in ("__pycache__", "_data")]
    assert len(top) <= 22, sorted(path.name for path in top)
    loose = {path.name: path.read_text(encoding="utf-8").count("\n") for path in top if path.suffix == ".py"}
    assert {name for name, lines in loose.items() if lines > 100} <= {"api.py"}
    full = Counter(folder_of(path) for path in FILES)
    assert {room: count for room, count in full.items() if count > 16 and room not in CROWDED} == {}


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
    name = module_of(path)
    if not any(name == one or name.startswith(f"{one}.") for one in WORLD) or name in FACE:
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
        if module_of(path).startswith(
            ("scenario.evidence", "cli", "vienna")
        ):  # help texts quote a shipped scenario; the rule book names precedents
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
