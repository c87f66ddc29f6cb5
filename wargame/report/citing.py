"""Sources as numbers in the text and a list at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from wargame.scenario.evidence import Catalogue, catalogue


@dataclass(frozen=True)
class Entry:
    """One source of the list: its number, id, citation, what it claims (our paraphrase), outlet, and remarks."""

    number: int
    id: str
    citation: str
    claim: str
    outlet: str
    note: str
    contested: tuple[str, ...]


@dataclass
class Bibliography:
    """Numbers sources in the order in which they are first cited."""

    known: Catalogue = field(default_factory=catalogue)
    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, ids: Iterable[str]) -> list[tuple[int, str, str]]:
        """Return (number, id, short citation) of every source, each once."""
        return [(self._number(one), one, self._citation(one)) for one in dict.fromkeys(ids) if one]

    def entries(self) -> list[Entry]:
        """Return what has been cited so far, by number."""
        return [self._entry(one, number) for one, number in self.numbers.items()]

    def _number(self, one: str) -> int:
        return self.numbers.setdefault(one, len(self.numbers) + 1)

    def _citation(self, one: str) -> str:
        return self.known.cite(one) if one in self.known else one

    def _entry(self, one: str, number: int) -> Entry:
        if one not in self.known:
            return Entry(number, one, one, "", "", "not in the catalogue of evidence", ())
        found = self.known.get(one)
        return Entry(number, one, self.known.cite(one), found.claim, found.outlet, found.note, found.contested)
