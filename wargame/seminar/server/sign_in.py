"""The entrance of the web application: who somebody is, codes and links, and the ways into a seat."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import math
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wargame.seminar.host.host import Host
from wargame.seminar.host.keys import as_typed, seat_of
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.rules.names import alike
from wargame.seminar.server import forms, origin, pages
from wargame.seminar.server.backoff import HELD, HOLD, CodeBackoff
from wargame.seminar.server.guard import Denial, form_of
from wargame.seminar.server.rate_limit import too_fast
from wargame.seminar.session.room import Room
from wargame.seminar.session.session import Session

WEEK = 7 * 24 * 3600
WRONG_CODE = (
    "There is no seat with this code. Check it letter by letter: no I, O, 0 or 1 is in it. The facilitator may have renewed it."
)
NOBODY = Denial(401, "This browser has no seat here. Join with the code of your seat, or open your personal link.")
NOT_LEAD = Denial(403, "This is the facilitator's. The link to it was printed where the seminar was started.")


class SignInHandlers:
    """The handlers of the doors, over one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.guesses = CodeBackoff()

    # --- who is it?

    def person(self, request: Request) -> str:
        """Return the person of the seat cookie. Raises :class:`Denial`."""
        found = self.host.keys.person_of(request.cookies.get(origin.SEAT_COOKIE, ""))
        if found is None:
            raise NOBODY
        return found

    def is_lead(self, request: Request) -> bool:
        """Return whether the request carries the facilitator's cookie."""
        return self.host.keys.white_cookie_holds(request.cookies.get(origin.WHITE_COOKIE, ""))

    def lead(self, request: Request) -> None:
        """Raise :class:`Denial` unless the request carries the facilitator's cookie."""
        if not self.is_lead(request):
            raise NOT_LEAD

    def device(self, request: Request) -> str:
        """Return the mark of the device that sent a request; empty when it has none yet."""
        return self.host.keys.device_of(request.cookies.get(origin.DEVICE_COOKIE, "")) or ""

    def take(self, rate: str, whose: object) -> None:
        """Count one of something. Raises :class:`Denial` when there are too many."""
        wait = self.host.buckets.take(rate, str(whose), self.host.ticks())
        if wait:
            raise too_fast(rate, wait)

    async def guess(self, request: Request, found: Any, text: str) -> None:
        """Pass what was found; count a wrong code or token, answer it later and later, and raise :class:`Denial` for it."""
        if found:
            return
        device, address = self.device(request), origin.network_of(request)
        wait = self.guesses.wrong(device, address, self.host.ticks())
        if not wait:
            raise Denial(404, text)
        key, held = device or address, self.guesses.held
        if held.get(key, 0) < HELD:
            held[key] = held.get(key, 0) + 1
            try:
                await asyncio.sleep(min(wait, HOLD))
            finally:
                held[key] -= 1
                if not held[key]:
                    del held[key]
        seconds = math.ceil(wait)
        pause = f"{seconds} second{'' if seconds == 1 else 's'}"
        text = f"These were many wrong codes. Wait {pause} before you try another; the right one is taken at once."
        raise Denial(429, text, wait=seconds)

    # --- the entrance

    async def entrance(self, request: Request) -> Response:
        return self.known(request, self._entrance(request))

    def _entrance(self, request: Request, problem: str = "", status: int = 200, wait: int = 0) -> Response:
        seated = self.host.keys.person_of(request.cookies.get(origin.SEAT_COOKIE, "")) is not None
        page = pages.render("door.html", title=self.host.title, problem=problem, seated=seated)
        return HTMLResponse(page, status, {"retry-after": str(wait)} if wait else None)

    def known(self, request: Request, response: Response) -> Response:
        """Return a response that gives the device a mark, if it has none: signed, and it says nothing of anybody."""
        return response if self.device(request) else self._marked(response, secrets.token_hex(8))

    def _marked(self, response: Response, device: str) -> Response:
        cookie = self.host.keys.device_cookie(device)
        response.set_cookie(origin.DEVICE_COOKIE, cookie, max_age=WEEK, httponly=True, samesite="strict")
        return response

    async def code(self, request: Request) -> Response:
        form = await form_of(request)
        code = as_typed(forms.one(form, "code") or "")
        seat = seat_of(self.host.codes, code)
        try:
            await self.guess(request, seat, WRONG_CODE)
        except Denial as error:
            return self._entrance(request, error.text, error.status, error.wait)
        self.take("door", (origin.network_of(request), code))
        return RedirectResponse(f"/j/{code}", 303)

    async def seat_door(self, request: Request) -> Response:
        code = as_typed(request.path_params["code"])
        seat = seat_of(self.host.codes, code)
        await self.guess(request, seat, WRONG_CODE)
        assert seat is not None
        problem, status = "", 200
        if request.method == "POST":
            try:
                return await self._join(request, seat, code)
            except Refusal as error:
                problem, status = str(error), 409
        cookie = self.host.keys.person_of(request.cookies.get(origin.SEAT_COOKIE, ""))
        page = await self.host.read(lambda session: _door(session, seat, code, cookie, problem))
        return self.known(request, HTMLResponse(page, status))

    async def _join(self, request: Request, seat: str, code: str) -> Response:
        """Give somebody a place, or put him on the list of those who wait. Raises :class:`Refusal` and :class:`Denial`."""
        form = await form_of(request)
        device, network = self.device(request), origin.network_of(request)
        if device:
            self.take("join", device)
        self.take("joins", (network, seat))
        nonce, name = forms.one(form, "id") or "", forms.one(form, "name") or ""
        fresh = self._mark(f"{code}|{nonce}|{device}")
        device = device or self._mark(f"device|{nonce}")[:16]
        cookie = self.host.keys.person_of(request.cookies.get(origin.SEAT_COOKIE, ""))
        person = await self.host.read(lambda session: _same(session.room, seat, name, cookie, device)) or fresh
        command = {"do": "join", "by": person, "id": nonce, "seat": seat, "name": name, "device": device}
        await self.host.do(command | {"network": self._mark(f"network|{network}")[:16]})
        response = self._seated(RedirectResponse("/seat", 303), person)
        response.set_cookie(
            origin.DEVICE_COOKIE, self.host.keys.device_cookie(device), max_age=WEEK, httponly=True, samesite="strict"
        )
        return response

    def _mark(self, text: str) -> str:
        """Return a mark that tells nothing of what it was made from: the same person when a form is sent twice."""
        return hmac.new(self.host.keys.seat_secret.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:20]

    def _seated(self, response: Response, person: str) -> Response:
        cookie = self.host.keys.seat_cookie(person)
        response.set_cookie(origin.SEAT_COOKIE, cookie, max_age=WEEK, httponly=True, samesite="strict")
        return response

    async def reclaim(self, request: Request) -> Response:
        token = request.path_params["token"]
        person = self.host.keys.reclaimed(token)
        await self.guess(request, person, "This personal link is not one of this seminar.")
        if request.method == "POST":
            return self._seated(RedirectResponse("/seat", 303), str(person))
        text = "This link gives you your seat back on this device. The other device keeps it as well."
        return HTMLResponse(pages.render("pass.html", heading="Back to your seat", text=text, action=f"/p/{token}"))

    async def white_door(self, request: Request) -> Response:
        token = request.path_params["token"]
        await self.guess(request, self.host.keys.is_white(token), "This link is not the facilitator's.")
        if request.method == "POST":
            response = RedirectResponse("/white", 303)
            cookie = self.host.keys.white_cookie()
            response.set_cookie(origin.WHITE_COOKIE, cookie, max_age=WEEK, httponly=True, samesite="strict")
            return response
        text = "Whoever has this link leads the seminar: keep it to yourself."
        return HTMLResponse(pages.render("pass.html", heading="The facilitator's page", text=text, action=f"/w/{token}"))


def _same(room: Room, seat: str, name: str, cookie: str | None, device: str) -> str:
    """Return who already is somebody that joins: by his seat's cookie, or by his device; empty when he is new.

    Whoever has left his place may give it to another at the same device: only by the same name is he the same person.
    """
    if cookie in room.people and (room.people[cookie].here or room.people[cookie].out):
        return str(cookie)
    there = [one for one in room.people.values() if one.device == device]
    there = [one for one in there if one.here or one.out] or [one for one in there if one.seat == seat and alike(one.name, name)]
    if there:
        return there[-1].id
    return next((one.id for one in room.waiting.values() if one.id == cookie or one.device == device), "")


def _door(session: Session, seat: str, code: str, person: str | None, problem: str) -> str:
    room = session.room
    actor = room.scenario.actors.get(seat)
    name = actor.name if actor else "Observers"
    says = actor.says if actor else "Observers see what is public, and no team's picture."
    seated = room.people.get(person or "")
    members = [one.name for one in room.members(seat)]
    return pages.render(
        "seat_door.html", title=room.title, seat=name, says=says, code=code, problem=problem, members=members,
        seated=seated.name if seated is not None and seated.here else "", moves=seated is not None and seated.seat != seat,
        door=room.doors.get(seat, "open"),
    )  # fmt: skip
