"""Pages as text: what the templates need, made of a session's views, and the words around the numbers."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wargame.scenario.values import CHANNELS
from wargame.scenario.words import long_date
from wargame.seminar.pages import drawing
from wargame.seminar.rules.bounds import FACILITATOR, OBSERVER, PUBLIC

Json = dict[str, Any]
HERE = Path(__file__).parent
STATIC = HERE / "static"
KINDS = {"free": "free text", "proposal": "proposal", "demand": "demand", "request": "request", "consent": "consent",
         "statement": "joint statement"}  # fmt: skip
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
SAID = {"persons", "days", "USD m", "persons/day", "trains/day", "incidents", "attempts", "battalions", "weeks", "hours", "km"}
LOUD = (
    "rung",
    "incident",
    "inject",
    "verdict",
    "outcome",
    "move",
    "belief",
    "signal",
    "consent",
    "message",
    "note",
)  # for the wall
SHOWN = 6  # dials on top of the situation
LETTERS = 200  # messages on a page, the latest
FIRST = 4  # orders of a channel that are shown before one asks for more


def day(value: object) -> str:
    """Return a date in words: 9 September 2021."""
    date = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    return long_date(date)


def whole(value: float | None) -> str:
    """Return a number without decimals, with commas."""
    return "" if value is None else f"{value:,.0f}"


def amount(value: float | str | None, unit: str = "") -> str:
    """Return a number as a person would write it, with its unit."""
    if value is None:
        return "unknown"
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "0/1":
        return "yes" if value >= 0.5 else "no"
    number = (
        f"{value:,.0f}"
        if abs(value) >= 100 or float(value).is_integer()
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )
    number = number.replace("-", "−")
    return f"{number} {unit}" if unit in SAID else number


def chance(value: float | None) -> str:
    """Return a chance in per cent; what is not certain does not round to certain."""
    if value is None:
        return "unknown"
    if 0 < value < 0.005:
        return "< 1 %"
    if 0.995 < value < 1:
        return "> 99 %"
    return f"{100 * value:.0f} %"


def age(days: float | None) -> str:
    """Return how old a report is."""
    if days is None:
        return ""
    return "today" if days < 1 else f"{days:.0f} day{'s' if round(days) != 1 else ''} old"


def size(value: float) -> str:
    """Return the strength of an order in words."""
    return {0.5: "half strength", 2.0: "double strength"}.get(float(value), "full strength")


def humane(identifier: str) -> str:
    """Return an identifier as words: request_inspection -> Request inspection."""
    return identifier.replace("_", " ").strip().capitalize()


def site_words(site: Mapping[str, Any]) -> str:
    """Return what is known of a place, in one sentence."""
    parts = [str(site["label"])]
    if site.get("own"):
        parts.append(f"{whole(site['own'])} of its own" if site.get("estimate") else f"{whole(site['own'])} troops")
    estimate = site.get("estimate")
    if estimate:
        known = f"about {whole(estimate['median'])} ({whole(estimate['low'])} to {whole(estimate['high'])})"
        parts.append(f"{known}, report {age(estimate['age'])}" if estimate.get("age") is not None else known)
    return ": ".join([parts[0], "; ".join(parts[1:])]) if len(parts) > 1 else f"{parts[0]}: nothing known"


def seat_words(seat: Mapping[str, Any]) -> str:
    """Return who plays a seat and whether it is ready."""
    who = {
        "people": "played by its people",
        "policy": "played by its documented policy",
        "staff": "played by its staff (documented policy)",
    }
    ready = ", ready" if seat.get("ready") else ""
    return who.get(str(seat.get("control")), "") + ready


def by_day(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return rows in groups of one date, in the order of their first rows."""
    days: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        days.setdefault(str(row["date"]), []).append(row)
    return list(days.items())


def sentence(text: str) -> str:
    """Return text that begins with a capital."""
    return text[:1].upper() + text[1:]


def latest(rows: Sequence[Any], count: int) -> list[Any]:
    """Return the last rows, newest first."""
    return list(reversed(rows[-count:]))


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
    env.filters |= {
        "day": day, "whole": whole, "value": amount, "chance": chance, "age": age, "size": size, "humane": humane,
        "site_words": site_words,
        "seat_words": seat_words, "latest": latest, "by_day": by_day, "sentence": sentence, "line": drawing.line,
        "fan": drawing.fan,
    }  # fmt: skip
    env.globals |= {"nonce": lambda: secrets.token_urlsafe(9), "version": version(), "kinds": list(KINDS.items())}
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


def channels(view: Mapping[str, Any]) -> list[Json]:
    """Return the four channels with what was ordered and the cards, by action: those with an occasion first, then the rest."""
    given = {str(order["channel"]): order for order in view["orders"]}
    made = []
    for channel in CHANNELS:
        groups = _groups([card for card in view["cards"] if card["channel"] == channel])
        usable = sorted((group for group in groups if group["open"]), key=lambda group: (group["rank"], not group["occasion"]))
        first = [group for group in usable if group["occasion"]][:FIRST] or usable[:FIRST]
        more = [group for group in usable if group not in first]
        off = [group for group in groups if not group["open"]]
        made.append({"id": channel, "given": given.get(channel), "first": first, "more": more, "off": off})
    return made


def _groups(cards: Sequence[Mapping[str, Any]]) -> list[Json]:
    by_action: dict[str, list[Mapping[str, Any]]] = {}
    for card in cards:
        by_action.setdefault(str(card["action"]), []).append(card)
    return [_group(action, found) for action, found in by_action.items()]


def _group(action: str, cards: Sequence[Mapping[str, Any]]) -> Json:
    usable = [card for card in cards if card["legal"] is not False]
    ordered = sorted(cards, key=lambda card: (card["legal"] is False, card.get("advice") is None, card.get("advice") or 0))
    shown = [{**card, "choice": card["title"]} for card in ordered]
    why = list(dict.fromkeys(str(card["why"]) for card in cards if card["why"] and (not usable or card["legal"] is None)))
    consent = list(dict.fromkeys(str(card["consent"]) for card in cards if card["consent"]))
    ranks = [int(card["advice"]) for card in usable if card.get("advice") is not None]
    return {
        "id": action, "name": _open_title([str(card["title"]) for card in cards]), "cards": shown,
        "open": bool(usable), "sized": any(card["sized"] for card in cards),
        "occasion": any(card["occasion"] and card["legal"] is not False for card in cards),
        "unsure": bool(usable) and all(card["legal"] is None for card in usable), "cost": _open_costs(cards),
        "consent": ", ".join(consent),
        "why": why[:3], "rank": min(ranks, default=1000),
    }  # fmt: skip


def _open_costs(cards: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what an action's cards say of their costs, with what is yet to be chosen left open."""
    return [_open_title(sentences) for sentences in zip(*(card["cost"] for card in cards), strict=True)]


def _open_title(titles: Sequence[str]) -> str:
    """Return what the titles of an action's cards have in common, with what is yet to be chosen left open: Asks for …"""
    words = [title.split() for title in titles]
    before = _shared(words)
    after = _shared([list(reversed(one[len(before) :])) for one in words])[::-1]
    same = all(len(one) == len(before) for one in words)
    return titles[0] if same else " ".join([*before, "…", *after])


def _shared(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the words with which all of several sentences begin."""
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, zip(*rows, strict=False))]


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


def dials(gauges: Sequence[Mapping[str, Any]]) -> Json:
    """Return the dials in groups: of ourselves (the first few on top), of what is believed of others, of the theatre."""
    own = [one for one in gauges if str(one["id"]).startswith("own.")]
    theatre = [one for one in gauges if str(one["id"]).startswith("watch.")]
    beliefs = [one for one in gauges if one not in own and one not in theatre]
    first = (own or theatre)[:SHOWN]
    rest = [("own", "More about ourselves", own[SHOWN:]), ("beliefs", "What we believe of others", beliefs),
            ("theatre", "The theatre, as the public knows it", theatre if own else theatre[SHOWN:])]  # fmt: skip
    return {"first": first, "groups": rest}


def _letter(one: Mapping[str, Any], names: Mapping[str, str], seat: str) -> Json:
    to = ", ".join(names.get(str(name), str(name)) for name in one["to"])
    return {**one, "own": one["from"] == seat, "from_name": "Your team" if one["from"] == seat else one["name"], "to_names": to,
            "kind_says": KINDS.get(str(one["kind"]), str(one["kind"]))}  # fmt: skip


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
