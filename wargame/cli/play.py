"""``wargame run``: one history."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wargame.cli.console.folders import command_line, echo_place, report_writer
from wargame.cli.console.options import bound_of, common, echo, main, print_history, scenario_argument
from wargame.errors import InputError, Interrupted, WargameError

if TYPE_CHECKING:
    from wargame.agents.playing import AgentError, AgentsStopped
    from wargame.binding.bound import Bound
    from wargame.simulation.record import Record


@main.command()
@scenario_argument
@click.option("--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which history to tell.")
@click.option("--uncertain", is_flag=True, help="Draw the declared uncertainties, as in that replication of a sweep.")
@click.option(
    "--agent",
    "agents",
    multiple=True,
    metavar="ACTOR='COMMAND…'",
    help="A program that decides for an actor: a view per line in, orders per line out (repeatable).",
)
@click.option(
    "--agent-timeout",
    "patience",
    type=click.FloatRange(min=0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a program may take over an answer.",
)
@common
def run(
    scenario: str, replication: int, uncertain: bool, agents: tuple[str, ...], patience: float, seed: int,
    sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play one history and tell it: a narrated timeline, decisions with reasons, measures, a result folder.

    A program attached with --agent sees what its actor may see; its orders are kept in the result, which needs no program.

    Example:  wargame run zapad_2021 --set actors.belarus.policy=hedger --seed 7
    """
    started = dt.datetime.now(dt.UTC)
    bound = bound_of(scenario, sets)
    from wargame.results.folder import check_free, default_folder
    from wargame.results.run import write_run

    if out is not None:
        check_free(out)  # before the work, not after it
    record, wrong = _played(bound, agents, patience, seed=seed, replication=replication, uncertain=uncertain)
    if not as_json and not quiet:
        print_history(record)
    folder = out or default_folder(bound.scenario.name, record.bound.text_hash, seed, replication, dt.datetime.now())
    folder = write_run(
        record, folder, command=command_line(), started=started, beside=out is None,
        uncertain=uncertain, report=None if no_report else report_writer(as_json or quiet),
    )  # fmt: skip
    if wrong is not None:
        raise _cut_short(wrong, record, folder)
    if as_json:
        echo(json.dumps(_summary(record, folder)))
    else:
        echo_place(folder, with_report=not no_report)


def _played(
    bound: Bound, agents: tuple[str, ...], patience: float, *, seed: int, replication: int, uncertain: bool
) -> tuple[Record, AgentError | AgentsStopped | None]:
    """Return the history; where an agent went wrong, or somebody interrupted, the part that was played before, and the error."""
    if not agents:
        from wargame.simulation.play import play_one
        from wargame.studies.sweep.plan.study import drawn

        overrides = drawn(bound, seed, replication) if uncertain else None
        return play_one(bound, seed=seed, replication=replication, overrides=overrides), None
    from wargame.agents.playing import AgentError, AgentsStopped, play_with_agents
    from wargame.agents.program import dismiss, programs

    with programs(bound, agents, patience) as running:
        try:
            record = play_with_agents(bound, running, seed=seed, replication=replication, uncertain=uncertain)
        except (AgentError, AgentsStopped) as error:
            if error.record is None:
                raise
            return error.record, error
        try:
            dismiss(running)
        except InputError as error:
            return record, AgentError(error.mistakes, record)
        return record, None


def _cut_short(wrong: AgentError | AgentsStopped, record: Record, folder: Path) -> WargameError:
    """Return the error of a history that agents, or somebody, ended: what was played before is kept."""
    days = f"the first {len(record.days)} days" if len(record.days) > 1 else "the first day"
    kept = f"{days}, played before that, are kept in {folder}"
    if isinstance(wrong, KeyboardInterrupt):
        return Interrupted(f"interrupted; {kept}")
    first = wrong.mistakes[0]
    return InputError([replace(first, what=f"{first.what}; {kept}")])


def _summary(record: Record, folder: Path) -> dict[str, Any]:
    from wargame.simulation.record import or_null

    return {
        "scenario": record.bound.scenario.name,
        "seed": record.seed,
        "replication": record.replication,
        "runs": 1,
        "scenario_hash": record.bound.text_hash,
        "fingerprint": record.fingerprint,
        "measures": or_null(record.measures),
        "out": str(folder),
    }
