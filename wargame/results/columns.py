"""What the columns of a table hold: type, unit and role, in words. Each file says it, as does ``columns.json`` beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

CODEBOOK = "columns.json"
Type = Literal["", "date", "integer", "number", "text", "boolean"]
Role = Literal["index", "lever", "uncertainty", "measure"]
SQL: Mapping[str, str] = {"date": "DATE", "integer": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN"}
_KINDS: Mapping[str, Type] = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILE_NAMES = tuple(f"q{round(share * 100):02d}" for share in QUANTILES)
LARGEST = 2.0**53  # up to here every whole number is a float


@dataclass(frozen=True)
class Column:
    """One column. ``type`` is left out where the values say it; ``missing`` is the word for a value that is not there."""

    name: str
    role: Role
    says: str
    type: Type = ""
    unit: str = ""
    missing: str = ""
    source: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the column as an entry of the codebook."""
        keys = ("name", "type", "unit", "role", "says", "missing", "source")
        return {key: str(getattr(self, key)) for key in keys}


@dataclass(frozen=True)
class Table:
    """One table of a result: its file, what a row is, and its columns; ``facts`` say what it is a table of."""

    file: str
    row: str
    columns: tuple[Column, ...]
    facts: Mapping[str, str]

    def typed(self, columns: Mapping[str, Any]) -> Table:
        """Return the same with every type: what is declared, what the values are where nothing is, in the order of the values.

        A column that is declared to hold whole numbers and holds others keeps them: it is one of numbers.
        """
        known = {column.name: column for column in self.columns}
        found = [_typed(known.get(name) or Column(name, "measure", ""), values) for name, values in columns.items()]
        return replace(self, columns=tuple(found))

    def metadata(self) -> dict[str, str]:
        """Return what is written into the foot of the file."""
        told = json.dumps([column.as_json() for column in self.columns], ensure_ascii=False)
        return {**self.facts, "table": self.file, "row": self.row, "columns": told}


NOTHING_SAID = Table("", "", (), {})  # of a table that is nobody's but this program's


def _typed(column: Column, values: Any) -> Column:
    if not column.type:
        return replace(column, type=type_of(values))
    if column.type == "integer" and not all_whole(values):
        return replace(column, type="number")
    return column


def type_of(values: Any) -> Type:
    """Return the type of a column from how it is kept, whatever its values are: a list holds texts."""
    return _KINDS.get(values.dtype.kind, "text") if isinstance(values, np.ndarray) else "text"


def all_whole(values: Any) -> bool:
    """Return whether all numbers that are there are whole."""
    given = np.asarray(values)
    if given.dtype.kind != "f":
        return given.dtype.kind in "iub" or given.size == 0
    return bool(np.all(np.isnan(given) | ((np.abs(given) <= LARGEST) & (given == np.trunc(given)))))


def entries(tables: Iterable[Table]) -> dict[str, Any]:
    """Return the tables as ``columns.json`` holds them: every column of every table."""
    return {table.file: {"row": table.row, "columns": [column.as_json() for column in table.columns]} for table in tables}


def same(stored: Any, made: Any) -> bool:
    """Return whether a column that was read holds what was made, to the bit: not-a-number is not-a-number, days are days."""
    old, new = np.asarray(stored), np.asarray(made)
    if old.dtype.kind == "M" and new.dtype.kind != "M":
        new = new.astype("datetime64[D]")
    if old.dtype.kind == "f" or new.dtype.kind == "f":
        numbers = old.dtype.kind in "fiub" and new.dtype.kind in "fiub"
        return numbers and bool(np.array_equal(old.astype(np.float64), new.astype(np.float64), equal_nan=True))
    return bool(np.array_equal(old, new))


def index(name: str, says: str, type: Type = "") -> Column:
    """Return a column that says which row it is."""
    return Column(name, "index", says, type)


CASE = index("case", "Case: which setting of the levers, from 0; -1 in bands and levels is all cases together.", "integer")
REPLICATION = index("replication", "Replication: which luck and which uncertainties; the same in every case.", "integer")
RUN = index("run", "Run: case times replications plus replication; in the folder of one history 0.", "integer")
DATE = index("date", "Day, at its end.", "date")
VARIABLE = index("variable", "What the numbers of this row are of.", "text")


def quantiles(names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of quantiles, named ``q05`` and so on, and of how many runs they are."""
    says = "Share of the runs in which the variable is there at the end of the day; the quantiles are of these."
    own = (Column(name, "measure", f"{int(name[1:])} % of the runs are at or below it.", "number") for name in names)
    return (Column("share", "measure", says, "number"), *own)
