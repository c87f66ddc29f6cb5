"""One error root. A mistake in the user's input is a value (:class:`Mistake`) that knows where it stands in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing wrong with the input: where it is and what is wrong.

    ``line`` and ``column`` count from 1; 0 means that the mistake has no place in a file. The ``file`` of a mistake in a
    ``--set`` is ``--set``, and it reads like the flag: ``--set parameters.x.y: what is wrong``.
    """

    file: str
    line: int
    column: int
    path: str
    what: str

    def __str__(self) -> str:
        if self.file == "--set" and self.path:
            return f"--set {self.path}: {self.what}"
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.path}: {self.what}" if self.path else f"{where}: {self.what}"


class WargameError(Exception):
    """Root of every error this package raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1


class InputError(WargameError):
    """The user's input is wrong; carries every mistake found, in the order of their places."""

    exit_code = 2

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class CheckFailed(WargameError):
    """A law or a check does not hold (``verify``, ``validate``, ``selftest``)."""

    exit_code = 3


def mistake(what: str, *, file: str = "", line: int = 0, column: int = 0, path: str = "") -> InputError:
    """Return the error for one mistake, ready to raise."""
    return InputError([Mistake(file, line, column, path, what)])


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
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {value!r}" if len(value) <= limit else f"text {value[:limit] + '…'!r}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else f"a value of type {type(value).__name__}"
