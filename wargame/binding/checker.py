"""Collects mistakes of meaning and keeps their places in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from wargame.binding.casting import ROLES, gathered
from wargame.errors import InputError, Mistake, allowed, did_you_mean
from wargame.expressions import Const, Expression, ExpressionError, Scope, compile_expression
from wargame.expressions.syntax import divides_by_nought

Path = tuple[str | int, ...]
At = Callable[[str], Path]  # a key -> the path at which it is written; "" -> that of what it is a key of


def below(path: Path) -> At:
    """Return what gives the path of a key below ``path``; of "", that path itself."""
    return lambda key: (*path, key) if key else path


class Marks(Protocol):
    """Where every path of a scenario came from."""

    def place(self, path: Path) -> tuple[str, int, int]:
        """Return file, line and column of a path, or of its nearest ancestor."""

    def mistake(self, path: Path, what: str) -> Mistake:
        """Return a mistake at a path."""


class NoMarks:
    """Marks of a scenario made in Python: paths only."""

    def place(self, path: Path) -> tuple[str, int, int]:
        """Return a place without a line."""
        return ("scenario", 0, 0)

    def mistake(self, path: Path, what: str) -> Mistake:
        """Return a mistake that names the path alone."""
        return Mistake("scenario", 0, 0, ".".join(str(part) for part in path), what)


class Checker:
    """Everything found wrong so far. Checks go on after a mistake, so that an author sees them all at once."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.mistakes: list[Mistake] = []
        self.cast: set[str] = set()  # roles that are cast

    def refuse(self) -> None:
        """Raise :class:`InputError` if anything is wrong."""
        if self.mistakes:
            places = {role: self.marks.mistake(("roles", role), "") for role in ROLES}
            raise InputError(gathered(self.mistakes, places, self.cast))

    def wrong(self, path: Path, what: str) -> None:
        """Note a mistake at a path."""
        self.mistakes.append(self.marks.mistake(path, what))

    def known(self, path: Path, name: str, kind: str, choices: Iterable[str]) -> bool:
        """Return whether a name is among the choices; note a mistake if not."""
        names = list(choices)
        if name in names:
            return True
        hint = did_you_mean(name, names) or (f"; allowed: {allowed(names)}" if names else f"; this scenario has no {_many(kind)}")
        self.wrong(path, f'unknown {kind} "{name}"{hint}')
        return False

    def all_known(self, path: Path, names: Sequence[str], kind: str, choices: Iterable[str]) -> bool:
        """Return whether all names of a list are among the choices."""
        known = list(choices)
        found = [self.known((*path, i) if len(names) > 1 else path, n, kind, known) for i, n in enumerate(names)]
        return all(found)

    def condition(self, path: Path, text: str | float, scope: Scope) -> Expression:
        """Return the compiled expression of a condition: where it is missing, it does not hold."""
        return self.formula(path, text, scope).or_else(0.0)

    def formula(self, path: Path, text: str | float, scope: Scope) -> Expression:
        """Return the compiled expression; on a mistake note it, with its column in the file, and return zero."""
        try:
            if isinstance(text, str) and (column := divides_by_nought(text)):
                raise ExpressionError("divides by 0, which is never defined", column)
            return compile_expression(text, scope)
        except ExpressionError as error:
            file, line, column = self.marks.place(path)
            inner = max(error.column - 1, 0) if line else 0
            what = f"{error.message} (in: {text})"
            found = self.marks.mistake(path, what)
            self.mistakes.append(Mistake(file, line, column + inner, found.path, what))
            return compile_expression(0.0, _Nothing())


def _many(kind: str) -> str:
    """Return the name of several of a kind: policies, actors or roles, numbers of the scenario."""
    first, of, rest = kind.partition(" of ")
    return " or ".join(f"{one[:-1]}ies" if one.endswith("y") else f"{one}s" for one in first.split(" or ")) + of + rest


class _Nothing:
    def name(self, dotted: str) -> Const | None:
        return None

    def names(self) -> Iterable[str]:
        return ()

    def call(self, function: str, arguments: tuple[str, ...]) -> Const | None:
        return None

    def functions(self) -> dict[str, str]:
        return {}
