"""The command line. It reads arguments, calls the package and prints; it computes nothing and imports nothing heavy."""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import shutil
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wargame import __version__
from wargame.cli.console.streams import NO_MEMORY, Signals, flush, lose, lost, of_the_system, ready_streams, silence_closed
from wargame.errors import Mistake, WargameError, harmless, one_line, shortened

if TYPE_CHECKING:
    from wargame.binding.bound import Bound
    from wargame.simulation.record import Record

INTERRUPTED = 130  # the exit code of what Ctrl-C ended
F = TypeVar("F", bound=Callable[..., Any])

STYLES: Mapping[str, dict[str, Any]] = {
    "head": {"bold": True},
    "day": {"bold": True, "fg": "cyan"},
    "order": {"bold": True},
    "inject": {"fg": "yellow"},
    "rung": {"fg": "red", "bold": True},
    "incident": {"fg": "red"},
    "verdict": {"fg": "magenta"},
    "picture": {"fg": "green"},
    "source": {"dim": True},
    "detail": {"dim": True},
}


def echo(text: str = "", *, lead: str = "", err: bool = False, nl: bool = True, **style: Any) -> None:
    """Print text of any origin: whatever steers a terminal is written out. ``lead`` is this program's own, and goes before it."""
    try:
        click.echo(lead + styled(text, **style), err=err, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, a terminal that is gone
        lose(sys.stderr if err else sys.stdout, error)


def named(path: Path | str) -> str:
    """Return a path in one line, whatever stands in its name."""
    return one_line(str(path))


def styled(text: str, **style: Any) -> str:
    """Return text of any origin, made harmless, in a style of ours."""
    return click.style(harmless(text), **style) if style else harmless(text)


def line_width(lead: int = 0) -> int:
    """Return how wide a line may be: as wide as the terminal, no more than is pleasant to read, and wider than what leads it."""
    return min(max(shutil.get_terminal_size((110, 24)).columns, lead + 30), 110)


def wrapped(lead: str, text: str) -> str:
    """Return text in lines no wider than the terminal, each under the end of what leads the first."""
    return textwrap.fill(lead + text, line_width(len(lead)), subsequent_indent=" " * len(lead), break_on_hyphens=False).rstrip()


class Main(click.Group):
    """The top command: renders the package's own errors once, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command and exit with the contract's exit codes."""
        kwargs["standalone_mode"] = False
        gc.set_threshold(20_000, 10, 50)  # a scenario is very many small things that stay: looked through less often
        if os.environ.get("NO_COLOR"):
            kwargs["color"] = False
        ready_streams()
        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps its list of fonts is not for the reader
        signals = Signals()
        signals.listen()
        code, what = self._outcome(signals, *args, **kwargs)
        if code == INTERRUPTED and signals.name:
            what = what.replace("interrupted", f"interrupted ({signals.name})", 1)
        flush()
        if lost and code == 0:
            code, what = 2, f"the standard output cannot be written: {lost[0]}; all else is done"
        with suppress(BrokenPipeError):
            echo(what, err=True, nl=bool(what))
        flush()
        signals.forget()
        if what == NO_MEMORY and sys.stdout is sys.__stdout__:
            os._exit(code)  # libraries that tidy up ask for memory, and abort
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; when nobody reads its output any more (``| head``), that is its end and no fault."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            silence_closed()
            return 0

    def _outcome(self, signals: Signals, *args: Any, **kwargs: Any) -> tuple[int, str]:
        """Return the exit code and what to say about it on stderr."""
        try:
            return int(super().main(*args, **kwargs) or 0), ""
        except WargameError as error:
            if error.exit_code == INTERRUPTED:
                signals.deaf()
            return error.exit_code, str(error)
        except click.ClickException as error:
            shown = io.StringIO()
            error.show(shown)
            return 2, shortened(shown.getvalue().rstrip("\n"))
        except (KeyboardInterrupt, click.Abort):
            signals.deaf()
            return INTERRUPTED, "interrupted; nothing was written"
        except MemoryError:
            return 2, NO_MEMORY
        except Exception as error:  # noqa: BLE001 - the last resort: a bug is told as one, in one line
            if isinstance(error, SystemError) and "without exception set" in str(error):  # C code without memory
                return 2, NO_MEMORY
            if "--debug" in sys.argv:
                traceback.print_exc()
            if said := of_the_system(error):
                return 2, said
            what = one_line(" ".join(f"{type(error).__name__}: {error}".split()))
            return 1, f"a bug in wargame: {what} (run again with --debug for the traceback)"


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="wargame")
def main() -> None:
    """Scenario wargames: escalation, basing and exercise transparency, every rule with its source.

    Start with:  wargame run zapad_2021
    """


no_report_option = click.option("--no-report", is_flag=True, help="Write the data but no figures and no report.html.")
set_option = click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE",
    help="Override any field of the scenario, e.g. --set actors.belarus.policy=hedger (repeatable).",
)  # fmt: skip
uncertain_option = click.option(
    "--uncertain", is_flag=True, help="Draw the scenario's declared uncertainties anew in every replication."
)
workers_option = click.option("--workers", type=click.IntRange(min=1), help="Processes [one per processor]; changes no number.")
block_option = click.option(
    "--block", type=click.IntRange(min=1), default=1000, show_default=True, help="Runs played at once; changes no number."
)
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Seed of all luck; 0 is a seed like any other.")


def common(command: F) -> F:
    """Add the flags of a command that plays: seed, settings, where the result goes, how it is told."""
    for option in reversed([
        seed_option,
        set_option,
        click.option("--out", type=click.Path(path_type=Path), help="Folder for the result [results/SCENARIO/TIME-HASH]."),
        no_report_option,
        output_options("Print only where the result is."),
    ]):  # fmt: skip
        command = option(command)
    return command


def output_options(quietly: str) -> Callable[[F], F]:
    """Return the three flags that every command has; ``quietly`` says what ``--quiet`` prints."""

    def add(command: F) -> F:
        for option in reversed([
            click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else there."),
            click.option("--quiet", is_flag=True, help=quietly),
            click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback if the program itself fails."),
        ]):  # fmt: skip
            command = option(command)
        return command

    return add


def print_json(data: Mapping[str, Any]) -> None:
    """Print the one JSON object of ``--json``."""
    echo(json.dumps(data, allow_nan=False))


scenario_argument = click.argument("scenario")


def bound_of(scenario: str, sets: tuple[str, ...] = ()) -> Bound:
    """Return a scenario bound to the engine; what it says and hardly means is told on stderr."""
    from wargame.binding.opening import open_scenario
    from wargame.binding.remarks.remarks import remarks

    opened = open_scenario(scenario, sets)
    print_remarks(remarks(opened.loaded, opened.bound))
    return opened.bound


def print_remarks(found: Iterable[Mistake]) -> None:
    """Say on stderr what a scenario says and hardly means."""
    for one in found:
        echo(str(replace(one, what=f"remark: {one.what}")), err=True)


def name_of(scenario: str) -> str:
    """Return the name of a scenario that was given by its name or its file."""
    from wargame.scenario.load import load

    return scenario if "." not in scenario and "/" not in scenario else load(scenario).scenario.name


def print_history(record: Record) -> None:
    """Print a history; when nobody reads on (``| head``), stop printing and let the command finish its work."""
    from wargame.report.history.narrate import timeline

    try:
        for line in timeline(record):
            echo(line.text, **STYLES.get(line.kind, {}))
    except BrokenPipeError:
        silence_closed()
