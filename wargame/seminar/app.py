"""The web application: routes, who may use each of them, and nothing else. Pages are made in ``pages``, commands in ``forms``."""

from __future__ import annotations

import hashlib
import hmac
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
from wargame.seminar import auth, forms, handout, pages, white
from wargame.seminar.host import LEAD, PING, WALL, Host
from wargame.seminar.rules import FACILITATOR, Refused
from wargame.seminar.session import Session
from wargame.seminar.web import PAPER, Counted, Denied, Guard, form_of, turned_away

Handler = Callable[[Request], Awaitable[Response]]
WEEK = 7 * 24 * 3600
NO_SEAT = "none"
STREAMS = 60  # of one person, or of one address at the wall: more are no browser's
RETRY = 1500  # milliseconds after which a page looks for the server again
WRONG_CODE = "There is no seat with this code. Check it letter by letter: no I, O, 0 or 1 is in it."
NOBODY = Denied(401, "This browser has no seat here. Join with the code of your seat, or open your personal link.")
NOT_LEAD = Denied(403, "This is the facilitator's. The link to it was printed where the seminar was started.")


class Pages:
    """The handlers of all routes, over one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.limiter = auth.Limiter()
        self.streams: Counter[str] = Counter()  # open streams, by person (at the wall, by address)

    # --- who is it?

    def person(self, request: Request) -> str:
        """Return the person of the seat cookie. Raises :class:`Denied`."""
        found = self.host.keys.person_of(request.cookies.get(auth.SEAT_COOKIE, ""))
        if found is None:
            raise NOBODY
        return found

    def is_lead(self, request: Request) -> bool:
        """Return whether the request carries the facilitator's cookie."""
        return self.host.keys.white_cookie_holds(request.cookies.get(auth.WHITE_COOKIE, ""))

    def lead(self, request: Request) -> None:
        """Raise :class:`Denied` unless the request carries the facilitator's cookie."""
        if not self.is_lead(request):
            raise NOT_LEAD

    def guess(self, request: Request, found: Any, text: str) -> None:
        """Count a wrong code or token against its address; raise :class:`Denied` for it, and while the address must wait."""
        address, now = request.client.host if request.client else "", self.host.now()
        wait = self.limiter.wait(address, now)
        if wait:
            raise Denied(429, f"Too many wrong codes came from this address. Try again in {wait} seconds.", wait=wait)
        if not found:
            self.limiter.wrong(address, now)
            raise Denied(404, text)

    # --- the entrance

    async def entrance(self, request: Request) -> Response:
        return await self._entrance(request)

    async def _entrance(self, request: Request, problem: str = "") -> Response:
        seated = self.host.keys.person_of(request.cookies.get(auth.SEAT_COOKIE, "")) is not None
        title = await self.host.read(lambda session: session.room.title)
        return HTMLResponse(pages.render("door.html", title=title, problem=problem, seated=seated), 404 if problem else 200)

    async def code(self, request: Request) -> Response:
        form = await form_of(request)
        code = auth.as_typed(forms.one(form, "code") or "")
        try:
            self.guess(request, self.host.keys.seat_of(code), WRONG_CODE)
        except Denied as error:
            if error.wait:
                raise
            return await self._entrance(request, error.text)
        return RedirectResponse(f"/j/{code}", 303)

    async def seat_door(self, request: Request) -> Response:
        code = auth.as_typed(request.path_params["code"])
        seat = self.host.keys.seat_of(code)
        self.guess(request, seat, "There is no seat with this code.")
        assert seat is not None
        problem, status = "", 200
        if request.method == "POST":
            form = await form_of(request)
            nonce = forms.one(form, "id") or ""
            person = self._identity(code, nonce)
            command = {"do": "join", "by": person, "id": nonce, "seat": seat, "name": forms.one(form, "name") or ""}
            try:
                await self.host.do(command)
            except Refused as error:
                problem, status = str(error), 409
            else:
                return self._seated(RedirectResponse("/seat", 303), person)
        cookie = self.host.keys.person_of(request.cookies.get(auth.SEAT_COOKIE, ""))
        page = await self.host.read(lambda session: _door(session, seat, code, cookie, problem))
        return HTMLResponse(page, status)

    def _identity(self, code: str, nonce: str) -> str:
        """Return who somebody is that joins with this form: the same person when the form is sent twice."""
        return hmac.new(self.host.keys.seat_secret.encode(), f"{code}|{nonce}".encode(), hashlib.sha256).hexdigest()[:20]

    def _seated(self, response: Response, person: str) -> Response:
        cookie = self.host.keys.seat_cookie(person)
        response.set_cookie(auth.SEAT_COOKIE, cookie, max_age=WEEK, httponly=True, samesite="strict")
        return response

    async def reclaim(self, request: Request) -> Response:
        token = request.path_params["token"]
        person = self.host.keys.reclaimed(token)
        self.guess(request, person, "This personal link is not one of this seminar.")
        if request.method == "POST":
            return self._seated(RedirectResponse("/seat", 303), str(person))
        text = "This link gives you your seat back on this device. The other device keeps it as well."
        return HTMLResponse(pages.render("pass.html", heading="Back to your seat", text=text, action=f"/p/{token}"))

    async def white_door(self, request: Request) -> Response:
        token = request.path_params["token"]
        self.guess(request, self.host.keys.is_white(token), "This link is not the facilitator's.")
        if request.method == "POST":
            response = RedirectResponse("/white", 303)
            cookie = self.host.keys.white_cookie()
            response.set_cookie(auth.WHITE_COOKIE, cookie, max_age=WEEK, httponly=True, samesite="strict")
            return response
        text = "Whoever has this link leads the seminar: keep it to yourself."
        return HTMLResponse(pages.render("pass.html", heading="The facilitator's page", text=text, action=f"/w/{token}"))

    # --- a seat

    async def seat(self, request: Request) -> Response:
        return HTMLResponse(await self._seat_page(self.person(request), "seat.html"))

    async def seat_view(self, request: Request) -> Response:
        return HTMLResponse(await self._seat_page(self.person(request), "seat_view.html"))

    async def _seat_page(self, person: str, template: str) -> str:
        reclaim = f"{self.host.address}/p/{self.host.keys.reclaim_token(person)}"

        def page(session: Session) -> str:
            values = pages.seat_page(session.view(person), self.host.now(), reclaim)
            return pages.render(template, **values, debrief_ready=self.host.closing.ready(session) is not None)

        try:
            return await self.host.read(page)
        except Refused as error:
            raise Denied(401, str(error)) from None

    async def seat_do(self, request: Request) -> Response:
        person, do = self.person(request), request.path_params["do"]
        if do not in forms.SEAT:
            raise Denied(
                403 if do in forms.WHITE else 404,
                "Only the facilitator can do this." if do in forms.WHITE else f"There is no request {do!r}.",
            )
        await self.host.do(forms.command(forms.SEAT, do, await form_of(request), person))
        if request.headers.get("hx-request"):
            return HTMLResponse(await self._seat_page(person, "seat_view.html"))
        return RedirectResponse("/seat#orders", 303)

    async def seat_leave(self, request: Request) -> Response:
        person, form = self.person(request), await form_of(request)
        await self.host.do({"do": "leave", "by": person, "id": forms.one(form, "id") or ""})
        response = RedirectResponse("/", 303)
        response.delete_cookie(auth.SEAT_COOKIE, httponly=True, samesite="strict")
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
            await self.host.ahead.ask()
        elif do == "debrief":
            await self.host.closing.ask()
        elif do == "advertise":
            await self.host.advertise(forms.one(form, "address") or "")
        elif do in forms.WHITE:
            await self.host.do(forms.command(forms.WHITE, do, form, LEAD))
        else:
            raise Denied(404, f"There is no request {do!r}.")
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
        """Return the debrief's page. Raises :class:`Denied` for strangers, and for everybody while there is none."""
        if not self.is_lead(request):
            person = self.person(request)
            if await self.host.read(lambda session: _seat_of(session, person)) == NO_SEAT:
                raise NOBODY
        page = await self.host.read(lambda session: self.host.closing.ready(session) if session.phase == "debrief" else None)
        if page is None:
            raise Denied(409, "There is no debrief yet: the facilitator makes it when the game is over.", back=("/seat", "Back"))
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
        codes = self.host.keys.codes if self.is_lead(request) else {}
        return await self.host.read(
            lambda session: pages.render(template, **white.wall(session.wall(), self.host.now(), self.host.address, codes))
        )

    async def stream(self, request: Request) -> Response:
        person = self.person(request)
        if await self.host.read(lambda session: _seat_of(session, person)) == NO_SEAT:
            raise NOBODY
        return self._stream(lambda session: _seat_of(session, person), person)

    async def white_stream(self, request: Request) -> Response:
        self.lead(request)
        return self._stream(lambda session: FACILITATOR, LEAD)

    async def wall_stream(self, request: Request) -> Response:
        return self._stream(lambda session: WALL, request.client.host if request.client else "")

    def _stream(self, seat_of: Callable[[Session], str], whose: str) -> Response:
        """Return a stream of changes. Raises :class:`Denied` when somebody, or an address at the wall, has too many open."""
        if self.streams[whose] >= STREAMS:
            raise Denied(503, f"More than {STREAMS} of your pages are open. Close some of them.")

        async def events() -> AsyncIterator[dict[str, Any]]:
            async for mark in self.host.stream(seat_of):
                yield {"event": "changed", "data": mark, "retry": RETRY}

        return Counted(events(), int(PING), whose, self.streams)


def _seat_of(session: Session, person: str) -> str:
    """Return the seat whose changes a person is told of; the facilitator's own changes never, on a seat's stream."""
    found = session.room.people.get(person)
    return found.seat if found is not None and found.here and found.seat != FACILITATOR else NO_SEAT


def _door(session: Session, seat: str, code: str, person: str | None, problem: str) -> str:
    room = session.room
    actor = room.scenario.actors.get(seat)
    name = actor.name if actor else "Observers"
    says = actor.says if actor else "Observers see what is public, and no team's picture."
    seated = room.people[person].name if person in room.people and room.people[person].here else ""
    members = [one.name for one in room.members(seat)]
    return pages.render(
        "seat_door.html", title=room.title, seat=name, says=says, code=code, problem=problem, seated=seated, members=members
    )


def create_app(host: Host) -> Starlette:
    """Return the application over a host."""
    at = Pages(host)
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
        assert isinstance(error, Denied)
        return turned_away(request, error)

    async def refused(request: Request, error: Exception) -> Response:
        back = ("/white", "Back") if request.url.path.startswith("/white") else ("/seat", "Back")
        return turned_away(request, Denied(409, str(error), back=back))

    async def other(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return turned_away(
            request,
            Denied(error.status_code, "There is no such page in this seminar." if error.status_code == 404 else error.detail),
        )

    async def broken(request: Request, error: Exception) -> Response:
        return turned_away(
            request, Denied(500, "The server made a mistake. Nothing that was ordered is lost; load the page again.")
        )

    app = Starlette(
        routes=routes, middleware=[Middleware(Guard, answers_to=host.reach.answers_to)],
        exception_handlers={Denied: denied, Refused: refused, HTTPException: other, Exception: broken},
    )  # fmt: skip
    app.router.redirect_slashes = False  # it would lead to whatever address the request claims to be for
    return app
