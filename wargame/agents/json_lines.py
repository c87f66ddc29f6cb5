"""A line of JSON from a program that nobody answers for: read strictly, within bounds, or said to be wrong in a sentence."""

from __future__ import annotations

import json
from typing import Any

from wargame.errors import got

DIGITS = 30  # of a number; the longest that means anything in an answer has three


class UnreadableLine(Exception):
    """A line is no answer; ``what`` says why, ``column`` where."""

    def __init__(self, what: str, column: int = 1) -> None:
        super().__init__(what)
        self.what, self.column = what, column


class _RefusedNumber(ValueError):
    """What is correct JSON to a library and to nobody else."""


def parse_line(line: bytes) -> Any:
    """Return the value of a line: plain data, with finite numbers and every key once. Raises :class:`UnreadableLine`."""
    text = _decoded(line).strip()
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_real, parse_constant=_constant, object_pairs_hook=_mapping
        )  # fmt: skip
    except json.JSONDecodeError as error:
        raise UnreadableLine(f"is no JSON: {error.msg} (got {got(text)})", error.colno) from None
    except _RefusedNumber as error:
        raise UnreadableLine(f"cannot be read: {error}") from None
    except RecursionError:
        raise UnreadableLine("cannot be read: nested too deeply") from None


def _decoded(line: bytes) -> str:
    if line.startswith(b"\xef\xbb\xbf"):
        raise UnreadableLine("begins with a byte order mark; print UTF-8 without one")
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableLine("is no UTF-8 but, it seems, UTF-16; print UTF-8")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        raise UnreadableLine(f"is no UTF-8 (byte 0x{line[error.start]:02x}); print UTF-8", column) from None


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise _RefusedNumber(f"a whole number of more than {DIGITS} digits")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise _RefusedNumber(f"the number {text[:DIGITS]} is too large")
    return value


def _constant(text: str) -> float:
    raise _RefusedNumber(f"{text} is no number")


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1) if len(keys) < 1000 else keys[0]
        raise _RefusedNumber(f"{got(twice)} is a key twice")
    return found
