"""Everything wrong with scenario files, and what is right and hardly meant: what ``wargame check`` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from wargame.binding.bound import Bound
from wargame.binding.everything import Sets
from wargame.binding.opening import open_scenario
from wargame.binding.remarks.remarks import remarks
from wargame.errors import InputError, Mistake

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
    return {"file": one.file, "line": one.line or None, "column": one.column or None, "path": one.path, "message": one.says}


def findings(files: Sequence[str | FilePath], sets: Sets = ()) -> Findings:
    """Return what is wrong with some scenario files, and what is remarked upon."""
    each = [_of_file(file, sets) for file in files]
    return Findings(
        tuple(dict.fromkeys(one for found in each for one in found.mistakes)),
        tuple(dict.fromkeys(one for found in each for one in found.remarks)),
        tuple(bound for found in each for bound in found.bounds),
    )


def _of_file(file: str | FilePath, sets: Sets) -> Findings:
    try:
        opened = open_scenario(file, sets)
    except InputError as error:
        return Findings(tuple(error.mistakes), (), (None,))
    return Findings((), tuple(remarks(opened.loaded, opened.bound)), (opened.bound,))
