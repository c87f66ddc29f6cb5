"""From files to one marked tree: finding scenarios, following ``extends``, joining the layers.

The layers of a file are put in a row, what it extends before itself, and joined from the left: mappings key by key,
lists and scalars whole, ``key: null`` takes away what earlier layers gave. A prior of another distribution replaces the
earlier prior as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from wargame.errors import InputError, Mistake, allowed, did_you_mean, got, mistake
from wargame.scenario.faults import MOST, unknown_key
from wargame.scenario.files import resources
from wargame.scenario.files.marks import Node, marked, path_text, plain
from wargame.scenario.files.strict_yaml import read_file
from wargame.scenario.schema import SCHEMA, Scenario
from wargame.scenario.schema_paths import keys_of
from wargame.scenario.upgrade import UpgradeError, upgrade
from wargame.scenario.values import CHANNELS

INHERITED = (*CHANNELS, "let", "hold")  # what a policy has by name, and may have from a policy that it extends
MAX_LAYERS = 100
MAX_CHAIN = 16
_SUFFIXES = (".yaml", ".yml")


def shipped() -> dict[str, Path]:
    """Return the shipped scenarios by bare name: those of the data folder, then those of its ``analytic`` folder."""
    root = resources.data_root()
    found: dict[str, Path] = {}
    for folder in (root, root / "analytic"):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return found


def find(source: str | Path) -> Path:
    """Return the file of a scenario, given its path or the bare name of a shipped one.

    Raises :class:`InputError` when there is neither, with the nearest name.
    """
    text = str(source)
    try:
        if Path(source).is_file():
            return Path(source)
    except (OSError, ValueError):
        raise mistake(f"expected a path or the name of a scenario (got {got(text)})", file="scenario") from None
    bare = isinstance(source, str) and not {"/", "\\"} & set(text) and not text.endswith(_SUFFIXES)
    names = shipped()
    if bare and text in names:
        return names[text]
    if bare:
        hint = did_you_mean(text, names) or (f"; allowed: a path, {allowed(names)}" if names else "")
        raise mistake(f"no such scenario{hint}", file=text)
    if Path(source).is_dir():
        raise mistake("is a folder; expected a scenario file", file=text)
    if Path(source).exists():  # a pipe or a device might never end
        raise mistake("is no regular file; expected a scenario file", file=text)
    beside = {str(path) for suffix in _SUFFIXES for path in Path(source).parent.glob(f"*{suffix}")}
    raise mistake(f"no such file{did_you_mean(str(Path(source)), beside)}", file=text)


def display_path(path: Path) -> str:
    """Return a path as messages name it: relative to the working folder when it lies below it."""
    try:
        here = Path.cwd()
    except OSError:  # it is gone
        return str(path)
    full = Path(os.path.abspath(path))
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(path)


def merge(base: Node, over: Node) -> Node:
    """Return ``over`` on top of ``base``; every value keeps the place of the layer that set it."""
    below, above = base.mapping(), over.mapping()
    if below is None or above is None:
        return over
    joined = dict(below)
    for key, node in above.items():
        old = joined.get(key)
        if old is None:
            joined[key] = node
        elif node.value is None and old.value is not None:
            del joined[key]
        elif key == "prior" and set(old.mapping() or ()) != set(node.mapping() or ()):
            joined[key] = node
        else:
            joined[key] = merge(old, node)
    return replace(over, value=joined)


def still_away(tree: Node, layer: Node) -> Node:
    """Return joined layers in which what the last one takes away from a policy (``null`` for a rule, a number, or a key of one)
    is taken away from what the policy inherits as well, where another policy has a part of that name.
    """
    for path, nothing in _nulls(layer.child("policies")):
        policy, kind, name = path[:3]
        others = {other for other, node in (_child(tree, "policies").mapping() or {}).items() if other != policy
                  and _child(_child(node, kind), name).value is not None}  # fmt: skip
        if others:
            tree = _put(tree, ("policies", *path), nothing)
    return tree


def _nulls(policies: Node | None) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield every null below a policy that may stand for a part it inherits, with its path from the policy on."""
    for policy, node in (policies.mapping() or {}).items() if policies else ():
        for kind, entries in (node.mapping() or {}).items():
            for name, entry in (entries.mapping() or {}).items() if kind in INHERITED else ():
                if entry.value is None:
                    yield (policy, kind, name), entry
                yield from (((policy, kind, name, key), one) for key, one in (entry.mapping() or {}).items() if one.value is None)


def _child(node: Node, key: str) -> Node:
    return node.child(key) or replace(node, value=None)


def _put(tree: Node, path: tuple[str, ...], new: Node) -> Node:
    """Return a tree with one node put in; a mapping on the way that is not there is not made."""
    entries = tree.mapping()
    if not path or entries is None:
        return tree if path else new
    below = entries.get(path[0])
    if below is None and len(path) > 1:
        return tree
    return replace(tree, value={**entries, path[0]: new if len(path) == 1 else _put(below or new, path[1:], new)})


@dataclass(frozen=True)
class JoinedLayers:
    """The joined layers of a scenario and the mistakes that did not stop their reading."""

    tree: Node
    mistakes: list[Mistake]
    files: tuple[Path, ...]


def join(path: Path) -> JoinedLayers:
    """Return a scenario file joined with everything it extends.

    Raises :class:`InputError` with every mistake found when a layer is missing or cannot be read.
    """
    row = _LayerStack(path)
    row.add(path, (), None)
    if row.broken or not row.layers:
        raise InputError(row.broken + row.mistakes)
    tree = row.layers[0]
    for layer in row.layers[1:]:
        tree = still_away(merge(tree, layer), layer)
    return JoinedLayers(tree, row.mistakes, tuple(dict.fromkeys(row.files)))


@dataclass(frozen=True)
class _LayerFile:
    tree: Node
    extends: tuple[Node, ...]


class _LayerStack:
    """The row of layers of one scenario, lowest first."""

    def __init__(self, top: Path) -> None:
        self.layers: list[Node] = []
        self.files: list[Path] = []
        self.mistakes: list[Mistake] = []
        self.broken: list[Mistake] = []
        self._root = resources.data_root()
        self._homes = (top.parent.resolve(), self._root.resolve())
        self._read: dict[Path, _LayerFile | None] = {}
        self._entries = 0

    def add(self, path: Path, chain: tuple[Path, ...], entry: Node | None) -> None:
        """Add a file and, before it, everything it extends; ``chain`` are the files that led here."""
        self._entries += 1
        if entry is not None and (self._entries > MAX_LAYERS or len(chain) > MAX_CHAIN):
            what = f"too many layers; at most {MAX_LAYERS} in all and {MAX_CHAIN} in a chain"
            raise InputError([*self.broken, *self.mistakes, _at(entry, what)])
        file = self._file(path)
        if file is None:
            return
        chain = (*chain, path)
        for name in file.extends:
            below = self._locate(name, path)
            if below is None:
                continue
            known = [place.resolve() for place in chain]
            if below.resolve() in known:
                circle = [*chain[known.index(below.resolve()) :], below]
                names = " -> ".join(place.name for place in circle)
                self.broken.append(_at(name, f"the layers extend each other in a circle ({names})"))
            else:
                self.add(below, chain, name)
        self.layers.append(file.tree)
        self.files.append(path)

    def _file(self, path: Path) -> _LayerFile | None:
        identity = path.resolve()
        if identity not in self._read:
            try:
                tree, found = read_file(path, display_path(path))
                self.mistakes += found
                self._read[identity] = self._opened(tree)
            except InputError as error:
                self.broken += error.mistakes
                self._read[identity] = None
        return self._read[identity]

    def _opened(self, tree: Node) -> _LayerFile:
        """Return a file brought up to date, its ``extends`` taken out, keys that no scenario has reported and dropped."""
        data = plain(tree)
        assert isinstance(data, dict)
        try:
            new = upgrade(data)
        except UpgradeError as misfit:
            node = tree
            for part in misfit.path:
                node = node.child(part) or node
            raise InputError([_at(node, misfit.what, path_text(misfit.path))]) from None
        if data.get("schema", SCHEMA) != SCHEMA:
            tree = marked(new, tree)
        entries = dict(tree.mapping() or {})
        extends = entries.pop("extends", None)
        keys = [*keys_of(Scenario), "extends"]
        for key in [key for key in entries if key not in keys]:
            node = entries.pop(key)
            if len(self.mistakes) < MOST:
                self.mistakes.append(_at(node, unknown_key(key, keys), path_text((key,)), key=True))
        return _LayerFile(replace(tree, value=entries), self._entries_of(extends) if extends else ())

    def _entries_of(self, extends: Node) -> tuple[Node, ...]:
        names = extends.items()
        names = [extends] if names is None else names
        good = []
        for name in names:
            if isinstance(name.value, str) and 0 < len(name.value) <= 200 and name.value.isprintable():
                good.append(name)
            else:
                what = f"expected the name of a scenario file, or a list of such names (got {got(name.value)})"
                self.broken.append(_at(name, what))
        return tuple(good)

    def _locate(self, entry: Node, path: Path) -> Path | None:
        """Return the file an entry of ``extends`` means: beside the file that says so, else among the shipped ones."""
        name = str(entry.value)
        file = name if name.endswith(_SUFFIXES) else f"{name}.yaml"
        rooted = PurePosixPath(name).is_absolute() or bool(PureWindowsPath(name).anchor) or "\\" in name
        places = [Path(os.path.normpath(folder / file)) for folder in (path.parent, self._root)]
        inside = [place for place in places if any(place.resolve().is_relative_to(home) for home in self._homes)]
        found = [place for place in inside if place.is_file()]
        if rooted or not inside or (not found and any(place.is_file() for place in places)):
            what = f'"{name}" leaves the folder of the scenario; a layer lies in or below it, or among the shipped scenarios'
            self.broken.append(_at(entry, what))
            return None
        if not found:
            hint = did_you_mean(name, self._names(path.parent))
            what = f'no file "{file}" beside this file or among the shipped scenarios{hint}'
            self.broken.append(_at(entry, what))
            return None
        others = [place for place in found if place.resolve() != path.resolve()]
        return (others or found)[0]

    def _names(self, folder: Path) -> set[str]:
        """Return what ``extends`` could name from a folder."""
        near = [(folder, place) for pattern in ("*.yaml", "*/*.yaml") for place in folder.glob(pattern)]
        known = [(self._root, place) for pattern in ("*.yaml", "*/*.yaml") for place in self._root.glob(pattern)]
        return {place.relative_to(top).with_suffix("").as_posix() for top, place in near + known}


def _at(node: Node, what: str, path: str = "extends", *, key: bool = False) -> Mistake:
    file, line, column = node.place(key=key)
    return Mistake(file, line, column, path, what)
