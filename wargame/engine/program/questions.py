"""The day while a mechanism is traced: it answers questions, and remembers what was asked and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wargame.engine.program.steps import NotTraceable
from wargame.engine.program.symbols import Symbol

Question = tuple[str, Callable[[int], Any], Any]


class Questions:
    """What a program depends on: functions of the tick, and the answers they gave. It serves every day that answers alike."""

    def __init__(self, tick: int, row: Symbol) -> None:
        self.tick = tick
        self.row = row  # the tick as a row of the state
        self.asked: list[tuple[Callable[[int], Any], Any]] = []

    def ask(self, question: Callable[[int], Any]) -> Any:
        """Return the answer of today, and remember it."""
        answer = question(self.tick)
        self.asked.append((question, answer))
        return answer

    def serves(self) -> Callable[[int], bool]:
        """Return whether a day gives the same answers, as a function of the tick that holds on to nothing else."""
        asked = tuple(self.asked)
        return lambda tick: all(question(tick) == answer for question, answer in asked)


def _mirrored(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: op(b, a)


class Tick:
    """Days since the start, or a whole number made of it: ``(sign * tick + offset) / divisor``, or what ``of`` makes of it."""

    def __init__(self, questions: Questions, of: Callable[[int], Any], line: tuple[int, float, float] | None) -> None:
        self._questions = questions
        self._of = of
        self._line = line

    def as_symbol(self) -> Symbol:
        """Return it as a row that changes from day to day."""
        if self._line is None:
            raise NotTraceable("only a sum of the tick and a number can stand in a formula")
        sign, offset, divisor = self._line
        row: Any = self._questions.row
        signed = row if sign == 1 else -row
        moved = signed if offset == 0 else signed + offset
        return moved if divisor == 1 else moved / divisor

    def _moved(self, sign: int, offset: float) -> tuple[int, float, float] | None:
        """Return the line of ``sign * self + offset``, if there is one that rounds alike."""
        if self._line is None or self._line[2] != 1:
            return None
        return sign * self._line[0], sign * self._line[1] + offset, 1

    def _with(self, other: Any, op: Callable[[Any, Any], Any], line: tuple[int, float, float] | None) -> Tick:
        of = self._of  # and not self: what is kept of a program must not hold on to all that it was made from
        return Tick(self._questions, lambda t: op(of(t), other), line)

    def _compare(self, other: Any, op: Callable[[Any, Any], Any]) -> Any:
        of = self._of
        if isinstance(other, Tick):
            others = other._of
            return self._questions.ask(lambda t: op(of(t), others(t)))
        if isinstance(other, int | float):
            return self._questions.ask(lambda t: op(of(t), other))
        return op(self.as_symbol(), other)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, int | float):
            return self.as_symbol() + other
        return self._with(other, lambda a, b: a + b, self._moved(1, other))

    __radd__ = __add__

    def __neg__(self) -> Tick:
        return self._with(None, lambda a, _: -a, self._moved(-1, 0))

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        return self.as_symbol() * other

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if not isinstance(other, int | float):
            return self.as_symbol() / other
        line = self._line and self._line[2] == 1 and (self._line[0], self._line[1], float(other))
        return self._with(other, lambda a, b: a / b, line or None)

    def __mod__(self, other: int) -> Tick:
        return self._with(other, lambda a, b: a % b, None)

    def __floordiv__(self, other: int) -> Tick:
        return self._with(other, lambda a, b: a // b, None)

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a < b)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a <= b)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a > b)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a >= b)

    def __eq__(self, other: object) -> Any:
        return self._compare(other, lambda a, b: a == b)

    def __ne__(self, other: object) -> Any:
        return self._compare(other, lambda a, b: a != b)

    def __hash__(self) -> int:
        return hash(self.__index__())

    def __index__(self) -> int:
        of = self._of
        return int(self._questions.ask(lambda t: int(of(t))))

    def __float__(self) -> float:
        of = self._of
        return float(self._questions.ask(lambda t: float(of(t))))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        own = [x.as_symbol() if isinstance(x, Tick) else x for x in inputs]
        return getattr(ufunc, method)(*own, **more)

    def __format__(self, how: str) -> str:
        return format(self._questions.ask(self._of), how)

    def __str__(self) -> str:
        return str(self._questions.ask(self._of))

    @property
    def on(self) -> Callable[[int], Any]:
        """Its value as a function of the day."""
        return self._of

    @property
    def is_today(self) -> bool:
        """Whether it is the tick itself."""
        return self._line == (1, 0, 1)
