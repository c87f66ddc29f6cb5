"""A terminal of lines: rows are wrapped and shown, answers are read one by one. The same with a person and with a pipe."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wargame.cli.console.options import STYLES, echo

if TYPE_CHECKING:
    from wargame.seminar.solo.text import Row

NARROW, WIDE = 40, 104
HELP, BACK, QUIT = ("?", "help"), ("b", "back"), ("q", "quit")


class Back(Exception):
    """The answer was to go back."""


class Quit(Exception):
    """The answer was to stop, or there is nobody to answer any more."""


class Terminal:
    """Shows rows and asks questions, on stderr where stdout is for data, or silently.

    Answers that do not come from a person are shown, so that a transcript can be read.
    """

    def __init__(self, *, err: bool = False, silent: bool = False) -> None:
        self._err, self._silent = err, silent
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        self._shown = not sys.stdin.isatty()

    @property
    def width(self) -> int:
        """Characters in a line."""
        return min(max(shutil.get_terminal_size((WIDE, 24)).columns, NARROW), WIDE)

    def _echo(self, text: str, *, nl: bool = True, **style: Any) -> None:
        if not self._silent:
            echo(text, nl=nl, err=self._err, **style)

    def blank(self) -> None:
        """Print an empty line."""
        self._echo("")

    def show(self, rows: Iterable[Row]) -> None:
        """Print rows, wrapped and styled."""
        from wargame.seminar.solo.text import wrapped

        for row in rows:
            style = STYLES.get(row.kind, {})
            for line in wrapped(row, self.width):
                self._echo(line.rstrip(), **style)

    def say(self, text: str, kind: str = "plain") -> None:
        """Print a paragraph."""
        from wargame.seminar.solo.text import Row

        self.show([Row(text, kind)])

    def ask(self, prompt: str, help: Sequence[str]) -> str:
        """Return an answer, without outer spaces. ``?`` shows the help and asks again.

        Raises :class:`Back` and :class:`Quit` for these two wishes; the end of the input is the wish to stop.
        """
        while True:
            self._echo(f"{prompt} > ", nl=False, bold=True)
            line = sys.stdin.readline()
            if not line:
                self.blank()
                raise Quit
            answer = line.strip()
            if self._shown:
                self._echo("".join(sign if sign.isprintable() else " " for sign in answer))
            if answer.lower() in QUIT:
                raise Quit
            if answer.lower() in BACK:
                raise Back
            if answer.lower() not in HELP:
                return answer
            for one in (*help, "b: back · q: save and quit · ?: this help"):
                self.say(f"  {one}", "detail")

    def number(self, prompt: str, count: int, help: Sequence[str], others: Mapping[str, str] | None = None) -> int | str:
        """Return a number from 1 to ``count`` less 1 (a place in a list), or one of the other answers; ask until there is one."""
        others = others or {}
        while True:
            answer = self.ask(prompt, help)
            if answer in others:
                return others[answer]
            if answer.isdecimal() and len(answer) < 6 and 1 <= int(answer) <= count:
                return int(answer) - 1
            words = [f"a number from 1 to {count}"] if count else []
            words += [key or "Enter" for key in others]
            self.say(f"expected {' or '.join(words) or 'b'} (got {answer[:40]!r})", "incident")
