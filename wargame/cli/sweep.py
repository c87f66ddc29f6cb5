"""``wargame sweep`` and ``wargame merge``: many histories, in a folder that can be resumed."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wargame.cli.console.options import bound_of, common, echo, main, no_report_option, told
from wargame.errors import mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wargame.studies.sweep.find.results import Results
    from wargame.studies.sweep.plan.study import Study
    from wargame.studies.sweep.run.folder import Folder
    from wargame.studies.sweep.run.sweeping import How


@main.command()
@click.argument("scenario", required=False)
@click.option("--runs", type=click.IntRange(min=1), help="Replications of every case.")
@click.option("--vary", multiple=True, metavar="PATH=a,b,c", help="A lever: values, or a range lo..hi (repeatable).")
@click.option("--uncertain", is_flag=True, help="Draw the scenario's declared uncertainties anew in every replication.")
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
@click.option("--workers", type=click.IntRange(min=1), help="Processes [one per processor]; changes no number.")
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
@click.option(
    "--block", type=click.IntRange(min=1), default=1000, show_default=True, help="Runs played at once; changes no number."
)
@common
def sweep(
    scenario: str | None, runs: int | None, vary: tuple[str, ...], uncertain: bool, design: str, samples: int | None,
    until: tuple[str, ...], workers: int | None, executor: str, shard: str, resume: Path | None, keep: int, block: int,
    seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play many histories: replications of every case, measures with intervals, bands over time, a report.

    Example:  wargame sweep zapad_2021 --runs 1000 --vary actors.belarus.policy=dependent,hedger
    """
    how = how_of(workers, executor, shard, quiet)
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
    from wargame.studies.sweep.run.folder import opener
    from wargame.studies.sweep.run.planning import plan_sweep

    _check(how, until, executor)
    study = plan_sweep(
        bound_of(scenario, sets), opener(scenario, sets), runs=runs, seed=seed, vary=vary, method=design, samples=samples,
        uncertain=uncertain, until=until, block=block, keep=keep,
    )  # fmt: skip
    folder = play(study, how, out=out, kind="sweep", shard=shard, report=not no_report)
    tell(folder, study, no_report=no_report, as_json=as_json, quiet=quiet)


def how_of(workers: int | None, executor: str, shard: str, quiet: bool) -> How:
    """Return how a sweep is played. Raises :class:`wargame.errors.InputError` for a shard that is none."""
    from wargame.studies.sweep.run.execute import processors
    from wargame.studies.sweep.run.sweeping import How

    which: tuple[int, int] | None = None
    if shard:
        part, _, whole = shard.partition("/")
        if not (part.isdecimal() and whole.isdecimal() and 1 <= int(part) <= int(whole)):
            raise mistake(f"expected I/N with I from 1 to N, such as 2/8 (got {shard!r})", file="--shard")
        which = (int(part), int(whole))
    return How(workers or processors(), executor, which, None if quiet else sys.stderr)


def _check(how: How, until: tuple[str, ...], executor: str) -> None:
    from wargame.studies.sweep.run.execute import check_executor

    if executor:
        check_executor(executor)
    if how.shard is not None and until:
        raise mistake("cannot stop early: no shard sees the runs of the others; leave out --until", file="--shard")


def play(
    study: Study, how: How, *, out: Path | None, kind: str, report: bool, shard: str = "",
    first: Callable[[Folder], None] | None = None,
) -> Folder:  # fmt: skip
    """Begin a folder and play a study into it; ``first`` adds what it must hold before anything is played."""
    from wargame.results.store import default_folder
    from wargame.studies.sweep.run.folder import begin
    from wargame.studies.sweep.run.sweeping import in_folder

    base, design = study.base, study.design
    place = default_folder(base.scenario.name, base.text_hash, design.seed, design.runs, dt.datetime.now(), what="n")
    command = shlex.join(["wargame", *sys.argv[1:]])
    started = dt.datetime.now(dt.UTC)
    folder = begin(
        out or place, study, kind=kind, command=command, started=started, shard=shard, beside=out is None, report=report
    )
    if first is not None:
        first(folder)
    return in_folder(study, folder, how)


def _given(here: click.Context, name: str) -> bool:
    """Return whether a flag stood on the command line."""
    return here.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _resume(
    path: Path, scenario: str | None, how: How, asked: Mapping[str, Any], sets: tuple[str, ...], out: Path | None, *,
    no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    from wargame.results.store import SCENARIO
    from wargame.studies.sweep.run.folder import check_versions, reopen, study_of
    from wargame.studies.sweep.run.resuming import check_agrees
    from wargame.studies.sweep.run.sweeping import in_folder

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
        how = replace(how, shard=how_of(1, "", kept, True).shard)
    elif how.shard is not None and how.shard != how_of(1, "", kept, True).shard:
        raise mistake(f"the folder was begun with {kept or 'no shard'}; begin a new sweep, or leave it out", file="--shard")
    if folder.complete:
        if not quiet:
            echo(f"{path} is complete already", err=True)
        tell(folder, None, no_report=True, as_json=as_json, quiet=quiet)
        return
    check_versions(folder)
    tell(in_folder(study, folder, how), study, no_report=no_report, as_json=as_json, quiet=quiet)


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR...")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the result [results/SCENARIO/TIME-HASH].")
@no_report_option
@told("Print only where the result is.")
def merge(folders: tuple[Path, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool) -> None:
    """Join the shards of a sweep into one result, the same to the byte as if it had been played in one go.

    Example:  wargame merge shard-1 shard-2 --out whole
    """
    from wargame.results.store import default_folder
    from wargame.studies.sweep.run.folder import reopen
    from wargame.studies.sweep.run.merging import merge as join

    one = reopen(folders[0]).manifest
    runs = int(one.get("design", {}).get("runs", 0))
    place = default_folder(str(one["scenario"]), one["scenario_hash"], one["seed"], runs, dt.datetime.now(), what="n")
    folder = join(folders, out, place=place, command=shlex.join(["wargame", *sys.argv[1:]]))
    tell(folder, None, no_report=no_report, as_json=as_json, quiet=quiet)


def tell(folder: Folder, study: Study | None, *, no_report: bool, as_json: bool, quiet: bool) -> None:
    """Write the report of a finished sweep and say what it came to."""
    from wargame.studies.sweep.run.folder import results_of
    from wargame.studies.sweep.run.sweeping import cost_line

    if folder.manifest["kind"] == "tournament":
        from wargame.cli import tournament

        tournament.tell(folder, study, no_report=no_report, as_json=as_json, quiet=quiet)
        return
    results = results_of(folder.path, study)
    if not no_report:
        write_report(results, folder.path, silent=as_json or quiet)
    if line := cost_line(folder.manifest):
        echo(line, err=True)
    if as_json:
        echo(json.dumps(summary(folder)))
        return
    if not quiet:
        from wargame.studies.sweep.find.telling import lines

        for text in lines(results):
            echo(text)
    echo("")
    echo(f"written to {folder.path}")
    if not no_report:
        echo(f"report: {folder.path / 'report.html'}")


def summary(folder: Folder) -> dict[str, Any]:
    """Return what ``--json`` prints of a sweep."""
    told = folder.manifest
    keys = ("scenario", "seed", "runs", "replications", "scenario_hash", "fingerprint", "measures")
    found: dict[str, Any] = {key: told[key] for key in keys}
    found["cases"] = [
        {"case": one["case"], "name": one["name"], "levers": dict(one["settings"])} for one in told["design"]["cases"]
    ]
    if told.get("until"):
        found |= {"until": told["until"], "cost": told["cost"]}
    return found | {"out": str(folder.path)}


def write_report(results: Results, path: Path, *, silent: bool) -> None:
    """Draw the figures and the report of a stored sweep."""
    from wargame.report.study.drawing import draw_into

    if not silent:
        echo("drawing the report …", err=True)
    try:
        draw_into(path, results)
    except OSError as error:
        raise mistake(f"the report cannot be written: {error.strerror or error}", file=str(path)) from None
