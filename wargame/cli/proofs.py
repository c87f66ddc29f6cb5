"""Commands that prove something: vienna, selftest."""

from __future__ import annotations

import click

from wargame.cli.base import debug_option, main


@main.command()
@click.argument("file", required=False)
@click.option("--list", "listed", is_flag=True, help="List the rules: paragraph, levels, how well confirmed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@debug_option
def vienna(file: str | None, listed: bool, as_json: bool, debug: bool) -> None:
    """Adjudicate declared activities under the Vienna Document: verdict, paragraph, the numbers behind it.

    Example:  wargame vienna zapad_2021
    """
    del debug
    from wargame.vienna import commands

    click.echo(commands.rules_text(as_json) if listed or file is None else commands.adjudicate_file(file, as_json))


@main.command()
@debug_option
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
