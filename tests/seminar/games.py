"""Random sessions for the laws: commands by everybody, sensible and not, with canaries in every text."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from hypothesis import strategies as st

from tests.seminar.fake import FakeGame, canary, foreign
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.session.session import Session

PEOPLE = ("facilitator", "anna", "ben", "cleo", "olga", "eve")
SEATS = ("highland", "reed", "saltmarsh")
CARDS = ("exercise|||", "probe|||", "promise|||", "offer|reed||", "offer|highland||", "hold", "none", "??")
CHANNELS = ("military", "diplomatic", "economic", "nautical")
MESSAGE = "{message}"  # filled in when the command is sent: the last one there is
SECRET = "{secret}"  # filled in when the command is sent: by then it is known who may read it

LEAD, PLAYERS = "facilitator", ("anna", "ben", "cleo")
Says = tuple[str, dict[str, Any]]


def _says(by: tuple[str, ...], do: str, **fields: tuple[Any, ...]) -> list[Says]:
    """Return every combination of these people and fields; ``None`` leaves a field out."""
    made = [
        (one, {"do": do} | {key: value for key, value in zip(fields, values, strict=True) if value is not None})
        for one, *values in product(by, *fields.values())
    ]
    return [(one, dict(says)) for one, says in made]


# Sensible and not, by those who may and by those who may not; drawn from with equal chances after the weights given here.
SENSIBLE: list[list[Says]] = [
    _says((LEAD,), "next"), _says((LEAD,), "next"), _says((LEAD,), "next"), _says((LEAD,), "next"),
    _says(PLAYERS, "order", card=CARDS[:5], rationale=(SECRET,)),
    _says(PLAYERS, "order", card=CARDS, channel=(*CHANNELS, None), rationale=(SECRET, None), size=(None, 2, 0.5, 1.5), turn=(None, 1)),
    _says(PLAYERS, "message", to=(["reed"], ["saltmarsh", "highland"], ["all"], ["facilitator"], []), text=(SECRET,),
          kind=(None, "proposal", "noise"), card=(None, "offer|reed||", "promise|||")),
    _says((LEAD,), "message", to=(["reed"], ["highland"], ["all"]), text=(SECRET,)),
    _says((*PLAYERS, LEAD), "note", text=(SECRET,)),
    _says(PLAYERS, "forecast", answers=({"q0": 0.3}, {"q1": 0.9, "q2": 0.1}, {"q0": 1.1}, {})),
    _says(PLAYERS, "ready", ready=(True, False, None)),
    _says((LEAD,), "inject", title=(SECRET,), text=(SECRET, None), to=(["reed"], ["highland", "saltmarsh"], ["all"], [], None)),
    _says((LEAD,), "inject", inject=("leaflets", "doom")), _says((LEAD,), "inject", drop=(1, 2)),
    _says((LEAD,), "override", what=("strike", "grant"), reason=(SECRET,), seat=SEATS, channel=CHANNELS, card=CARDS[:4]),
    _says((LEAD,), "override", what=("inject",), reason=(SECRET,), title=(SECRET,)),
    _says((LEAD,), "override", what=("lift",), reason=(SECRET,), number=(1, 2)),
    _says((LEAD,), "rewind", turn=(1, 2, 3, 9), keep=(None, True)), _says((LEAD,), "practice"), _says((LEAD,), "finish"),
    _says((LEAD,), "control", seat=SEATS, control=("people", "policy", "staff")), _says((LEAD,), "policy", seat=SEATS, names=(["loud"],)),
    _says((LEAD,), "pause") + _says((LEAD,), "go") + _says((LEAD,), "extend", seconds=(-50, 50)),
    _says(PEOPLE, "leave") + _says(PEOPLE, "read", what=("role", "news")),
    _says(PEOPLE, "join", name=("Anna", "Eve", "", None), seat=(*SEATS, "observer", "facilitator", None)),
    _says((LEAD,), "join", person=PEOPLE, name=(None, "Moved"), seat=SEATS),
    _says(PEOPLE, "rename", name=("Zoe", "Ann", "Facilitator")),
    _says(PEOPLE, "join", name=("Anna", "Eve"), seat=SEATS, device=("d1", "d2"), network=("n1", None)),
    _says((LEAD,), "leave", person=("anna", "cleo", "eve")),
    _says((LEAD,), "door", seat=(*SEATS, "all"), to=("open", "approve", "locked")),
    _says((LEAD,), "admit", person=("eve", "anna", None), seat=("reed", "all", None), accept=(None, False)),
    _says((LEAD,), "renew", seat=(*SEATS, "observer"), code=("ABCDEFGH", "23456789", "short"), out=(None, True)),
    _says((LEAD,), "show", on=(True, False)), _says((LEAD,), "hold", on=(True, True, False)),
    _says((LEAD,), "release", message=("all", MESSAGE)), _says((LEAD,), "withdraw", message=(MESSAGE,)),
]  # fmt: skip
_WRONG = [
    (by, says)
    for one in SENSIBLE
    for by in PEOPLE
    for says in ({"do": "dance"}, one[0][1] | {"junk": SECRET}, one[-1][1])
]  # fmt: skip
GAMES = st.lists(st.one_of(*map(st.sampled_from, SENSIBLE), st.sampled_from(_WRONG)), min_size=15, max_size=60)
OPENING: list[dict[str, Any]] = [
    {"do": "open", "by": "facilitator", "id": "o0", "timers": {"orders": 20}},
    {"do": "join", "by": "anna", "id": "o1", "name": "Anna", "seat": "highland"},
    {"do": "join", "by": "ben", "id": "o2", "name": "Ben", "seat": "highland"},
    {"do": "join", "by": "cleo", "id": "o3", "name": "Cleo", "seat": "reed"},
    {"do": "join", "by": "olga", "id": "o4", "name": "Olga", "seat": "observer"},
    {"do": "next", "by": "facilitator", "id": "o5"},
    {"do": "next", "by": "facilitator", "id": "o6"},
]


def fresh() -> Session:
    return Session(lambda _: FakeGame())


def everything(session: Session) -> str:
    """Return all bytes that anybody can be shown."""
    here = [one.id for one in session.room.people.values() if one.here]
    pages = {"white": session.white(), "wall": session.wall(), **{f"view {one}": session.view(one) for one in here}}
    return json.dumps(pages, sort_keys=True, allow_nan=False)


def filled(session: Session, by: str, says: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a command with its secrets filled in: canaries for those who may read them if it is accepted."""
    person = session.room.people.get(by)
    own = person.seat if person else "nobody"
    to = says.get("to")
    readers = {"message": [own, *(to or [])], "inject": ["all"] if "to" not in says else list(to or [])}.get(says["do"], [own])
    if says["do"] in ("note", "override") and own == "facilitator":
        readers = []
    secret = canary(*sorted(set(readers) - {"facilitator"}))
    last = session.room.messages[-1].id if session.room.messages else "none"
    made = {
        key: {SECRET: secret, MESSAGE: last}.get(value, value) if isinstance(value, str) else value for key, value in says.items()
    }
    if says["do"] == "override" and "title" in made:
        made["title"] = canary("all")  # an inject without hearers named is for everybody; its reason is not
    return {**made, "by": by, "id": f"c{number}"}


def leaks(session: Session, errors: list[tuple[str, str, str]]) -> list[str]:
    """Return canaries that reached somebody they are not for: on a page, on the wall, in an error."""
    found = foreign(json.dumps(session.wall()), "wall")
    for person in session.room.people.values():
        if person.here:
            found += [f"{person.id}: {word}" for word in foreign(json.dumps(session.view(person.id)), person.seat)]
    return found + [f"{by}: {word}" for by, seat, words in errors for word in foreign(words, seat)]


def run(session: Session, commands: list[dict[str, Any]], start: int = 0) -> None:
    """Carry out commands that were accepted before, at their times."""
    for number, command in enumerate(commands[start:], start=start):
        session.apply(command, float(number))


def play(session: Session, game: list[tuple[str, dict[str, Any]]], each: Any = None) -> list[dict[str, Any]]:
    """Carry out a random game and return what was accepted; ``each`` is called after every command with the errors so far."""
    accepted = list(OPENING)
    run(session, accepted)
    errors: list[tuple[str, str, str]] = []
    for number, (by, says) in enumerate(game):
        command = filled(session, by, says, number)
        person = session.room.people.get(by)
        try:
            if session.apply(command, float(len(accepted))):
                accepted.append(command)
        except Refusal as error:
            own = json.dumps(command)
            words = str(error)
            errors.append((by, person.seat if person else "nobody", "" if words in own else words))
        if each is not None:
            each(session, errors)
    return accepted
