"""Result folders on the command line: the command that made one, its report, the last lines that say where it lies."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wargame.cli.console.options import echo, named, print_json
from wargame.errors import mistake

if TYPE_CHECKING:
    from wargame.simulation.record import Record


def command_line() -> str:
    """Return the command as it was given, for the manifest."""
    return shlex.join(["wargame", *sys.argv[1:]])


def echo_place(folder: Path, *, with_report: bool) -> None:
    """Say where a result was written, and its report."""
    echo("")
    echo(f"written to {named(folder)}")
    if with_report:
        echo(f"report: {named(folder / 'report.html')}")


def conclude(
    folder: Path, data: Callable[[], Mapping[str, Any]], lines: Callable[[], Iterable[str]], *, no_report: bool, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Say what a result came to: in one JSON object, or in lines and where it lies."""
    if as_json:
        print_json(data())
        return
    for text in () if quiet else lines():
        echo(text)
    echo_place(folder, with_report=not no_report)


def say_drawing(silent: bool) -> None:
    """Say that a report is being drawn."""
    if not silent:
        echo("drawing the report …", err=True)


@contextmanager
def drawing(folder: Path, *, silent: bool) -> Iterator[None]:
    """Say that the report of a stored result is being drawn, and what is in the way where it cannot be written."""
    say_drawing(silent)
    try:
        yield
    except OSError as error:
        raise mistake(f"the report cannot be written: {error.strerror or error}", file=str(folder)) from None


def report_writer(silent: bool) -> Callable[[Record, Path], None]:
    """Return what writes the report of one history into its folder."""

    def write(record: Record, folder: Path) -> None:
        from wargame.report.history.page import write_history_report

        say_drawing(silent)
        write_history_report(record, folder)

    return write
