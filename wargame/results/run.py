"""The result folder of one history: its tables, its events, and what they are of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from wargame.engine.types import Array
from wargame.results.columns import QUANTILE_NAMES
from wargame.results.files import write_lines, write_text
from wargame.results.folder import SCENARIO, finish_manifest, new_manifest, write_folder
from wargame.results.meaning import tables_of_run, variables_of
from wargame.results.tables import write_tables
from wargame.scenario.load import dump
from wargame.simulation.record import Record, or_null

EVENTS = "events.jsonl"


def write_run(
    record: Record, folder: Path, *, command: str, started: dt.datetime,
    report: Callable[[Record, Path], None] | None, beside: bool = False, uncertain: bool = False,
) -> Path:  # fmt: skip
    """Write the result folder of one history and return its path.

    The folder appears under its own name only when it is complete. ``report`` writes figures and ``report.html`` into it.
    Where the name is taken, ``beside`` puts a number after it (``-2``, ``-3`` …). ``uncertain`` says that the scenario's
    uncertainties were drawn.
    Raises :class:`InputError` when the place cannot be written, or is taken and ``beside`` is false.
    """

    def fill(draft: Path) -> None:
        manifest = new_manifest(
            record.bound, "run", record.seed, command=command, started=started, replication=record.replication, runs=1,
            fingerprint=record.fingerprint, measures=or_null(record.measures),
        )  # fmt: skip
        write_text(draft / SCENARIO, dump(dict(record.bound.resolved)))
        write_tables(draft, tables(record), tables_of_run(record.bound, QUANTILE_NAMES), variables_of(record.bound))
        write_lines(draft / EVENTS, (event.as_json() for event in record.events))
        if report is not None:
            report(record, draft)
        manifest |= {"uncertain": True} if uncertain else {}
        finish_manifest(draft, manifest, drawn=report is not None)

    return write_folder(folder, fill, beside=beside)


def tables(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tables of a history, file name and columns: its measures, its bands, and the state of every day."""
    head = {name: np.array([n], dtype=np.int64) for name, n in (("case", 0), ("replication", record.replication), ("run", 0))}
    yield "measures.parquet", head | {name: np.array([value]) for name, value in sorted(record.measures.items())}
    dates = [date.isoformat() for date in record.dates]
    watched = record.watched()
    names = [name for name in watched for _ in dates]
    values = np.concatenate(list(watched.values())) if watched else np.empty(0)
    bands = {"case": np.zeros(len(names), dtype=np.int64), "variable": names, "date": dates * len(watched)}
    share = (~np.isnan(values)).astype(np.float64)
    yield "bands.parquet", bands | {"share": share} | dict.fromkeys(QUANTILE_NAMES, values)
    variables, days = _trajectory(record)
    rows = np.arange(days.size, dtype=np.int32)  # texts as codes: a long history has tens of millions of rows
    count = max(len(variables), 1)
    yield (
        "trajectory.parquet",
        {
            "run": np.zeros(days.size, dtype=np.int64),
            "date": _coded(rows // count, dates),
            "variable": _coded(rows % count, variables),
            "value": days.ravel(),
        },
    )


def _coded(codes: Any, texts: list[str]) -> Any:
    """Return a column of texts that repeat: each row is the place of its text in the list."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=pd.Index(texts))


def _trajectory(record: Record) -> tuple[list[str], Array]:
    """Return names and values ``(days, variables)`` of everything the mechanisms keep."""
    own = {field.name for mechanism in record.bound.mechanisms for field in mechanism.fields}
    layout = record.bound.layout
    names, rows = layout.row_names(), [row for name in sorted(own) for row in range(*layout.span(name).indices(layout.slots))]
    return [names[row] for row in rows], record.days[:, rows]
