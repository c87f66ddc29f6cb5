"""Pages as text: the templates, and what the page of a seat needs of a session's views."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wargame.scenario.values import CHANNELS
from wargame.scenario.words import capitalised
from wargame.seminar.rules.bounds import FACILITATOR, OBSERVER, PUBLIC
from wargame.seminar.server import drawing
from wargame.seminar.views import words
from wargame.seminar.views.groups import channels, dials

Json = dict[str, Any]
HERE = Path(__file__).parent
STATIC = HERE / "static"
NOW = {
    "lobby": "You are in. Read your role while the others arrive; the facilitator begins the game.",
    "briefing": "Briefing. Read your role and the situation, and agree within your team what you want.",
    "orders": "Your orders, please: at most one in each channel. The team's last word counts.",
    "adjudication": "Orders are closed. The facilitator looks at what they lead to; this is still the picture of the morning.",
    "reveal": "The turn has been played. This is what you know of it.",
    "debrief": "The game is over. What was true, and what the others believed, is in the debrief.",
}
WATCHING = {
    "lobby": "You are in, as an observer. The facilitator begins the game.",
    "briefing": "Briefing: the teams read their roles and agree what they want.",
    "orders": "The teams give their orders: each at most one in each channel.",
    "adjudication": "Orders are closed. The facilitator looks at what they lead to.",
    "reveal": "The turn has been played. This is what the public knows of it.",
    "debrief": NOW["debrief"],
}
LETTERS = 200  # messages on a page, the latest


@cache
def environment() -> Environment:
    """Return the templates; everything they write is escaped."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = (
        words.day, words.whole, words.chance, words.age, words.size, words.humane, words.site_words, words.seat_words,
        words.latest, words.by_day,
    )  # fmt: skip
    env.filters |= {one.__name__: one for one in said} | {
        "value": words.amount, "sentence": capitalised, "line": drawing.line, "fan": drawing.fan,
    }  # fmt: skip
    env.globals |= {"nonce": lambda: secrets.token_urlsafe(9), "version": version(), "kinds": list(words.KINDS.items())}
    return env


@cache
def version() -> str:
    """Return a short fingerprint of the static files, so that browsers take new ones after an update."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def render(template: str, **values: Any) -> str:
    """Return a page."""
    return environment().get_template(template).render(**values)


def clock(timer: Mapping[str, Any], now: float) -> Json:
    """Return a timer as pages show it: seconds left at this moment."""
    ends, paused = timer.get("ends"), bool(timer.get("paused"))
    left = max(0.0, ends - now) if ends is not None else timer.get("left")
    text = "" if left is None else f"{int(left) // 60}:{int(left) % 60:02d}" if left > 0 else "time is up"
    return {"left": left, "paused": paused, "mark": str(ends if ends is not None else left), "text": text}


def seat_page(view: Mapping[str, Any], now: float, reclaim: str) -> Json:
    """Return what the page of a person in a seat (or of an observer) shows."""
    seat = view["seat"] if view["seat"] not in (OBSERVER, FACILITATOR) else None
    names = {str(one["actor"]): str(one["name"]) for one in view["seats"]} | {PUBLIC: "everybody", FACILITATOR: "the facilitator"}
    own = next((one for one in view["seats"] if one["actor"] == seat), None)
    letters = [_letter(one, names, str(view["seat"])) for one in view["messages"]]
    picture, cards = view["picture"], channels(view)
    playing = view["phase"] == "orders" and seat is not None
    role = view["role"] or {"name": "Observer", "says": "You see what is public.", "goals": [], "constraints": [], "sources": [],
                             "observes": "", "does_not_observe": ""}  # fmt: skip
    return {
        "view": {**view, "role": role, "messages": letters[-LETTERS:], "control": own["control"] if own else "people"},
        "seat": seat, "clock": clock(view["timer"], now), "picture": picture, "news": view["news"],
        "now": (NOW if seat else WATCHING)[view["phase"]],
        "gauges": dials(picture["gauges"] if picture else []), "map": drawing.theatre(picture["map"]) if picture else None,
        "channels": cards if seat and view["phase"] != "lobby" else [],
        "orders_open": playing and (own is None or own["control"] != "policy"), "forecasts_open": playing,
        "ready": bool(own and own["ready"]), "control_says": _control(own, view),
        "unread": sum(not one["read"] for one in letters),
        "may_write": seat is not None and view["phase"] != "lobby", "recipients": _recipients(view, seat, names),
        "carried": _carried(view),
        "reclaim": reclaim, "turn": view["turn"],
    }  # fmt: skip


def _letter(one: Mapping[str, Any], names: Mapping[str, str], seat: str) -> Json:
    to = ", ".join(names.get(str(name), str(name)) for name in one["to"])
    return {**one, "own": one["from"] == seat, "from_name": "Your team" if one["from"] == seat else one["name"], "to_names": to,
            "kind_says": words.KINDS.get(str(one["kind"]), str(one["kind"]))}  # fmt: skip


def _control(own: Mapping[str, Any] | None, view: Mapping[str, Any]) -> str:
    if own is None or own["control"] == "people":
        return ""
    if own["control"] == "policy":
        return "The facilitator has given this seat to its documented policy for now; your orders are not asked for."
    return "Your staff plays this seat by its documented policy until you act: any order, or “ready”, makes it yours again."


def _recipients(view: Mapping[str, Any], seat: str | None, names: Mapping[str, str]) -> list[Json]:
    others = [str(one["actor"]) for one in view["seats"] if one["actor"] != seat]
    return [{"id": name, "name": names[name]} for name in [*others, PUBLIC, FACILITATOR]]


def _carried(view: Mapping[str, Any]) -> list[Json]:
    """Return the diplomatic orders that a message may stand for."""
    if view["phase"] != "orders":
        return []
    return [
        {"id": card["id"], "choice": card["title"]}
        for card in view["cards"]
        if card["channel"] == CHANNELS[0] and card["legal"] is not False
    ]


def sheets() -> Iterable[tuple[str, str]]:
    """Return the sheets of the facilitator's page: address and name."""
    return (("room", "Room and orders"), ("truth", "Truth and beliefs"), ("ahead", "Look ahead"), ("injects", "Injects"),
            ("messages", "Messages"), ("people", "Seats and links"), ("log", "Log and branches"),
            ("debrief", "Debrief"))  # fmt: skip
