"""``wargame sweep`` and ``wargame merge``: many histories, in a folder that can be resumed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wargame.cli.console.folders import command_line, conclude
from wargame.cli.console.options import (
    block_option,
    bound_of,
    common,
    echo,
    main,
    named,
    no_report_option,
    output_options,
    uncertain_option,
    workers_option,
)
from wargame.cli.console.sweeps import execution_of, play, summary, write_report
from wargame.cli.tournament import tell as tell_tournament
from wargame.errors import mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wargame.studies.sweep.plan.study import Study
    from wargame.studies.sweep.run.sweeping import Execution
    from wargame.studies.sweep.store.folder import Folder


@main.command()
@click.argument("scenario", required=False)
@click.option("--runs", type=click.IntRange(min=1), help="Replications of every case.")
@click.option("--vary", multiple=True, metavar="PATH=a,b,c", help="A lever: values, or a range lo..hi (repeatable).")
@uncertain_option
@click.option(
    "--design",
    type=click.Choice(["full", "lhs", "sobol"]),
    default="full",
    show_default=True,
    help="How ranges are sampled: evenly in every combination, Latin hypercube, or Sobol' points.",
)
@click.option("--samples", type=click.IntRange(min=1), help="Points of the ranges (full: values of each range [5]).")
@click.option(
    "--until",
    multiple=True,
    metavar="MEASURE±W",
    help="Stop when the 95 % interval of the mean is at most ±W (or ±W%) in every case; +- will do for ± (repeatable).",
)
@workers_option
@click.option("--executor", default="", metavar="URL", help="Use a Dask cluster: dask:tcp://HOST:8786; it must see the folder.")
@click.option(
    "--shard", default="", metavar="I/N", help="Play only part I of N (I from 1 to N), to be joined with wargame merge."
)
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with an interrupted sweep.")
@click.option(
    "--keep-trajectories",
    "keep",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Runs whose watched variables are kept day by day.",
)
@block_option
@common
def sweep(
    scenario: str | None, runs: int | None, vary: tuple[str, ...], uncertain: bool, design: str, samples: int | None,
    until: tuple[str, ...], workers: int | None, executor: str, shard: str, resume: Path | None, keep: int, block: int,
    seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play many histories: replications of every case, measures with intervals, bands over time, a report.

    Example:  wargame sweep zapad_2021 --runs 1000 --vary actors.belarus.policy=dependent,hedger
    """
    how = execution_of(workers, executor, shard, quiet)
    here = click.get_current_context()
    if resume is not None:
        asked = {
            "runs": runs, "seed": seed, "vary": vary, "samples": samples, "method": design, "uncertain": uncertain,
            "until": until, "block": block, "keep": keep,
        }  # fmt: skip
        given = {name: value for name, value in asked.items() if _given(here, {"method": "design"}.get(name, name))}
        _resume(resume, scenario, how, given, sets, out, no_report=no_report, as_json=as_json, quiet=quiet)
        return
    if scenario is None:
        raise click.UsageError("Missing argument 'SCENARIO'.", here)
    if runs is None:
        raise click.UsageError("Missing option '--runs'.", here)
    from wargame.studies.sweep.plan.openers import opener
    from wargame.studies.sweep.plan.planning import plan_sweep

    _check(how, until, executor)
    study = plan_sweep(
        bound_of(scenario, sets), opener(scenario, sets), runs=runs, seed=seed, vary=vary, method=design, samples=samples,
        uncertain=uncertain, until=until, block=block, keep=keep,
    )  # fmt: skip
    folder = play(study, how, out=out, kind="sweep", shard=shard, report=not no_report)
    tell(folder, study, no_report=no_report, as_json=as_json, quiet=quiet)


def _check(how: Execution, until: tuple[str, ...], executor: str) -> None:
    from wargame.studies.sweep.run.executors import check_executor

    if executor:
        check_executor(executor)
    if how.shard is not None and until:
        raise mistake("cannot stop early: no shard sees the runs of the others; leave out --until", file="--shard")


def _given(here: click.Context, name: str) -> bool:
    """Return whether a flag stood on the command line."""
    return here.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _resume(
    path: Path, scenario: str | None, how: Execution, asked: Mapping[str, Any], sets: tuple[str, ...], out: Path | None, *,
    no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    from wargame.results.folder import SCENARIO
    from wargame.studies.sweep.plan.resuming import check_agrees
    from wargame.studies.sweep.run.sweeping import in_folder
    from wargame.studies.sweep.store.folder import check_versions, reopen, study_of

    folder = reopen(path)
    if out is not None and out.resolve() != path.resolve():
        raise mistake(f"a resumed sweep stays in its folder, {path}; leave it out", file="--out")
    again = scenario or str(path / SCENARIO)
    if (scenario is not None or sets) and bound_of(again, sets).text_hash != folder.manifest["scenario_hash"]:
        what = f"is not the scenario that {path} was begun with; begin a new sweep, or leave {{}} out"
        raise mistake(what.format("it" if scenario is None else "SCENARIO"), file="--set" if scenario is None else scenario)
    study = study_of(path)
    check_agrees(study.base, study.design, asked)
    no_report = no_report or not folder.manifest.get("report", True)
    kept = str(folder.manifest.get("shard") or "")
    if kept and how.shard is None:
        how = replace(how, shard=execution_of(1, "", kept, True).shard)
    elif how.shard is not None and how.shard != execution_of(1, "", kept, True).shard:
        raise mistake(f"the folder was begun with {kept or 'no shard'}; begin a new sweep, or leave it out", file="--shard")
    if folder.complete:
        if not quiet:
            echo(f"{named(path)} is complete already", err=True)
        tell(folder, None, no_report=True, as_json=as_json, quiet=quiet)
        return
    check_versions(folder)
    tell(in_folder(study, folder, how), study, no_report=no_report, as_json=as_json, quiet=quiet)


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR...")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the result [results/SCENARIO/TIME-HASH].")
@no_report_option
@output_options("Print only where the result is.")
def merge(folders: tuple[Path, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool) -> None:
    """Join the shards of a sweep into one result, the same to the byte as if it had been played in one go.

    Example:  wargame merge shard-1 shard-2 --out whole
    """
    from wargame.results.folder import default_folder
    from wargame.studies.sweep.run.merging import merge as join
    from wargame.studies.sweep.store.folder import reopen

    one = reopen(folders[0]).manifest
    runs = int(one.get("design", {}).get("runs", 0))
    place = default_folder(str(one["scenario"]), one["scenario_hash"], one["seed"], runs, dt.datetime.now(), what="n")
    folder = join(folders, out, place=place, command=command_line())
    tell(folder, None, no_report=no_report, as_json=as_json, quiet=quiet)


def tell(folder: Folder, study: Study | None, *, no_report: bool, as_json: bool, quiet: bool) -> None:
    """Write the report of a finished sweep and say what it came to."""
    from wargame.studies.sweep.run.sweeping import cost_line
    from wargame.studies.sweep.say import lines
    from wargame.studies.sweep.store.folder import results_of

    if folder.manifest["kind"] == "tournament":
        tell_tournament(folder, study, no_report=no_report, as_json=as_json, quiet=quiet)
        return
    results = results_of(folder.path, study)
    if not no_report:
        write_report(results, folder.path, silent=as_json or quiet)
    if line := cost_line(folder.manifest):
        echo(line, err=True)
    flags = {"no_report": no_report, "as_json": as_json, "quiet": quiet}
    conclude(folder.path, lambda: summary(folder), lambda: lines(results), **flags)
