"""The teaching seminar: a room of people plays a crisis.

Its rooms, each of which imports only those before it: ``rules`` (what may be asked for), ``views`` (what an actor may see of the
world), ``game`` (the history that is played), ``session`` (a state machine over commands), ``debrief``, ``host`` (the session on
this computer: its file, clock, secrets and background work), ``server`` (its pages, over HTTP), ``solo`` (one person in a
terminal).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wargame.seminar.game.game import Game

__all__ = ["Game"]


def __getattr__(name: str) -> Any:
    if name != "Game":
        raise AttributeError(f"module 'wargame.seminar' has no attribute {name!r}")
    return import_module("wargame.seminar.game.game").Game
