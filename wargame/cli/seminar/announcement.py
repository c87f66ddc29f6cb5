"""What ``wargame seminar`` prints when the room is open: links, codes, addresses, and what may go wrong with them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame.cli.console.options import echo, named, print_json
from wargame.errors import mistake

if TYPE_CHECKING:
    from wargame.seminar.host.host import Host
    from wargame.seminar.host.reach import Reach
    from wargame.seminar.server.server import OpenSeminar


def _handed_out(seminar: Host, opened: OpenSeminar) -> Path:
    """Write the hand-out and return its place."""
    from wargame.seminar.server.handout import handout

    paper = opened.path.with_suffix(".html")
    try:
        paper.write_text(handout(opened.logged.session, seminar.keys, seminar.address), encoding="utf-8")
    except OSError as error:
        raise mistake(f"the hand-out cannot be written ({error.strerror})", file=str(paper)) from None
    return paper


def _base(seminar: Host) -> str:
    """Return the address of the pages: the one that is shown, or this computer's own where nobody else can reach it."""
    from wargame.seminar.host.addresses import url
    from wargame.seminar.host.reach import HERE

    return seminar.address or url(HERE, seminar.reach.port)


def as_object(seminar: Host, opened: OpenSeminar, resumed: bool) -> None:
    """Print where everything is as one JSON object, and write the hand-out."""
    paper, base, reach = _handed_out(seminar, opened), _base(seminar), seminar.reach
    others = seminar.address  # none while this computer is in no network: then nothing leads others here
    print_json({
        "scenario": opened.name, "phase": opened.logged.session.room.phase, "resumed": resumed, "address": others or None,
        "addresses": [one.text for one in reach.found()], "facilitator": f"{base}/w/{seminar.keys.white}", "wall": f"{base}/wall",
        "seats": {
            seat: {"code": code, "link": f"{others}/j/{code}" if others else None} for seat, code in seminar.codes.items()
        },
        "data": str(opened.path), "handout": str(paper),
    })  # fmt: skip


def quietly(seminar: Host, opened: OpenSeminar, resumed: bool) -> None:
    """Print the facilitator's link, and write the hand-out."""
    del resumed
    _handed_out(seminar, opened)
    echo(f"{_base(seminar)}/w/{seminar.keys.white}")


def tell(seminar: Host, opened: OpenSeminar, resumed: bool) -> None:
    """Print where everything is, and write the hand-out."""
    room, reach = opened.logged.session.room, seminar.reach
    paper, base = _handed_out(seminar, opened), _base(seminar)
    echo(room.title, bold=True)
    echo(f"  {room.game.turns} turns, phase {room.phase}{' (resumed)' if resumed else ''}\n")
    echo(f"  facilitator   {base}/w/{seminar.keys.white}     keep this link to yourself")
    echo(f"  wall          {base}/wall     for the projector")
    _tell_codes(seminar, opened)
    for line in _addresses(reach):
        echo(line)
    echo(f"\n  hand-out to print: {paper}")
    echo(f"  everything is kept in {named(opened.path)}; after a crash: the same command with --resume")
    if reach.local:
        echo("  Only this computer can open these pages. For a classroom: --host 0.0.0.0")
    else:
        echo("  Anyone on this network can reach these pages, and what is sent is not encrypted (plain HTTP):")
        echo("  whoever has a join code can take that seat, whoever has the facilitator's link leads the game.")
        echo("  Locking doors, letting people in, new codes, taking out: sheet “Seats and links”; statements: sheet “Messages”.")
    echo("  Ctrl-C stops the server; nothing is lost.\n")


def _tell_codes(seminar: Host, opened: OpenSeminar) -> None:
    """Print the join codes, with their links when these lead somewhere."""
    from wargame.seminar.host.keys import as_printed
    from wargame.seminar.rules.bounds import OBSERVER

    base, room, codes = seminar.address, opened.logged.session.room, seminar.codes
    names = {seat: "Observers" if seat == OBSERVER else room.seat_name(seat) for seat in codes}
    wide = max(map(len, names.values()))
    echo(f"  join          {base}/     with the code of a seat:\n" if base else "  join codes:\n")
    for seat, code in codes.items():
        echo(f"    {names[seat]:<{wide}}  {as_printed(code)}  {f'{base}/j/{code}' if base else ''}".rstrip())
    if base and sys.stdout.isatty():
        for line in _pictures({names[seat]: f"{base}/j/{code}" for seat, code in codes.items()}):
            echo(line)


def _addresses(reach: Reach) -> Iterator[str]:
    """Yield which address the links show and which others there are, or how to come by one."""
    from wargame.seminar.host.reach import NOWHERE

    if reach.local:
        return
    shown, found = reach.shown(), reach.found()
    if not shown:
        yield "\n  No address for others. The two links above are for this computer alone."
        yield from (f"  {line}" for line in click.wrap_text(NOWHERE, 110).splitlines())
        return
    own = next((one for one in found if one.text == shown), None)
    yield f"\n  Links and codes show {shown}{f' ({own.says})' if own else ', as asked for'}."
    if reach.gone:
        yield "  That is none of this computer's addresses: it works where something passes its visitors on to this one."
    others = [one for one in found if one.text != shown]
    if others:
        wide = max(len(one.text) for one in others)
        yield "  If phones cannot open them, this computer can also be found at:"
        yield from (f"    {one.text:<{wide}}  {one.says}" for one in others)
        yield "  Choose with --advertise ADDRESS, or at any time on the facilitator's sheet “Seats and links”."


def _pictures(links: dict[str, str]) -> Iterable[str]:
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
