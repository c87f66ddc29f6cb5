"""From YAML nodes to activities, calendars and Chapter III events; the format is described in
:mod:`wargame.vienna.cases`. A time of day is dropped where only days count.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import cast

from wargame.vienna.activity import Activity, Forces, Kind, Notice, Observers, Part, Sender
from wargame.vienna.chapter_three import ALLOWED, Event, What
from wargame.vienna.constraints import Entry
from wargame.vienna.rule import Inequality
from wargame.vienna.rules import DEFAULT, Rules, Scope, Together
from wargame.vienna.yaml_nodes import DATE, NUMBER, Fields, Node, Reader

QUANTITIES = tuple(f.name for f in fields(Forces))
INHERITED = (
    "start",
    "end",
    "host",
    "kind",
    "area",
    "notified",
    "observers",
    "snap",
    "truly_snap",
    "hours",
    "air_listed",
)
PART = (*INHERITED, "name", "declared", "true", "senders", "source", "judgement")
ACTIVITY = (*PART, "parts", "one_command", "judged_on")
AHEAD = re.compile(r"(\d{1,4}) days? (ahead|after start)")
MOST_ITEMS = 2_000  # judgement: far above any collection of cases, low enough to stay instant.


def read_rules(reader: Reader, node: Node, path: str) -> Rules:
    """Return the rules with the overrides of a case: ``inequality``, ``scope``, ``together``, and levels by
    rule id.
    """
    numbered = [rule.id for rule in DEFAULT.table if rule.test != "principle"]
    given = reader.mapping(node, path, ("inequality", "scope", "together", *numbered))
    choices = {"inequality": (">=", ">"), "scope": ("part", "whole"), "together": ("peak", "sum")}
    chosen = {name: reader.choice(given[name], f"{path}.{name}", options) for name, options in choices.items() if name in given}
    levels = {id: reader.number(one, f"{path}.{id}") for id, one in given.items() if id not in choices}
    return replace(
        DEFAULT.replaced(levels),
        inequality=cast(Inequality, chosen.get("inequality", DEFAULT.inequality)),
        scope=cast(Scope, chosen.get("scope", DEFAULT.scope)),
        together=cast(Together, chosen.get("together", DEFAULT.together)),
    )


def read_activity(reader: Reader, node: Node, path: str, defaults: Fields) -> tuple[Activity | None, date | None]:
    """Return the activity and the day of judgement; None in place of an activity that cannot be made."""
    given = {**defaults, **reader.mapping(node, path, ACTIVITY)}
    before = len(reader.mistakes)
    judged_on = _day(reader, given["judged_on"], f"{path}.judged_on") if "judged_on" in given else None
    name = reader.text(given["name"], f"{path}.name") if "name" in given else ""
    inherited = {key: value for key, value in given.items() if key in INHERITED}
    one_command = reader.flag(given["one_command"], f"{path}.one_command") if "one_command" in given else True
    if "parts" in given:
        if "declared" in given:
            reader.wrong(
                given["declared"],
                f"{path}.declared",
                "an activity with parts declares its numbers part by part",
            )
        nodes = _items(reader, given["parts"], f"{path}.parts")
        parts = [read_part(reader, one, f"{path}.parts[{i}]", inherited) for i, one in enumerate(nodes)]
        true = read_forces(reader, given["true"], f"{path}.true") if "true" in given else None
    else:
        single = {key: value for key, value in given.items() if key in PART}
        parts, true = [_part(reader, node, path, single)], None
    made = [part for part in parts if part is not None]
    if len(made) < len(parts):
        return None, judged_on
    try:
        return Activity(name, tuple(made), true, one_command), judged_on
    except ValueError as error:
        reader.follows(before, node, path, str(error))
        return None, judged_on


def read_part(reader: Reader, node: Node, path: str, inherited: Fields) -> Part | None:
    """Return one part; what it does not say for itself it takes from the activity."""
    return _part(reader, node, path, {**inherited, **reader.mapping(node, path, PART, ("name",))})


def _part(reader: Reader, node: Node, path: str, given: Fields) -> Part | None:
    before = len(reader.mistakes)
    for name in ("start", "declared"):
        if name not in given:
            reader.wrong(node, path, f'"{name}" is missing')
    if "start" not in given or "declared" not in given:
        return None
    start = _day(reader, given["start"], f"{path}.start")
    optional = {name: given[name] for name in given if name not in ("start", "declared")}
    try:
        return Part(
            name=_text(reader, optional, "name", path),
            start=start,
            end=_day(reader, optional["end"], f"{path}.end") if "end" in optional else start,
            declared=read_forces(reader, given["declared"], f"{path}.declared"),
            true=read_forces(reader, optional["true"], f"{path}.true") if "true" in optional else None,
            host=_text(reader, optional, "host", path),
            kind=cast(Kind, _choice(reader, optional, "kind", path, ("land", "transfer"), "land")),
            area=_text(reader, optional, "area", path),
            notified=read_notice(reader, optional["notified"], f"{path}.notified", start) if "notified" in optional else None,
            observers=_observers(reader, optional, path),
            snap=_flag(reader, optional, "snap", path) is True,
            truly_snap=_flag(reader, optional, "truly_snap", path),
            hours=reader.number(optional["hours"], f"{path}.hours") if "hours" in optional else None,
            air_listed=_flag(reader, optional, "air_listed", path),
            senders=tuple(read_senders(reader, optional["senders"], f"{path}.senders", start)) if "senders" in optional else (),
        )
    except ValueError as error:
        reader.follows(before, node, path, str(error))
        return None


def read_forces(reader: Reader, node: Node, path: str) -> Forces | None:
    """Return forces: a number of troops, a mapping of quantities, or None for ``withheld``."""
    if not isinstance(node.value, str):
        given = reader.mapping(node, path, QUANTITIES)
        return Forces(**{name: reader.number(one, f"{path}.{name}") for name, one in given.items()})
    if node.value == "withheld":
        return None
    if not NUMBER.fullmatch(node.value):
        reader.wrong(
            node,
            path,
            f'this must be a number of troops, a mapping of quantities or "withheld" (got "{node.value}")',
        )
        return Forces()
    return Forces(troops=reader.number(node, path))


def read_notice(reader: Reader, node: Node, path: str, start: date) -> Notice:
    """Return the day of a notice: a date, ``N days ahead``, ``N days after start``, never or unknown."""
    written = reader.text(node, path)
    if written in ("never", "unknown"):
        return "never" if written == "never" else None
    relative = AHEAD.fullmatch(written)
    if relative:
        days = timedelta(days=int(relative[1]))
        return start - days if relative[2] == "ahead" else start + days
    if DATE.fullmatch(written):
        return _day(reader, node, path)
    reader.wrong(
        node,
        path,
        f'this must be a date, "42 days ahead", "1 day after start", "never" or "unknown" (got "{written}")',
    )
    return None


def read_senders(reader: Reader, node: Node, path: str, start: date) -> list[Sender]:
    """Return the states that send forces to a part."""
    found = []
    for i, one in enumerate(_items(reader, node, path)):
        here = f"{path}[{i}]"
        given = reader.mapping(one, here, ("state", "declared", "true", "notified"), ("state", "declared"))
        if "state" in given and "declared" in given:
            found.append(
                Sender(
                    reader.text(given["state"], f"{here}.state"),
                    read_forces(reader, given["declared"], f"{here}.declared"),
                    read_forces(reader, given["true"], f"{here}.true") if "true" in given else None,
                    read_notice(reader, given["notified"], f"{here}.notified", start) if "notified" in given else None,
                )
            )
    return found


def read_calendar(reader: Reader, node: Node, path: str) -> list[Entry]:
    """Return the activities of a calendar."""
    found = []
    for i, one in enumerate(_items(reader, node, path)):
        here, known = f"{path}[{i}]", ("name", "state", "start", "end", "forces", "announced")
        before = len(reader.mistakes)
        given = reader.mapping(one, here, known, ("state", "start", "forces"))
        if not {"state", "start", "forces"} <= set(given):
            continue
        start = _day(reader, given["start"], f"{here}.start")
        try:
            found.append(
                Entry(
                    name=_text(reader, given, "name", here) or f"activity {i + 1}",
                    state=reader.text(given["state"], f"{here}.state"),
                    start=start,
                    end=_day(reader, given["end"], f"{here}.end") if "end" in given else start,
                    forces=read_forces(reader, given["forces"], f"{here}.forces") or Forces(),
                    announced=_day(reader, given["announced"], f"{here}.announced") if "announced" in given else None,
                )
            )
        except ValueError as error:
            reader.follows(before, one, here, str(error))
    return found


def read_clock(reader: Reader, node: Node, path: str) -> list[Event]:
    """Return the dated events of a Chapter III request."""
    found = []
    for i, one in enumerate(_items(reader, node, path)):
        here, known = f"{path}[{i}]", ("on", "what", "attended", "says", "source")
        given = reader.mapping(one, here, known, ("on", "what"))
        if "on" in given and "what" in given:
            what = cast(What, reader.choice(given["what"], f"{here}.what", ALLOWED))
            found.append(
                Event(
                    reader.day(given["on"], f"{here}.on"),
                    what,
                    _flag(reader, given, "attended", here) is not False,
                )
            )
    return found


def _items(reader: Reader, node: Node, path: str) -> list[Node]:
    items = reader.items(node, path)
    if len(items) > MOST_ITEMS:
        reader.wrong(node, path, f"{len(items)} items are too many; at most {MOST_ITEMS} are allowed")
    return items[:MOST_ITEMS]


def _day(reader: Reader, node: Node, path: str) -> date:
    day = reader.day(node, path)
    return day.date() if isinstance(day, datetime) else day


def _text(reader: Reader, given: Fields, name: str, path: str) -> str:
    return reader.text(given[name], f"{path}.{name}") if name in given else ""


def _flag(reader: Reader, given: Fields, name: str, path: str) -> bool | None:
    return reader.flag(given[name], f"{path}.{name}") if name in given else None


def _choice(reader: Reader, given: Fields, name: str, path: str, choices: tuple[str, ...], otherwise: str) -> str:
    return reader.choice(given[name], f"{path}.{name}", choices) if name in given else otherwise


def _observers(reader: Reader, given: Fields, path: str) -> Observers | None:
    written = _choice(reader, given, "observers", path, ("invited", "voluntary", "none", "unknown"), "unknown")
    return None if written == "unknown" else cast(Observers, written)
