"""``--set PATH=VALUE``: one value of a scenario changed from the command line or from Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wargame.errors import InputError, Mistake, allowed, did_you_mean, got
from wargame.scenario.files.marks import SET, Node, Path, marked, path_text, plain, simple
from wargame.scenario.files.strict_yaml import MAX_DEPTH, read_value
from wargame.scenario.layers import INHERITED
from wargame.scenario.schema_paths import is_map, keys_of, model_at

_PATH = re.compile(r"[^\s.\[\]=]+(\[[0-9]{1,6}\])*(\.[^\s.\[\]=]+(\[[0-9]{1,6}\])*)*")
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
_NOWHERE = Node(None, SET, 0, 0)
_AWAY = object()  # a null that stays, so that what a policy inherits is taken away


def _refused(path: str, what: str) -> InputError:
    return InputError([Mistake(SET, 0, 0, path, what)])


def parse_path(text: str) -> Path:
    """Return a written path as its parts: ``orders[3].date`` is ``("orders", 3, "date")``; raises :class:`InputError`."""
    text = text.strip()
    if not _PATH.fullmatch(text):
        raise _refused("", f"expected a path such as parameters.x.y or policies.x.orders[0] (got {got(text)})")
    path = tuple(int(index) if index else name for index, name in _STEP.findall(text))
    if len(path) > MAX_DEPTH:
        raise _refused("", f"the path is too long; at most {MAX_DEPTH} parts")
    return path


def parse_set(text: str) -> tuple[Path, object]:
    """Return path and value of ``PATH=VALUE``; the value is read as strict YAML. Raises :class:`InputError`."""
    name, equals, written = text.partition("=")
    if not equals or not name.strip():
        raise _refused("", f"expected PATH=VALUE (got {got(text)})")
    path = parse_path(name)
    shown = path_text(path)
    if not written.strip():
        raise _refused(shown, 'no value; null removes an entry, "" is empty text')
    try:
        node, mistakes = read_value(written.strip(), SET)
    except InputError as error:
        mistakes = error.mistakes
    if mistakes:
        raise InputError(Mistake(SET, 0, 0, shown, one.what) for one in mistakes)
    return path, plain(node)


@dataclass(frozen=True)
class Request:
    """One change asked for; ``unknown`` is the path of a part that nothing is known about, ``near`` what there is."""

    path: Path
    unknown: Path = ()
    near: tuple[str, ...] = ()

    def mistake(self) -> Mistake:
        """Return the mistake for the unknown part of the path."""
        name = str(self.unknown[-1])
        hint = did_you_mean(name, self.near) or (f"; allowed: {allowed(self.near)}" if self.near else "")
        return Mistake(SET, 0, 0, path_text(self.path), f'unknown "{name[:60]}"{hint}')


@dataclass
class ChangedTree:
    """A tree with its changes made, and what went wrong or may prove wrong when the shape is checked."""

    tree: Node
    requests: list[Request] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def apply_changes(tree: Node, sets: Mapping[str, object] | Sequence[str]) -> ChangedTree:
    """Return the tree with every change made in order; changed values have ``--set`` as their file and no line."""
    result = ChangedTree(tree)
    for path, value in _parsed(sets, result.mistakes):
        if path[0] in ("extends", "schema"):
            result.mistakes.append(Mistake(SET, 0, 0, path_text(path), f'"{path[0]}" belongs in a file and cannot be set'))
            continue
        try:
            result.tree, request = _assigned(result.tree, path, value)
            result.requests.append(request)
        except InputError as error:
            result.mistakes += error.mistakes
    return result


def _parsed(sets: Mapping[str, object] | Sequence[str], mistakes: list[Mistake]) -> list[tuple[Path, object]]:
    pairs: list[tuple[Path, object]] = []
    for one in as_pairs(sets):
        try:
            pairs.append(parse_set(one) if isinstance(one, str) else _typed(*one))
        except InputError as error:
            mistakes += error.mistakes
    return pairs


def as_pairs(sets: Mapping[str, object] | Sequence[str]) -> list[str | tuple[str, object]]:
    """Return changes one by one: texts ``PATH=VALUE``, or paths with values. Raises :class:`InputError` for what is neither."""
    given: list[Any] = list(sets.items()) if isinstance(sets, Mapping) else [sets] if isinstance(sets, str) else []
    if not isinstance(sets, (Mapping, str)):
        if not isinstance(sets, Iterable):
            raise _refused("", f"expected a mapping from paths to values, or texts PATH=VALUE (got {got(sets)})")
        given = list(sets)
    for one in given:
        if not isinstance(one, str) and not (isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str)):
            shown = got(one[0] if isinstance(one, tuple) and one else one)
            raise _refused("", f"expected a path such as parameters.x.y (got {shown})")
    return given


def _typed(name: str, value: object) -> tuple[Path, object]:
    path = parse_path(name)
    try:
        return path, simple(value)
    except ValueError as error:
        raise _refused(path_text(path), str(error)) from None


def _assigned(tree: Node, path: Path, value: object) -> tuple[Node, Request]:
    """Return the tree with one value replaced; parts of the path that do not exist are made."""
    here, made = tree, len(path)
    for depth, part in enumerate(path):
        here = _opened(here, path[:depth])
        below = here.child(part)
        if below is None or (below.value is None and depth < len(path) - 1):
            made = depth
            _check_parent(here, path, made)
            break
        here = below
    unknown = _unknown(path, made, here)
    if value is None and unknown is None and path[:1] == ("policies",) and len(path) > 3 and path[2] in INHERITED:
        return _put(tree, (), path, _AWAY) or tree, Request(path)  # away from what the policy inherits, too
    if value is None and made < len(path):
        if unknown is None and model_at(path[:made]) is None:
            unknown = Request(path, path[: made + 1], _names(here, path[:made]))
        if unknown is not None:
            raise InputError([unknown.mistake()])
        return tree, Request(path)  # an optional part that is not there is taken away by doing nothing
    return _put(tree, (), path, value) or tree, unknown or Request(path)


def _opened(node: Node, path: Path) -> Node:
    """Return a bare number that stands for a sourced quantity as the mapping it stands for; anything else as it is."""
    model = model_at(path) if isinstance(node.value, (int, float)) else None
    return replace(node, value={"value": node}) if model is not None and "value" in keys_of(model) else node


def _put(here: Node | None, above: Path, path: Path, value: object) -> Node | None:
    """Return what stands at ``above`` once the value below it is set; None when it is taken away."""
    if not path:
        return _NOWHERE if value is _AWAY else None if value is None else _replaced(here, value)
    if here is None or here.value is None:
        value = None if value is _AWAY else value
        for part in reversed(path):
            value = {part: value}
        return marked(value, _NOWHERE)
    here, part = _opened(here, above), path[0]
    new = _put(here.child(part), (*above, part), path[1:], value)
    items, mapping = here.items(), here.mapping() or {}
    if items is not None:
        new = new or _NOWHERE
        return replace(here, value=[new if index == part else node for index, node in enumerate(items)])
    entries = {**mapping, str(part): new}
    return replace(here, value={key: node for key, node in entries.items() if node is not None})


def _replaced(old: Node | None, value: object) -> Node:
    """Return the new node; a bare number for a sourced quantity replaces its value and keeps its prior and source."""
    mapping = old.mapping() if old else None
    if old and mapping is not None and "value" in mapping and isinstance(value, (int, float)):
        return replace(_NOWHERE, value={**mapping, "value": marked(value, _NOWHERE)})
    return marked(value, _NOWHERE)


def _check_parent(parent: Node, path: Path, made: int) -> None:
    """Raise where nothing can be made below what stands there: an index out of range, a key of a text."""
    shown, above = path_text(path), path_text(path[:made])
    items = parent.items()
    if isinstance(path[made], int):
        if items is None:
            raise _refused(shown, f"{above} is no list (got {got(parent.value)})")
        raise _refused(shown, f"{above} has {len(items)} entries, counted from 0 (got {path[made]})")
    if parent.mapping() is None:
        raise _refused(shown, f"nothing can be set below {above} (got {got(plain(parent))})")
    if indices := [part for part in path[made:] if isinstance(part, int)]:
        raise _refused(shown, f"there is no list to take entry {indices[0]} of")


def _names(parent: Node, path: Path) -> tuple[str, ...]:
    model = model_at(path)
    return tuple(parent.mapping() or ()) if is_map(path) or model is None else tuple(keys_of(model))


def _unknown(path: Path, made: int, parent: Node) -> Request | None:
    """Return the request with the first part of its path that neither the schema nor the scenario knows, or None."""
    for depth in range(made, len(path)):
        above, part = path[:depth], str(path[depth])
        near = _names(parent if depth == made else _NOWHERE, above)
        model = model_at(above)
        if is_map(above):
            if depth < len(path) - 1:
                return Request(path, path[: depth + 1], near)
        elif model is None or part not in keys_of(model):
            return Request(path, path[: depth + 1], near)
    return None
