"""How fast anybody may ask: every request has somebody it is counted for, and nobody's many requests keep others waiting.

Who sits in a seat is counted by himself, whatever his address; a stranger by his address; whoever has a right code or link by
that code and address, so that a stranger's flood behind the same address does not keep a class out.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from wargame.seminar.host.host import Host
from wargame.seminar.host.keys import seat_of
from wargame.seminar.rules.limits import RATES
from wargame.seminar.server import origin
from wargame.seminar.server.guard import Denial, turned_away

AT_ONCE = {"requests": 3, "strangers": 8, "door": 8, "files": 40}  # requests that are worked on at the same time for one of these
QUEUE = {"requests": 40, "strangers": 200, "door": 200, "files": 2000}  # that wait behind those; more are answered at once
FILES = "/static/"


@dataclass(frozen=True)
class Caller:
    """For whom a request is counted, and by which rate; no rate is the facilitator's."""

    rate: str
    whose: Hashable = ""


class RateLimiter:
    """Counts requests, turns away what is too fast with the time to wait, and works on a few of each caller's at a time."""

    def __init__(self, app: ASGIApp, host: Host) -> None:
        self.app, self.host = app, host
        self._turns: dict[Caller, asyncio.Semaphore] = {}
        self._asking: Counter[Caller] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        caller = self.caller(request)
        if not caller.rate:
            await self.app(scope, receive, send)
            return
        wait = self.host.buckets.take(caller.rate, caller.whose, self.host.ticks())
        if wait or self._asking[caller] >= QUEUE[caller.rate]:
            await turned_away(request, too_fast(caller.rate, max(wait, 1.0)))(scope, receive, send)
        elif scope["path"].endswith("/stream"):
            await self.app(scope, receive, send)
        else:
            await self._in_turn(caller, scope, receive, send)

    async def _in_turn(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        turn = self._turns.setdefault(caller, asyncio.Semaphore(AT_ONCE[caller.rate]))
        self._asking[caller] += 1
        try:
            async with turn:
                await self.app(scope, receive, send)
        finally:
            self._asking[caller] -= 1
            if not self._asking[caller]:
                del self._asking[caller]
                self._turns.pop(caller, None)

    def caller(self, request: Request) -> Caller:
        """Return for whom a request is counted."""
        keys, path = self.host.keys, request.scope["path"]
        if keys.white_cookie_holds(request.cookies.get(origin.WHITE_COOKIE, "")):
            return Caller("")
        person = keys.person_of(request.cookies.get(origin.SEAT_COOKIE, ""))
        address = origin.network_of(request)
        if path.startswith(FILES):
            return Caller("files", person or address)
        if person is not None:
            return Caller("requests", person)
        if path in ("/", "/join"):  # the first costs next to nothing; wrong codes in the second are slowed by themselves
            return Caller("")
        if self._right(path):
            return Caller("door", (address, path))
        return Caller("strangers", address)

    def _right(self, path: str) -> bool:
        """Return whether the address of a page holds a right code or link."""
        kind, _, rest = path[1:].partition("/")
        if kind == "j":
            return seat_of(self.host.codes, rest) is not None
        if kind == "w":
            return self.host.keys.is_white(rest)
        return kind == "p" and self.host.keys.reclaimed(rest) is not None


def too_fast(rate: str, wait: float) -> Denial:
    """Return the answer to what is more than a rate allows: what there is too much of, for whom, and when there is more."""
    one, seconds = RATES[rate], math.ceil(wait)
    whom = {"person": "one person", "device": "one device", "seat": "one seat", "address": "one address"}[one.of]
    text = f"Too many {one.what} for {whom} at once. Try again in {seconds} second{'' if seconds == 1 else 's'}."
    return Denial(429, text, wait=seconds)
