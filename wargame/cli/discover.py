"""``wargame discover``: where among the inputs of a stored sweep the runs of interest lie."""

from __future__ import annotations

from pathlib import Path

import click

from wargame.cli.console.folders import drawing
from wargame.cli.console.options import echo, main, no_report_option, output_options, print_json, seed_option
from wargame.errors import mistake


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--measure",
    required=True,
    metavar="NAME",
    help="The measure: of interest are the runs in which it is 1, or above its upper quartile, unless --where says else.",
)
@click.option(
    "--where", metavar="EXPR", help="What is of interest, a condition over any measures: 'esc_max >= 5 and incidents > 3'."
)
@click.option(
    "--boxes", type=click.IntRange(1, 9), default=3, show_default=True, help="At most so many boxes, one after the other."
)
@click.option("--step", type=click.IntRange(min=0), help="Take this step of the way down as the first box [the best].")
@seed_option
@no_report_option
@output_options("Print only what was found and where it is.")
def discover(
    folder: Path, measure: str, where: str | None, boxes: int, step: int | None, seed: int, no_report: bool, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Say under which inputs the runs of interest of a stored sweep lie: PRIM boxes with coverage, density and lift.

    The sweep must have drawn uncertainties (--uncertain) or varied levers (--vary). Boxes are found on one half of it and judged
    on the other; one that means little is not told. Writes discovery.html and discovery.json into the folder.

    Example:  wargame discover results/zapad_2021/20211116T120000-1a2b3c4d-s0n1000 --measure unauthorised_incident
    """
    from wargame.studies.discovery.find import discover as find
    from wargame.studies.discovery.say import lines
    from wargame.studies.discovery.table import table_of
    from wargame.studies.sweep.store.folder import results_of

    if not 0 <= seed < 2**64:
        raise mistake(f"expected a whole number from 0 to {2**64 - 1} (got the number {seed})", file="seed")
    results = results_of(folder)
    found = find(table_of(results, measure, where, str(folder)), boxes=boxes, step=step, seed=seed)
    if not no_report:
        from wargame.report.study.discovery import write_discovery
        from wargame.report.study.drawing import note_discovery

        with drawing(folder, silent=as_json or quiet):
            asked = {"measure": measure, "where": where, "boxes": boxes, "step": step, "seed": seed}
            note_discovery(folder, write_discovery(found, results, folder), asked)
    if as_json:
        print_json(found.as_json() | {"out": str(folder)})
        return
    for text in lines(found) if not quiet else found.as_json()["says"]:
        echo(text)
    if not no_report:
        echo(f"\nreport: {folder / 'discovery.html'}")
