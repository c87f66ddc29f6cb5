"""What a file means stands in the file, and is the same whatever its rows are."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

import wargame as wg
from tests.amount import amount
from tests.sweep.theatre import base, contents, played
from wargame.results.columns import CASE, DATE, Column, Table, all_whole
from wargame.results.meaning import measures_of
from wargame.results.parquet import read_table, write_table
from wargame.results.run import write_run
from wargame.scenario.load import shipped

ROLES = {"index", "lever", "uncertainty", "measure"}
TYPES = {"date": "DATE", "integer": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN"}
KEYS = {"name", "type", "unit", "role", "says", "missing", "source"}


def schema(file: Path) -> list[tuple[str, str]]:
    """Names and types of a file as any reader sees them."""
    return [row[:2] for row in duckdb.execute(f"DESCRIBE SELECT * FROM read_parquet('{file}')").fetchall()]


def foot(file: Path) -> dict[str, str]:
    rows = duckdb.execute(f"SELECT key, value FROM parquet_kv_metadata('{file}')").fetchall()
    return {key.decode(): value.decode() for key, value in rows}


@cache
def folders() -> dict[str, Path]:
    """A folder of every kind, made once."""
    import tempfile

    place = Path(tempfile.mkdtemp(prefix="columns-"))
    write_run(wg.run(base(), seed=1), place / "run", command="", started=dt.datetime.now(dt.UTC), report=None)
    played(place / "sweep", vary={"parameters.threat.base": [-2.5, -1.5]}, uncertain=True)
    return {name: place / name for name in ("run", "sweep")}


@pytest.mark.parametrize("kind", ["run", "sweep"])
def test_every_table_says_what_it_holds_and_the_codebook_says_the_same(kind: str) -> None:
    folder = folders()[kind]
    book = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert book["scenario_hash"] == manifest["scenario_hash"]
    assert set(book["tables"]) == {path.name for path in folder.glob("*.parquet")}
    for file, told in book["tables"].items():
        own = foot(folder / file)
        assert (own["scenario"], own["scenario_hash"]) == (manifest["scenario"], manifest["scenario_hash"])
        assert json.loads(own["columns"]) == told["columns"]
        assert schema(folder / file) == [(one["name"], TYPES[one["type"]]) for one in told["columns"]]
        for one in told["columns"]:
            assert set(one) == KEYS
            assert one["role"] in ROLES
            assert one["says"]
    roles = {one["name"]: one["role"] for one in book["tables"]["measures.parquet"]["columns"]}
    assert [roles.pop(name) for name in ("case", "replication", "run")] == ["index"] * 3
    if kind == "sweep":
        assert roles.pop("parameters.threat.base") == "lever"
        assert roles.pop("policies.imperial.temperature") == "uncertainty"
    assert set(roles.values()) == {"measure"}
    assert {one["name"] for one in book["tables"]["bands.parquet"]["columns"]} >= {"date", "q50"}
    variables = {str(name).split("[")[0] for name in read_table(folder / "trajectory.parquet")["variable"]}
    assert variables <= set(book["variables"])


def test_what_is_counted_and_what_happens_or_not_are_whole_numbers() -> None:
    kinds = dict(schema(folders()["sweep"] / "measures.parquet"))
    assert kinds["esc_max"] == "BIGINT"
    assert kinds["threat_league"] == "DOUBLE"


ABOUT = Table("t.parquet", "one thing", (
    CASE, DATE, Column("yes", "measure", "whether", "integer", "0/1", "never"), Column("share", "measure", "how much", "number"),
    Column("word", "lever", "which", "text"), Column("on", "lever", "whether", "boolean"),
), {"scenario_hash": "0" * 64})  # fmt: skip
ROWS: dict[str, dict[str, Any]] = {
    "full": {"case": [0, 1], "date": ["2031-03-01", "2031-03-02"], "yes": [1.0, 0.0], "share": [0.5, 1.0], "word": ["a", "b"], "on": [True, False]},
    "all missing": {"case": [0], "date": [None], "yes": [np.nan], "share": [np.nan], "word": [None], "on": [None]},
    "some missing": {"case": [0, 1], "date": ["2031-03-01", None], "yes": [np.nan, 1.0], "share": [0.25, np.nan], "word": [None, "b"], "on": [True, None]},
    "empty": {"case": [], "date": [], "yes": [], "share": [], "word": [], "on": []},
}  # fmt: skip
KEPT = {"case": np.int64, "yes": np.float64, "share": np.float64}


@pytest.mark.parametrize("rows", ROWS)
def test_the_schema_is_the_same_whatever_the_rows_are(rows: str, tmp_path: Path) -> None:
    columns = {name: np.array(values, dtype=KEPT.get(name, object)) for name, values in ROWS[rows].items()}
    write_table(tmp_path / "t.parquet", columns, ABOUT)
    assert schema(tmp_path / "t.parquet") == [(one.name, TYPES[one.type]) for one in ABOUT.columns]
    assert json.loads(foot(tmp_path / "t.parquet")["columns"]) == [one.as_json() for one in ABOUT.columns]
    stored = duckdb.execute(f"SELECT count(*), count(yes), count(share) FROM read_parquet('{tmp_path}/t.parquet')").fetchall()[0]
    assert stored == (len(columns["case"]), *(int(np.sum(~np.isnan(columns[name]))) for name in ("yes", "share")))
    back = read_table(tmp_path / "t.parquet")
    for name in ("yes", "share"):
        assert np.array_equal(back[name].astype(float), columns[name], equal_nan=True)


def test_a_number_that_is_said_to_be_whole_and_is_not_is_kept(tmp_path: Path) -> None:
    about = Table("t.parquet", "", (Column("yes", "measure", "", "integer", "0/1"),), {})
    for values in ([0.5, 1.0], [np.inf, 1.0], [2.0**60, np.nan]):
        known = write_table(tmp_path / "t.parquet", {"yes": np.array(values)}, about)
        assert known.columns[0].type == "number"
        assert np.array_equal(read_table(tmp_path / "t.parquet")["yes"], values, equal_nan=True)


@pytest.mark.parametrize("name", [*shipped()][:: amount(8, 1)])
def test_what_a_shipped_scenario_counts_is_whole(name: str) -> None:
    """What a declaration says to be whole is: so that no run of a shipped scenario changes the schema."""
    bound = wg.load(name)
    values = wg.sweep(bound, runs=8, seed=11).values
    for column in measures_of(bound):
        if column.type == "integer":
            assert all_whole(np.asarray(values[column.name])), column.name
        else:
            assert column.unit != "0/1", column.name


def test_the_same_sweep_gives_the_same_bytes(tmp_path: Path) -> None:
    assert contents(played(tmp_path / "a").path) == contents(played(tmp_path / "b").path)
    assert (tmp_path / "a" / "columns.json").read_bytes() == (tmp_path / "b" / "columns.json").read_bytes()
