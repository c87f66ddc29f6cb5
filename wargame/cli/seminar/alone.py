"""``wargame play``: the game alone in the terminal."""

from __future__ import annotations

import datetime as dt
import glob
import shlex
import sys
from pathlib import Path

import click

from wargame.cli.console.options import echo, main, name_of, named, output_options, print_json, scenario_argument, set_option
from wargame.cli.seminar.terminal import Quit
from wargame.errors import mistake
from wargame.results.files import shell_word

FOLDER = Path("results") / "play"
STAMP = "%Y%m%d-%H%M%S"


@main.command()
@scenario_argument
@click.option("--seat", default="", metavar="ACTOR", help="Whom you play; the others follow their documented policies.")
@click.option("--seed", type=int, help="Seed of all luck; 0 is a seed like any other [0].")
@click.option("--turn-days", type=click.IntRange(1, 366), help="Days in a turn [the days between decisions].")
@set_option
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that the game is kept in [results/play/SCENARIO-SEAT-TIME.db].",
)
@click.option("--resume", is_flag=True, help="Go on with the game in --data, or with your newest of this scenario.")
@output_options("Show nothing of the game: for answers that come from a pipe.")
@click.pass_context
def play(
    ctx: click.Context, scenario: str, seat: str, seed: int | None, turn_days: int | None, sets: tuple[str, ...],
    data: Path | None, resume: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play a seat alone in the terminal, to the debrief.

    You see what your actor may know, give at most one order in each channel a turn, and read what came of it. Everything is
    saved as you go; ? helps at every question. Answers may also come from a pipe, line by line.

    Example:  wargame play zapad_2021 --seat belarus
    """
    from wargame.cli.seminar.dialogue import Table
    from wargame.cli.seminar.terminal import Terminal
    from wargame.seminar.solo.playing import begin
    from wargame.seminar.solo.playing import resume as go_on

    if resume:
        for flag, value in {"--seed": seed, "--turn-days": turn_days, "--set": sets or None}.items():
            if value is not None:
                raise mistake("is kept with the game and cannot be changed on the way; leave it out", file=flag)
        name = name_of(scenario)
        path = data or _newest(name, seat)
        echo(f"going on with {named(path)} …", err=True)
        solo = go_on(path, name, seat)
    else:
        from wargame.scenario.load import load

        echo("getting the game ready …", err=True)
        loaded = load(scenario, sets=sets)
        fresh = FOLDER / f"{loaded.scenario.name}-{seat}-{dt.datetime.now().strftime(STAMP)}.db"
        solo = begin(loaded, seat, data or fresh, seed=seed or 0, turn_days=turn_days)
    again = shlex.join(["wargame", "play", scenario, "--seat", solo.seat, "--resume", "--data", str(solo.path)])
    page: Path | None = None
    with solo:
        try:
            page = Table(solo, Terminal(err=as_json, silent=quiet), command=shlex.join(["wargame", *sys.argv[1:]])).play()
        except Quit:
            echo(f"saved in {named(solo.path)}\ngo on with:  {again}", err=as_json)
        except KeyboardInterrupt:
            echo(f"\nstopped; everything you gave is saved in {named(solo.path)}\ngo on with:  {again}", err=True)
            ctx.exit(130)
    if page is not None and not as_json:
        echo(f"debrief   {named(page)}\nresult    {named(page.parent)}\ncheck it  wargame verify {shell_word(page.parent)}")
    if as_json:
        done = {"debrief": None, "out": None} if page is None else {"debrief": str(page), "out": str(page.parent)}
        print_json({"scenario": name_of(scenario), "seat": solo.seat, "data": str(solo.path), "over": page is not None, **done})


def _newest(name: str, seat: str) -> Path:
    """Return the file of the newest game of a scenario (and a seat, if one is named)."""
    found = sorted(
        FOLDER.glob(f"{glob.escape(name)}-{glob.escape(seat) or '*'}-*.db"), key=lambda path: path.stem[-len("20000101-000000") :]
    )
    if not found:
        whose = f' with the seat "{seat}"' if seat else ""
        raise mistake(f'there is no game of "{name}"{whose} in {FOLDER}; name its file with --data', file="--resume")
    return found[-1]
