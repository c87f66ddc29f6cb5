"""Strict YAML: the part of YAML 1.2 that says what it means, read with a place for every value and bounded in every size.

Core-schema scalars only (``NO``, ``on``, ``12:30`` and dates stay text), duplicate keys are mistakes, no tags, no merge
keys, one document. The nodes are built from the parser's events, so that depth and number are bounded before anything
is nested (the C composer of PyYAML overruns the stack on deep input) and an alias knows its own place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from wargame.errors import InputError, Mistake, got, mistake
from wargame.scenario.files.marks import Node, path_text
from wargame.scenario.files.marks import Path as KeyPath
from wargame.scenario.files.resources import content_of

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_ALIASES = 200

_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)")
_TAB = re.compile(r"^ *\t", re.MULTILINE)

# What the parser says, what that means to an author, and whether the beginning of the construct is the better place.
_SYNTAX = (
    (
        "mapping values are not allowed",
        'unexpected ": "; put text with a colon in quotes, or mend the indentation',
        False,
    ),
    ("could not find expected ':'", 'expected a key followed by ": "', True),
    (
        "did not find expected ',' or ']'",
        'the list opened here with "[" is not closed; expected "," or "]"',
        True,
    ),
    (
        "did not find expected ',' or '}'",
        'the mapping opened here with "{" is not closed; expected "," or "}"',
        True,
    ),
    ("found unexpected end of stream", "the quotes opened here are not closed", True),
    ("cannot start any token", "text cannot begin with this sign; put it in quotes", False),
    ("did not find expected '-' indicator", 'expected "- ", as in the lines of the list above', False),
    ("did not find expected key", "expected a key at this indentation", False),
    ("did not find expected node content", "expected a value", False),
    ("sequence entries are not allowed", 'a list that begins with "- " starts on its own line', False),
    (
        "escape character",
        'unknown escape sequence in double quotes; write "\\\\" for a backslash, or use single quotes',
        False,
    ),
    ("alphabetic or numeric", 'text cannot begin with "*" or "&"; put it in quotes', True),
    (
        "incompatible YAML document",
        "this version of YAML is not read; remove the line that begins with %YAML",
        False,
    ),
)


def read_file(path: Path, shown: str) -> tuple[Node, list[Mistake]]:
    """Return the marked content of a YAML file and the mistakes that do not stop reading; ``shown`` names it in messages.

    Raises :class:`InputError` when the file cannot be read at all: missing, too large, not UTF-8, broken syntax, too deep.
    """
    try:
        content = content_of(path, MAX_BYTES)
    except OSError as error:
        raise mistake(f"cannot be read: {error.strerror or error}", file=shown) from None
    if len(content) > MAX_BYTES:
        raise mistake(f"the file is too large; at most {MAX_BYTES:,} bytes", file=shown)
    return read_text(_decoded(content, shown), shown)


def read_text(text: str, file: str) -> tuple[Node, list[Mistake]]:
    """Return the marked content of strict YAML, which must be a mapping; raises and returns as :func:`read_file`."""
    _check_characters(text, file)
    builder = _Builder(file)
    root = builder.build(text)
    if root is None or root.value is None:
        raise mistake("the file is empty; expected a mapping of keys and values", file=file)
    if root.mapping() is None:
        what = f"expected a mapping of keys and values (got {got(root.value)})"
        raise mistake(what, file=file, line=root.line, column=root.column)
    return root, builder.mistakes


def read_value(text: str, file: str) -> tuple[Node, list[Mistake]]:
    """Return any strict YAML value (empty text is null), with its mistakes; raises as :func:`read_file`."""
    _check_characters(text, file)
    builder = _Builder(file)
    return builder.build(text) or Node(None, file, 1, 1), builder.mistakes


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        what = f"not UTF-8 text (byte 0x{content[error.start]:02x}); save the file as UTF-8"
        raise mistake(what, file=file, line=_line(before), column=_column(before)) from None


def _line(before: str) -> int:
    return before.count("\n") + 1


def _column(before: str) -> int:
    return len(before) - (before.rfind("\n") + 1) + 1


def _check_characters(text: str, file: str) -> None:
    if bad := _FORBIDDEN.search(text):
        before = text[: bad.start()]
        what = f"the character U+{ord(bad[0]):04X} is not allowed here; remove it"
        raise mistake(what, file=file, line=_line(before), column=_column(before))
    if tab := _TAB.search(text):
        before = text[: tab.end() - 1]
        raise mistake("a tab in the indentation; use spaces", file=file, line=_line(before), column=_column(before))


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


_Key: TypeAlias = tuple[str | None, int, int]  # a key that cannot be used is None: its value is read and dropped


@dataclass(slots=True)
class _OpenNode:
    """A mapping or list whose end has not come yet."""

    node: Node
    anchor: str | None
    nodes: int  # how many nodes were there before this one
    height: int = 0  # levels below this one
    key: _Key | None = None


class _Builder:
    """Turns parser events into nodes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self._open: list[_OpenNode] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}  # node, number of nodes, height
        self._nodes = self._aliases = self._documents = 0
        self._root: Node | None = None

    def build(self, text: str) -> Node | None:
        """Return the one document of a text, or None when there is none."""
        loader: Any = _Loader(text)
        try:
            while loader.check_event():
                self._take(loader.get_event())
        except yaml.MarkedYAMLError as error:
            if "nesting depth" in (error.problem or "") and error.problem_mark and error.problem_mark.index < len(text):
                # Newer parsers look further ahead than our limit, and have one of their own.
                return _Builder(self.file).build(text[: error.problem_mark.index])
            raise self._syntax(error) from None
        except yaml.YAMLError:
            raise mistake("not valid YAML", file=self.file) from None
        finally:
            loader.dispose()
        return self._root

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._stop(event, 'a file holds one document; remove this "---" and what follows')
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            nodes = 1 + len(event.value) // 100  # long text counts as more, or aliases could multiply megabytes
            self._count(event, nodes)
            node = self._node(event, self._scalar(event), flow=True)
            if event.anchor:
                self._anchors[event.anchor] = (node, nodes, 0)
            self._add(event, node, 0)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._count(event, 1)
            if len(self._open) >= MAX_DEPTH:
                raise self._stop(event, f"nested too deeply; at most {MAX_DEPTH} levels")
            self._refuse_tag(event, event.tag)
            empty: object = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._open.append(_OpenNode(self._node(event, empty, flow=bool(event.flow_style)), event.anchor, self._nodes))
            self._anchors.pop(event.anchor or "", None)  # until it ends, an alias to it would hold itself
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            if done.anchor:
                self._anchors[done.anchor] = (done.node, self._nodes - done.nodes + 1, done.height)
            self._add(event, done.node, done.height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise self._stop(event, f"too many aliases; at most {MAX_ALIASES}")
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise self._stop(event, f'unknown alias "*{event.anchor}"; put text that begins with "*" in quotes')
        node, nodes, height = known
        self._count(event, nodes)
        if len(self._open) + height > MAX_DEPTH:
            raise self._stop(event, f"nested too deeply; at most {MAX_DEPTH} levels")
        self._add(event, self._node(event, node.value, flow=True), height)

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._stop(event, f"too many entries; at most {MAX_NODES:,} keys and values")

    def _node(self, event: yaml.Event, value: object, *, flow: bool) -> Node:
        line, column = _start(event)
        key = self._open[-1].key if self._open else None
        if key is None:
            return Node(value, self.file, line, column)
        if not flow:
            line, column = key[1], key[2]
        return Node(value, self.file, line, column, key[1], key[2])

    def _add(self, event: yaml.Event, node: Node, height: int) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.height = max(parent.height, height + 1)
        items, mapping = parent.node.items(), parent.node.mapping()
        if items is not None:
            items.append(node)
        elif parent.key is None:
            parent.key = (self._key(event, node, parent), node.line, node.column)
        else:
            if mapping is not None and parent.key[0] is not None:
                mapping[parent.key[0]] = node
            parent.key = None

    def _key(self, event: yaml.Event, node: Node, parent: _OpenNode) -> str | None:
        key = node.value
        mapping = parent.node.mapping() or {}
        if not isinstance(key, str):
            what = f"a key must be text (got {got(key)})"
            hint = "" if isinstance(key, (dict, list)) or key is None else "; put it in quotes"
            self._note(node, what + hint)
        elif key == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            self._note(
                node,
                'the merge key "<<" is not read; take over another file with extends, or write the keys out',
            )
        elif key in mapping:
            self._note(node, f'duplicate key "{key[:60]}"; first given on line {mapping[key].key_line}')
        else:
            return key
        return None

    def _scalar(self, event: yaml.ScalarEvent) -> object:
        self._refuse_tag(event, event.tag)
        text = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "+-.0123456789":
            return text
        if _INT.fullmatch(text):
            number = int(text, 0 if text[:2] in ("0o", "0x") else 10) if len(text) <= 24 else 2**63
            if abs(number) < 2**63:
                return number
            self._note(self._node(event, None, flow=True), "the number is too large")
        elif _FLOAT.fullmatch(text):
            if (real := float(text)) - real == 0:
                return real
            self._note(self._node(event, None, flow=True), "the number is too large")
        elif _NOT_FINITE.fullmatch(text):
            self._note(self._node(event, None, flow=True), f"expected a finite number (got {text})")
        else:
            return text
        return None

    def _refuse_tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!", 1)[:60]
            self._note(self._node(event, None, flow=True), f"YAML tags are not read (got {shown!r}); remove the tag")

    def _where(self) -> str:
        path: KeyPath = ()
        for level in self._open:
            if level.key is not None:
                path += (level.key[0] if level.key[0] is not None else "?",)
            elif (items := level.node.items()) is not None:
                path += (len(items),)
        return path_text(path)

    def _note(self, node: Node, what: str) -> None:
        if len(self.mistakes) < 500:
            self.mistakes.append(Mistake(self.file, node.line, node.column, self._where(), what))

    def _stop(self, event: yaml.Event, what: str) -> InputError:
        line, column = _start(event)
        return InputError([*self.mistakes, Mistake(self.file, line, column, self._where(), what)])

    def _syntax(self, error: yaml.MarkedYAMLError) -> InputError:
        problem = error.problem or ""
        what, mark = f"not valid YAML: {problem}", error.problem_mark or error.context_mark
        for said, meant, at_start in _SYNTAX:
            if said in problem:
                what, mark = meant, (error.context_mark if at_start else None) or mark
                break
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return InputError([*self.mistakes, Mistake(self.file, line, column, "", what)])
