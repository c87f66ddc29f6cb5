"""Tables as Parquet files, through DuckDB. The same table gives the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

ROW_GROUP = 122_880
MEMORY = "768MB"  # what joining parts may take before it goes to disk
_FORMAT = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns as a Parquet file (zstd); text columns hold str, number columns are arrays. Raises OSError."""
    import duckdb

    try:
        with _database(os.getpid()).cursor() as db:
            db.register("t", _table(columns))
            db.execute(f"COPY t TO '{_quoted(path)}' {_FORMAT}")
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from None


@cache
def _database(process: int) -> Any:
    """Return the database in memory of this process, which holds nothing: to open one takes longer than most tables."""
    import duckdb

    del process
    return duckdb.connect(config={"threads": 1})  # several would cut a long table now here, now there


def read_table(path: Path, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the columns of a Parquet file, or some of them. Raises OSError when it is none, or lacks one."""
    wanted = ", ".join(map(_column, names)) or "*"
    return _fetched(f"SELECT {wanted} FROM read_parquet('{_quoted(path)}')")


def chunks(path: Path, names: Sequence[str], rows: int, size: int = 20_000) -> Iterator[dict[str, Any]]:
    """Yield some columns of a table with a column ``run`` counting from 0, some rows at a time. Raises OSError."""
    wanted = ", ".join(map(_column, names))
    for first in range(0, rows, size):
        yield _fetched(
            f"SELECT {wanted} FROM read_parquet('{_quoted(path)}') WHERE run >= {first} AND run < {first + size} ORDER BY run"
        )


def join_parts(
    parts: Sequence[Path], target: Path, *, replications: int, cases: Mapping[str, Any], columns: Sequence[str], room: Path
) -> None:
    """Write the rows of all parts to one file, in the order of their runs: the same bytes however they were parted.

    Parts have ``case`` and ``replication`` and ``columns``; ``cases`` is a table with one row per case, whose columns come after
    ``case``, ``replication`` and ``run``. Replications beyond the first ``replications`` are left out. ``room`` is a folder for
    what does not fit into memory. Raises OSError.
    """
    import duckdb

    extra = [name for name in cases if name != "case"]
    wanted = ", ".join([
        'p."case"', "p.replication", f'p."case" * {replications} + p.replication AS run',
        *(f"c.{_column(name)}" for name in extra), *(f"p.{_column(name)}" for name in columns),
    ])  # fmt: skip
    files = ", ".join(f"'{_quoted(part)}'" for part in parts)
    try:
        with duckdb.connect() as db:
            db.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'; SET temp_directory = '{_quoted(room)}'")
            db.register("c", _table(cases))
            rows = f'SELECT {wanted} FROM read_parquet([{files}]) p JOIN c USING ("case") WHERE p.replication < {replications}'
            db.execute(f"CREATE TABLE r AS {rows} ORDER BY run")  # a table of its own forgets how the parts were cut
            db.execute(f"COPY r TO '{_quoted(target)}' {_FORMAT}")
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from None


def _table(columns: Mapping[str, Any]) -> Any:
    """Return columns as DuckDB takes them: arrays, texts as objects. Only texts that repeat need pandas, which loads slowly."""
    if any(hasattr(column, "categories") for column in columns.values()):
        import pandas as pd

        return pd.DataFrame(dict(columns))
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    return {name: np.array(columns[name], dtype=object) if array.dtype.kind == "U" else array for name, array in arrays.items()}


def _fetched(query: str) -> dict[str, Any]:
    import duckdb

    try:
        with _database(os.getpid()).cursor() as db:
            found = db.execute(query).fetchnumpy()
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from None
    return {name: _plain(values) for name, values in found.items()}


def _plain(values: Any) -> Any:
    """Return a column as an array; what is missing in a column of numbers is not-a-number."""
    masked: Any = values if isinstance(values, np.ma.MaskedArray) else None
    if masked is None:
        return values
    if masked.dtype.kind == "f":
        return masked.filled(np.nan)
    return masked.data if not np.any(masked.mask) else masked.astype(object).filled(None)


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
