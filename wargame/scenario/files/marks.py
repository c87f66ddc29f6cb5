"""Where every value of a scenario was written: the tree of marked values that layers and ``--set`` work on."""

from __future__ import annotations

import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from wargame.errors import Mistake, got

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[str, int, int]
SET = "--set"
_PLAIN_PART = re.compile(r"[^\s.\[\]=]{1,80}")


@dataclass(slots=True)
class Node:
    """A value and where it stands; mappings and lists hold further nodes. Lines and columns count from 1, 0 is no place.

    ``line`` and ``column`` point at a scalar or at a bracket; at the key of a value that is written below its key.
    """

    value: object
    file: str
    line: int
    column: int
    key_line: int = 0
    key_column: int = 0

    def place(self, *, key: bool = False) -> Place:
        """Return file, line and column of the value; with ``key``, of the key before it, where there is one."""
        if key and self.key_line:
            return self.file, self.key_line, self.key_column
        return self.file, self.line, self.column

    def mapping(self) -> dict[str, Node] | None:
        """Return the entries of a mapping, or None for anything else."""
        return self.value if isinstance(self.value, dict) else None

    def items(self) -> list[Node] | None:
        """Return the items of a list, or None for anything else."""
        return self.value if isinstance(self.value, list) else None

    def child(self, part: str | int) -> Node | None:
        """Return what stands under a key or an index, or None when there is no such entry."""
        mapping, items = self.mapping(), self.items()
        if mapping is not None and isinstance(part, str):
            return mapping.get(part)
        if items is not None and isinstance(part, int) and 0 <= part < len(items):
            return items[part]
        return None


def plain(node: Node) -> object:
    """Return the data of a node without places; every mapping and list is new."""
    mapping, items = node.mapping(), node.items()
    if mapping is not None:
        return {key: plain(value) for key, value in mapping.items()}
    if items is not None:
        return [plain(item) for item in items]
    return node.value


def marked(data: object, like: Node) -> Node:
    """Return plain data as nodes: each at the place of the same path in ``like``, or of the nearest path above it."""
    here = replace(like, value=data)
    if isinstance(data, dict):
        here.value = {key: marked(value, like.child(key) or _bare(like)) for key, value in data.items()}
    elif isinstance(data, list):
        here.value = [marked(item, like.child(index) or _bare(like)) for index, item in enumerate(data)]
    return here


def _bare(node: Node) -> Node:
    return replace(node, value=None)


def path_text(path: Path) -> str:
    """Return a path as it is written: ``actors.x.initial.y``, list entries as ``orders[3]``, odd keys in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _PLAIN_PART.fullmatch(part) and part.isprintable() else repr(part[:60])
            text += f".{name}" if text else name
    return text


@dataclass(frozen=True)
class Marks:
    """Knows for every path of the joined scenario which layer (a file, or ``--set``) set it, and where."""

    root: Node

    def find(self, path: Path) -> Node:
        """Return the node of a path, or of its nearest existing ancestor."""
        here = self.root
        for part in path:
            below = here.child(part)
            if below is None:
                break
            here = below
        return here

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return file, line and column of a path or of its nearest existing ancestor.

        The place of a value that is written below its key is that key. With ``key``, always the place of the key.
        """
        return self.find(path).place(key=key)

    def mistake(self, path: Path, what: str, *, key: bool = False) -> Mistake:
        """Return a mistake at a path (the nearest existing ancestor gives the place); raise it in an ``InputError``."""
        file, line, column = self.place(path, key=key)
        return Mistake(file, line, column, path_text(path), what)


def simple(value: object, depth: int = 40) -> object:
    """Return a value given from Python as plain scenario data: dates as text, tuples as lists, numbers as int or float.

    Raises ``ValueError`` with a sentence about what a scenario cannot hold.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        if abs(int(value)) >= 2**63:
            raise ValueError("the number is too large")
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if number - number != 0:
            raise ValueError(f"expected a finite number (got {number})")
        return number
    if depth <= 0:
        raise ValueError("nested too deeply; at most 40 levels")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key must be text")
        return {key: simple(entry, depth - 1) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [simple(entry, depth - 1) for entry in value]
    iso = getattr(value, "isoformat", None)
    if callable(iso):
        return str(iso())
    raise ValueError(f"expected text, a number, true or false, a list or a mapping (got {got(value)})")
