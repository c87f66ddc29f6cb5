"""``wargame tournament``: policy against policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from wargame.studies.sweep.plan.study import Study
    from wargame.studies.sweep.store.folder import Folder


@main.command()
@scenario_argument
@click.option("--actors", required=True, metavar="A,B[,C]", help="Who chooses between policies: two actors or more.")
@click.option("--runs", type=click.IntRange(min=1), required=True, help="Replications of every combination of policies.")
@click.option(
    "--policies",
    multiple=True,
    metavar="ACTOR=p,q,r",
    help="An actor's alternatives [those of the scenario's levers, or its family]; p+q joins two (repeatable).",
)
@click.option(
    "--payoff",
    "payoffs",
    multiple=True,
    metavar="ACTOR=MEASURE",
    help="What an actor wants more of [payoff_ACTOR]; -MEASURE: less (repeatable).",
)
@uncertain_option
@workers_option
@block_option
@common
def tournament(
    scenario: str, actors: str, runs: int, policies: tuple[str, ...], payoffs: tuple[str, ...], uncertain: bool,
    workers: int | None, block: int, seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Play every combination of the actors' policies on the same luck: payoffs with intervals, best replies, equilibria.

    Example:  wargame tournament zapad_2021 --actors russia,belarus --runs 500
    """
    from wargame.studies.sweep.plan.openers import opener
    from wargame.studies.tournament.folder import KIND, note_players
    from wargame.studies.tournament.plan import plan_tournament

    names = [name.strip() for name in actors.split(",") if name.strip()]
    study, players = plan_tournament(
        bound_of(scenario, sets), opener(scenario, sets), names, runs=runs, seed=seed, policies=policies, payoffs=payoffs,
        uncertain=uncertain, block=block,
    )  # fmt: skip
    how = execution_of(workers, "", "", quiet)
    folder = play(study, how, out=out, kind=KIND, report=not no_report, first=lambda begun: note_players(begun.path, players))
    tell(folder, study, no_report=no_report, as_json=as_json, quiet=quiet)


def tell(folder: Folder, study: Study | None, *, no_report: bool, as_json: bool, quiet: bool) -> None:
    """Write the files and the report of a finished tournament and say what it came to."""
    from wargame.studies.sweep.store.folder import results_of
    from wargame.studies.tournament.folder import stored_tournament, write_tournament
    from wargame.studies.tournament.say import as_json as data
    from wargame.studies.tournament.say import lines

    results = results_of(folder.path, study)
    found = stored_tournament(folder.path, results)
    write_tournament(folder.path, results, found)
    if not no_report:
        write_report(results, folder.path, silent=as_json or quiet)
    flags = {"no_report": no_report, "as_json": as_json, "quiet": quiet}
    conclude(folder.path, lambda: summary(folder) | data(found), lambda: lines(results, found), **flags)
