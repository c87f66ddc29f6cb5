"""``wargame sensitivity``: which uncertainties and levers move which measures."""

from __future__ import annotations

import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame.cli.console.folders import command_line, conclude, say_drawing
from wargame.cli.console.options import bound_of, common, echo, main, scenario_argument, workers_option

if TYPE_CHECKING:
    from wargame.studies.sensitivity.find import Finding


@main.command()
@scenario_argument
@click.option(
    "--method",
    type=click.Choice(["morris", "sobol"]),
    default="morris",
    show_default=True,
    help="Morris screens many factors with few runs; Sobol' says which share of the variance each causes.",
)
@click.option("--samples", type=click.IntRange(min=2), help="Morris: trajectories [10]; Sobol': rows, a power of two [128].")
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Runs of every point: the more, the less luck hides what it moves. Points of a group share their luck.",
)
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="A measure to tell of (repeatable) [the main ones].")
@click.option("--vary", multiple=True, metavar="PATH=lo..hi", help="Another factor: a range, or values a,b,c (repeatable).")
@click.option(
    "--factor",
    "factors",
    multiple=True,
    metavar="PATTERN",
    help="Move only these: paths or lever names, * for any text; uncertainty, lever or varied for all of a kind.",
)
@workers_option
@common
def sensitivity(
    scenario: str, method: str, samples: int | None, replications: int, measures: tuple[str, ...], vary: tuple[str, ...],
    factors: tuple[str, ...], workers: int | None, seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say which uncertainties and levers move which measures, how far and how surely, and which do nothing.

    Intervals cover points and luck alike; where too much is luck there is none, and it says what it would take.

    Moves the scenario's declared uncertainties over their priors and its levers over their values, and what --vary adds.

    Example:  wargame sensitivity zapad_2021 --factor uncertainty --measure linger_share_30
    """
    from wargame.results.folder import check_free, default_folder
    from wargame.studies.processes import processors
    from wargame.studies.sensitivity.folder import write
    from wargame.studies.sensitivity.plan import Question, plan
    from wargame.studies.sensitivity.play import study
    from wargame.studies.sensitivity.say import lines

    started = dt.datetime.now(dt.UTC)
    question = Question(method, samples or 0, replications, seed, measures, vary, factors)
    own = plan(bound_of(scenario, sets), question)
    if out is not None:
        check_free(out)
    if not quiet:
        many = f", {own.scenarios:,} scenarios" if own.scenarios > 1 else ""
        echo(f"{len(own.factors)} factors, {len(own.design.u):,} points{many} …", err=True)
    found = study(own, workers=workers or processors(), stream=None if quiet else sys.stderr)
    name = default_folder(own.base.scenario.name, own.base.text_hash, seed, found.runs, dt.datetime.now(), what="n")
    place = write(
        found, question, out or name, command=command_line(), started=started,
        report=None if no_report else partial(draw, silent=as_json or quiet), beside=out is None,
    )  # fmt: skip
    head = {"scenario": own.base.scenario.name, "seed": seed, "runs": found.runs, "scenario_hash": own.base.text_hash}
    conclude(
        place, lambda: head | {"fingerprint": found.fingerprint} | found.as_json() | {"out": str(place)}, lambda: lines(found),
        no_report=no_report, as_json=as_json, quiet=quiet,
    )  # fmt: skip


def draw(found: Finding, folder: Path, *, silent: bool) -> None:
    """Draw the figures and the report of a study into its folder."""
    from wargame.report.study.sensitivity import write_sensitivity_report

    say_drawing(silent)
    write_sensitivity_report(found, folder)
