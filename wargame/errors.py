"""One error root. A mistake in the user's input is a value (:class:`Mistake`) that knows where it stands in the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# What steers a terminal or turns the direction of writing, and what cannot be written as UTF-8; tab and line end are meant.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
LONG_NAME, LONG_PATH, LONG_TEXT = 100, 400, 2_000  # letters of a name, a path and a message; what is longer is cut
_QUOTED = re.compile(r'"[^"]*"|[^\s"]+')


def harmless(text: str) -> str:
    """Return a text of any origin as it may be shown: signs that steer a terminal are written out, ``\\u001b`` say."""
    return CONTROL.sub(_written_out, text)


def _written_out(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str, limit: int = LONG_TEXT) -> str:
    """Return a text as one harmless line, cut where it is longer than ``limit``."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    return harmless(shown).replace("\n", "\\n").replace("\t", "\\t")


def shortened(text: str) -> str:
    """Return a text in which words, and what stands in quotes, are cut where they are longer than any name is."""
    return _QUOTED.sub(_cut, text)


def _cut(part: re.Match[str]) -> str:
    text = part[0]
    quoted = text[0] == '"'
    if len(text) <= (LONG_NAME if quoted and "/" not in text else LONG_PATH):
        return text
    return text[:60] + ('…"' if quoted else "…")


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

    @property
    def says(self) -> str:
        """What is wrong, in one harmless line in which no name is longer than any is."""
        return one_line(shortened(self.what))

    def __str__(self) -> str:
        file, path = one_line(self.file, LONG_PATH), one_line(self.path, LONG_PATH)
        what = self.says
        if file == "--set" and path:
            return f"--set {path}: {what}"
        where = f"{file}:{self.line}:{self.column}" if self.line else file
        return f"{where}: {path}: {what}" if path else f"{where}: {what}"


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


class Interrupted(WargameError):
    """Somebody ended the work (Ctrl-C, a signal); says what is saved and how to go on."""

    exit_code = 130


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
    if isinstance(value, int):
        return f"the number {value:d}" if abs(value) < 10**limit else f"a whole number of more than {limit} digits"
    if isinstance(value, float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {value!r}" if len(value) <= limit else f"text {value[:limit] + '…'!r}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else f"a value of type {type(value).__name__}"
