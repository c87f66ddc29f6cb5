"""What rests on each piece of evidence, and what rests on none: shipped files, mechanisms and the code's own citations.

A *use* is a place that cites an evidence id. Files are searched for their ``source`` lists, mechanisms for the sources of
themselves and of their parameters, Python for ids in docstrings and for ids that stand alone as a text (the sources of events).
An id that nothing uses must have a reason in ``evidence/unused.yaml``; a core claim (tier 1) must be used.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath

import wargame
from wargame.mechanisms import registry
from wargame.scenario.evidence import CLAIMS, EXTERNAL, FACTS, FOLDER, Catalogue, Evidence, catalogue, documents
from wargame.scenario.files.marks import Path, plain
from wargame.scenario.files.resources import data_root
from wargame.scenario.files.strict_yaml import read_file
from wargame.scenario.load import load

UNUSED = "unused.yaml"
OUTSIDE = "outside"
CORE, WIDTH = 1, 110
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+")
_KINDS = {
    "actions": "action",
    "actors": "actor",
    "cases": "adjudicated case",
    "exercises": "exercise",
    "facts": "stylised fact",
    "states": "scale of escalation",
    "hindcasts": "hindcast",
    "initial": "initial value",
    "injects": "inject",
    "items": "item",
    "ladder": "rung",
    "measures": "measure",
    "scales": "base rate",
    "sensors": "sensor",
    "sites": "site",
    "source": "scenario",
}


@dataclass(frozen=True, order=True)
class Use:
    """A place that cites: what kind of thing, its name, and the file or module that holds it."""

    kind: str
    name: str
    where: str


@dataclass(frozen=True)
class Row:
    """One document of the table: used and all ids, by tier."""

    document: str
    title: str
    used: Mapping[int, int]
    total: Mapping[int, int]


@dataclass(frozen=True)
class Coverage:
    """Every id of the catalogue with its uses, and the reasons given for ids without any."""

    evidence: Catalogue
    uses: Mapping[str, tuple[Use, ...]]
    reasons: Mapping[str, str]  # id, or the beginning of ids and "*" -> why nothing rests on it

    def reason(self, identity: str) -> str:
        """Return the reason given for an id, or for the ids that begin like it; empty when there is none."""
        fitting = [key for key in self.reasons if key == identity or (key[-1] == "*" and identity.startswith(key[:-1]))]
        return self.reasons[max(fitting, key=len)] if fitting else ""

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """Ids that nothing rests on, in the order of the catalogue."""
        return tuple(identity for identity in self.evidence.ids() if not self.uses[identity])

    def faults(self) -> list[str]:
        """Return what is wrong: a core claim unused, an unused id without a reason, a reason that nothing needs."""
        found = []
        for identity in self.unused:
            if self.evidence.get(identity).tier == CORE and not self.evidence.get(identity).external:
                found.append(f"{identity}: a core claim (tier 1) on which nothing rests")
            elif not self.reason(identity):
                found.append(f"{identity}: unused, and {UNUSED} gives no reason")
        return found + [
            f"{key}: {UNUSED} gives a reason, but the id is used or unknown" for key in self.reasons if self._idle(key)
        ]

    def _idle(self, key: str) -> bool:
        if key[-1] == "*":
            return not any(identity.startswith(key[:-1]) for identity in self.evidence.ids())
        return key not in self.unused

    def rows(self) -> list[Row]:
        """Return one row per document, then one for the outside facts."""
        titles = {key: f"{entry['outlet'].partition(' (')[0]}, {entry['date']}" for key, entry in documents().items()}
        titles[OUTSIDE] = "facts from outside the documents"
        found = []
        for document, title in titles.items():
            ids = self.ids_of(document)
            tiers = sorted({self.evidence.get(one).tier for one in ids})
            total = {tier: sum(self.evidence.get(one).tier == tier for one in ids) for tier in tiers}
            used = {tier: sum(self.evidence.get(one).tier == tier and bool(self.uses[one]) for one in ids) for tier in tiers}
            found.append(Row(document, title, used, total))
        return found

    def ids_of(self, document: str) -> list[str]:
        """Return the ids of a document, or of ``outside``."""
        return [identity for identity in self.evidence.ids() if _document(self.evidence.get(identity)) == document]

    def data(self) -> dict[str, object]:
        """Return everything as plain data, for ``--json``."""
        return {
            "documents": [
                {
                    "document": row.document,
                    "title": row.title,
                    "tiers": {str(t): {"used": row.used[t], "total": row.total[t]} for t in row.total},
                    "ids": [self._entry(identity) for identity in self.ids_of(row.document)],
                }
                for row in self.rows()
            ],
            "unused": {identity: self.reason(identity) for identity in self.unused},
            "faults": self.faults(),
        }

    def _entry(self, identity: str) -> dict[str, object]:
        uses = [{"kind": use.kind, "name": use.name, "where": use.where} for use in self.uses[identity]]
        return {"id": identity, "tier": self.evidence.get(identity).tier, "uses": uses, "reason": self.reason(identity)}


def coverage(files: Iterable[str] = ()) -> Coverage:
    """Return what rests on each id in some scenarios with all their layers, or in all that ships, and in the code.

    Raises :class:`wargame.errors.InputError` for a scenario that cannot be loaded.
    """
    read = dict.fromkeys(path for name in files for path in load(name).files) or dict.fromkeys(_shipped_files())
    found: dict[str, set[Use]] = {identity: set() for identity in catalogue().ids()}
    for uses in (_of_files(read), _of_mechanisms(), _of_python()):
        for identity, use in uses:
            if identity in found:
                found[identity].add(use)
    reasons = _reasons() if not files else {}
    return Coverage(catalogue(), {identity: tuple(sorted(uses)) for identity, uses in found.items()}, reasons)


def _document(entry: Evidence) -> str:
    return OUTSIDE if entry.external else entry.document


def _reasons() -> dict[str, str]:
    data = plain(read_file(data_root() / FOLDER / UNUSED, UNUSED)[0])
    return {str(key): " ".join(str(value).split()) for key, value in data.items()} if isinstance(data, dict) else {}


def _shipped_files() -> list[FilePath]:
    own = {data_root() / FOLDER / name for name in (CLAIMS, EXTERNAL, FACTS, UNUSED)}
    return [path for path in sorted(data_root().rglob("*.yaml")) if path not in own]


def _of_files(files: Iterable[FilePath]) -> Iterator[tuple[str, Use]]:
    for path in files:
        where = str(path.relative_to(data_root())) if path.is_relative_to(data_root()) else path.name
        for place, ids in _cited(plain(read_file(path, where)[0])):
            kind, name = _named(place)
            for identity in ids:
                yield identity, Use(kind, name or path.stem, where)


def _cited(data: object, path: Path = ()) -> Iterator[tuple[Path, list[str]]]:
    """Yield every list of sources with its path, that of the thing which cites."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("source", "sources", "evidence") and not isinstance(value, dict):
                yield path or (key,), [value] if isinstance(value, str) else [str(one) for one in value or ()]
            else:
                yield from _cited(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            named = value.get("id", i) if isinstance(value, dict) else i
            yield from _cited(value, (*path, named))


def _named(path: Path) -> tuple[str, str]:
    """Return what kind of thing stands at a path of a file, and its short name."""
    parts = [str(part) for part in path]
    head, rest = parts[0], parts[1:]
    if head == "policies" and len(rest) > 1:
        numbers = rest[1] in ("let", "temperature")
        return "parameter" if numbers else "rule", ".".join([rest[0], *rest[1 if numbers else 2 :]])
    if head in ("actors", "sites") and "initial" in rest:
        return "initial value", ".".join(part for part in rest if part != "initial")
    if head in ("policies", "parameters"):
        return ("policy" if head == "policies" else "parameter"), ".".join(rest)
    if rest[:1] == ["sides"]:
        return "side of a disagreement", f"{head} {rest[1]}"
    return _KINDS.get(head, head.rstrip("s")), ".".join(rest)


def _of_mechanisms() -> Iterator[tuple[str, Use]]:
    for name, mechanism in registry().items():
        for identity in mechanism.sources:
            yield identity, Use("mechanism", name, f"wargame.mechanisms.{name}")
        for parameter in mechanism.parameters:
            for identity in parameter.source:
                yield identity, Use("parameter", f"{name}.{parameter.name}", f"wargame.mechanisms.{name}")


def _of_python() -> Iterator[tuple[str, Use]]:
    root = FilePath(wargame.__file__).parent
    declared = {identity for identity, _ in _of_mechanisms()}
    for path in sorted(path for path in root.rglob("*.py") if "_data" not in path.parts):
        module = ".".join(("wargame", *path.relative_to(root).with_suffix("").parts))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for identity in dict.fromkeys(_ID.findall(ast.get_docstring(tree) or "")):
            yield identity, Use("docstring", path.stem, module)
        told = {text for call in ast.walk(tree) if _says(call) for text in _texts(call)}
        for text in dict.fromkeys(_texts(tree)):
            if text in told:
                yield text, Use("event", path.stem, module)
            elif text not in declared:
                yield text, Use("code", path.stem, module)


def _says(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say"


def _texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def lines(found: Coverage) -> Iterator[str]:
    """Yield the coverage for people: every claim with what rests on it, what is unused and why, and the table of documents."""
    rows = found.rows()
    for row in rows:
        if row.document != OUTSIDE:
            yield row.title
            for identity in found.ids_of(row.document):
                yield from _wrapped(f"{identity} (tier {found.evidence.get(identity).tier}): {_in_words(found, identity)}")
            yield ""
    yield "Unused"
    told: dict[str, list[str]] = {}
    for identity in found.unused:
        told.setdefault(found.reason(identity) or "no reason given", []).append(identity)
    for reason, ids in told.items():
        shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        yield from _wrapped(f"{shown}: {reason}")
    yield ""
    yield f"{'used / all':<40}{'tier 1':>10}{'tier 2':>10}{'tier 3':>10}"
    for row in rows:
        cells = (f"{row.used[tier]}/{row.total[tier]}" if tier in row.total else "" for tier in (1, 2, 3))
        yield f"{row.title:<40}{''.join(f'{cell:>10}' for cell in cells)}".rstrip()


def _in_words(found: Coverage, identity: str) -> str:
    kinds: dict[str, list[str]] = {}
    for use in found.uses[identity]:
        kinds.setdefault(use.kind, []).append(use.name)
    said = [f"{kind} {', '.join(dict.fromkeys(names))}" for kind, names in kinds.items()]
    return "; ".join(said) or f"nothing ({found.reason(identity) or 'no reason given'})"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)
