"""The tables of a result, written with the codebook that says what they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wargame.results.columns import CODEBOOK, Table, entries
from wargame.results.files import read_text, write_json
from wargame.results.parquet import write_table


def write_tables(
    folder: Path, tables: Iterable[tuple[str, Mapping[str, Any]]], about: Mapping[str, Table], variables: Mapping[str, Any]
) -> None:
    """Write tables, and the codebook of all that ``about`` names; those in it without a table are there already.

    ``variables`` are what the rows of tables with a column ``variable`` are of. Raises OSError.
    """
    known = dict(about)
    for name, columns in tables:
        known[name] = write_table(folder / name, columns, about[name])
    facts = next(iter(known.values())).facts
    write_json(folder / CODEBOOK, {**facts, "tables": entries(known.values()), "variables": variables})


def note_table(folder: Path, table: Table) -> None:
    """Add a table to the codebook of a folder. Raises OSError."""
    told = json.loads(read_text(folder / CODEBOOK))
    told["tables"] |= entries([table])
    write_json(folder / CODEBOOK, told)
