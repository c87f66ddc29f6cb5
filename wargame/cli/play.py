"""``wargame run``: one history."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wargame.cli.base import bound_of, common, main, report_writer, scenario_argument, tell

if TYPE_CHECKING:
    from wargame.record import Record


@main.command()
@scenario_argument
@click.option("--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which history to tell.")
@click.option("--uncertain", is_flag=True, help="Draw the declared uncertainties, as in that replication of a sweep.")
@common
def run(
    scenario: str, replication: int, uncertain: bool, seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool,
    as_json: bool, quiet: bool, debug: bool,
) -> None:  # fmt: skip
    """Play one history and tell it: a narrated timeline, decisions with reasons, measures, a result folder.

    Example:  wargame run zapad_2021 --set actors.belarus.policy=hedger --seed 7
    """
    del debug
    started = dt.datetime.now(dt.UTC)
    bound = bound_of(scenario, sets)
    from wargame.play import play_one
    from wargame.store import check_free, default_folder, write_run
    from wargame.sweeps.study import drawn

    if out is not None:
        check_free(out)  # before the work, not after it
    overrides = drawn(bound, seed, replication) if uncertain else None
    record = play_one(bound, seed=seed, replication=replication, overrides=overrides)
    if not as_json and not quiet:
        tell(record)
    folder = out or default_folder(bound.scenario.name, bound.text_hash, seed, replication, dt.datetime.now())
    folder = write_run(
        record, folder, command=shlex.join(["wargame", *sys.argv[1:]]), started=started, beside=out is None,
        uncertain=uncertain, report=None if no_report else report_writer(as_json or quiet),
    )  # fmt: skip
    if as_json:
        click.echo(json.dumps(_summary(record, folder)))
    else:
        _echo_place(folder, with_report=not no_report)


def _summary(record: Record, folder: Path) -> dict[str, Any]:
    return {
        "scenario": record.bound.scenario.name,
        "seed": record.seed,
        "replication": record.replication,
        "runs": 1,
        "scenario_hash": record.bound.text_hash,
        "fingerprint": record.fingerprint,
        "measures": dict(record.measures),
        "out": str(folder),
    }


def _echo_place(folder: Path, *, with_report: bool) -> None:
    click.echo("")
    click.echo(f"written to {folder}")
    if with_report:
        click.echo(f"report: {folder / 'report.html'}")
