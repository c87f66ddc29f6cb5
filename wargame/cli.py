"""The command line. It reads arguments, calls the package and prints; it computes nothing and imports nothing heavy."""

from __future__ import annotations

import datetime as dt
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wargame.errors import InputError, WargameError

if TYPE_CHECKING:
    from wargame.binding.bound import Bound
    from wargame.record import Record

F = TypeVar("F", bound=Callable[..., Any])

_STYLES: Mapping[str, dict[str, Any]] = {
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


class Main(click.Group):
    """The top command: renders the package's own errors once, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command and exit with the contract's exit codes."""
        kwargs["standalone_mode"] = False
        debug = "--debug" in sys.argv
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except WargameError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(2)
        except (KeyboardInterrupt, click.Abort):
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(130)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except Exception as error:  # noqa: BLE001 - the last resort: a bug is told as one, in one line
            if debug:
                traceback.print_exc()
            click.echo(f"a bug in wargame: {type(error).__name__}: {error} (run again with --debug for the traceback)", err=True)
            sys.exit(1)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="wargame", message="%(prog)s %(version)s")
def main() -> None:
    """Scenario wargames: escalation, basing and exercise transparency, every rule with its source.

    Start with:  wargame run zapad_2021
    """


def _common(command: F) -> F:
    for option in reversed([
        click.option("--seed", type=int, default=0, show_default=True, help="Seed of all luck; 0 is a seed like any other."),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE",
                     help="Override any field of the scenario, e.g. --set actors.belarus.policy=hedger (repeatable)."),
        click.option("--out", type=click.Path(path_type=Path), help="Folder for the result [results/SCENARIO/TIME-HASH]."),
        click.option("--no-report", is_flag=True, help="Write the data but no figures and no report.html."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else there."),
        click.option("--quiet", is_flag=True, help="Print only where the result is."),
        click.option("--debug", is_flag=True, help="Show the traceback if the program itself fails."),
    ]):  # fmt: skip
        command = option(command)
    return command


_debug = click.option("--debug", is_flag=True, help="Show the traceback if the program itself fails.")
_scenario = click.argument("scenario")


def _bound(scenario: str, sets: tuple[str, ...] = ()) -> Bound:
    from wargame.binding.bound import bind
    from wargame.scenario.load import load

    return bind(load(scenario, sets=sets))


@main.command()
@_scenario
@click.option("--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which history to tell.")
@_common
def run(
    scenario: str, replication: int, seed: int, sets: tuple[str, ...], out: Path | None, no_report: bool, as_json: bool,
    quiet: bool, debug: bool,
) -> None:  # fmt: skip
    """Play one history and tell it: a narrated timeline, decisions with reasons, measures, a result folder.

    Example:  wargame run zapad_2021 --set actors.belarus.policy=hedger --seed 7
    """
    del debug
    started = dt.datetime.now(dt.UTC)
    bound = _bound(scenario, sets)
    from wargame.play import play_one
    from wargame.store import default_folder, write_run

    record = play_one(bound, seed=seed, replication=replication)
    if not as_json and not quiet:
        _tell(record)
    folder = out or default_folder(bound.scenario.name, bound.text_hash, seed, replication, dt.datetime.now())
    command = "wargame " + " ".join(sys.argv[1:])
    folder = write_run(record, folder, command=command, started=started, report=None if no_report else _report_writer(as_json or quiet))
    if as_json:
        click.echo(json.dumps(_summary(record, folder), ensure_ascii=False))
    else:
        _echo_place(folder, with_report=not no_report)


def _tell(record: Record) -> None:
    from wargame.narrate import timeline

    for line in timeline(record):
        click.echo(click.style(line.text, **_STYLES.get(line.kind, {})))


def _report_writer(silent: bool) -> Callable[[Record, Path, Mapping[str, str]], None]:
    def write(record: Record, folder: Path, provenance: Mapping[str, str]) -> None:
        from wargame.report import save_figures, write_report

        if not silent:
            click.echo("drawing the report …", err=True)
        save_figures(record, folder / "figures")
        write_report(record, folder / "report.html", provenance=provenance)

    return write


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


@main.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--sources", is_flag=True, help="List what has neither a source nor a judgement; exit code 3 if anything.")
@_debug
def check(files: tuple[str, ...], sources: bool, debug: bool) -> None:
    """Say everything that is wrong with scenario files, all at once.

    Example:  wargame check my_scenario.yaml --sources
    """
    del debug
    from wargame.binding.unsourced import unsourced
    from wargame.errors import CheckFailed

    wrong: list[InputError] = []
    bare: list[str] = []
    for file in files:
        try:
            bound = _bound(file)
        except InputError as error:
            wrong.append(error)
            continue
        rules = sum(len(menu.candidates) for menu in bound.menus)
        click.echo(f"{file}: nothing wrong ({len(bound.cast.actors)} actors, {rules} rules in play, {len(bound.injects)} injects)")
        if sources:
            bare += [f"{file}: {'.'.join(map(str, path))}: has neither source nor judgement" for path in unsourced(bound.scenario)]
    if wrong:
        raise InputError([mistake for error in wrong for mistake in error.mistakes])
    if bare:
        raise CheckFailed("\n".join(bare))
    if sources:
        click.echo("everything has a source or a judgement")


@main.command()
@_scenario
@click.argument("path", required=False, default="")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Override a field first.")
@_debug
def explain(scenario: str, path: str, sets: tuple[str, ...], debug: bool) -> None:
    """Explain a scenario in plain words: turn order, actors, policies, parameters with prior and source.

    Example:  wargame explain zapad_2021 actors.belarus
    """
    del debug
    from wargame.describe import explain as lines

    click.echo("\n".join(lines(_bound(scenario, sets), path)))


@main.command(name="list")
@click.argument("what", type=click.Choice(["scenarios", "policies", "mechanisms", "actions", "measures"]))
@_debug
def list_(what: str, debug: bool) -> None:
    """List what there is. Example:  wargame list scenarios"""
    del debug
    from wargame.describe import listing

    rows = listing(what)
    width = min(max((len(name) for name, _ in rows), default=0), 34)
    for name, says in rows:
        click.echo(f"{name:<{width}}  {says}".rstrip())


@main.command()
@_debug
def schema(debug: bool) -> None:
    """Print the JSON Schema of scenario files, for editors. Example:  wargame schema > scenario.schema.json"""
    del debug
    from wargame.scenario.load import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("name")
@click.option("--from", "base", required=True, metavar="SCENARIO", help="The scenario to extend: a path or a shipped name.")
@_debug
def new(name: str, base: str, debug: bool) -> None:
    """Write NAME.yaml, a new scenario that extends another, ready to edit.

    Example:  wargame new my_crisis --from zapad_2021
    """
    del debug
    from wargame.errors import mistake
    from wargame.scenario.load import new_text

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    text = new_text(path.stem, base)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise mistake("exists already; nothing was written", file=str(path)) from None
    except OSError as error:
        raise mistake(f"cannot be written: {error.strerror}", file=str(path)) from None
    click.echo(f"written to {path}; next: wargame check {path}")


def _again(folder: Path) -> tuple[Record, Any]:
    from wargame.play import play_one
    from wargame.store import open_folder

    stored = open_folder(folder)
    bound = _bound(str(stored.scenario_file))
    return play_one(bound, seed=stored.manifest["seed"], replication=stored.manifest["replication"]), stored


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--run", "index", type=click.IntRange(min=0), default=0, show_default=True, help="Which run of the result.")
@_debug
def replay(folder: Path, index: int, debug: bool) -> None:
    """Play a stored run again with its full trace; exit code 3 if any measure differs in any bit.

    Example:  wargame replay results/zapad_2021/20211116T120000-1a2b3c4d-s0r0 --run 0
    """
    del debug
    from wargame.errors import mistake
    from wargame.store import compare

    record, stored = _again(folder)
    if index >= stored.manifest["runs"]:
        raise mistake(f"no run {index}; the result has {stored.manifest['runs']}", file=str(folder))
    _tell(record)
    compare(stored, record)
    click.echo("\nthe same as stored, to the bit")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@_debug
def verify(folder: Path, debug: bool) -> None:
    """Make a result again from its folder alone and compare; exit code 3 on a difference.

    Example:  wargame verify results/zapad_2021/20211116T120000-1a2b3c4d-s0r0
    """
    del debug
    from wargame.store import compare

    record, stored = _again(folder)
    compare(stored, record)
    click.echo(f"{folder}: the same to the bit ({len(record.measures)} measures, {len(record.events)} events)")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@_debug
def report(folder: Path, debug: bool) -> None:
    """Make the figures and report.html of a stored result again. Example:  wargame report DIR"""
    del debug
    from wargame.store import versions

    record, _ = _again(folder)
    provenance = {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()}
    _report_writer(False)(record, folder, provenance)
    click.echo(f"report: {folder / 'report.html'}")


@main.command()
@click.argument("file", required=False)
@click.option("--list", "listed", is_flag=True, help="List the rules: paragraph, levels, how well confirmed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@_debug
def vienna(file: str | None, listed: bool, as_json: bool, debug: bool) -> None:
    """Adjudicate declared activities under the Vienna Document: verdict, paragraph, the numbers behind it.

    Example:  wargame vienna zapad_2021
    """
    del debug
    from wargame.vienna import commands

    click.echo(commands.rules_text(as_json) if listed or file is None else commands.adjudicate_file(file, as_json))


@main.command()
@_debug
def selftest(debug: bool) -> None:
    """Prove the installation in seconds against known answers. Example:  wargame selftest"""
    del debug
    from wargame.analysis.known_answers import selftest as prove
    from wargame.errors import CheckFailed

    results = list(prove())
    for result in results:
        click.echo(f"{'pass' if result.passed else 'FAIL'}  {result.name}: {result.says}")
    failed = [result.name for result in results if not result.passed]
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(results)} failed: {', '.join(failed)}")
    click.echo(f"{len(results)} known answers hold")
