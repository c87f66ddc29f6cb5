"""The web application: routes, who may use each of them, and nothing else. Doors are in ``entrance``, pages in ``pages``."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from wargame.scenario.load import dump
from wargame.seminar.host.host import LEAD, PING, WALL, Host
from wargame.seminar.rules.bounds import FACILITATOR, PUBLIC, Refusal
from wargame.seminar.server import forms, handout, origin, pages, wall, white
from wargame.seminar.server.guard import PAPER, CountedStream, Denial, Guard, form_of, turned_away
from wargame.seminar.server.rate_limit import RateLimiter
from wargame.seminar.server.sign_in import NOBODY, SignInHandlers
from wargame.seminar.session.session import Session

Handler = Callable[[Request], Awaitable[Response]]
NO_SEAT = "none"
STREAMS = 60  # of one person, or of one address at the wall: more are no class's
RETRY = 1500  # milliseconds after which a page looks for the server again


class Handlers(SignInHandlers):
    """The handlers of all routes, over one host."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.streams: Counter[str] = Counter()  # open streams, by person (at the wall, by address)

    # --- a seat

    async def seat(self, request: Request) -> Response:
        return HTMLResponse(await self._seat_page(self.person(request), "seat.html"))

    async def seat_view(self, request: Request) -> Response:
        return HTMLResponse(await self._seat_page(self.person(request), "seat_view.html"))

    async def _seat_page(self, person: str, template: str) -> str:
        reclaim = f"{self.host.address}/p/{self.host.keys.reclaim_token(person)}"

        def page(session: Session) -> str:
            values = pages.seat_page(session.view(person), self.host.now(), reclaim)
            return pages.render(template, **values, debrief_ready=self.host.debriefing.ready(session) is not None)

        try:
            return await self.host.read(page)
        except Refusal as error:
            found = await self.host.read(lambda session: session.room.waiting.get(person))
            if found is None:
                raise Denial(401, str(error)) from None
            return pages.render("waiting.html", seat=await self.host.read(lambda session: _name(session, found.seat)), one=found)

    async def _count(self, person: str, do: str, form: forms.Form) -> None:
        """Count a command of a person. Raises :class:`Denial` when there are too many of its kind."""
        self.take("commands", person)
        seat, turn = await self.host.read(lambda session: (_seat_of(session, person), _turn_of(session)))
        if do == "rename":
            self.take("rename", person)
        elif do == "ready":
            self.take("ready", (seat, turn))
        elif do == "message":
            self.take("message", (person, turn))
            if PUBLIC in form.get("to", ()):
                self.take("statement", (seat, turn))

    async def seat_do(self, request: Request) -> Response:
        person, do = self.person(request), request.path_params["do"]
        if do not in forms.SEAT:
            raise Denial(
                403 if do in forms.WHITE else 404,
                "Only the facilitator can do this." if do in forms.WHITE else f"There is no request {do!r}.",
            )
        form = await form_of(request)
        await self._count(person, do, form)
        await self.host.do(forms.command(forms.SEAT, do, form, person))
        if request.headers.get("hx-request"):
            return HTMLResponse(await self._seat_page(person, "seat_view.html"))
        return RedirectResponse("/seat#orders", 303)

    async def seat_leave(self, request: Request) -> Response:
        person, form = self.person(request), await form_of(request)
        await self._count(person, "leave", form)
        await self.host.do({"do": "leave", "by": person, "id": forms.one(form, "id") or ""})
        response = RedirectResponse("/", 303)
        response.delete_cookie(origin.SEAT_COOKIE, httponly=True, samesite="strict")
        return response

    # --- the facilitator

    async def white(self, request: Request) -> Response:
        self.lead(request)
        return HTMLResponse(await self._white_page(request, "white.html"))

    async def white_view(self, request: Request) -> Response:
        self.lead(request)
        return HTMLResponse(await self._white_page(request, "white_view.html"))

    async def _white_page(self, request: Request, template: str) -> str:
        sheet, team = request.query_params.get("sheet", "room"), request.query_params.get("team", "")
        return await self.host.read(lambda session: pages.render(template, **white.page(self.host, session, sheet, team)))

    async def white_do(self, request: Request) -> Response:
        self.lead(request)
        do, form = request.path_params["do"], await form_of(request)
        if do == "ahead":
            await self.host.cone.ask()
        elif do == "debrief":
            await self.host.debriefing.ask()
        elif do == "advertise":
            await self.host.advertise(forms.one(form, "address") or "")
        elif do in forms.WHITE:
            await self.host.do(forms.command(forms.WHITE, do, form, LEAD) | white.by_itself(self.host, do))
        else:
            raise Denial(404, f"There is no request {do!r}.")
        if request.headers.get("hx-request"):
            return HTMLResponse(await self._white_page(request, "white_view.html"))
        return RedirectResponse("/white?" + urlencode(dict(request.query_params)), 303)

    async def handout(self, request: Request) -> Response:
        self.lead(request)
        keys, address = self.host.keys, self.host.address
        return HTMLResponse(await self.host.read(lambda session: handout.handout(session, keys, address, alone=False)))

    async def game_file(self, request: Request) -> Response:
        self.lead(request)
        text = await self.host.read(lambda session: dump(session.game.scenario()))
        return PlainTextResponse(text, headers={"content-disposition": 'attachment; filename="game.yaml"'})

    # --- the debrief

    async def _debriefed(self, request: Request) -> Path:
        """Return the debrief's page. Raises :class:`Denial` for strangers, and for everybody while there is none."""
        if not self.is_lead(request):
            person = self.person(request)
            if await self.host.read(lambda session: _seat_of(session, person)) == NO_SEAT:
                raise NOBODY
        page = await self.host.read(lambda session: self.host.debriefing.ready(session) if session.phase == "debrief" else None)
        if page is None:
            raise Denial(409, "There is no debrief yet: the facilitator makes it when the game is over.", back=("/seat", "Back"))
        return page

    async def debrief(self, request: Request) -> Response:
        page = await self._debriefed(request)
        return FileResponse(page, headers={"content-security-policy": PAPER, "cache-control": "no-store"})

    async def students(self, request: Request) -> Response:
        self.lead(request)
        page = await self._debriefed(request)
        return FileResponse(page.with_name("students.csv"), filename="students.csv", headers={"cache-control": "no-store"})

    # --- the wall and the streams

    async def wall(self, request: Request) -> Response:
        return HTMLResponse(await self._wall_page(request, "wall.html"))

    async def wall_view(self, request: Request) -> Response:
        return HTMLResponse(await self._wall_page(request, "wall_view.html"))

    async def _wall_page(self, request: Request, template: str) -> str:
        lead, host = self.is_lead(request), self.host

        def page(session: Session) -> str:
            codes = host.codes if lead and session.room.codes_shown else {}
            return pages.render(template, **wall.wall(session.wall(), host.now(), host.address, codes))

        return await host.read(page)

    async def stream(self, request: Request) -> Response:
        person = self.person(request)
        if await self.host.read(lambda session: _seat_of(session, person)) == NO_SEAT:
            raise NOBODY
        return self._stream(lambda session: _seat_of(session, person), person)

    async def white_stream(self, request: Request) -> Response:
        self.lead(request)
        return self._stream(lambda session: FACILITATOR, LEAD)

    async def wall_stream(self, request: Request) -> Response:
        whose = f"wall {LEAD}" if self.is_lead(request) else origin.network_of(request)
        return self._stream(lambda session: WALL, whose)

    def _stream(self, seat_of: Callable[[Session], str], whose: str) -> Response:
        """Return a stream of changes. Raises :class:`Denial` when somebody, or an address at the wall, has too many open."""
        if self.streams[whose] >= STREAMS:
            raise Denial(503, f"More than {STREAMS} of your pages are open. Close some of them.")

        async def events() -> AsyncIterator[dict[str, Any]]:
            async for mark in self.host.stream(seat_of):
                yield {"event": "changed", "data": mark, "retry": RETRY}

        return CountedStream(events(), int(PING), whose, self.streams)


def _seat_of(session: Session, person: str) -> str:
    """Return the seat whose changes a person is told of; the facilitator's own changes never, on a seat's stream."""
    found = session.room.people.get(person)
    return found.seat if found is not None and found.here and found.seat != FACILITATOR else NO_SEAT


def _turn_of(session: Session) -> tuple[int, int, str]:
    """Return what a turn is told apart by: a practice turn, and one that is played anew, are others."""
    return session.room.turn, len(session.room.branches), "practice" if session.room.practice else ""


def _name(session: Session, seat: str) -> str:
    return session.room.seat_name(seat)


def create_app(host: Host) -> Starlette:
    """Return the application over a host."""
    at = Handlers(host)
    routes: list[Route | Mount] = [
        Route("/", at.entrance), Route("/join", at.code, methods=["POST"]),
        Route("/j/{code}", at.seat_door, methods=["GET", "POST"]),
        Route("/p/{token}", at.reclaim, methods=["GET", "POST"]), Route("/w/{token}", at.white_door, methods=["GET", "POST"]),
        Route("/seat", at.seat), Route("/seat/view", at.seat_view), Route("/seat/leave", at.seat_leave, methods=["POST"]),
        Route("/seat/do/{do}", at.seat_do, methods=["POST"]), Route("/stream", at.stream),
        Route("/white", at.white), Route("/white/view", at.white_view), Route("/white/do/{do}", at.white_do, methods=["POST"]),
        Route("/debrief", at.debrief), Route("/white/students.csv", at.students),
        Route("/white/handout", at.handout), Route("/white/game.yaml", at.game_file), Route("/white/stream", at.white_stream),
        Route("/wall", at.wall), Route("/wall/view", at.wall_view), Route("/wall/stream", at.wall_stream),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
    ]  # fmt: skip

    async def denied(request: Request, error: Exception) -> Response:
        assert isinstance(error, Denial)
        return turned_away(request, error)

    async def refused(request: Request, error: Exception) -> Response:
        back = ("/white", "Back") if request.url.path.startswith("/white") else ("/seat", "Back")
        return turned_away(request, Denial(409, str(error), back=back))

    async def other(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return turned_away(
            request,
            Denial(error.status_code, "There is no such page in this seminar." if error.status_code == 404 else error.detail),
        )

    async def broken(request: Request, error: Exception) -> Response:
        return turned_away(
            request, Denial(500, "The server made a mistake. Nothing that was ordered is lost; load the page again.")
        )

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, answers_to=lambda name: host.reach.answers_to(name)), Middleware(RateLimiter, host=host)],
        exception_handlers={Denial: denied, Refusal: refused, HTTPException: other, Exception: broken},
    )  # fmt: skip
    app.router.redirect_slashes = False  # it would lead to whatever address the request claims to be for
    return app
