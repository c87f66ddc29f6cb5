"""``wargame seminar``: a room of people plays a scenario."""

from __future__ import annotations

import datetime as dt
import glob
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame import __version__
from wargame.cli.console.options import echo, main, name_of, named, output_options, scenario_argument, seed_option, set_option
from wargame.cli.seminar.announcement import as_object, quietly, tell
from wargame.errors import mistake

if TYPE_CHECKING:
    from wargame.seminar.host.host import Host
    from wargame.seminar.server.server import OpenSeminar

    Say = Callable[[Host, OpenSeminar, bool], None]  # the last: whether the seminar is resumed

FOLDER = Path("results") / "seminar"


@main.command()
@scenario_argument
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to serve on; 0.0.0.0 lets everybody on this network in, :: those with IPv6 alone as well.",
)
@click.option(
    "--advertise",
    default="",
    metavar="ADDRESS|NAME",
    help="What links and QR codes show [the likeliest address of this computer].",
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
@output_options("Print only the facilitator's link.")
def seminar(
    scenario: str, host: str, advertise: str, port: int | None, data: Path | None, resume: bool, turn: int | None, seats: str,
    turn_days: int | None, demo: bool, seed: int, sets: tuple[str, ...], as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Open a seminar: teams join with phones or laptops, each sees its own picture and writes its orders.

    Prints the facilitator's link and a join code for every seat, and writes a hand-out to print. Needs no internet.
    Everything is saved as it happens; Ctrl-C closes the seminar (exit code 0), --resume goes on with it.

    Example:  wargame seminar zapad_2021 --host 0.0.0.0 --seats russia,belarus,nato,poland
    """
    if turn is not None and not resume:
        raise mistake("belongs to a seminar that has been played; add --resume", file="--turn")
    from wargame.seminar.host.addresses import bare, fault, ip, is_local
    from wargame.seminar.host.memory import share

    host = host.removeprefix("[").removesuffix("]")
    if (at := ip(host)) is not None and at.version == 6 and at.is_link_local:
        raise mistake(f"{host[:80]!r} {fault(host, beyond=True)}; :: serves on all addresses", file="--host")
    wrong = fault(advertise, beyond=not is_local(host)) if advertise else ""
    if wrong:
        raise mistake(f"{advertise[:80]!r} {wrong}", file="--advertise")
    share()
    opened = _resumed(scenario, data, seats, turn_days, sets) if resume else _begun(scenario, data, seats, turn_days, seed, sets)
    try:
        if turn is not None:
            _go_back(opened, turn)
        import asyncio  # loads slowly

        say = as_object if as_json else quietly if quiet else tell
        asyncio.run(_serve(opened, host, bare(advertise) if advertise else "", port, resume, demo, say))
    except KeyboardInterrupt:
        pass
    finally:
        opened.logged.log.close()
    if not quiet:
        from wargame.results.files import shell_word

        echo(f"\nstopped; the seminar is kept in {named(opened.path)}", err=as_json)
        again = f"wargame seminar {shell_word(scenario)} --resume --data {shell_word(opened.path)}"
        echo(f"go on with:  {again}", err=as_json)


def _go_back(opened: OpenSeminar, turn: int) -> None:
    from wargame.seminar.server.server import back_to

    back_to(opened, turn, time.time())


def _begun(
    scenario: str, data: Path | None, seats: str, turn_days: int | None, seed: int, sets: tuple[str, ...]
) -> OpenSeminar:  # fmt: skip
    from wargame.scenario.load import load
    from wargame.seminar.server.server import begin

    loaded = load(scenario, sets=sets)
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    path = data or FOLDER / f"{loaded.scenario.name}-{stamp}.db"
    names = [name.strip() for name in seats.split(",") if name.strip()]
    echo("getting the game ready …", err=True)
    return begin(loaded, path, seed=seed, turn_days=turn_days, seats=names, at=time.time())


def _resumed(scenario: str, data: Path | None, seats: str, turn_days: int | None, sets: tuple[str, ...]) -> OpenSeminar:
    from wargame.seminar.server.server import resume

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
        opened.logged.log.close()
        raise mistake(f'is a seminar of "{opened.name}" (got "{name}")', file=str(data))
    if opened.version != __version__:
        began = f"with wargame {opened.version}" if opened.version else "with an earlier wargame"
        echo(f"this seminar was begun {began}, this is {__version__}: what was played may come out otherwise", err=True)
    return opened


async def _serve(
    opened: OpenSeminar, host: str, advertise: str, port: int | None, resumed: bool, demo: bool, say: Say
) -> None:  # fmt: skip
    from wargame.seminar.host.reach import Reach
    from wargame.seminar.server.server import free_port, serve

    reach = Reach(host, await free_port(host, port, opened.port), advertise)
    reach.recall(opened.shown)
    await serve(opened, reach, lambda seminar: say(seminar, opened, resumed), demonstrate=demo)
