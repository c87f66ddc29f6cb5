"""Tables as Parquet files, through DuckDB. The same table gives the same bytes.

DuckDB reads more into a path than a name: partitions (``case=1/``), patterns (``run*``), addresses (``s3://``), separators. So it
is never given one: files are opened here, and it gets their numbers.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from wargame.results.columns import LARGEST, NOTHING_SAID, SQL, Column, Table, type_of
from wargame.results.files import numbered, opened, written

ROW_GROUP = 122_880
MEMORY = "768MB"  # what joining parts may take before it goes to disk
_FORMAT = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_file_cache": False,
    "autoinstall_known_extensions": False,  # no code but what is installed, from no network and no home
    "autoload_known_extensions": False,
}  # several threads would cut a long table now here, now there
_FAULTS = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


def write_table(path: Path, columns: Mapping[str, Any], about: Table = NOTHING_SAID) -> Table:
    """Write columns as a Parquet file (zstd), whole or not at all; text columns hold str, number columns are arrays.

    ``about`` says what they mean: their types and words go into the file. Not-a-number becomes NULL. Returns what was said, with
    the type of every column. Raises OSError.
    """
    known = about.typed(columns)
    with _database(os.getpid()).cursor() as db:
        db.register("t", _table(columns))
        _copy(db, "t", path, known)
    return known


def _select(about: Table, source: str) -> str:
    return f"(SELECT {', '.join(f'{_cast(one)} AS {_column(one.name)}' for one in about.columns)} FROM {source})"


def _cast(column: Column) -> str:
    name, kind = _column(column.name), SQL[column.type]
    match column.type:
        case "number" | "integer":
            return f"CAST(nullif(CAST({name} AS DOUBLE), 'nan'::DOUBLE) AS {kind})"
        case "date":
            return f"CAST(CAST({name} AS VARCHAR) AS {kind})"
    return f"CAST({name} AS {kind})"


def _copy(db: Any, table: str, path: Path, about: Table) -> None:
    foot = ", ".join(f"{_column(key)}: '{_quoted(text)}'" for key, text in about.metadata().items())
    options = f"{_FORMAT}, KV_METADATA {{{foot}}}" if about.file else _FORMAT
    rows = _select(about, table)
    with written(path) as (number, draft), numbered(number, draft) as name, _plainly(path, name):
        db.execute(f"COPY {rows} TO '{_quoted(name)}' ({options})")


@cache
def _database(process: int) -> Any:
    """Return the database in memory of this process, which holds nothing: to open one takes longer than most tables."""
    import duckdb

    del process
    return duckdb.connect(config=_SETTINGS)


def read_table(path: Path, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the columns of a Parquet file, or some of them. Raises OSError when it is none, or lacks one.

    Where a number is missing there is not-a-number, in whole numbers too; days are ``datetime64[D]``.
    """
    return _fetched(path, names)


def chunks(path: Path, names: Sequence[str], rows: int, size: int = 20_000) -> Iterator[dict[str, Any]]:
    """Yield some columns of a table with a column ``run`` counting from 0, some rows at a time. Raises OSError."""
    for first in range(0, rows, size):
        yield _fetched(path, names, f"WHERE run >= {first} AND run < {first + size} ORDER BY run")


def join_parts(
    parts: Sequence[Path], target: Path, *, replications: int, cases: Mapping[str, Any], about: Table, room: Path
) -> Table:
    """Write the rows of all parts to one file, in the order of their runs: the same bytes however they were parted.

    ``about`` names the columns: ``case``, ``replication``, ``run``, then those of ``cases``, a table with one row per case, then
    those of the parts. Replications beyond the first ``replications`` are left out. ``room`` is a folder for what does not fit
    into memory. Returns ``about`` with the type of every column. Raises OSError.
    """
    extra = [name for name in cases if name != "case"]
    own = [one.name for one in about.columns if one.name not in ("case", "replication", "run", *extra)]
    wanted = ", ".join([
        'p."case"', "p.replication", f'p."case" * {replications} + p.replication AS run',
        *(f"c.{_column(name)}" for name in extra), *(f"p.{_column(name)}" for name in own),
    ])  # fmt: skip
    mine = ", ".join(['"case"', "replication", *map(_column, own)])
    with _roomy(room) as db:
        for i, part in enumerate(parts):  # one after the other: there may be more of them than files may be open
            with _named(part) as name, _plainly(part, name):
                rows = f"SELECT {mine} FROM {_parquet(name)} WHERE replication < {replications}"
                db.execute(f"INSERT INTO p {rows}" if i else f"CREATE TABLE p AS {rows}")
        db.register("c", _table(cases))
        with _plainly(target, ""):  # a table of its own forgets how the parts were cut
            db.execute(f'CREATE TABLE r AS SELECT {wanted} FROM p JOIN c USING ("case") ORDER BY run; DROP TABLE p')
            known = _fitting(db, about, cases)
        _copy(db, "r", target, known)
    return known


def _fitting(db: Any, about: Table, cases: Mapping[str, Any]) -> Table:
    """Return what a table means with every type; a column that is said to be whole and is not is one of numbers."""
    whole = [one.name for one in about.columns if one.type == "integer"]
    found = db.execute(f"SELECT {', '.join(map(_all_whole, whole))} FROM r").fetchone() if whole else ()
    real = {name for name, fits in zip(whole, found, strict=True) if fits is False}
    columns = tuple(
        replace(one, type="number") if one.name in real else one if one.type else replace(one, type=type_of(cases[one.name]))
        for one in about.columns
    )
    return replace(about, columns=columns)


def _all_whole(name: str) -> str:
    value = f"CAST({_column(name)} AS DOUBLE)"
    return f"bool_and(isnan({value}) OR ({value} = trunc({value}) AND abs({value}) <= {LARGEST}))"


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
    return {name: _array(column) for name, column in columns.items()}


def _array(column: Any) -> Any:
    array = np.asarray(column)
    if array.dtype.kind == "M":
        return array.astype("datetime64[s]")
    return np.array(column, dtype=object) if array.dtype.kind == "U" else array


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
    """Return a column as an array; what is missing in a column of numbers is not-a-number, and a day is a ``datetime64[D]``."""
    if values.dtype.kind == "M":
        values = values.astype("datetime64[D]")
    masked: Any = values if isinstance(values, np.ma.MaskedArray) else None
    if masked is None:
        return values
    if masked.dtype.kind in "fiu" and np.any(masked.mask):
        return masked.astype(np.float64).filled(np.nan)
    return masked.data if not np.any(masked.mask) else masked.astype(object).filled(None)


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(name: str) -> str:
    return name.replace("'", "''")


@dataclass(frozen=True)
class TableDescription:
    """What a Parquet file says of itself: its columns with their types, how many rows it has, and what is in its foot."""

    types: Mapping[str, str]
    rows: int
    told: Mapping[str, str]


def described(path: Path) -> TableDescription:
    """Return what a Parquet file says of itself, without reading its rows. Raises OSError when it is none."""
    with _named(path) as name, _plainly(path, name), _database(os.getpid()).cursor() as db:
        columns = db.execute(f"DESCRIBE SELECT * FROM {_parquet(name)}").fetchall()
        rows = db.execute(f"SELECT num_rows FROM parquet_file_metadata('{_quoted(name)}')").fetchall()
        told = db.execute(f"SELECT key, value FROM parquet_kv_metadata('{_quoted(name)}')").fetchall()
    words = {bytes(key).decode("utf-8", "replace"): bytes(value).decode("utf-8", "replace") for key, value in told}
    return TableDescription({str(one[0]): str(one[1]) for one in columns}, int(rows[0][0]), words)
