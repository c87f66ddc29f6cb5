"""What every answer of the server has in common: headers, the size of what is sent, where a form came from, errors in words."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from sse_starlette import EventSourceResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wargame.seminar.server import pages
from wargame.seminar.server.connections import PATIENCE
from wargame.seminar.server.origin import same_origin

LIMIT = 32_768  # bytes of a form
FIELDS = 300
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
PAPER = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"  # of one file
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin", "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip


class Denial(Exception):
    """A request that is turned away, with its status and a sentence for the person who sent it."""

    def __init__(self, status: int, text: str, *, back: tuple[str, str] = ("/", "To the entrance"), wait: int = 0) -> None:
        super().__init__(text)
        self.status, self.text, self.back, self.wait = status, text, back, wait


HEADINGS = {400: "That cannot be read", 401: "You have no seat here", 403: "Not for you", 404: "There is nothing here",
            405: "Not like this", 409: "Not now", 408: "Too slow", 413: "Too much", 421: "Another address",
            429: "Too fast", 503: "Too many pages"}  # fmt: skip


def turned_away(request: Request, denied: Denial) -> Response:
    """Return the answer to a request that is turned away: a sentence for a page's own script, a page for everybody else."""
    headers = {"retry-after": str(denied.wait)} if denied.wait else {}
    if request.headers.get("hx-request"):
        return PlainTextResponse(denied.text, denied.status, HEADERS | headers)
    heading = HEADINGS.get(denied.status, "Something is wrong")
    page = pages.render("error.html", heading=heading, text=denied.text, back=denied.back[0], back_says=denied.back[1])
    return HTMLResponse(page, denied.status, HEADERS | headers)


class CountedStream(EventSourceResponse):
    """A stream that is counted, under a name, for as long as it is open."""

    def __init__(self, events: AsyncIterator[dict[str, Any]], ping: int, whose: str, streams: Counter[str]) -> None:
        super().__init__(events, ping=ping, headers={"cache-control": "no-store"})
        self.whose, self.streams = whose, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.streams[self.whose] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.streams[self.whose] -= 1
            if not self.streams[self.whose]:
                del self.streams[self.whose]


class Guard:
    """Adds the headers of every answer; turns away what asks for another host, and what changes something without coming
    from one of our own pages. ``answers_to`` says whether a ``Host`` header is one of ours.
    """

    def __init__(self, app: ASGIApp, answers_to: Callable[[str], bool]) -> None:
        self.app, self.answers_to = app, answers_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope, receive)
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not self.answers_to(hosts[0]):
            await turned_away(request, _another_host(hosts))(scope, receive, answer)
        elif request.method not in ("GET", "HEAD", "POST"):
            await turned_away(request, Denial(405, "Only reading and sending forms is possible here."))(scope, receive, answer)
        elif request.method == "POST" and not same_origin(request.headers, scope.get("scheme", "http")):
            text = "This request did not come from one of the seminar's own pages."
            await turned_away(request, Denial(403, text))(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)


def _another_host(hosts: Sequence[str]) -> Denial:
    """Return the answer to a request for a computer of another name: a page of strangers may have been turned towards us."""
    if len(hosts) != 1:
        return Denial(400, "This request does not say which computer it is for.")
    asked = "".join(c for c in hosts[0][:60] if c.isprintable())
    return Denial(
        421, f"This request is for “{asked}”, and this seminar does not go by that name. Use the address on the wall or on your "
        "team's card. If the name is meant for it, start it with --advertise and the name."
    )  # fmt: skip


async def form_of(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the fields of a form. Raises :class:`Denial` for anything but a short form without files."""
    kind = Headers(scope=request.scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", ""):
        raise Denial(400, "Only plain forms are read here; files cannot be sent.")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > LIMIT:
                    raise Denial(413, f"A form may have at most {LIMIT:,} bytes.")
    except ClientDisconnect:
        raise Denial(400, "The connection was lost.") from None
    except TimeoutError:
        raise Denial(408, f"The rest of the form did not come within {PATIENCE:g} seconds. Send it again.") from None
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise Denial(400, "This form cannot be read.") from None
