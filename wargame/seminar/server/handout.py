"""The printable hand-out: a card to cut out for every seat, with its code, its QR code and its role."""

from __future__ import annotations

from wargame.seminar.host.keys import Keys, as_printed
from wargame.seminar.rules.bounds import OBSERVER
from wargame.seminar.server import pages
from wargame.seminar.server.drawing import qr
from wargame.seminar.session.session import Session


def handout(session: Session, keys: Keys, address: str, *, alone: bool = True) -> str:
    """Return the hand-out as an HTML page; it holds join codes and no facilitator's link. ``alone``: it needs no other file."""
    room = session.room
    cards = []
    for seat, code in {**keys.codes, **room.codes}.items():
        actor = room.scenario.actors.get(seat)
        link = f"{address}/j/{code}" if address else ""
        cards.append({
            "name": "Observers" if seat == OBSERVER else room.seat_name(seat), "code": as_printed(code), "link": link,
            "qr": qr(link),
            "says": actor.says if actor else "You see what is public, and no team's picture.",
            "goals": list(actor.goals) if actor else [], "constraints": list(actor.constraints) if actor else [],
        })  # fmt: skip
    style = (pages.STATIC / "handout.css").read_text("utf-8") if alone else ""
    scenario = room.scenario
    return pages.render(
        "handout.html",
        title=room.title,
        question=scenario.question,
        summary=scenario.summary,
        cards=cards,
        address=address,
        style=style,
    )
