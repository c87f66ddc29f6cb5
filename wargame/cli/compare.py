"""``wargame compare``: named cases on the same luck."""

from __future__ import annotations

from pathlib import Path

import click

from wargame.cli.console.folders import conclude
from wargame.cli.console.options import (
    block_option,
    bound_of,
    common,
    main,
    scenario_argument,
    uncertain_option,
    workers_option,
)
from wargame.cli.console.sweeps import execution_of, play, summary, write_report


@main.command()
@scenario_argument
@click.option(
    "--case",
    "cases",
    multiple=True,
    metavar="NAME:PATH=VALUE[,PATH=VALUE]…",
    help="A case (repeatable); NAME: alone is the scenario as it is, and so is what a single case is compared with.",
)
@click.option("--runs", type=click.IntRange(min=1), required=True, help="Replications of every case.")
@uncertain_option
@workers_option
@block_option
@common
def compare(
    scenario: str, cases: tuple[str, ...], runs: int, uncertain: bool, workers: int | None, block: int, seed: int,
    sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Compare cases run by run, on the same luck: differences with intervals, and the variance saved by pairing.

    Example:  wargame compare zapad_2021 --case hedger:actors.belarus.policy=hedger --runs 500
    """
    from wargame.studies.compare.find import as_json as data
    from wargame.studies.compare.find import robustness_as_json
    from wargame.studies.compare.plan import plan_comparison
    from wargame.studies.compare.say import lines
    from wargame.studies.sweep.plan.openers import opener
    from wargame.studies.sweep.store.folder import results_of

    study = plan_comparison(
        bound_of(scenario, sets), opener(scenario, sets), runs=runs, cases=cases, seed=seed, uncertain=uncertain, block=block
    )
    folder = play(study, execution_of(workers, "", "", quiet), out=out, kind="compare", report=not no_report)
    results = results_of(folder.path, study)
    if not no_report:
        write_report(results, folder.path, silent=as_json or quiet)
    conclude(
        folder.path, lambda: summary(folder) | {"measures": data(results), "robustness": robustness_as_json(results)},
        lambda: lines(results), no_report=no_report, as_json=as_json, quiet=quiet,
    )  # fmt: skip
