"""Declared fields and where they lie in the state array ``S[slot, run]``."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from wargame.engine.types import Array

if TYPE_CHECKING:
    from wargame.world.cast import Cast

Axis = Literal["actor", "site", "part", "exercise", "item", "sensor", "track", "action", "inject"]
Seen = Literal["all", "owner", "parties", "patron", "client", "belief", "nobody"]
_ROLES: Mapping[str, tuple[str, ...]] = {
    "all": (), "parties": ("patron", "client"), "patron": ("patron",), "client": ("client",), "nobody": (),
}  # fmt: skip


@dataclass(frozen=True)
class Disclosure:
    """What a field lets those who see it learn of fields that are hidden from some of them, and why that is no leak.

    ``how``: ``luck`` (named luck stands between, so that no morning settles what is hidden), ``deed`` (somebody does or says
    it in the open), ``coarse`` (only a step or a class shows, and late), ``own`` (whoever sees it knows the hidden thing by
    himself). ``says`` is one line for readers: why, by which parameter, whose deed.
    """

    of: tuple[str, ...]
    how: Literal["luck", "deed", "coarse", "own"]
    says: str


_WHOLE_UNITS = frozenset({"0/1", "0-9", "class", "code", "T0-T5", "I0-I4", "count", "editions", "incidents"})


@dataclass(frozen=True)
class Field:
    """One quantity of the world, declared once: docs, schema, report labels and fog derive from it.

    ``seen`` says who may see it: ``all``; ``owner`` (the actor whose row it is, first axis ``actor``); ``parties`` (the
    patron and the client), ``patron``, ``client``; ``belief`` (its owner, and everybody else only through a belief about it);
    ``nobody``. ``missing`` says what NaN means in it, and that it may be there at all. ``tells`` declares every hidden field that
    it is computed from; what is not declared is a leak, and a test finds it.
    """

    name: str
    says: str
    axes: tuple[Axis, ...] = ("actor",)
    unit: str = "0-1"
    low: float = 0.0
    high: float = 1.0
    default: float = 0.0
    seen: Seen = "all"
    missing: str = ""  # what it means, in a word, that an element has no value (NaN): "never", "none"; "": it always has one
    tells: tuple[Disclosure, ...] = ()
    whole: bool = False  # it is a whole number in every run, though its unit does not say so

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number wherever it has a value."""
        return self.whole or self.unit in _WHOLE_UNITS

    @property
    def is_shared(self) -> bool:
        """Whether who may see one element may see every element."""
        return self.seen in _ROLES

    @property
    def is_since(self) -> bool:
        """Whether it counts the days since something that may never have been."""
        return self.unit == "days" and self.missing == "never"

    def is_seen(self, cast: Cast, actor: int, index: Sequence[int] = ()) -> bool:
        """Return whether an actor may see one element."""
        if self.is_shared:
            return self.seen == "all" or any(actor in cast.group(role) for role in _ROLES[self.seen])
        return self.axes[:1] == ("actor",) and tuple(index[:1]) == (actor,)

    def holds(self, values: Array, slack: float = 0.0) -> bool:
        """Return whether all values are within the bounds, give or take some slack, or missing where they may be."""
        there = (values >= self.low - slack) & (values <= self.high + slack)
        return bool((there | np.isnan(values)).all() if self.missing else there.all())


@dataclass(frozen=True)
class Impulse:
    """A one-day push that orders and injects give to a mechanism; zero every morning. Stored as ``impulse.NAME``.

    ``answers`` is an expression over the state: where it does not hold in the morning there is nothing to answer, and people
    are not offered the order; ``otherwise`` says so in words. ``{row}`` is the actor or item pushed on, ``{amount}`` by how
    much, ``{running}`` and ``{unfinished}`` whether a drill of that actor's is running, or not over yet, ``{accused}`` whether
    an accusation of the other side's stands. ``whose`` is the side that may push on an item: who asks for it, or who is asked.
    """

    name: str
    says: str
    axes: tuple[Axis, ...] = ("actor",)
    unit: str = "0-1"
    answers: str = ""
    otherwise: str = ""
    whose: Literal["", "asker", "asked"] = ""

    def field(self) -> Field:
        """Return the field that holds it."""
        return Field(f"impulse.{self.name}", self.says, self.axes, self.unit, -1e9, 1e9, 0.0, "nobody")


KEPT = 2  # states of which the memory is kept for the next one
_GUARD = threading.Lock()


class Layout:
    """Where every field lies. ``labels`` gives the names along each axis; fields are laid in the order of their names."""

    def __init__(self, fields: Iterable[Field], labels: Mapping[str, tuple[str, ...]]) -> None:
        self.labels = dict(labels)
        self.fields: dict[str, Field] = {}
        self._start: dict[str, int] = {}
        self._shape: dict[str, tuple[int, ...]] = {}
        self._span: dict[str, slice] = {}
        self._kept: list[Array] = []
        slots = 0
        for field in sorted(fields, key=lambda f: f.name):
            if field.name in self.fields:
                raise ValueError(f"field {field.name} is declared twice")
            shape = tuple(len(self.labels[axis]) for axis in field.axes)
            self.fields[field.name] = field
            self._start[field.name] = slots
            self._shape[field.name] = shape
            size = math.prod(shape)
            self._span[field.name] = slice(slots, slots + size)
            slots += size
        self.slots = slots

    def span(self, name: str) -> slice:
        """Return the rows of a field."""
        return self._span[name]

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a field without the runs axis."""
        return self._shape[name]

    def row(self, name: str, *index: int) -> int:
        """Return the row of one element of a field."""
        return self._start[name] + int(np.ravel_multi_index(index, self._shape[name])) if index else self._start[name]

    def view(self, state: Array, name: str) -> Array:
        """Return a field as a view on the state, shape ``(*axes, runs)``."""
        return state[self.span(name)].reshape(*self._shape[name], state.shape[1])

    def row_names(self) -> list[str]:
        """Return a readable name for every row: ``threat[ACTOR]``, ``troops[SITE,ACTOR]``, ``tension``."""
        names: list[str] = []
        for name, field in self.fields.items():
            for index in np.ndindex(*self._shape[name]):
                labels = ",".join(self.labels[axis][i] for axis, i in zip(field.axes, index, strict=True))
                names.append(f"{name}[{labels}]" if labels else name)
        return names

    def new(self, runs: int) -> Array:
        """Return a fresh state at the fields' defaults, shape ``(slots, runs)``."""
        state = self._memory(runs)
        state[:] = self.defaults[:, np.newaxis]
        return state

    def _memory(self, runs: int) -> Array:
        """Return room for a state: that of one nobody holds any more, if there is one, because fresh memory is dear.

        A view of a state holds on to it too, so a count of three (the list, the loop, the question) means nobody.
        """
        with _GUARD:
            for kept in self._kept:
                if kept.shape[1] == runs and sys.getrefcount(kept) == 3:
                    return kept
            self._kept = [np.empty((self.slots, runs)), *self._kept[: KEPT - 1]]
            return self._kept[0]

    def let_go(self) -> None:
        """Keep no memory for states to come: many runs have been played, and no more of them are at once."""
        with _GUARD:
            self._kept = []

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_kept": []}

    @cached_property
    def defaults(self) -> Array:
        """Every row's default, shape ``(slots,)``."""
        return np.repeat([f.default for f in self.fields.values()], [math.prod(shape) for shape in self._shape.values()])

    @cached_property
    def own_rows(self) -> Mapping[str, int]:
        """The first row of every field with one row per actor, by its name."""
        return {
            name: self._start[name] for name, field in self.fields.items() if field.axes == ("actor",) and name.isidentifier()
        }


OWN = ("let.", "push.", "temperature")  # numbers that come with policies, orders and injects


def carry(old: Layout, state: Array, new: Layout, into: Array) -> None:
    """Write what two layouts have in common, by field and label, from one state into another of as many runs (or from one run
    into many). Numbers that a policy, an order or an inject brings with it stay those of the new one.
    """
    for name, field in new.fields.items():
        if name.startswith(OWN) or name not in old.fields or old.fields[name].axes != field.axes:
            continue
        here, there = new.view(into, name), old.view(state, name)
        if all(old.labels[axis] == new.labels[axis] for axis in field.axes):
            here[:] = there
            continue
        common = [[label for label in new.labels[axis] if label in old.labels[axis]] for axis in field.axes]
        target = [[new.labels[axis].index(label) for label in labels] for axis, labels in zip(field.axes, common, strict=True)]
        source = [[old.labels[axis].index(label) for label in labels] for axis, labels in zip(field.axes, common, strict=True)]
        here[np.ix_(*target)] = there[np.ix_(*source)]
