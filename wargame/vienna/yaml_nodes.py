"""Reading case files: YAML nodes with their places, and every mistake collected.

Nothing is constructed from the file: nodes are composed with the safe loader and read as exactly the text,
number, date or choice that is asked for. So there are no surprises (``NO`` is text, a date is read only where
one is wanted), tags have no effect but an error, and duplicate keys are mistakes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

import yaml

from wargame.errors import InputError, Mistake, allowed, did_you_mean

Node: TypeAlias = yaml.Node
Fields: TypeAlias = dict[str, yaml.Node]
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")  # one clock for all of a file: no timezones
NUMBER = re.compile(r"[-+]?(\d[\d_]*)(\.\d+)?([eE][-+]?\d+)?")
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
}


def compose(text: str, file: str) -> Node:
    """Return the root node of a YAML text; :class:`InputError` when it is no YAML or empty."""
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise InputError([Mistake(file, line, column, "", f"this is not YAML: {error.problem or error.context}")]) from None
    except yaml.YAMLError as error:
        raise InputError([Mistake(file, 0, 0, "", f"this is not YAML: {' '.join(str(error).split())}")]) from None
    if root is None:
        raise InputError([Mistake(file, 1, 1, "", "the file is empty; it needs a list of cases")])
    return root


@dataclass
class Reader:
    """Reads nodes of one file and collects what is wrong; a value that is wrong is read as a harmless
    stand-in.
    """

    file: str
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, node: Node, path: str, what: str) -> None:
        """Note a mistake at the place of ``node``."""
        mark = node.start_mark
        self.mistakes.append(Mistake(self.file, mark.line + 1, mark.column + 1, path, what))

    def follows(self, before: int, node: Node, path: str, what: str) -> None:
        """Note a mistake that may only follow from others: not when there are more than ``before`` by now."""
        if len(self.mistakes) == before:
            self.wrong(node, path, what)

    def finish(self) -> None:
        """Raise :class:`InputError` with everything that was wrong, if anything was."""
        if self.mistakes:
            raise InputError(self.mistakes)

    def mapping(self, node: Node, path: str, known: Iterable[str], required: Iterable[str] = ()) -> Fields:
        """Return the values of a mapping by key; unknown, duplicate and missing keys are mistakes."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"this must be a mapping (got {_shown(node)})")
            return {}
        names, found = list(known), {}
        for key, value in node.value:
            name = self.text(key, path)
            if name in found:
                self.wrong(key, path, f'the key "{name}" stands here twice')
            elif names and name not in names:
                shown = allowed(names, 24 if len(names) <= 24 else 12)
                hint = did_you_mean(name, names)
                self.wrong(key, path, f'unknown key "{name}"; allowed are {shown}{hint}')
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.wrong(node, path, f'"{name}" is missing')
        return found

    def items(self, node: Node, path: str) -> list[Node]:
        """Return the items of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.wrong(node, path, f"this must be a list (got {_shown(node)})")
        return []

    def text(self, node: Node, path: str) -> str:
        """Return a scalar as it is written."""
        if isinstance(node, yaml.ScalarNode) and node.tag in _PLAIN_TAGS:
            return str(node.value)
        self.wrong(node, path, f"this must be plain text (got {_shown(node)})")
        return ""

    def number(self, node: Node, path: str, least: float = 0.0) -> float:
        """Return a finite number of at least ``least``."""
        written = self.text(node, path)
        value = float(written.replace("_", "")) if NUMBER.fullmatch(written) else math.nan
        if math.isfinite(value) and value >= least:
            return value
        self.wrong(node, path, f"this must be a number from {least:g} (got {_shown(node)})")
        return least

    def flag(self, node: Node, path: str) -> bool:
        """Return true or false."""
        return self.choice(node, path, ("true", "false")) == "true"

    def choice(self, node: Node, path: str, choices: Iterable[str]) -> str:
        """Return one of the choices; the first stands in for a wrong one."""
        names, written = list(choices), self.text(node, path)
        if written in names:
            return written
        self.wrong(
            node,
            path,
            f'"{written}" is not allowed here; allowed are {allowed(names)}{did_you_mean(written, names)}',
        )
        return names[0]

    def day(self, node: Node, path: str) -> date:
        """Return a date (``2021-09-10``) or a time (``2021-09-10T14:00``)."""
        written = self.text(node, path)
        try:
            if DATE.fullmatch(written):
                return date.fromisoformat(written)
            if TIME.fullmatch(written):
                return datetime.fromisoformat(written)
        except ValueError:
            pass  # a 13th month: said below, like anything else that is no date
        self.wrong(node, path, f"this must be a date such as 2021-09-10 or 2021-09-10T14:00 (got {_shown(node)})")
        return date(2000, 1, 1)


def _shown(node: Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return f'"{node.value}"' if node.tag in _PLAIN_TAGS else f"the tag {node.tag}"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
