"""The secrets of a seminar: join codes, what signs its cookies, the facilitator's link."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from wargame.seminar.rules.bounds import OBSERVER

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0 or 1: what is read aloud is what is typed
LETTERS = 8  # 32 ** 8 is 2 ** 40: at the limit below, guessing one of ten codes takes some 20,000 years


def new_code() -> str:
    """Return a join code: eight letters nobody confuses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def as_typed(code: str) -> str:
    """Return a code as it is kept, from what a person typed: capitals and digits, without dashes, spaces and whatever else."""
    return "".join(letter for letter in code[:40].upper() if letter.isascii() and letter.isalnum())


def as_printed(code: str) -> str:
    """Return a code as it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


@dataclass(frozen=True)
class Keys:
    """The secrets of one seminar. Seat cookies and the facilitator's are signed with different ones.

    ``white`` is the token of the facilitator's link (128 bits); ``codes`` is seat -> join code, the observers' among them.
    """

    seat_secret: str
    white_secret: str
    white: str
    codes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, seats: Iterable[str]) -> Keys:
        """Return fresh secrets and a join code for every seat and for observers."""
        codes = {seat: new_code() for seat in [*seats, OBSERVER]}
        return cls(secrets.token_hex(32), secrets.token_hex(32), secrets.token_urlsafe(16), codes)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Keys:
        """Return the secrets that :meth:`data` gave."""
        return cls(**data)

    def data(self) -> dict[str, Any]:
        """Return the secrets as plain data, to be kept with the log."""
        return asdict(self)

    def is_white(self, token: str) -> bool:
        """Return whether a token is the facilitator's."""
        return secrets.compare_digest(self.white.encode(), token.encode("utf-8", "replace"))

    def seat_cookie(self, person: str) -> str:
        """Return the signed cookie of a person in a seat."""
        return str(URLSafeSerializer(self.seat_secret, salt="seat").dumps(person))

    def person_of(self, cookie: str) -> str | None:
        """Return the person a seat cookie names; None when it was not signed here."""
        return _opened(URLSafeSerializer(self.seat_secret, salt="seat"), cookie)

    def device_cookie(self, mark: str) -> str:
        """Return the signed cookie of a device."""
        return str(URLSafeSerializer(self.seat_secret, salt="device").dumps(mark))

    def device_of(self, cookie: str) -> str | None:
        """Return the mark of a device's cookie; None when it was not signed here."""
        return _opened(URLSafeSerializer(self.seat_secret, salt="device"), cookie)

    def white_cookie(self) -> str:
        """Return the facilitator's signed cookie."""
        return str(URLSafeSerializer(self.white_secret, salt="white").dumps("facilitator"))

    def white_cookie_holds(self, cookie: str) -> bool:
        """Return whether a cookie is the facilitator's."""
        return _opened(URLSafeSerializer(self.white_secret, salt="white"), cookie) == "facilitator"

    def reclaim_token(self, person: str) -> str:
        """Return the token with which a person takes the seat back on another device."""
        return str(URLSafeSerializer(self.seat_secret, salt="reclaim").dumps(person))

    def reclaimed(self, token: str) -> str | None:
        """Return the person of a reclaim token; None when it was not signed here."""
        return _opened(URLSafeSerializer(self.seat_secret, salt="reclaim"), token)


def _opened(serializer: URLSafeSerializer, text: str) -> str | None:
    try:
        value = serializer.loads(text)
    except BadSignature:
        return None
    return value if isinstance(value, str) else None


def seat_of(codes: Mapping[str, str], code: str) -> str | None:
    """Return the seat a code opens; every code is compared in full, so that time tells nothing."""
    typed = as_typed(code)
    found = [seat for seat, own in codes.items() if secrets.compare_digest(own, typed)]
    return found[0] if found else None
