"""What an expression may refer to, and the one error it may raise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from wargame.errors import WargameError


@dataclass(frozen=True)
class Slot:
    """A row of the state array ``S[slot, run]``, counted from 0.

    ``missing``: its values may be missing (NaN). ``since``: they are days since something, so that what is missing never was.
    """

    index: int
    missing: bool = False
    since: bool = False

    def __post_init__(self) -> None:
        if self.index < 0:
            raise ValueError(f"a slot is a row counted from 0 (got {self.index})")


@dataclass(frozen=True)
class Const:
    """A number that is the same in every run and on every day."""

    value: float


@dataclass(frozen=True)
class Many:
    """Several rows joined in their order: ``how`` is ``total``, ``mean``, ``highest`` or ``lowest``."""

    how: str
    slots: tuple[int, ...]
    missing: bool = False  # whether their values may be


Ref: TypeAlias = Slot | Const | Many


class ExpressionError(WargameError):
    """Not an expression of the language. ``column`` counts from 1 within the text; 0 means "not known"."""

    exit_code = 2

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message, column)
        self.message = message
        self.column = column

    def __str__(self) -> str:
        return self.message


class Scope(Protocol):
    """Gives names their meaning. An :class:`ExpressionError` raised here gets the column of the name."""

    def name(self, dotted: str) -> Ref | None:
        """Return what a name stands for; None when it is unknown."""

    def names(self) -> Iterable[str]:
        """Return every known name, for suggestions."""

    def call(self, function: str, arguments: tuple[str, ...]) -> Ref | None:
        """Return what a symbolic function of bare names stands for; None when it means nothing."""

    def functions(self) -> Mapping[str, str]:
        """Return the symbolic functions: name -> one line of help. Functions of the language win."""
