"""Tables as Parquet files, through DuckDB. The same table gives the same bytes.

DuckDB reads more into a path than a name: partitions (``case=1/``), patterns (``run*``), addresses (``s3://``), separators. So it
is never given one: files are opened here, and it gets their numbers.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from wargame.results.files import numbered, opened, written

ROW_GROUP = 122_880
MEMORY = "768MB"  # what joining parts may take before it goes to disk
_FORMAT = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false)"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_file_cache": False,
}  # several threads would cut a long table now here, now there
_FAULTS = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns as a Parquet file (zstd), whole or not at all; text columns hold str, number columns are arrays.

    Raises OSError.
    """
    with _database(os.getpid()).cursor() as db:
        db.register("t", _table(columns))
        _copy(db, "t", path)


def _copy(db: Any, table: str, path: Path) -> None:
    with written(path) as (number, draft), numbered(number, draft) as name, _plainly(path, name):
        db.execute(f"COPY {table} TO '{_quoted(name)}' {_FORMAT}")


@cache
def _database(process: int) -> Any:
    """Return the database in memory of this process, which holds nothing: to open one takes longer than most tables."""
    import duckdb

    del process
    return duckdb.connect(config=_SETTINGS)


def read_table(path: Path, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the columns of a Parquet file, or some of them. Raises OSError when it is none, or lacks one."""
    return _fetched(path, names)


def chunks(path: Path, names: Sequence[str], rows: int, size: int = 20_000) -> Iterator[dict[str, Any]]:
    """Yield some columns of a table with a column ``run`` counting from 0, some rows at a time. Raises OSError."""
    for first in range(0, rows, size):
        yield _fetched(path, names, f"WHERE run >= {first} AND run < {first + size} ORDER BY run")


def join_parts(
    parts: Sequence[Path], target: Path, *, replications: int, cases: Mapping[str, Any], columns: Sequence[str], room: Path
) -> None:
    """Write the rows of all parts to one file, in the order of their runs: the same bytes however they were parted.

    Parts have ``case`` and ``replication`` and ``columns``; ``cases`` is a table with one row per case, whose columns come after
    ``case``, ``replication`` and ``run``. Replications beyond the first ``replications`` are left out. ``room`` is a folder for
    what does not fit into memory. Raises OSError.
    """
    extra = [name for name in cases if name != "case"]
    wanted = ", ".join([
        'p."case"', "p.replication", f'p."case" * {replications} + p.replication AS run',
        *(f"c.{_column(name)}" for name in extra), *(f"p.{_column(name)}" for name in columns),
    ])  # fmt: skip
    own = ", ".join(['"case"', "replication", *map(_column, columns)])
    with _roomy(room) as db:
        for i, part in enumerate(parts):  # one after the other: there may be more of them than files may be open
            with _named(part) as name, _plainly(part, name):
                rows = f"SELECT {own} FROM {_parquet(name)} WHERE replication < {replications}"
                db.execute(f"INSERT INTO p {rows}" if i else f"CREATE TABLE p AS {rows}")
        db.register("c", _table(cases))
        with _plainly(target, ""):  # a table of its own forgets how the parts were cut
            db.execute(f'CREATE TABLE r AS SELECT {wanted} FROM p JOIN c USING ("case") ORDER BY run; DROP TABLE p')
        _copy(db, "r", target)


@contextmanager
def _roomy(room: Path) -> Iterator[Any]:
    """Yield a database that puts what does not fit into memory into a folder, which is made and taken away."""
    import duckdb

    room.mkdir(parents=True, exist_ok=True)
    number = os.open(room, os.O_RDONLY)
    try:
        with numbered(number, room) as name, duckdb.connect(config=_SETTINGS) as db:
            db.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{_quoted(name)}'")
            yield db
    finally:
        os.close(number)
    room.rmdir()


def _table(columns: Mapping[str, Any]) -> Any:
    """Return columns as DuckDB takes them: arrays, texts as objects. Only texts that repeat need pandas, which loads slowly."""
    if any(hasattr(column, "categories") for column in columns.values()):
        import pandas as pd

        return pd.DataFrame(dict(columns))
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    return {name: np.array(columns[name], dtype=object) if array.dtype.kind == "U" else array for name, array in arrays.items()}


def _fetched(path: Path, names: Sequence[str], rest: str = "") -> dict[str, Any]:
    wanted = ", ".join(map(_column, names)) or "*"
    with _named(path) as name, _plainly(path, name), _database(os.getpid()).cursor() as db:
        found = db.execute(f"SELECT {wanted} FROM {_parquet(name)} {rest}").fetchnumpy()
    return {column: _plain(values) for column, values in found.items()}


@contextmanager
def _named(path: Path) -> Iterator[str]:
    """Yield a name for DuckDB of a file that is there. Raises OSError for what is no file."""
    with opened(path) as number, numbered(number, path) as name:
        yield name


def _parquet(name: str) -> str:
    return f"read_parquet('{_quoted(name)}', hive_partitioning = false)"


@contextmanager
def _plainly(path: Path, name: str) -> Iterator[None]:
    """Raise OSError for what DuckDB says, with the name of the file as its users know it and without its own words."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = str(error)
        fault = next((number for number in _FAULTS if os.strerror(number) in said), None)
        if fault is not None:
            raise OSError(fault, os.strerror(fault)) from None
        line = said.splitlines()[0]
        raise OSError(line.replace(name, path.name) if name else line) from None


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


def _quoted(name: str) -> str:
    return name.replace("'", "''")
