"""Monotone where the documents are monotone: every arrow of the causal map, as a paired difference between two arms."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.causal_map import ARROWS, BESIDES, LEFT_OUT, MAP, Arrow
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.scenario.load import load
from wargame.scenario.schema import Scenario
from wargame.simulation.first_morning import first_morning
from wargame.simulation.model import WargameModel
from wargame.simulation.simulation import PHASES

PAIRS = 240  # a new base is rare: eighty pairs do not show what moves it
WIDTH = 12  # arms played in one block


@dataclass
class Arm:
    """One arm of an arrow: settings of the file, numbers of the scenario, fields held."""

    arrow: Arrow
    high: bool
    settings: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        """What arms must share to be played in one block."""
        return repr((self.arrow.days, sorted(self.settings.items(), key=lambda item: item[0])))


class Held(WargameModel):
    """Plays arms side by side, each with the same replications, and holds each arm's fields after every step of the day."""

    def __init__(self, bound: Bound, arms: list[Arm]) -> None:
        numbers = {path for arm in arms for path in arm.numbers}
        default = {given.path: given.quantity.value for given in bound.givens}
        super().__init__(bound, runs=PAIRS * len(arms))
        self.replications = tuple(range(PAIRS)) * len(arms)
        values = {path: np.repeat([arm.numbers.get(path, default[path]) for arm in arms], PAIRS) for path in numbers}
        self.world = first_morning(bound, seed=0, replications=self.replications, overrides=values)
        self.pins = [
            (row, slice(k * PAIRS, (k + 1) * PAIRS), value)
            for k, arm in enumerate(arms)
            for path, value in arm.held.items()
            for row in rows(bound, path)
        ]

    def step(self) -> None:
        """Play one day."""
        self.hold()
        for phase in PHASES:
            phase.act(self)
            self.hold()
            for mechanism in self.bound.mechanisms:
                if phase.name in mechanism.phases:
                    mechanism.phases[phase.name](self.world)
                    self.hold()
        self._close_day()

    def hold(self) -> None:
        """Put every held field where its arm wants it."""
        for row, columns, value in self.pins:
            self.world.state[row, columns] = value


def rows(bound: Bound, path: str) -> Iterable[int]:
    """Return the rows of a field: ``tension``, or who or what, dot, field (every place for a belief about places)."""
    who, _, name = path.rpartition(".")
    layout, cast = bound.layout, bound.cast
    axes = layout.fields[name].axes
    if not axes:
        return [layout.row(name)]
    labels = cast.labels()[axes[0]]
    firsts = [labels.index(who)] if who in labels else list(cast.group(who))
    assert firsts, path
    if len(axes) == 2:
        return [layout.row(name, i, j) for i in firsts for j in range(len(cast.labels()[axes[1]]))]
    return [layout.row(name, i) for i in firsts]


@cache
def _flagship() -> dict[str, Any]:
    return dict(load("zapad_2021").resolved)


@cache
def _numbers() -> frozenset[str]:
    return frozenset(given.path for given in bind(load("zapad_2021")).givens)


def arms_of(arrow: Arrow) -> tuple[Arm, Arm]:
    """Return the low and the high arm of an arrow."""
    low, high = Arm(arrow, high=False), Arm(arrow, high=True)
    both = {path: (value, value) for path, value in arrow.given.items()}
    for path, values in {**both, **arrow.change}.items():
        for arm, value in zip((low, high), values, strict=True):
            if not isinstance(value, float):
                arm.settings[path] = value
            elif path in _numbers() or path.startswith("policies."):
                arm.numbers[path] = value
            else:
                arm.held[path] = value
    return low, high


def scenario(days: int, settings: Mapping[str, Any], arrows: list[Arrow]) -> Bound:
    """Return the flagship scenario with some settings changed, and a measure for every arrow."""
    data = copy.deepcopy(_flagship())
    data["horizon"] = days
    for path, value in settings.items():
        *parts, last = path.split(".")
        place = data
        for part in parts:
            place = place[part]
        place[last] = value
    data["uncertainties"], data["watch"] = [], {}
    data["measures"] = {f"arrow_{ARROWS.index(a)}": {"value": a.see, "over": "mean"} for a in arrows}
    return bind(Scenario.model_validate(data))


@cache
def outcomes() -> dict[str, list[Array]]:
    """Return what every arm of every arrow comes to, each ``(PAIRS,)``, low before high."""
    groups: dict[str, list[Arm]] = {}
    for arrow in ARROWS:
        for arm in arms_of(arrow):
            groups.setdefault(arm.setting, []).append(arm)
    found: dict[str, list[Array]] = {arrow.name: [np.empty(0), np.empty(0)] for arrow in ARROWS}
    for arms in groups.values():
        bound = scenario(arms[0].arrow.days, arms[0].settings, [arm.arrow for arm in arms])
        for first in range(0, len(arms), WIDTH):
            block = arms[first : first + WIDTH]
            measures = Held(bound, block).play().measures
            for k, arm in enumerate(block):
                row = measures[f"arrow_{ARROWS.index(arm.arrow)}"][k * PAIRS : (k + 1) * PAIRS]
                found[arm.arrow.name][arm.high] = row
    return found


def test_the_table_holds_every_arrow_of_the_map_once() -> None:
    words = MAP.split()
    arrows = [" ".join(words[i : i + 3]) for i in range(0, len(words), 3)]
    assert len(arrows) == 64
    assert sorted(arrow.name for arrow in ARROWS) == sorted({*arrows, *BESIDES} - set(LEFT_OUT))


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.name)
def test_the_effect_moves_with_its_cause(arrow: Arrow) -> None:
    """More of the cause moves the mean effect the way the map says, by three standard errors, and most pairs agree."""
    low, high = outcomes()[arrow.name]
    gain = arrow.sign * (high - low)
    differ, agree = int((gain != 0.0).sum()), int((gain > 0.0).sum())
    assert float(gain.mean()) > 3.0 * float(gain.std()) / PAIRS**0.5, f"low {low.mean():.4g}, high {high.mean():.4g}"
    assert differ >= PAIRS // 8, f"only {differ} of {PAIRS} pairs differ"
    assert agree >= 0.75 * differ, f"{agree} of the {differ} pairs that differ agree"
