"""What the wall shows to the whole room: where the session stands, the news, what was said, how to join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wargame.seminar.host.keys import as_printed
from wargame.seminar.server import pages
from wargame.seminar.server.drawing import qr

Json = dict[str, Any]
SAYS = {
    "briefing": "Read your role and the situation, and agree what you want.",
    "orders": "One order in each channel, or hold.",
    "adjudication": "Orders are closed. The facilitator is looking at what they lead to.",
}
LOUD = ("rung", "incident", "inject", "verdict", "outcome", "move", "belief", "signal", "consent", "message", "note")
HEADLINES = 7  # public news on the wall
STATEMENTS, LETTERS = 4, 280  # of the teams on the wall, the latest; and characters of each: the last row must read them


def shorten(text: str) -> str:
    """Return text as it stands on the wall: its beginning, when it is long."""
    return text if len(text) <= LETTERS else f"{text[:LETTERS].rstrip()} …"


def wall(board: Mapping[str, Any], now: float, address: str, codes: Mapping[str, str]) -> Json:
    """Return what the wall shows; ``codes`` are the join codes when the facilitator's own browser shows it, else none."""
    names = {str(one["actor"]): str(one["name"]) for one in board["seats"]}
    loud = sorted((one for one in board["news"] if one["kind"] in LOUD), key=lambda one: LOUD.index(one["kind"]))[:HEADLINES]
    shown = [one for one in board["news"] if one in loud] if board["phase"] in ("reveal", "debrief") else []
    said = [one for one in reversed(board["statements"]) if one["turn"] == board["turn"]]
    joins = [
        {"name": names.get(seat, "Observers"), "code": as_printed(code), "qr": qr(f"{address}/j/{code}")}
        for seat, code in codes.items()
    ]
    return {
        "view": board, "clock": pages.clock(board["timer"], now), "address": address,
        "joins": joins, "statements": [one | {"text": shorten(str(one["text"]))} for one in said[:STATEMENTS]],
        "unsaid": len(said[STATEMENTS:]),
        "door": qr(f"{address}/"), "says": SAYS.get(board["phase"], ""), "headlines": shown,
        "more": len(board["news"]) - len(shown),
    }  # fmt: skip
