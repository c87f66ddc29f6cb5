"""``wargame seminar``: a room of people plays a scenario."""

from __future__ import annotations

import datetime as dt
import glob
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame import __version__
from wargame.cli.base import echo, main, name_of, print_json, scenario_argument, seed_option, set_option, told
from wargame.errors import mistake

if TYPE_CHECKING:
    from wargame.seminar.host import Host
    from wargame.seminar.server import Opened

    Say = Callable[[Host, Opened, bool, bool], None]  # the last two: only this computer gets in; the seminar is resumed

FOLDER = Path("results") / "seminar"


@main.command()
@scenario_argument
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to serve on; 0.0.0.0 lets everybody on this network in."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on [the first free one from 8000].")
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that the seminar is kept in [results/seminar/SCENARIO-TIME.db].",
)
@click.option("--resume", is_flag=True, help="Go on with the seminar in --data, or with the newest of this scenario.")
@click.option("--turn", type=click.IntRange(1), help="With --resume: go back to the orders of this turn.")
@click.option("--seats", default="", metavar="A,B,...", help="Actors that people may play [all that have a policy].")
@click.option("--turn-days", type=click.IntRange(1, 366), help="Days in a turn [the days between decisions].")
@click.option("--demo", is_flag=True, help="Fill every seat with people who do what its policy would; you lead.")
@seed_option
@set_option
@told("Print only the facilitator's link.")
def seminar(
    scenario: str, host: str, port: int | None, data: Path | None, resume: bool, turn: int | None, seats: str,
    turn_days: int | None, demo: bool, seed: int, sets: tuple[str, ...], as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Open a seminar: teams join with phones or laptops, each sees its own picture and writes its orders.

    Prints the facilitator's link and a join code for every seat, and writes a hand-out to print. Needs no internet.
    Everything is saved as it happens; Ctrl-C closes the seminar (exit code 0), --resume goes on with it.

    Example:  wargame seminar zapad_2021 --host 0.0.0.0 --seats russia,belarus,nato,poland
    """
    if turn is not None and not resume:
        raise mistake("belongs to a seminar that has been played; add --resume", file="--turn")
    from wargame.seminar.memory import share

    share()
    opened = _resumed(scenario, data, seats, turn_days, sets) if resume else _begun(scenario, data, seats, turn_days, seed, sets)
    try:
        if turn is not None:
            _go_back(opened, turn)
        import asyncio  # loads slowly

        say = _as_json if as_json else _quietly if quiet else _tell
        asyncio.run(_serve(opened, host, port, resume, demo, say))
    except KeyboardInterrupt:
        pass
    finally:
        opened.kept.log.close()
    if not quiet:
        from wargame.results.files import shell_word

        echo(f"\nstopped; the seminar is kept in {opened.path}", err=as_json)
        again = f"wargame seminar {shell_word(scenario)} --resume --data {shell_word(opened.path)}"
        echo(f"go on with:  {again}", err=as_json)


def _go_back(opened: Opened, turn: int) -> None:
    from wargame.seminar.server import back_to

    back_to(opened, turn, time.time())


def _begun(
    scenario: str, data: Path | None, seats: str, turn_days: int | None, seed: int, sets: tuple[str, ...]
) -> Opened:  # fmt: skip
    from wargame.scenario.load import load
    from wargame.seminar.server import begin

    loaded = load(scenario, sets=sets)
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    path = data or FOLDER / f"{loaded.scenario.name}-{stamp}.db"
    names = [name.strip() for name in seats.split(",") if name.strip()]
    echo("getting the game ready …", err=True)
    return begin(loaded, path, seed=seed, turn_days=turn_days, seats=names, at=time.time())


def _resumed(scenario: str, data: Path | None, seats: str, turn_days: int | None, sets: tuple[str, ...]) -> Opened:
    from wargame.seminar.server import resume

    given = {"--seats": seats, "--turn-days": turn_days, "--set": sets}
    for flag, value in given.items():
        if value:
            raise mistake("is kept with the seminar and cannot be changed on the way; leave it out", file=flag)
    name = name_of(scenario)
    if data is None:
        found = sorted(FOLDER.glob(f"{glob.escape(name)}-*.db"))
        if not found:
            raise mistake(f"there is no seminar of this scenario in {FOLDER}; name its file with --data", file="--resume")
        data = found[-1]
    echo(f"going on with {data} …", err=True)
    opened = resume(data)
    if name != opened.name:
        opened.kept.log.close()
        raise mistake(f'is a seminar of "{opened.name}" (got "{name}")', file=str(data))
    if opened.version != __version__:
        began = f"with wargame {opened.version}" if opened.version else "with an earlier wargame"
        echo(f"this seminar was begun {began}, this is {__version__}: what was played may come out otherwise", err=True)
    return opened


async def _serve(opened: Opened, host: str, port: int | None, resumed: bool, demo: bool, say: Say) -> None:
    from wargame.seminar.server import free_port, is_local, serve

    at = await free_port(host, port, opened.port)
    await serve(opened, host, at, lambda seminar: say(seminar, opened, is_local(host), resumed), demonstrate=demo)


def _handed_out(seminar: Host, opened: Opened) -> Path:
    """Write the hand-out and return its place."""
    from wargame.seminar.handout import handout

    paper = opened.path.with_suffix(".html")
    try:
        paper.write_text(handout(opened.kept.session, seminar.keys, seminar.address), encoding="utf-8")
    except OSError as error:
        raise mistake(f"the hand-out cannot be written ({error.strerror})", file=str(paper)) from None
    return paper


def _as_json(seminar: Host, opened: Opened, local: bool, resumed: bool) -> None:
    """Print where everything is as one JSON object, and write the hand-out."""
    paper, base = _handed_out(seminar, opened), seminar.address
    print_json({
        "scenario": opened.name, "phase": opened.kept.session.room.phase, "resumed": resumed, "only_here": local, "address": base,
        "facilitator": f"{base}/w/{seminar.keys.white}", "wall": f"{base}/wall",
        "seats": {seat: {"code": code, "link": f"{base}/j/{code}"} for seat, code in seminar.keys.codes.items()},
        "data": str(opened.path), "handout": str(paper),
    })  # fmt: skip


def _quietly(seminar: Host, opened: Opened, local: bool, resumed: bool) -> None:
    """Print the facilitator's link, and write the hand-out."""
    _handed_out(seminar, opened)
    echo(f"{seminar.address}/w/{seminar.keys.white}")


def _tell(seminar: Host, opened: Opened, local: bool, resumed: bool) -> None:
    """Print where everything is, and write the hand-out."""
    from wargame.seminar.auth import OBSERVER, as_printed

    room = opened.kept.session.room
    paper, base = _handed_out(seminar, opened), seminar.address
    echo(room.title, bold=True)
    echo(f"  {room.game.turns} turns, phase {room.phase}{' (resumed)' if resumed else ''}\n")
    echo(f"  facilitator   {base}/w/{seminar.keys.white}     keep this link to yourself")
    echo(f"  wall          {base}/wall     for the projector")
    echo(f"  join          {base}/     with the code of a seat:\n")
    names = {seat: "Observers" if seat == OBSERVER else room.seat_name(seat) for seat in seminar.keys.codes}
    wide = max(map(len, names.values()))
    for seat, code in seminar.keys.codes.items():
        echo(f"    {names[seat]:<{wide}}  {as_printed(code)}  {base}/j/{code}")
    if sys.stdout.isatty():
        for line in _codes({names[seat]: f"{base}/j/{code}" for seat, code in seminar.keys.codes.items()}):
            echo(line)
    echo(f"\n  hand-out to print: {paper}")
    echo(f"  everything is kept in {opened.path}; after a crash: the same command with --resume")
    if local:
        echo("  Only this computer can open these pages. For a classroom: --host 0.0.0.0")
    else:
        echo("  Anyone on this network can reach these pages, and what is sent is not encrypted (plain HTTP):")
        echo("  whoever has a join code can take that seat, whoever has the facilitator's link leads the game.")
    echo("  Ctrl-C stops the server; nothing is lost.\n")


def _codes(links: dict[str, str]) -> Iterable[str]:
    """Yield QR codes side by side, as many as the terminal is wide: light squares are drawn, as on a dark screen."""
    import segno

    blocks = []
    for name, link in links.items():
        rows = [list(row) for row in segno.make(link, error="l", micro=False).matrix_iter(border=2)]
        rows += [[0] * len(rows[0])] * (len(rows) % 2)
        lines = [
            "".join(" ▄▀█"[(not a) * 2 + (not b)] for a, b in zip(rows[i], rows[i + 1], strict=True))
            for i in range(0, len(rows), 2)
        ]
        blocks.append([name[: len(rows[0])].center(len(rows[0])), *lines])
    each = max(1, shutil.get_terminal_size().columns // (len(blocks[0][0]) + 3))
    for first in range(0, len(blocks), each):
        yield ""
        high = max(len(block) for block in blocks[first : first + each])
        for i in range(high):
            yield "   ".join(
                block[i] if i < len(block) else " " * len(block[0]) for block in blocks[first : first + each]
            ).rstrip()
