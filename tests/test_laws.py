"""The laws of the engine (DESIGN section 3), on the fictional theatre and on the flagship scenario."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import wargame as wg
from tests.strait import STRAIT, strait
from wargame.binding.bound import Bound
from wargame.engine.types import Array
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_block, play_one

WIDTHS = (1, 2, 7, 8, 9, 33)


@cache
def flagship() -> Bound:
    return wg.load("zapad_2021", set={"horizon": "4 weeks"})


def scenarios() -> list[Any]:
    return [pytest.param(strait, id="strait"), pytest.param(flagship, id="zapad_2021")]


def final_state(bound: Bound, *, runs: int, replication: int = 0, seed: int = 0) -> Array:
    model = WargameModel(bound, seed=seed, runs=runs, replication=replication).play()
    return model.world.state


@pytest.mark.parametrize("make", scenarios())
def test_law_1_the_same_seed_gives_the_same_record_to_the_bit(make: Callable[[], Bound]) -> None:
    one, two = play_one(make(), seed=5), play_one(make(), seed=5)
    assert one.fingerprint == two.fingerprint
    assert one.events == two.events
    assert np.array_equal(one.days, two.days, equal_nan=True)


@pytest.mark.parametrize("make", scenarios())
def test_law_1_another_seed_gives_another_record(make: Callable[[], Bound]) -> None:
    assert play_one(make(), seed=0).fingerprint != play_one(make(), seed=1).fingerprint


@pytest.mark.parametrize("make", scenarios())
@pytest.mark.parametrize("width", WIDTHS)
def test_law_2_a_run_is_the_same_alone_and_in_any_batch(make: Callable[[], Bound], width: int) -> None:
    """The whole state at the end, every slot of it, column by column."""
    bound = make()
    batch = final_state(bound, runs=33)
    assert np.array_equal(final_state(bound, runs=width), batch[:, :width], equal_nan=True)


@pytest.mark.parametrize("make", scenarios())
def test_law_2_a_late_run_alone_equals_its_column(make: Callable[[], Bound]) -> None:
    bound = make()
    batch = final_state(bound, runs=9, replication=4705)
    assert np.array_equal(final_state(bound, runs=1, replication=4711)[:, 0], batch[:, 6], equal_nan=True)


def test_law_2_a_wide_batch_holds_the_same_runs() -> None:
    bound = strait()
    batch = final_state(bound, runs=1000)
    assert np.array_equal(final_state(bound, runs=7), batch[:, :7], equal_nan=True)
    assert np.array_equal(final_state(bound, runs=1, replication=999)[:, 0], batch[:, 999], equal_nan=True)


def test_law_2_tracing_changes_nothing() -> None:
    bound = strait()
    traced = WargameModel(bound, runs=3, trace=(0, 2)).play()
    plain = WargameModel(bound, runs=3).play()
    assert np.array_equal(traced.world.state, plain.world.state, equal_nan=True)


def _shuffled(data: Any) -> Any:
    """Reverse the order of every mapping's keys: another file with the same meaning."""
    if isinstance(data, dict):
        return {key: _shuffled(data[key]) for key in reversed(list(data))}
    return [_shuffled(value) for value in data] if isinstance(data, list) else data


def test_law_3_the_order_of_keys_means_nothing() -> None:
    def shuffle(data: dict[str, Any]) -> None:
        turned = _shuffled(data)
        data.clear()
        data.update(turned)

    assert np.array_equal(final_state(strait(), runs=5), final_state(strait(shuffle), runs=5), equal_nan=True)


def test_law_3_the_order_in_which_mechanisms_are_registered_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from wargame.binding import bind as home
    from wargame.mechanisms import registry

    turned = dict(reversed(list(registry().items())))
    plain = final_state(strait(), runs=5)
    monkeypatch.setattr(home, "registry", lambda: turned)
    assert np.array_equal(plain, final_state(strait(), runs=5), equal_nan=True)


def _same_numbers(plain: WargameModel, other: WargameModel) -> None:
    """Assert that every number of ``plain`` stands in ``other`` too, under its name."""
    rows = {name: row for row, name in enumerate(other.bound.layout.row_names())}
    for row, name in enumerate(plain.bound.layout.row_names()):
        assert np.array_equal(plain.world.state[row], other.world.state[rows[name]], equal_nan=True), name


@pytest.mark.parametrize("name", ["aaa_bystander", "mmm_bystander", "zzz_bystander"])
def test_law_4_an_inert_actor_changes_no_other_number(name: str) -> None:
    def add(data: dict[str, Any]) -> None:
        data["actors"][name] = {"name": "A Bystander", "short": "BYS", "judgement": "Does nothing."}

    _same_numbers(WargameModel(strait(), runs=5).play(), WargameModel(strait(add), runs=5).play())


def test_law_4_an_inert_actor_changes_no_other_number_in_the_flagship() -> None:
    inert = {"actors.iceland": {"name": "Iceland", "short": "ISL", "judgement": "Far away and inert."}}
    other = wg.load("zapad_2021", set={"horizon": "4 weeks", **inert})
    _same_numbers(WargameModel(flagship(), runs=3).play(), WargameModel(other, runs=3).play())


def test_law_4_a_rule_that_never_fires_changes_no_other_number() -> None:
    def add(data: dict[str, Any]) -> None:
        data["policies"]["merchant"]["diplomatic"]["aaa_never"] = {
            "action": "accept",
            "item": "depot",
            "when": False,
            "weight": 9,
        }
        data["actions"]["unused"] = {"channel": "military", "says": "does what nobody does"}
        data["injects"]["never"] = {"title": "Never", "when": "tension > 2"}

    _same_numbers(WargameModel(strait(), runs=5).play(), WargameModel(strait(add), runs=5).play())


def test_law_5_two_cases_share_their_luck() -> None:
    """Where the changed rule has not acted yet, both cases are the same to the bit, replication by replication."""

    def no_embargo(data: dict[str, Any]) -> None:
        data["policies"]["watchful"]["economic"]["embargo"]["when"] = "day >= 14 and not within(days_since(own.embargo), 20)"

    a, b = WargameModel(strait(), runs=60), WargameModel(strait(no_embargo), runs=60)
    held = np.ones(60, dtype=bool)
    for _ in range(14):
        a.step()
        b.step()
        held &= np.isnan(a.world["since"][:, a.bound.cast.actions.index("embargo")]).all(axis=0)
    assert held.any()
    assert np.array_equal(a.world.state[:, held], b.world.state[:, held], equal_nan=True)


def test_law_5_pairing_saves_variance() -> None:
    """Docking D27: the variance of a difference with shared luck is below half of that without."""
    a = play_block(strait(), seed=0, runs=200)["dependence_end"]

    def lower(data: dict[str, Any]) -> None:
        data["actors"]["port"]["initial"]["dependence"] = 0.55

    b = play_block(strait(lower), seed=0, runs=200)["dependence_end"]
    assert np.var(a - b) < 0.5 * (np.var(a) + np.var(b))


def test_law_6_a_view_gives_no_hidden_number_and_cannot_be_written() -> None:
    model = WargameModel(strait(), runs=2)
    view = {actor.name: actor.view() for actor in model.actors}["league"]
    assert view["threat"].shape == (2,)
    with pytest.raises(ValueError, match="read-only"):
        view["threat"][0] = 1.0
    from wargame.world.view import HiddenFieldError

    for hidden in ("guest_troops", "empire.threat", "port.stability"):
        with pytest.raises(HiddenFieldError, match="cannot see"):
            view[hidden]


def test_law_8_the_shipped_file_and_the_theatre_of_the_tests_load() -> None:
    assert wg.load(STRAIT).text_hash == wg.load(STRAIT).text_hash
