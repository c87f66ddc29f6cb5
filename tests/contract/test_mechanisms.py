"""What every mechanism promises, tested over the registry: bounds, ownership, no hidden luck, width, inertness."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import wargame as wg
from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.engine.types import Array, Mask
from wargame.mechanisms import ORDER, registry
from wargame.scenario.evidence import catalogue
from wargame.simulation.model import WargameModel
from wargame.simulation.simulation import PHASES

NAMES = sorted(registry())
ROLES = {"patron", "client", "alliance", "target", "opposition", "members", "frontline", "distant", "sanctioners"}


@cache
def flagship() -> Bound:
    return wg.load("zapad_2021", set={"horizon": "5 weeks"})


class Watched(WargameModel):
    """Plays day by day and notes which rows each mechanism's hooks change."""

    def __init__(self, bound: Bound, runs: int) -> None:
        super().__init__(bound, runs=runs)
        self.written: dict[str, set[int]] = {name: set() for name in NAMES}

    def step(self) -> None:
        for phase in PHASES:
            phase.act(self)
            for mechanism in self.bound.mechanisms:
                if phase.name in mechanism.phases:
                    before = self.world.state.copy()
                    mechanism.phases[phase.name](self.world)
                    same = (self.world.state == before) | (np.isnan(self.world.state) & np.isnan(before))
                    changed = np.flatnonzero(~same.all(axis=1))
                    self.written[mechanism.name] |= set(changed.tolist())
        self._close_day()


@cache
def watched() -> Watched:
    model = Watched(flagship(), runs=4)
    model.play()
    return model


@pytest.mark.parametrize("name", NAMES)
def test_it_writes_its_own_fields_and_nothing_else(name: str) -> None:
    model = watched()
    own = {field.name for field in registry()[name].fields}
    if name == "belief":  # its fields exist for every hidden field of the others
        own |= {f for f in model.bound.layout.fields if f.startswith(("believed.", "unsure."))}
    rows = model.bound.layout.row_names()
    wrong = [rows[row] for row in model.written[name] if rows[row].split("[")[0] not in own]
    assert wrong == []


def test_every_field_has_one_owner() -> None:
    owners: dict[str, str] = {}
    for name, mechanism in registry().items():
        for field in mechanism.fields:
            assert field.name not in owners, f"{field.name}: {name} and {owners.get(field.name)}"
            owners[field.name] = name


def test_every_impulse_has_one_owner() -> None:
    names = [impulse.name for mechanism in registry().values() for impulse in mechanism.impulses]
    assert len(names) == len(set(names))


@cache
def extremes() -> tuple[Array, Array, Mask]:
    """Lowest and highest value of every slot over five weeks of 40 runs, and whether it was ever missing."""
    model = WargameModel(flagship(), runs=40)
    low, high = np.full(len(model.world.state), np.inf), np.full(len(model.world.state), -np.inf)
    gaps = np.zeros(len(model.world.state), dtype=np.bool_)
    while model.running:
        state = model.world.state
        low, high = np.fmin(low, np.fmin.reduce(state, axis=1)), np.fmax(high, np.fmax.reduce(state, axis=1))
        gaps |= np.isnan(state).any(axis=1)
        model.step()
    return low, high, gaps


@pytest.mark.parametrize("name", NAMES)
def test_its_fields_stay_within_their_declared_bounds(name: str) -> None:
    low, high, gaps = extremes()
    layout = flagship().layout
    for field in registry()[name].fields:
        rows = layout.span(field.name)
        if low[rows].size:
            assert field.missing or not gaps[rows].any(), field.name
            assert low[rows].min() >= field.low - 1e-9, field.name
            assert high[rows].max() <= field.high + 1e-9, field.name


@pytest.mark.parametrize("name", NAMES)
def test_it_plays_without_the_others(name: str) -> None:
    """Switching a mechanism off leaves a world that runs, and whose fields of that mechanism stay as they were."""

    def off(data: dict[str, object]) -> None:
        data["mechanisms"] = {name: False}

    model = WargameModel(strait(off), runs=2)
    rows = [model.bound.layout.span(field.name) for field in registry()[name].fields]
    before = [model.world.state[span].copy() for span in rows]
    model.play()
    layout = model.bound.layout
    assert all(field.missing or np.isfinite(model.world[name]).all() for name, field in layout.fields.items())
    for span, old in zip(rows, before, strict=True):
        assert np.array_equal(model.world.state[span], old, equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    mechanism = registry()[name]
    assert mechanism.says
    assert name in ORDER
    assert set(mechanism.needs) <= ROLES
    assert set(mechanism.phases) <= {phase.name for phase in PHASES} - {"inject", "decide", "record"}
    known = set(catalogue().ids())
    assert set(mechanism.sources) <= known
    for parameter in mechanism.parameters:
        assert parameter.says, parameter.name
        assert parameter.source or parameter.judgement, parameter.name
        assert set(parameter.source) <= known, (parameter.name, set(parameter.source) - known)
        assert parameter.low <= parameter.value <= parameter.high, parameter.name
    for field in mechanism.fields:
        assert field.says, field.name
        assert field.holds(np.array([field.default])), field.name


def test_what_fields_say_they_tell_of_exists_and_is_hidden_from_somebody() -> None:
    layout = flagship().layout
    for field in layout.fields.values():
        for signal in field.tells:
            assert signal.says
            for of in set(signal.of) - {"*"}:
                assert of in layout.fields, (field.name, of)
                assert layout.fields[of].seen != "all", (field.name, of)


@pytest.mark.parametrize("name", NAMES)
def test_its_docstring_gives_equations_and_sources(name: str) -> None:
    module = __import__(f"wargame.mechanisms.{name}", fromlist=["x"])
    text = module.__doc__ or ""
    if registry()[name].phases:
        assert len(text.split()) > 80, "says what it does, its equations, its assumptions"
        assert any(identifier in text for identifier in catalogue().ids()), "cites its sources"
