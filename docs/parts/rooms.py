"""The rooms of the package, read off its imports: the picture and the table of the architecture page, and what its tests hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path

import wargame

ROOT = Path(wargame.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)
PICTURE = Path(__file__).resolve().parent.parent / "images" / "rooms.svg"

# From the ground up: each room may import those before it, never those after it.
ROOMS = (
    "engine", "expressions", "scenario", "vienna", "world", "mechanisms", "policies", "binding", "simulation", "results",
    "studies", "validation", "plots", "report", "seminar", "agents", "api", "cli",
)  # fmt: skip

WIDE, HIGH, GAP, RISE = 132, 46, 22, 34  # of a box, between boxes, between floors
FONT = 'font-family="system-ui, sans-serif"'


def module_of(path: Path) -> str:
    """Return a file's name as a module of the package, without the package's own name; of a folder's face the folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def folder_of(path: Path) -> str:
    """Return the room that a file stands in; the top of the package is ``""``."""
    return ".".join(path.relative_to(ROOT).parent.parts)


MODULES = {module_of(path): path for path in FILES}


def imports(path: Path) -> set[str]:
    """Return what a file imports, at run time or for its types alone: modules of the package as in ``MODULES``, others whole."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.partition(".")[0] != "wargame":
                found.add(name)
                continue
            own = name.removeprefix("wargame").lstrip(".")
            while own not in MODULES:
                own = own.rpartition(".")[0]
            found.add(own)
    return found


@cache
def file_graph() -> dict[str, set[str]]:
    """Return which files of the package each of them imports."""
    return {name: {one for one in imports(path) if one in MODULES} - {name, ""} for name, path in MODULES.items()}


@cache
def room_graph() -> dict[str, set[str]]:
    """Return which rooms each room imports; a folder's own files are one room, each folder in it another."""
    found: dict[str, set[str]] = {}
    for name, known in file_graph().items():
        found.setdefault(folder_of(MODULES[name]), set()).update(folder_of(MODULES[one]) for one in known)
    return {name: known - {name, ""} for name, known in found.items() if name}


def _house() -> dict[str, set[str]]:
    """Return which rooms at the top of the package each of them imports."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for name, known in file_graph().items():
        own = _top(name)
        if own in found:
            found[own] |= {room for one in known if (room := _top(one)) in found and room != own}
    return found


def _reduced(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the arrows that no longer way makes needless."""
    below: dict[str, set[str]] = {}
    for room in TopologicalSorter(graph).static_order():
        below[room] = set(graph[room]).union(*(below[one] for one in graph[room]))
    return {room: known - set().union(*(below[one] for one in known)) for room, known in graph.items()}


def _top(module: str) -> str:
    return module.partition(".")[0]


def _says(room: str) -> str:
    text = ast.get_docstring(ast.parse(MODULES[room].read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def rooms_table() -> str:
    """Return a table of the rooms, the ground floor last: what each is for, its own rooms, its files."""
    rows = ["| room | is for | its rooms | files |", "|---|---|---|--:|"]
    for room in reversed(ROOMS):
        own = sorted({folder.removeprefix(f"{room}.") for folder in room_graph() if folder.startswith(f"{room}.")})
        files = sum(_top(name) == room for name in MODULES)
        inside = ", ".join(f"`{one.replace('.', '/')}`" for one in own)
        rows.append(f"| `{room}{'' if room == 'api' else '/'}` | {_says(room)} | {inside} | {files} |")
    return "\n".join(rows)


def rooms_picture() -> str:
    """Return the rooms as an SVG: each above all that it imports, with an arrow where no longer way tells of it."""
    graph = _house()
    arrows = _reduced(graph)
    floor: dict[str, int] = {}
    for room in TopologicalSorter(graph).static_order():
        floor[room] = 1 + max((floor[one] for one in graph[room]), default=-1)
    floors: list[list[str]] = []
    for height in range(max(floor.values()), -1, -1):  # from the top: a room stands below those that import it
        above = {room: i for i, room in enumerate(floors[0] if floors else ())}
        rooms = [room for room in ROOMS if floor[room] == height]
        over = {room: [above[one] for one in above if room in graph[one]] for room in rooms}
        floors.insert(0, sorted(rooms, key=lambda room: sum(over[room]) / max(len(over[room]), 1)))
    width = max(map(len, floors)) * (WIDE + GAP) + GAP
    height = len(floors) * (HIGH + RISE) + RISE
    place: dict[str, tuple[float, float]] = {}
    for level, rooms in enumerate(floors):
        left = (width - len(rooms) * (WIDE + GAP) + GAP) / 2
        for i, room in enumerate(rooms):
            place[room] = (left + i * (WIDE + GAP), height - (level + 1) * (HIGH + RISE))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-label="The rooms of the package; each stands above all that it imports">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_arrow(place[room], place[one]) for room in ROOMS for one in sorted(arrows[room])),
        *(_box(room, *place[room]) for room in ROOMS),
        "</svg>",
        "",
    ])  # fmt: skip


def _box(room: str, x: float, y: float) -> str:
    files = sum(_top(name) == room for name in MODULES)
    told = f"{files} file{'s' * (files > 1)}"
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="6" fill="#eef3f8" stroke="#33607f"/>'
        f'<text x="{x + WIDE / 2:g}" y="{y + 20:g}" text-anchor="middle" {FONT} font-size="14" fill="#14283a">'
        f"{escape(room)}</text>"
        f'<text x="{x + WIDE / 2:g}" y="{y + 36:g}" text-anchor="middle" {FONT} font-size="10.5" fill="#4a5b6b">{told}</text>'
    )


def _arrow(above: tuple[float, float], below: tuple[float, float]) -> str:
    x, y = above[0] + WIDE / 2, above[1] + HIGH
    to, down = below[0] + WIDE / 2, below[1]
    bend = (down - y) / 2
    return f'<path d="M{x:g} {y:g} C{x:g} {y + bend:g} {to:g} {down - bend:g} {to:g} {down:g}" fill="none" stroke="#9db3c5"/>'
