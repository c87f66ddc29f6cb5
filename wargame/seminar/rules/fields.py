"""The fields of a command, read strictly: texts without what no page can show, numbers within bounds, names that there are."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from wargame.errors import allowed, did_you_mean, got
from wargame.seminar.rules.bounds import COMMAND, IDENTIFIER, NAME, TEXT, Refusal

UNSEEN = ("Cf", "Co", "Cn")  # kinds of characters that draw nothing, or nothing known
BLANK = frozenset(  # letters and marks that draw nothing
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))  # the last choose a form of the letter before, unseen
MARKS = 3  # accents on one letter: no language needs more
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the text after them about


def clean(text: str) -> str:
    """Return text without what no page can show: control characters (but line breaks and tabs), lone surrogates, outer space,
    the marks by which a text turns about what stands after it, and towers of accents that cover the lines above.
    """
    lines = text.replace("\r\n", "\n")
    keep = (c for c in lines if c in "\n\t" or (c not in TURNING and unicodedata.category(c) not in ("Cc", "Cs")))
    return without_towers("".join(keep)).strip()


def without_towers(text: str) -> str:
    """Return text with no more than ``MARKS`` accents on any letter."""
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= MARKS:
            kept.append(letter)
    return "".join(kept)


def check_form(command: Mapping[str, object]) -> None:
    """Raise :class:`Refusal` unless the command can be written down as JSON of bounded length."""
    try:
        length = len(json.dumps(command, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise Refusal("This request cannot be written down: it holds something that is neither text nor a number.") from None
    if length > COMMAND:
        raise Refusal(f"This request is too long: at most {COMMAND:,} characters (got {length:,}).")


class CommandFields:
    """Reads the fields of one command; every reader raises :class:`Refusal` with a plain sentence."""

    def __init__(self, command: Mapping[str, object], *, again: bool = False) -> None:
        self.command = command
        self.again = again  # it was accepted before: what is a matter of measure is not judged anew
        self.do = self.text("do", IDENTIFIER)

    def has(self, key: str) -> bool:
        """Return whether the field is there and says something."""
        return self.command.get(key) is not None

    def only(self, keys: Collection[str]) -> None:
        """Refuse fields that this command does not have."""
        known = {"do", "id", "by", *keys}
        for key in self.command:
            if key not in known:
                near = did_you_mean(str(key), known)
                raise Refusal(
                    f"The request {self.do!r} has no field {str(key)[:IDENTIFIER]!r}; it may have {allowed(known)}{near}"
                )

    def text(self, key: str, limit: int = TEXT, default: str | None = None) -> str:
        """Return a text of at most ``limit`` characters; without a default it must say something."""
        value = self.command.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Refusal(f"{_the(key)} must be text (got {got(value)}).")
        words = clean(value)
        if not words and default is None:
            raise Refusal(f"{_the(key)} is empty.")
        if len(words) > limit:
            raise Refusal(f"{_the(key)} is too long: at most {limit:,} characters (got {len(words):,}).")
        return words

    def name(self, key: str = "name") -> str:
        """Return a person's name on one line, without what cannot be seen: nobody looks like somebody else by it."""
        words = unicodedata.normalize("NFC", self.text(key, NAME))
        name = " ".join("".join(c for c in words if unicodedata.category(c) not in UNSEEN and c not in BLANK).split())
        if not name:
            raise Refusal(f"{_the(key)} is empty.")
        return name

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number within bounds."""
        value = self.command.get(key)
        return number_within(value, low, high, _the(key))

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        value = self.command.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Refusal(f"{_the(key)} must be a whole number from {low} to {high} (got {got(value)}).")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.command.get(key, default)
        if not isinstance(value, bool):
            raise Refusal(f"{_the(key)} must be true or false (got {got(value)}).")
        return value

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of the choices."""
        value = self.command.get(key, default)
        if not isinstance(value, str) or value not in choices:
            near = did_you_mean(value, choices) if isinstance(value, str) else ""
            raise Refusal(f"{_the(key)} must be one of {allowed(choices)} (got {got(value)}){near or '.'}")
        return value

    def names(self, key: str, choices: Collection[str] | None, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return some of the choices (any names when there are none to choose from), each once, in the order given."""
        value = self.command.get(key, default)
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, (list, tuple)) or not value or len(value) > 500:
            raise Refusal(f"{_the(key)} must be a list of names (got {got(value) if value else 'nothing'}).")
        for one in value:
            if not isinstance(one, str) or len(one) > IDENTIFIER or (choices is not None and one not in choices):
                raise Refusal(f"{_the(key)} may name {allowed(choices or ())} (got {got(one)}).")
        return tuple(dict.fromkeys(value))

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return a mapping from names; empty when the field is not there."""
        value = self.command.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise Refusal(f"{_the(key)} must be a mapping (got {got(value)}).")
        return value


def number_within(value: object, low: float, high: float, what: str) -> float:
    """Return a finite number within bounds, or raise :class:`Refusal`."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type, operator]
        raise Refusal(f"{what} must be a number from {low:g} to {high:g} (got {got(value)}).")
    return float(value)  # type: ignore[arg-type]


def _the(key: str) -> str:
    return (
        f"The {key}"
        if key in ("name", "text", "title", "reason", "rationale", "seat", "channel", "turn")
        else f"The field {key!r}"
    )
