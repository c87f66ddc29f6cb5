"""The teaching seminar: a room of people plays a crisis. The session is a plain state machine; the web part stands on top."""

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
