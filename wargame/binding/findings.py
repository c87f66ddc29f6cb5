"""Everything wrong with a scenario file in one pass, and what is right and hardly meant.

Reading stops at shapes that are wrong, and meaning at names that are: so what is wrong is taken out of the data, and the rest is
looked at again, until nothing new is found. What only follows from the taking out is not told.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from wargame.binding.bound import Bound, bind
from wargame.binding.opening import Sets, blamed
from wargame.binding.remarks import remarks
from wargame.errors import InputError, Mistake
from wargame.scenario.load import Loaded, reading
from wargame.scenario.marks import Path
from wargame.scenario.salvage import Taken, take_out, valid
from wargame.scenario.sets import as_pairs, parse_path

ROUNDS = 8


@dataclass(frozen=True)
class Findings(Sequence[Mistake]):
    """What is wrong with scenario files (a sequence of the mistakes), what is remarked upon, and those that can be played."""

    mistakes: tuple[Mistake, ...]
    remarks: tuple[Mistake, ...] = ()
    bounds: tuple[Bound | None, ...] = ()  # per file; None for one with mistakes

    def __len__(self) -> int:
        return len(self.mistakes)

    def __getitem__(self, index: Any) -> Any:
        return self.mistakes[index]

    def __repr__(self) -> str:
        said = [str(one) for one in self.mistakes[:10]] + [f"remark: {one}" for one in self.remarks[:5]]
        more = len(self.mistakes) + len(self.remarks) - len(said)
        return "\n".join([*said, *([f"… and {more} more"] if more else [])]) or "nothing wrong"

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return ``{"mistakes": [...], "remarks": [...]}``; what has no place in a file has null for line and column."""
        return {"mistakes": [_json(one) for one in self.mistakes], "remarks": [_json(one) for one in self.remarks]}


def _json(one: Mistake) -> dict[str, Any]:
    return {"file": one.file, "line": one.line or None, "column": one.column or None, "path": one.path, "message": one.what}


def findings(files: Sequence[str | FilePath], sets: Sets = ()) -> Findings:
    """Return what is wrong with some scenario files, and what is remarked upon."""
    each = [_of_file(file, sets) for file in files]
    return Findings(
        tuple(dict.fromkeys(one for found in each for one in found.mistakes)),
        tuple(dict.fromkeys(one for found in each for one in found.remarks)),
        tuple(bound for found in each for bound in found.bounds),
    )


def _of_file(file: str | FilePath, sets: Sets) -> Findings:
    found = set(_everything(file, sets))
    if not found:
        loaded = reading(file, sets).loaded()
        return Findings((), tuple(remarks(loaded)), (bind(loaded, spares=False),))
    mistakes = sorted(found)
    return Findings(tuple(sorted(set(blamed(mistakes, file, as_pairs(sets))))) if sets else tuple(mistakes), (), (None,))


def _everything(file: str | FilePath, sets: Sets) -> Iterator[Mistake]:
    try:
        read = reading(file, sets)
    except InputError as error:
        yield from error.mistakes
        return
    data, taken = copy.deepcopy(read.resolved), Taken()
    yield from read.mistakes
    for _ in range(ROUNDS):
        scenario, faults = valid(data, read, taken)
        yield from faults
        if scenario is None:
            return
        try:
            bind(Loaded(scenario, data, read.marks, "", read.joined.files))
            return
        except InputError as error:
            yield from taken.own(error.mistakes)
            changed = [take_out(data, _path(one), taken) for one in error.mistakes]
            if not any(changed):
                return


def _path(one: Mistake) -> Path:
    try:
        return parse_path(one.path) if one.path else ()
    except InputError:  # an odd name, which the shape refuses
        return ()
