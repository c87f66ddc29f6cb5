"""Commands on result folders: replay, verify, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from wargame.cli.base import echo, main, print_json, report_writer, tell, told
from wargame.errors import CheckFailed

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
@told("Print only whether it is the same.")
def replay(folder: Path, index: int, as_json: bool, quiet: bool) -> None:
    """Play a stored run again with its full trace; exit code 3 if any measure differs in any bit.

    Example:  wargame replay results/zapad_2021/20211116T120000-1a2b3c4d-s0n1000 --run 137
    """
    from wargame.record import or_null

    record, which, prove = _replayed(folder, index)
    if not (as_json or quiet):
        if which:
            echo(f"{which}\n")
        tell(record)
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


def _replayed(folder: Path, index: int) -> tuple[Record, str, Callable[[], None]]:
    """Return a run of a result again, which one it is in words, and what raises :class:`CheckFailed` if it is not the same."""
    if _is_sweep(folder):
        from wargame.errors import mistake
        from wargame.sweeps.folder import results_of
        from wargame.sweeps.verifying import check_run

        results = results_of(folder)
        if index >= results.runs:
            raise mistake(f"no run {index}; the result has {results.runs}", file=str(folder))
        case, replication = results.at(index)
        name = f"run {index}: case {case} ({results.cases[case].name}), replication {replication}"
        again = results.replay(index)
        return again, name if len(results.cases) > 1 else "", lambda: check_run(folder, results, index, again)
    if _is_study(folder):
        from wargame.influence.folder import replay as told_again

        record, which = told_again(folder, index)  # has compared already
        return record, which, lambda: None
    from wargame.store import compare

    record, stored = _again(folder, index)
    return record, "", lambda: compare(stored, record)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--runs", type=click.IntRange(min=1), help="Of a sweep: play only so many runs again, spread evenly [all].")
@click.option("--workers", type=click.IntRange(min=1), help="Of a sweep: processes [one per processor].")
@told("Print nothing: the exit code says it.")
def verify(folder: Path, runs: int | None, workers: int | None, as_json: bool, quiet: bool) -> None:
    """Make a result again from its folder alone and compare; exit code 3 on a difference.

    Example:  wargame verify results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    with _said_as_json(folder, as_json):
        said = _proved(folder, runs, workers, None if quiet else sys.stderr)
    if as_json:
        print_json({"out": str(folder), "same": True, "says": said})
    elif not quiet:
        echo(f"{folder}: {said}")


def _proved(folder: Path, runs: int | None, workers: int | None, stream: TextIO | None) -> str:
    """Make a result again and return what was found to be the same. Raises :class:`wargame.errors.CheckFailed`."""
    from wargame.sweeps.execute import processors

    if _is_sweep(folder):
        from wargame.sweeps.verifying import verify as prove

        return prove(folder, runs, workers or processors(), stream)
    if _is_study(folder):
        from wargame.influence.folder import verify as played_again

        return played_again(folder, workers or processors(), stream)
    from wargame.store import compare

    record, stored = _again(folder)
    compare(stored, record)
    return f"the same to the bit ({len(record.measures)} measures, {len(record.events)} events)"


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@told("Print nothing.")
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
    if _is_sweep(folder):
        from wargame.cli.sweep import write_report
        from wargame.sweeps.folder import results_of

        write_report(results_of(folder), folder, silent=silent)
        return
    if _is_study(folder):
        from wargame.cli.sensitivity import again

        again(folder, silent=silent)
        return
    from wargame.errors import mistake
    from wargame.store import versions

    record, _ = _again(folder)
    provenance = {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()}
    try:
        report_writer(silent)(record, folder, provenance)
    except OSError as error:
        raise mistake(f"the report cannot be written: {error.strerror or error}", file=str(folder)) from None
