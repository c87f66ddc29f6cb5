"""Live games of invented theatres, with orders and events picked by luck, for the tests of the engine's part of the seminar."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from wargame.scenario.load import Loaded, load
from wargame.scenario.schema import HandOrder
from wargame.scenario.values import CHANNELS
from wargame.seminar.game.game import FreeInject, Game

SMALL = Path(__file__).parent.parent / "scenarios" / "strait.yaml"  # three actors, six weeks, six actions


@cache
def loaded(name: str | Path = SMALL) -> Loaded:
    """A scenario, read once."""
    return load(name)


def some_hand(game: Game, actor: str, luck: random.Random) -> list[HandOrder]:
    """Orders that an actor may give, at most one in every channel, picked by ``luck`` from its cards."""
    cards, found = game.cards(actor), []
    for channel in CHANNELS:
        own = [card for card in cards if card["channel"] == channel]
        if own and luck.random() < 0.6:
            card = luck.choice(own)
            size = luck.choice([0.5, 1.0, 2.0]) if card["sized"] else 1.0
            aims = {key: card[key] for key in ("target", "item", "site")}
            found.append(HandOrder(action=card["action"], **aims, size=size, reason="so {they} say", granted=luck.random() < 0.2))
    return found


def some_event(game: Game, luck: random.Random) -> FreeInject:
    """An event within what a facilitator may push, heard by all, by one seat or by nobody."""
    push = luck.choice(game.safe_pushes())
    row = luck.choice(push["rows"])["row"]
    to = luck.choice([("all",), (game.actors[0],), ()])
    return FreeInject("A {made-up} event", "of the facilitator's", to, {push["impulse"]: {row: push["high"]}})


def play_some(game: Game, turns: int, luck: random.Random) -> None:
    """Play turns in which about half of the seats decide, some of them nothing, and now and then something happens."""
    for _ in range(turns):
        hands = {actor: some_hand(game, actor, luck) for actor in game.actors if luck.random() < 0.5}
        events = [some_event(game, luck) for _ in range(luck.choice([0, 0, 1, 2]))]
        game.play(hands, events)
