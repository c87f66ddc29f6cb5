"""What the facilitator's page shows, sheet by sheet, made of the session's own views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wargame.scenario.values import CHANNELS
from wargame.seminar.game.export import followable
from wargame.seminar.host.cone import key_of
from wargame.seminar.host.host import Host
from wargame.seminar.host.keys import as_printed, new_code
from wargame.seminar.host.reach import NOWHERE
from wargame.seminar.rules.bounds import FACILITATOR, OBSERVER, PUBLIC
from wargame.seminar.server import drawing, pages
from wargame.seminar.session.session import Session

Json = dict[str, Any]
NEXT = {
    "lobby": ("Begin the briefing", "People join and read their roles. Nothing is timed yet."),
    "briefing": ("Open the orders", "Teams read their roles and the situation. A practice turn is played and then undone."),
    "orders": ("Close the orders", "Teams order. Seats that say nothing are played by their documented policy."),
    "adjudication": (
        "Show the result",
        "The turn has been tried, and nobody has seen it. Strike or grant orders, or let it stand.",
    ),
    "reveal": ("Next turn", "Every team sees what it may know of the turn."),
    "debrief": ("", "The game is over."),
}
CONTROLS = (("people", "its people"), ("staff", "its staff until they act"), ("policy", "its documented policy"))
MESSAGES = 200  # on the facilitator's sheet, the latest
DOOR_WORDS = (("open", "open: who has the code is in"), ("approve", "approval: I let people in"), ("locked", "locked: nobody"))
ROWS = 3  # pushes of a free inject


def page(host: Host, session: Session, sheet: str, team: str) -> Json:
    """Return what a sheet of the facilitator's page shows."""
    data = session.white()
    names = {str(one["actor"]): str(one["name"]) for one in data["seats"]}
    sheet = sheet if sheet in dict(pages.sheets()) else "room"
    team = team if team in names else next(iter(names), "")
    label, says = NEXT[data["phase"]]
    if data["phase"] == "reveal" and data["over"]:
        label = "Go to the debrief"
    if data["practice"] and data["phase"] == "reveal":
        label = "End the practice turn"
    common = {
        "data": data, "sheet": sheet, "team": team,
        "names": names | {PUBLIC: "everybody", FACILITATOR: "the facilitator", OBSERVER: "observers"},
        "clock": pages.clock(data["timer"], host.now()), "next_label": label, "next_says": says, "sheets": list(pages.sheets()),
        "here": f"?sheet={sheet}&team={team}", "people": {one["id"]: one for one in data["people"]}, "controls": CONTROLS,
        "channels": CHANNELS, "ready": sum(bool(one["ready"]) for one in data["seats"]),
        "taken": sum(bool(one["taken"]) for one in data["seats"]),
        "held": sum(one["state"] == "held" for one in data["messages"]),
        "streams": host.open_streams, "debrief_ready": host.debriefing.ready(session) is not None,
    }  # fmt: skip
    return common | _SHEETS[sheet](host, session, data, team)


def by_itself(host: Host, do: str) -> Json:
    """Return the fields of a command that no form gives: a renewed code is drawn here, and is none that there was."""
    if do != "renew":
        return {}
    code = new_code()
    while code in host.codes.values():
        code = new_code()
    return {"code": code}


def _room(host: Host, session: Session, data: Json, team: str) -> Json:
    cards = session.room.cards(team) if team and data["phase"] == "adjudication" else []
    names = {one["actor"]: one["name"] for one in data["seats"]}
    events = [
        one | {"text": f"{names.get(one['actor'], one['actor'])} {one['fact']}" if one["kind"] == "order" else one["fact"]}
        for one in data["events"]
    ]
    return {"cards": cards, "answers": _forecasts(data), "events": events}


def _forecasts(data: Json) -> list[Json]:
    """Return what the room holds likely: question, how many answered, mean, least and most."""
    rows = []
    for question in data["questions"]:
        given = [chances[question["id"]] for chances in data["forecasts"].values() if question["id"] in chances]
        numbers = {"mean": sum(given) / len(given), "least": min(given), "most": max(given)} if given else None
        rows.append({"text": question["text"], "count": len(given), "numbers": numbers})
    return rows


def _truth(host: Host, session: Session, data: Json, team: str) -> Json:
    truth, belief = data["truth"], data["pictures"].get(team, {"map": [], "gauges": [], "situation": []})
    frame = drawing.frame_of(truth["map"])
    believed = {site["site"]: site for site in belief["map"]}
    rows = [{"label": site["label"], "true": site["own"] or 0.0, "known": believed.get(site["site"])} for site in truth["map"]]
    rows = [row for row in rows if row["true"] >= drawing.LEAST or _believed(row["known"]) >= drawing.LEAST]
    rows.sort(key=lambda row: -float(row["true"]))
    gauges = {gauge["id"]: gauge for gauge in truth["gauges"]}
    return {
        "truth_map": drawing.theatre(truth["map"], frame), "belief_map": drawing.theatre(belief["map"], frame), "rows": rows,
        "gauges": _apart(belief["gauges"], gauges), "truth": truth,
    }  # fmt: skip


def _believed(site: Mapping[str, Any] | None) -> float:
    """Return how many troops a picture puts at a place."""
    if site is None:
        return 0.0
    return float(site["own"] or 0.0) + float((site["estimate"] or {}).get("median") or 0.0)


def _apart(known: Sequence[Mapping[str, Any]], true: Mapping[str, Mapping[str, Any]]) -> list[Json]:
    """Return the gauges on which a team may be wrong: it believes with a spread, or its value is not the true one."""
    pairs = ((gauge, true.get(str(gauge["id"]))) for gauge in known)
    return [
        {"known": gauge, "true": real}
        for gauge, real in pairs
        if gauge["spread"] or (real is not None and real["value"] != gauge["value"])
    ]


def _ahead(host: Host, session: Session, data: Json, team: str) -> Json:
    found = host.cone.result
    odds: Sequence[Json] = []
    fans: Sequence[Json] = []
    if found is not None:
        odds = [{"id": name, **one} for name, one in found["odds"].items()]
        odds = sorted(odds, key=lambda one: (not one["main"], not one["share"]))
        fans = sorted(({"id": name, **one} for name, one in found["fan"].items()), key=_open, reverse=True)
    return {
        "odds": odds, "fans": fans, "found": found, "busy": host.cone.busy, "problem": host.cone.problem,
        "stale": found is not None and host.cone.key != key_of(session), "over": session.game.over,
    }  # fmt: skip


def _open(one: Mapping[str, Any]) -> float:
    """Return how much is open about a watched variable: the band at the end against all that it goes through."""
    if not one["q95"] or one["q95"][-1] is None or one["q05"][-1] is None:
        return 0.0
    reach = max(filter(None, one["q95"]), default=0.0) - min(filter(None, one["q05"]), default=0.0)
    return float((one["q95"][-1] - one["q05"][-1]) / reach) if reach > 0 else 0.0


def _injects(host: Host, session: Session, data: Json, team: str) -> Json:
    order = ("now", "coming", "conditional", "past", "off")
    entries = {state: [one for one in data["msel"] if one["state"] == state] for state in order}
    hearers = [(PUBLIC, "everybody"), *((str(one["actor"]), str(one["name"])) for one in data["seats"])]
    places = list(dict.fromkeys((str(row["row"]), str(row["name"])) for push in data["pushes"] for row in push["rows"]))
    return {"entries": entries, "push_rows": range(ROWS), "hearers": hearers, "places": places}


def _people(host: Host, session: Session, data: Json, team: str) -> Json:
    codes = [
        {
            "seat": seat,
            "name": _name(session, seat),
            "code": as_printed(code),
            "link": f"{host.address}/j/{code}",
            "qr": drawing.qr(f"{host.address}/j/{code}"),
        }
        for seat, code in host.codes.items()
    ]
    links = {
        one["id"]: f"{host.address}/p/{host.keys.reclaim_token(one['id'])}"
        for one in data["people"]
        if one["seat"] != FACILITATOR
    }
    return {"codes": codes, "links": links, "qr": drawing.qr, "reach": _reach(host), "doors": DOOR_WORDS,
            "out": [one for one in data["people"] if one["out"]],
            "policies": {seat: _followable(session, seat) for seat in session.room.seats}}  # fmt: skip


def _followable(session: Session, seat: str) -> list[str]:
    return session.room.remember("followable", seat, lambda: followable(session.game.bound, seat))


def _reach(host: Host) -> Json:
    """Return where the pages are found: the address that is shown, all others, and what is wrong with it."""
    reach = host.reach
    own = [{"text": one.text, "says": one.says} for one in reach.found()]
    shown = reach.shown()
    if shown and not reach.local and shown not in [one["text"] for one in own]:
        own.insert(0, {"text": shown, "says": "asked for"})
    return {"shown": shown, "found": own, "local": reach.local, "gone": reach.gone, "nowhere": "" if shown else NOWHERE}


def _name(session: Session, seat: str) -> str:
    return "Observers" if seat == OBSERVER else session.room.seat_name(seat)


def _messages(host: Host, session: Session, data: Json, team: str) -> Json:
    waits = [one for one in reversed(data["messages"]) if one["state"] == "held"]
    rest = [one for one in reversed(data["messages"]) if one["state"] != "held"]
    return {"letters": waits + rest[:MESSAGES], "older": len(rest[MESSAGES:])}


def _plain(host: Host, session: Session, data: Json, team: str) -> Json:
    return {}


def _debrief(host: Host, session: Session, data: Json, team: str) -> Json:
    return {"debriefing": host.debriefing, "page": host.debriefing.ready(session)}


_SHEETS = {
    "debrief": _debrief, "room": _room, "truth": _truth, "ahead": _ahead, "injects": _injects, "people": _people,
    "messages": _messages,
    "log": _plain,
}  # fmt: skip
