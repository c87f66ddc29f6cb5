"""Commands on result folders: replay, verify, report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame.cli.base import debug_option, echo, main, report_writer, tell

if TYPE_CHECKING:
    from wargame.record import Record
    from wargame.store import Stored


def _again(folder: Path, index: int = 0) -> tuple[Record, Stored]:
    from wargame.binding.bound import bind
    from wargame.errors import mistake
    from wargame.play import play_one
    from wargame.scenario.load import load
    from wargame.store import open_folder
    from wargame.sweeps.study import drawn

    stored = open_folder(folder)
    if index >= stored.manifest["runs"]:
        raise mistake(f"no run {index}; the result has {stored.manifest['runs']}", file=str(folder))
    bound = bind(load(stored.scenario_file))
    seed, replication = stored.manifest["seed"], stored.manifest["replication"]
    overrides = drawn(bound, seed, replication) if stored.manifest.get("uncertain") else None
    return play_one(bound, seed=seed, replication=replication, overrides=overrides), stored


def _is_sweep(folder: Path) -> bool:
    from wargame.sweeps.folder import is_sweep

    return is_sweep(folder)


def _is_study(folder: Path) -> bool:
    from wargame.influence.folder import is_study

    return is_study(folder)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--run", "index", type=click.IntRange(min=0), default=0, show_default=True, help="Which run of the result.")
@debug_option
def replay(folder: Path, index: int, debug: bool) -> None:
    """Play a stored run again with its full trace; exit code 3 if any measure differs in any bit.

    Example:  wargame replay results/zapad_2021/20211116T120000-1a2b3c4d-s0n1000 --run 137
    """
    del debug
    if _is_sweep(folder):
        _replay_of_sweep(folder, index)
        return
    if _is_study(folder):
        from wargame.influence.folder import replay as told_again

        record, which = told_again(folder, index)
        echo(f"{which}\n")
        tell(record)
        echo("\nthe same as stored, to the bit")
        return
    from wargame.store import compare

    record, stored = _again(folder, index)
    tell(record)
    compare(stored, record)
    echo("\nthe same as stored, to the bit")


def _replay_of_sweep(folder: Path, index: int) -> None:
    from wargame.errors import mistake
    from wargame.sweeps.folder import results_of
    from wargame.sweeps.verifying import check_run

    results = results_of(folder)
    if index >= results.runs:
        raise mistake(f"no run {index}; the result has {results.runs}", file=str(folder))
    case, replication = results.at(index)
    if len(results.cases) > 1:
        echo(f"run {index}: case {case} ({results.cases[case].name}), replication {replication}\n")
    record = results.replay(index)
    tell(record)
    check_run(folder, results, index, record)
    echo("\nthe same as stored, to the bit")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--runs", type=click.IntRange(min=1), help="Of a sweep: play only so many runs again, spread evenly [all].")
@click.option("--workers", type=click.IntRange(min=1), help="Of a sweep: processes [one per processor].")
@debug_option
def verify(folder: Path, runs: int | None, workers: int | None, debug: bool) -> None:
    """Make a result again from its folder alone and compare; exit code 3 on a difference.

    Example:  wargame verify results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    del debug
    if _is_sweep(folder):
        from wargame.sweeps.execute import processors
        from wargame.sweeps.verifying import verify as prove

        echo(f"{folder}: {prove(folder, runs, workers or processors(), sys.stderr)}")
        return
    if _is_study(folder):
        from wargame.influence.folder import verify as played_again
        from wargame.sweeps.execute import processors

        echo(f"{folder}: {played_again(folder, workers or processors(), sys.stderr)}")
        return
    from wargame.store import compare

    record, stored = _again(folder)
    compare(stored, record)
    echo(f"{folder}: the same to the bit ({len(record.measures)} measures, {len(record.events)} events)")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@debug_option
def report(folder: Path, debug: bool) -> None:
    """Make the figures and report.html of a stored result again.

    Example:  wargame report results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    del debug
    if _is_sweep(folder):
        from wargame.cli.sweep import write_report
        from wargame.sweeps.folder import results_of

        write_report(results_of(folder), folder, silent=False)
        echo(f"report: {folder / 'report.html'}")
        return
    if _is_study(folder):
        from wargame.cli.sensitivity import again

        again(folder)
        echo(f"report: {folder / 'report.html'}")
        return
    from wargame.errors import mistake
    from wargame.store import versions

    record, _ = _again(folder)
    provenance = {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()}
    try:
        report_writer(False)(record, folder, provenance)
    except OSError as error:
        raise mistake(f"the report cannot be written: {error.strerror or error}", file=str(folder)) from None
    echo(f"report: {folder / 'report.html'}")
