"""What the tables of a sweep hold: measures of every run with levers and uncertainties, bands, levels, trajectories."""

from __future__ import annotations

from collections.abc import Mapping

from wargame.results.columns import CASE, DATE, QUANTILE_NAMES, REPLICATION, RUN, VARIABLE, Column, Table, index, quantiles
from wargame.results.meaning import VALUE, facts_of, lever_of, measures_of, number_of
from wargame.studies.sweep.find.results import case_table, lever_column
from wargame.studies.sweep.plan.study import Study

_BANDS = "one case, variable and day"


def tables_of(study: Study) -> Mapping[str, Table]:
    """Return the tables of a sweep by file."""
    facts = facts_of(study.base)
    level = Column("level", "index", "The level: a rung or a class.", "integer")
    runs = Column("runs", "measure", "How many runs stood on that level on that day.", "integer", "runs")
    rows = (
        ("measures.parquet", "one run", (CASE, *_case(study), *_drawn(study), *measures_of(study.base))),
        ("bands.parquet", _BANDS, (CASE, VARIABLE, DATE, *quantiles(QUANTILE_NAMES))),
        ("levels.parquet", f"{_BANDS}, and level that some run stood on", (CASE, VARIABLE, DATE, level, runs)),
        ("trajectory.parquet", "one kept run, day and variable", (RUN, DATE, VARIABLE, VALUE)),
    )
    return {file: Table(file, row, columns, facts) for file, row, columns in rows}


def _case(study: Study) -> list[Column]:
    """Return the columns that say which run it is, and what was set in it."""
    names = {lever_column(study, path): path for path in study.design.paths()}
    found = [REPLICATION, RUN]
    for name in case_table(study):
        if name == "name":
            found.append(index("name", "Name of the case.", "text"))
        elif name != "case":
            found.append(lever_of(study.base, names[name], name))
    return found


def _drawn(study: Study) -> list[Column]:
    bounds = list(study.bounds.values())
    found = []
    for path in study.uncertain_paths:
        bound = next((one for one in bounds if any(given.path == path for given in one.givens)), study.base)
        found.append(number_of(bound, path, "uncertainty"))
    return found
