"""How a message says what was given, what is allowed, and what may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``'; did you mean "x"?'`` for the nearest choice, or an empty string when none is near."""
    if len(word) > 80:  # no name is that long, and the comparison is quadratic
        return ""
    near = difflib.get_close_matches(word, sorted(choices), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def allowed(choices: Iterable[str], limit: int = 12) -> str:
    """Return the choices as text for an error message, cut after ``limit`` names."""
    names = sorted(set(choices))
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown}, … ({len(names)} in all)"


def got(value: object, limit: int = 60) -> str:
    """Return what the user wrote, for an error message: ``text 'abc'``, ``the number 3``, ``a list``; cut when long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"the number {value:d}" if abs(value) < 10**limit else f"a whole number of more than {limit} digits"
    if isinstance(value, float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {value!r}" if len(value) <= limit else f"text {value[:limit] + '…'!r}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else f"a value of type {type(value).__name__}"
