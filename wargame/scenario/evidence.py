"""The source catalogue: every id that a scenario may cite, and what stands behind it.

Three files feed it: the claims of the source documents, the outside facts kept apart from them, and the
larger catalogue of outside facts for calibration. A claim and a fact are both :class:`Evidence`;
``external`` tells them apart. The catalogue is read once, on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from wargame.errors import WargameError, did_you_mean, mistake
from wargame.scenario.files.resources import data_file
from wargame.scenario.words import MONTHS

FOLDER = "evidence"
CLAIMS, EXTERNAL, FACTS = "evidence.yaml", "external_facts.yaml", "facts.yaml"
OUTSIDE = "external-fact"
Table: TypeAlias = Mapping[str, Any]

_SAYS = {
    "sourced": "outside fact",
    "background": "background knowledge, not checked",
    "computed": "computed",
}
_OUTLETS_OWN_WORDS = " reporting"
_AUTHORS = " authors"
_ID = re.compile(r'^\s*- id: *"?([^\s",}]+)', re.MULTILINE)


@dataclass(frozen=True)
class Evidence:
    """One claim of a source document, or one fact from outside the documents (``external``).

    ``who`` said it and ``outlet`` printed it, on ``date`` (ISO, as exact as known: day, month or year); a
    fact's ``date`` is that of the event, and its ``outlet`` names the pages where it was read.
    ``event_date`` may be an interval in words. ``tier`` is 1 (core) to 3 (context), 2 for facts.
    ``contested`` and ``corroborates`` hold ids of other evidence. ``status`` is ``claim``, or for facts
    ``sourced``, ``background`` or ``computed``, or the words of the catalogue; ``where`` holds addresses.
    Empty text means unknown or none.
    """

    id: str
    claim: str
    who: str
    outlet: str
    date: str
    kind: str
    tier: int
    contested: tuple[str, ...]
    note: str
    document: str
    status: str
    event_date: str = ""
    corroborates: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    value: float | str | tuple[float | str, ...] | None = None
    unit: str = ""

    @property
    def external(self) -> bool:
        """Whether this comes from outside the source documents."""
        return self.kind == OUTSIDE


class Catalogue:
    """All evidence by id, in the order of the files."""

    def __init__(self, entries: Iterable[Evidence]) -> None:
        self._entries: dict[str, Evidence] = {}
        for entry in entries:
            if entry.id in self._entries:
                raise WargameError(f'evidence id "{entry.id}" is given twice')
            self._entries[entry.id] = entry

    def __contains__(self, identity: object) -> bool:
        return identity in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def ids(self) -> tuple[str, ...]:
        """Return every id that may be cited."""
        return tuple(self._entries)

    def get(self, identity: str) -> Evidence:
        """Return the evidence with this id; raises :class:`InputError` naming the nearest one."""
        if identity not in self._entries:
            raise mistake(self._unknown(identity), file=FOLDER)
        return self._entries[identity]

    def resolve(self, ids: Iterable[str]) -> list[str]:
        """Return one message per id that the catalogue does not hold, in order; empty when all are known."""
        return [self._unknown(identity) for identity in ids if identity not in self._entries]

    def cite(self, identity: str) -> str:
        """Return a short citation for people, such as "Muzyka, in CBC News, 10 Sep 2021"."""
        entry = self.get(identity)
        if entry.external:
            return _cite_fact(entry)
        outlet = entry.outlet.partition(" (")[0]  # what stands in brackets is a remark
        who = _short_name(entry.who)
        said_by_outlet = not who or who.removesuffix(_AUTHORS) in outlet
        parts = [who or outlet] if said_by_outlet else [who, f"in {outlet}"]
        return ", ".join([*parts, _readable_date(entry.date)])

    def _unknown(self, identity: str) -> str:
        return f'unknown evidence id "{identity}"{did_you_mean(identity, self._entries)}'


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the shipped catalogue, read on the first call; raises :class:`WargameError` if that fails."""
    paths = [data_file(FOLDER, name) for name in (CLAIMS, EXTERNAL, FACTS)]
    return load(*paths)


@lru_cache(maxsize=1)
def identities() -> frozenset[str]:
    """Return the ids of the shipped catalogue by the lines they stand in, at a fiftieth of what reading all of it takes."""
    texts = [data_file(FOLDER, name).read_text(encoding="utf-8") for name in (CLAIMS, EXTERNAL, FACTS)]
    return frozenset(found for text in texts for found in _ID.findall(text))


@lru_cache(maxsize=1)
def documents() -> Table:
    """Return what is known of the source documents, by key: outlet, author, date, title, slant."""
    table = yaml.load(data_file(FOLDER, CLAIMS).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    found: Table = table["documents"]
    return found


def load(claims: Path, external: Path, facts: Path) -> Catalogue:
    """Return the catalogue of three files; raises :class:`WargameError` naming a file that cannot be read."""
    documents: dict[str, Table] = {}
    entries: list[Evidence] = []
    for path, reader in ((claims, _claims), (external, _external_facts), (facts, _facts)):
        try:
            table = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            documents.update(table.get("documents", {}))
            entries.extend(reader(table, documents))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise WargameError(f"{path}: the evidence cannot be read: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise WargameError(f"{path}: the evidence lacks a field or has one of a wrong kind: {error}") from error
    return Catalogue(entries)


def _claims(table: Table, documents: Table) -> list[Evidence]:
    return [_claim(entry, documents[entry["document"]]) for entry in table["evidence"]]


def _claim(entry: Table, document: Table) -> Evidence:
    return Evidence(
        id=entry["id"],
        claim=entry["claim"],
        who=entry["attributed_to"],
        outlet=document["outlet"],
        date=str(document["date"]),
        kind=entry["kind"],
        tier=int(entry["tier"]),
        contested=tuple(entry.get("contested") or ()),
        note=entry.get("note", ""),
        document=entry["document"],
        status="claim",
        event_date=str(entry.get("event_date", "")),
        corroborates=tuple(entry.get("corroborates") or ()),
        value=_value(entry),
        unit=entry.get("unit", ""),
    )


def _external_facts(table: Table, _: Table) -> list[Evidence]:
    return [
        Evidence(
            id=entry["id"],
            claim=entry["fact"],
            who="",
            outlet="",
            date="",
            kind=OUTSIDE,
            tier=2,
            contested=(),
            note=entry.get("why_it_matters", ""),
            document="",
            status=entry["status"],
        )
        for entry in table["external_facts"]
    ]


def _facts(table: Table, documents: Table) -> list[Evidence]:
    printed = {key: {"title": _printed(document), "at": ()} for key, document in documents.items()}
    sources = {**printed, **table["sources"]}
    return [_fact(entry, sources, documents) for entry in table["facts"]]


def _fact(entry: Table, sources: Table, documents: Table) -> Evidence:
    keys = entry.get("where", ())
    pages = [sources[key] for key in keys]
    return Evidence(
        id=entry["id"],
        claim=entry["fact"],
        who="",
        outlet="; ".join(page["title"] for page in pages),
        date=str(entry.get("date", "")),
        kind=OUTSIDE,
        tier=2,
        contested=(),
        note=entry.get("note", ""),
        document=next((key for key in keys if key in documents), ""),
        status=entry["status"],
        event_date=str(entry.get("date", "")),
        where=tuple(address for page in pages for address in page["at"]),
        value=_value(entry),
        unit=entry.get("unit", ""),
    )


def _printed(document: Table) -> str:
    outlet: str = document["outlet"]
    return f"{outlet.partition(' (')[0]}, {_readable_date(str(document['date']))}"


def _value(entry: Table) -> float | str | tuple[float | str, ...] | None:
    value: float | str | list[float | str] | None = entry.get("value")
    return tuple(value) if isinstance(value, list) else value


def _cite_fact(entry: Evidence) -> str:
    if entry.status not in _SAYS:
        return f"outside fact, {entry.status}"
    first = entry.outlet.partition("; ")[0]
    if not first:
        return _SAYS[entry.status]
    return f"{first} (outside fact)" if entry.status == "sourced" else f"{_SAYS[entry.status]}, after {first}"


def _short_name(attributed: str) -> str:
    """Return a person's surname or a group's name; empty when the outlet itself speaks."""
    plain = " ".join(_without_brackets(attributed).split())
    head, comma, role = plain.partition(", ")
    if plain.endswith(_OUTLETS_OWN_WORDS):
        return ""
    words = head.split()
    if comma and len(words) in (2, 3) and all(word[0].isupper() for word in words):
        return words[-1]
    if comma and len(words) == 1 and role[0].islower():
        return head
    return head if head.endswith(_AUTHORS) else plain


def _without_brackets(text: str) -> str:
    kept, depth = [], 0
    for letter in text:
        depth += letter == "("
        if depth == 0:
            kept.append(letter)
        depth -= letter == ")"
    return "".join(kept)


def _readable_date(iso: str) -> str:
    """Return "10 Sep 2021", "Sep 2021" or "2021" for an ISO date, month or year."""
    year, *rest = iso.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)
