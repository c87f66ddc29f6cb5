"""Commands for those who write scenarios: check, explain, list, schema, new."""

from __future__ import annotations

import json
from pathlib import Path

import click

from wargame.cli.console.options import (
    echo,
    main,
    named,
    output_options,
    print_json,
    print_remarks,
    scenario_argument,
    set_option,
    wrapped,
)
from wargame.errors import InputError

SCHEMA_FILE = "wargame.schema.json"  # what the first line of a scenario names


@main.command()
@click.argument("files", nargs=-1)
@click.option("--sources", is_flag=True, help="List what has neither a source nor a judgement; exit code 3 if anything.")
@click.option(
    "--coverage",
    "covered",
    is_flag=True,
    help="Show what rests on each piece of evidence, in FILES or in all that ships; exit code 3 if a core claim is idle.",
)
@set_option
@output_options("Print only what is wrong.")
def check(
    files: tuple[str, ...], sources: bool, covered: bool, sets: tuple[str, ...], as_json: bool, quiet: bool
) -> None:  # fmt: skip
    """Say everything that is wrong with scenario files, all at once.

    What is not wrong and hardly meant, such as an event outside the scenario's days, is remarked upon on stderr.

    Example:  wargame check my_scenario.yaml --sources
    """
    if covered:
        _coverage(files, as_json)
        return
    if not files:
        raise click.UsageError("Missing argument 'FILES...'; without --coverage there is nothing to check.")
    from wargame.binding.remarks.findings import findings
    from wargame.binding.remarks.unsourced import unsourced
    from wargame.errors import CheckFailed

    found = findings(files, sets)
    print_remarks(found.remarks)
    bare: list[str] = []
    for file, bound in zip(files, found.bounds, strict=True):
        if bound is None:
            continue
        rules = sum(len(menu.candidates) for menu in bound.menus)
        counts = f"{len(bound.cast.actors)} actors, {rules} rules in play, {len(bound.injects)} injects"
        if not (quiet or as_json):
            echo(f"{named(file)}: nothing wrong ({counts})")
        if sources:
            paths = [".".join(map(str, path)) for path in unsourced(bound.scenario)]
            bare += [f"{file}: {path}: has neither source nor judgement" for path in paths]
    if as_json:
        print_json(found.as_json())
    if found.mistakes:
        raise InputError(found.mistakes)
    if bare:
        raise CheckFailed("\n".join(bare))
    if sources and not (quiet or as_json):
        echo("everything has a source or a judgement")


def _coverage(files: tuple[str, ...], as_json: bool) -> None:
    from wargame.errors import CheckFailed
    from wargame.validation.coverage import coverage, lines

    found = coverage(files)
    echo(json.dumps(found.data()) if as_json else "\n".join(lines(found)))
    if not files and found.faults():
        raise CheckFailed("\n".join(found.faults()))


@main.command()
@scenario_argument
@click.argument("path", required=False, default="")
@set_option
@output_options("Print nothing: say only whether it can be explained.")
def explain(scenario: str, path: str, sets: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    """Explain a scenario in plain words: turn order, actors, policies, parameters with prior and source.

    Of a PATH it is also said, in brackets, where each key was written.

    Example:  wargame explain zapad_2021 actors.belarus
    """
    from wargame.binding.opening import open_scenario
    from wargame.binding.remarks.places import Places
    from wargame.report.describe import explain as lines

    opened = open_scenario(scenario, sets)
    bound = opened.bound
    text = list(lines(bound, path, Places(opened.loaded)))
    if as_json:
        print_json({"scenario": bound.scenario.name, "scenario_hash": bound.text_hash, "path": path, "lines": text})
    elif not quiet:
        echo("\n".join(text))


@main.command(name="list")
@click.argument("what", type=click.Choice(["scenarios", "policies", "mechanisms", "actions", "measures"]))
@output_options("Print only the names.")
def list_(what: str, as_json: bool, quiet: bool) -> None:
    """List what there is.

    Example:  wargame list scenarios
    """
    from wargame.report.describe import listing

    rows = listing(what)
    if as_json:
        print_json({what: [{"name": name, "says": says} for name, says in rows]})
        return
    if quiet:
        echo("\n".join(name for name, _ in rows))
        return
    width = min(max((len(name) for name, _ in rows), default=0), 34)
    for name, says in rows:
        echo(wrapped(f"{name:<{width}}  ", says))


@main.command()
@output_options("Print it on one line.")
def schema(as_json: bool, quiet: bool) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Example:  wargame schema > wargame.schema.json
    """
    from wargame.scenario.load import json_schema

    echo(json.dumps(json_schema(), indent=None if as_json or quiet else 2))


@main.command()
@click.argument("name")
@click.option("--from", "base", required=True, metavar="SCENARIO", help="The scenario to extend: a path or a shipped name.")
@output_options("Print nothing.")
def new(name: str, base: str, as_json: bool, quiet: bool) -> None:
    """Write NAME.yaml, a new scenario that extends another, ready to edit, and the schema for editors beside it.

    Example:  wargame new my_crisis --from zapad_2021
    """
    from wargame.errors import mistake
    from wargame.scenario.load import json_schema, new_text

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    text = new_text(path.stem, base)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        schema = path.with_name(SCHEMA_FILE)
        if not schema.exists():
            schema.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except FileExistsError:
        raise mistake("exists already; nothing was written", file=str(path)) from None
    except OSError as error:
        raise mistake(f"cannot be written: {error.strerror}", file=str(path)) from None
    if as_json:
        print_json({"written": str(path), "schema": str(schema)})
    elif not quiet:
        from wargame.results.files import shell_word

        echo(f"written to {named(path)}; next: wargame check {shell_word(path)}")
