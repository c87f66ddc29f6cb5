"""A fault of the program in the background is never silent: the facilitator's page says so, and the terminal says what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from wargame.seminar.host.cone import Cone
from wargame.seminar.host.debriefing import Debriefing
from wargame.seminar.host.worker import FAULT, DebriefJob


class Room:
    """A host whose work goes wrong; counts how often pages were told to look again."""

    def __init__(self, found: Any) -> None:
        self.found, self.told = found, 0
        self.logged = SimpleNamespace(log=SimpleNamespace(meta={}))

    async def read(self, job: Callable[..., Any]) -> Any:
        return self.found

    def tell(self, seats: tuple[str, ...]) -> None:
        self.told += 1


def broken(*args: Any, **more: Any) -> Any:
    raise ZeroDivisionError("a fault")


async def until_done(one: Debriefing | Cone) -> None:
    await one.ask()
    with pytest.raises((ZeroDivisionError, AttributeError)):
        await one._task  # type: ignore[misc]


def test_a_debrief_that_breaks_says_so(tmp_path: Path) -> None:
    room = Room(("3-0", DebriefJob(None, None, 0, "", {}, tmp_path)))  # type: ignore[arg-type]
    closing = Debriefing(room, tmp_path)  # type: ignore[arg-type]
    asyncio.run(until_done(closing))
    assert (closing.problem, closing.page, closing.busy, room.told) == (FAULT, None, False, 1)
    closing.close()


def test_a_look_ahead_that_breaks_says_so() -> None:
    room = Room(("key", broken))
    ahead = Cone(room)  # type: ignore[arg-type]
    asyncio.run(until_done(ahead))
    assert (ahead.problem, ahead.result, ahead.busy) == (FAULT, None, False)
    ahead.close()
