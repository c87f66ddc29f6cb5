"""What the tables of a sensitivity study hold: every run, the design, the indices."""

from __future__ import annotations

from collections.abc import Mapping

from wargame.results.columns import REPLICATION, Column, Role, Table, index
from wargame.results.meaning import facts_of, lever_of, measures_of, number_of
from wargame.studies.sensitivity.factors import UNCERTAINTY, Factor
from wargame.studies.sensitivity.find import Finding

MEASURES, POINTS, INDICES = "measures.parquet", "points.parquet", "sensitivity.parquet"
_POINT = index("point", "Point of the design: one setting of all factors.", "integer")
_RUN = index("run", "Run: point times replications plus replication.", "integer")


def tables_of(found: Finding) -> Mapping[str, Table]:
    """Return the tables of a study by file."""
    facts = facts_of(found.base)
    rows = (
        (MEASURES, "one run", (_POINT, REPLICATION, _RUN, *_settings(found), *measures_of(found.base))),
        (POINTS, "one point of the design", (_POINT, *_design(found))),
        (INDICES, "one measure, factor and index", _INDICES),
    )
    return {file: Table(file, row, columns, facts) for file, row, columns in rows}


def role_of(factor: Factor) -> Role:
    """Return the role of a factor."""
    return "uncertainty" if factor.kind == UNCERTAINTY else "lever"


def column_of(found: Finding, path: str) -> str:
    """Return the name of a setting's column: its path, unless a measure has that name."""
    return f"lever.{path}" if path in found.values else path


def _settings(found: Finding) -> list[Column]:
    return [
        number_of(found.base, path, "uncertainty", column_of(found, path))
        if role_of(one) == "uncertainty"
        else lever_of(found.base, path, column_of(found, path))
        for one in found.factors
        for path in one.paths
    ]


def _design(found: Finding) -> list[Column]:
    told = "Place of the factor in its own range: 0 is its lowest value, 1 its highest."
    factors = [(one.path, role_of(one)) for one in found.factors]
    return [
        index("group", "Trajectory or row of the design.", "integer"),
        index("moved", "The factor that has moved since the point before; empty where none has.", "text"),
        *(Column(path, role, told, "number", "0-1") for path, role in factors),
    ]


_INDICES = (
    index("measure", "The measure.", "text"),
    index("factor", "The factor: a path of the scenario.", "text"),
    index("kind", "What the factor is.", "text"),
    index("index", "The index: mu_star, mu and sigma of Morris, first and total of Sobol'.", "text"),
    Column("value", "measure", "Its value.", "number"),
    Column("low", "measure", "Lower end of its 95 % interval.", "number"),
    Column("high", "measure", "Upper end of its 95 % interval.", "number"),
)
