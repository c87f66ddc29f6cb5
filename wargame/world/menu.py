"""Candidate orders of an actor, with the expressions that say when they may be considered and how attractive they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wargame.engine.types import Array, Mask
from wargame.expressions import Expression, Formulas
from wargame.scenario.values import CHANNELS

HOLD = -1


@dataclass(frozen=True)
class Candidate:
    """One order that an actor may choose: an action with its target, item and site, and the rule it comes from."""

    rule: str
    action: str
    channel: int  # index in CHANNELS
    when: Expression  # not where its weight is missing
    weight: Expression
    target: int | None = None
    item: int | None = None
    site: int | None = None
    size: float = 1.0
    says: str = ""
    sources: tuple[str, ...] = ()
    by_hand: bool = False  # given by somebody who plays, not by a rule
    granted: bool = False  # neither conditions nor consents can stop it
    unweighed: Expression | None = None  # where it might be considered, but that its weight is missing


@dataclass(frozen=True)
class Menu:
    """All candidates of one actor, sorted by channel and rule; ``hold`` is always possible in every channel."""

    actor: int
    candidates: tuple[Candidate, ...]
    hold: tuple[Expression, ...]  # one per channel

    @cached_property
    def program(self) -> Formulas:
        """The menu's expressions as one program: ``when`` of each candidate, ``weight`` of each, ``hold`` of each channel."""
        return Formulas([*(c.when for c in self.candidates), *(c.weight for c in self.candidates), *self.hold])

    @cached_property
    def by_channel(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the candidates of each channel."""
        return tuple(tuple(i for i, c in enumerate(self.candidates) if c.channel == channel) for channel in range(len(CHANNELS)))

    @cached_property
    def luck(self) -> tuple[str, ...]:
        """Names of the streams of each candidate and of holding in each channel."""
        return (*(f"{CHANNELS[c.channel]}.{c.rule}" for c in self.candidates), *(f"{channel}.hold" for channel in CHANNELS))


@dataclass(frozen=True)
class Choice:
    """What an actor chose: per channel and run the index of a candidate, or ``HOLD``.

    ``weights`` ``(candidates + channels, runs)`` are the attractions that made the choice (holding last), ``allowed``
    ``(candidates, runs)`` says which orders could be considered.
    """

    chosen: NDArray[np.int64]
    weights: Array
    allowed: Mask
