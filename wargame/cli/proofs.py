"""Commands that prove something: vienna, selftest."""

from __future__ import annotations

from typing import Any

import click

from wargame.cli.console.options import echo, line_width, main, output_options, print_json
from wargame.errors import CheckFailed


@main.command()
@click.argument("file", required=False)
@click.option("--list", "listed", is_flag=True, help="List the rules: paragraph, levels, how well confirmed.")
@output_options("Print only the verdict of each case.")
def vienna(file: str | None, listed: bool, as_json: bool, quiet: bool) -> None:
    """Adjudicate declared activities under the Vienna Document: verdict, paragraph, the numbers behind it.

    Example:  wargame vienna zapad_2021
    """
    from wargame.vienna.results import adjudicate_file, case_file, render, render_rules
    from wargame.vienna.results import as_json as to_json

    if listed or file is None:
        rules = _rules()
        if as_json:
            print_json(rules)
        else:
            echo("\n".join(rule["id"] for rule in rules["rules"]) if quiet else render_rules())
        return
    results = adjudicate_file(case_file(file))
    if as_json:
        print_json(to_json(results))
    else:
        echo("\n".join(f"{one.id}: {one.verdict}" for one in results) if quiet else render(results, line_width(17)))
    wrong = [result.id for result in results if result.differences]
    if wrong:
        raise CheckFailed(f"{len(wrong)} of {len(results)} cases differ from what they expect: {', '.join(wrong)}")


def _rules() -> dict[str, list[dict[str, Any]]]:
    """Return the rule table as JSON values; a principle has no level."""
    from wargame.vienna.rules import DEFAULT

    return {
        "rules": [
            {
                "id": rule.id, "paragraph": rule.paragraph, "says": rule.says, "unit": rule.unit, "confidence": rule.confidence,
                "level": None if rule.test == "principle" else rule.level, "source": list(rule.source),
            }
            for rule in DEFAULT.table
        ]
    }  # fmt: skip


@main.command()
@output_options("Print only what fails.")
def selftest(as_json: bool, quiet: bool) -> None:
    """Prove the installation in seconds against known answers.

    Example:  wargame selftest
    """
    from wargame.validation.known_answers import selftest as prove

    results = []
    for result in prove():
        results.append(result)
        if not as_json and not (quiet and result.passed):
            echo(f"{'pass' if result.passed else 'FAIL'}  {result.name}: {result.says}")
    if as_json:
        print_json({"answers": [{"name": one.name, "passed": one.passed, "says": one.says} for one in results]})
    failed = [result.name for result in results if not result.passed]
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(results)} failed: {', '.join(failed)}")
    if not as_json and not quiet:
        echo(f"{len(results)} known answers hold")
