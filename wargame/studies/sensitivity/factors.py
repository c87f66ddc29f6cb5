"""Factors: what is moved. Each maps a share of its distribution, a number in (0, 1), to settings of the scenario."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.engine.distributions import ppf
from wargame.engine.types import Array
from wargame.errors import InputError, Mistake, allowed, did_you_mean
from wargame.scenario.values import Prior
from wargame.studies.sweep.plan.designs import Lever

UNCERTAINTY, LEVER, VARIED = "uncertainty", "lever", "varied"
TOGETHER = "levers together"


@dataclass(frozen=True)
class Factor:
    """Something that is moved: an uncertainty over its prior, a lever over its values, or what ``--vary`` names.

    ``low`` and ``high`` hold a number within the bounds of what it is a value of. ``free``: a number of the state, which needs no
    other scenario. ``joined`` are the levers that move as one, whose values are then mappings from path to value.
    """

    path: str
    kind: str
    free: bool
    values: tuple[Any, ...] = ()
    prior: Prior | None = None
    low: float = 0.0
    high: float = 0.0
    names: tuple[str, ...] = ()
    says: str = ""
    joined: tuple[str, ...] = field(default=())

    @property
    def continuous(self) -> bool:
        """Whether it is a number that moves over a range."""
        return not self.values

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the scenario that it sets."""
        return self.joined or (self.path,)

    @property
    def ordered(self) -> bool:
        """Whether more and less of it mean something: numbers, and what has two values."""
        return self.continuous or len(self.values) == 2 or all(_is_number(value) for value in self.values)

    def numbers(self, shares: Array) -> Array:
        """Return the values of a factor that is a number of the state, at shares strictly between 0 and 1, ``(points,)``."""
        if self.values:
            places = np.minimum((shares * len(self.values)).astype(np.intp), len(self.values) - 1)
            return np.asarray([float(value) for value in self.values])[places]
        if self.prior is None:
            return np.asarray(self.low + (self.high - self.low) * shares)
        return np.clip(ppf(self.prior.distribution(), shares), self.low, self.high)

    def at(self, share: float) -> dict[str, Any]:
        """Return the settings at a share strictly between 0 and 1: path -> value."""
        if self.values:
            value = self.values[min(int(share * len(self.values)), len(self.values) - 1)]
            return dict(value) if self.joined else {self.path: value}
        return {self.path: float(self.numbers(np.array([share]))[0])}

    def place(self, shares: Array) -> Array:
        """Return on which side it stands at each share, more of it being higher: the rank of its value, or the share of
        its range.
        """
        if self.continuous:
            return shares
        values = self.values
        order = sorted(range(len(values)), key=values.__getitem__) if all(isinstance(v, (int, float)) for v in values) else ()
        ranks = np.argsort(order) if order else np.arange(len(values))
        return np.asarray(ranks[np.minimum(shares * len(values), len(values) - 1).astype(np.intp)], dtype=np.float64)

    def as_json(self) -> dict[str, Any]:
        """Return the factor as JSON values."""
        found: dict[str, Any] = {"path": self.path, "kind": self.kind}
        if self.joined:
            return found | {"settings": [dict(value) for value in self.values]}
        if self.values:
            return found | {"values": list(self.values)}
        if self.prior is not None:
            return found | {"prior": self.prior.model_dump(exclude_none=True)}
        return found | {"low": self.low, "high": self.high}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def factors_of(bound: Bound, vary: Sequence[Lever] = (), wanted: Sequence[str] = ()) -> tuple[Factor, ...]:
    """Return what is moved: the declared uncertainties, the levers, and what ``vary`` names, which takes the place of either.

    A path that is an uncertainty and a lever is moved over its prior. ``wanted`` are paths, names of levers, or patterns of them
    (``actors.*``); empty is all. Raises :class:`InputError` for a pattern that fits nothing, or when nothing is left.
    """
    found: dict[str, Factor] = {}
    limits = _limits(bound)
    givens = {given.path: given for given in bound.givens}
    for path in bound.scenario.uncertainties:
        if path in givens and givens[path].quantity.prior is not None:
            low, high = limits[givens[path].row]
            found[path] = Factor(path, UNCERTAINTY, True, prior=givens[path].quantity.prior, low=low, high=high)
    for name, lever in bound.scenario.levers.items():
        found[lever.path] = _with_lever(found.get(lever.path), name, lever.path, lever.values, lever.says, lever.path in givens)
    for one in vary:
        found[one.path] = _varied(one, one.path in givens)
    chosen = [one for one in found.values() if len(one.values) != 1]
    if wanted:
        chosen = _chosen(chosen, wanted)
    if not chosen:
        what = "declares neither uncertainties nor levers; name what is moved: --vary PATH=lo..hi or --vary PATH=a,b,c"
        raise InputError([Mistake(bound.scenario.name, 0, 0, "", what)])
    return tuple(chosen)


def _limits(bound: Bound) -> dict[int, tuple[float, float]]:
    found = {}
    for name, one in bound.layout.fields.items():
        span = bound.layout.span(name)
        found.update(dict.fromkeys(range(span.start, span.stop), (one.low, one.high)))
    return found


def _with_lever(before: Factor | None, name: str, path: str, values: Sequence[Any], says: str, known: bool) -> Factor:
    """Return the factor of a lever; levers of the same path are one factor with the values of all."""
    if before is None:
        return Factor(path, LEVER, known and all(map(_is_number, values)), tuple(values), names=(name,), says=says)
    names = (*before.names, name)
    if before.kind == UNCERTAINTY:
        return replace(before, names=names, says=before.says or says)
    more = tuple(value for value in values if value not in before.values)
    free = before.free and all(map(_is_number, more))
    return replace(before, values=before.values + more, names=names, says=f"{before.says}; {says}".strip("; "), free=free)


def _varied(lever: Lever, known: bool) -> Factor:
    if lever.continuous and not known:
        what = "is no number that a run can start with; give values: PATH=a,b,c"
        raise InputError([Mistake(f"--vary {lever.path}", 0, 0, "", what)])
    if lever.continuous:
        return Factor(lever.path, VARIED, True, low=lever.low, high=lever.high)
    if len(lever.values) < 2:
        raise InputError([Mistake(f"--vary {lever.path}", 0, 0, "", "one value cannot be moved; give at least two")])
    return Factor(lever.path, VARIED, known and all(map(_is_number, lever.values)), lever.values)


def _chosen(factors: Iterable[Factor], wanted: Sequence[str]) -> list[Factor]:
    everything = list(factors)
    keep: set[str] = set()
    wrong = []
    for pattern in wanted:
        fits = [one.path for one in everything if any(fnmatchcase(name, pattern) for name in (one.path, one.kind, *one.names))]
        if not fits:
            known = [name for one in everything for name in (one.path, *one.names)]
            hint = did_you_mean(pattern, known) or f"; allowed: {allowed(known)}"
            wrong.append(Mistake("--factor", 0, 0, "", f'no uncertainty or lever is called "{pattern}"{hint}'))
        keep.update(fits)
    if wrong:
        raise InputError(wrong)
    return [one for one in everything if one.path in keep]


def settings_at(factors: Sequence[Factor], shares: Array) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the settings at a point of the unit cube, ``(factors,)``: those that make another scenario, and free numbers."""
    apart: dict[str, Any] = {}
    free: dict[str, float] = {}
    for one, share in zip(factors, shares.tolist(), strict=True):
        (free if one.free else apart).update(one.at(share))
    return apart, free


def scenarios_at(factors: Sequence[Factor], u: Array) -> list[str]:
    """Return for each point of ``u`` ``(points, factors)`` the settings that make it another scenario, as JSON."""
    bound = [i for i, one in enumerate(factors) if not one.free]
    if not bound:
        return ["{}"] * len(u)
    parts, known = [factors[i] for i in bound], {}
    found = []
    for shares in u[:, bound]:
        key = shares.tobytes()
        if key not in known:
            known[key] = json.dumps(settings_at(parts, shares)[0])
        found.append(known[key])
    return found
