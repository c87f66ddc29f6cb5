"""Commands on result folders: replay, verify, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame.cli.console.folders import drawing
from wargame.cli.console.options import echo, main, named, output_options, print_history, print_json
from wargame.errors import CheckFailed

if TYPE_CHECKING:
    from wargame.simulation.record import Record
    from wargame.studies.sensitivity.find import Finding
    from wargame.studies.sweep.find.results import Results


def _kind(folder: Path) -> str:
    from wargame.results.manifest import STUDY, SWEEPS, read_manifest

    kind = read_manifest(folder)["kind"]
    return "sweep" if kind in SWEEPS else "study" if kind == STUDY else "run"


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--run", "index", type=click.IntRange(min=0), default=0, show_default=True, help="Which run of the result.")
@output_options("Print only whether it is the same.")
def replay(folder: Path, index: int, as_json: bool, quiet: bool) -> None:
    """Play a stored run again with its full trace; exit code 3 if any measure differs in any bit.

    Example:  wargame replay results/zapad_2021/20211116T120000-1a2b3c4d-s0n1000 --run 137
    """
    from wargame.simulation.record import or_null

    with _altered_is_different(folder):
        record, which, prove = _replayed(folder, index)
    if not (as_json or quiet):
        if which:
            echo(f"{which}\n")
        print_history(record)
    with _said_as_json(folder, as_json):
        prove()
    if as_json:
        print_json({
            "scenario": record.bound.scenario.name, "seed": record.seed, "run": index, "replication": record.replication,
            "same": True, "measures": or_null(record.measures), "events": len(record.events), "out": str(folder),
        })  # fmt: skip
    else:
        echo("the same as stored, to the bit" if quiet else "\nthe same as stored, to the bit")


@contextmanager
def _said_as_json(folder: Path, as_json: bool) -> Iterator[None]:
    """With ``--json``, print a difference as the command's object as well, before it ends with exit code 3."""
    try:
        yield
    except CheckFailed as error:
        if as_json:
            print_json({"out": str(folder), "same": False, "says": str(error)})
        raise


@contextmanager
def _altered_is_different(folder: Path) -> Iterator[None]:
    """A folder that is not as it was written fails the proof."""
    from wargame.results.folder import Altered

    try:
        yield
    except Altered as error:
        lines = "\n".join(f"  {one}" for one in error.mistakes)
        raise CheckFailed(f"{folder}: it is not as it was written:\n{lines}") from None


def _replayed(folder: Path, index: int) -> tuple[Record, str, Callable[[], None]]:
    """Return a run of a result again, which one it is in words, and what raises :class:`CheckFailed` if it is not the same."""
    from wargame.errors import mistake

    kind = _kind(folder)
    if kind == "sweep":
        from wargame.report.proof.sweeps import check_run
        from wargame.studies.sweep.store.folder import results_of

        results = results_of(folder)
        if index >= results.runs:
            raise mistake(f"no run {index}; the result has {results.runs}", file=str(folder))
        case, replication = results.at(index)
        name = f"run {index}: case {case} ({results.cases[case].name}), replication {replication}"
        again = results.replay(index)
        return again, name if len(results.cases) > 1 else "", lambda: check_run(folder, results, index, again)
    if kind == "study":
        from wargame.studies.sensitivity.folder import replay as told_again

        record, which = told_again(folder, index)  # has compared already
        return record, which, lambda: None
    from wargame.report.proof.runs import compare, played
    from wargame.results.folder import open_folder

    stored = open_folder(folder)
    if index >= 1:
        raise mistake(f"no run {index}; the result has 1", file=str(folder))
    record = played(stored)
    return record, "", lambda: compare(stored, record)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--runs", type=click.IntRange(min=1), help="Of a sweep: play only so many runs again, spread evenly [all].")
@click.option("--workers", type=click.IntRange(min=1), help="Of a sweep: processes [one per processor].")
@output_options("Print nothing: the exit code says it.")
def verify(folder: Path, runs: int | None, workers: int | None, as_json: bool, quiet: bool) -> None:
    """Make a result again from its folder alone and compare; exit code 3 on a difference.

    Example:  wargame verify results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    from wargame.report.proof.verifying import verify as prove
    from wargame.studies.processes import processors

    with _said_as_json(folder, as_json):
        proof = prove(folder, runs=runs, workers=workers or processors(), stream=None if quiet else sys.stderr)
    if as_json:
        print_json({"out": str(folder), "same": True, **proof.as_json()})
    elif not quiet:
        echo(f"{named(folder)}: {proof}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@output_options("Print nothing.")
def report(folder: Path, as_json: bool, quiet: bool) -> None:
    """Make the figures and report.html of a stored result again.

    Example:  wargame report results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    _drawn(folder, silent=as_json or quiet)
    if as_json:
        print_json({"out": str(folder), "report": str(folder / "report.html")})
    elif not quiet:
        echo(f"report: {folder / 'report.html'}")


def _drawn(folder: Path, *, silent: bool) -> None:
    """Make the figures and the report of a stored result again."""
    from wargame.report.study.drawing import draw_into

    result = _result(folder)
    with drawing(folder, silent=silent):
        draw_into(folder, result)


def _result(folder: Path) -> Record | Results | Finding:
    """Return what a folder holds; a history is played again, and must be the stored one."""
    kind = _kind(folder)
    if kind == "sweep":
        from wargame.studies.sweep.store.folder import results_of

        return results_of(folder)
    if kind == "study":
        from wargame.studies.sensitivity.folder import read

        return read(folder)
    from wargame.report.proof.runs import history

    return history(folder)
