"""Where a result is: the command that made it, and the last lines that say where it lies."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from wargame.cli.console.options import echo


def command_line() -> str:
    """Return the command as it was given, for the manifest."""
    return shlex.join(["wargame", *sys.argv[1:]])


def echo_place(folder: Path, *, with_report: bool) -> None:
    """Say where a result was written, and its report."""
    echo("")
    echo(f"written to {folder}")
    if with_report:
        echo(f"report: {folder / 'report.html'}")
