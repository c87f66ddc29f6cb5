"""One error root. A mistake in the user's input is a value (:class:`Mistake`) that knows where it stands in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wargame.errors.text import CONTROL, LONG_PATH, harmless, one_line, shortened
from wargame.errors.wording import allowed, did_you_mean, got

__all__ = [
    "CONTROL", "CheckFailed", "InputError", "Interrupted", "Mistake", "WargameError", "allowed", "did_you_mean", "got",
    "harmless", "mistake", "one_line", "shortened",
]  # fmt: skip


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
