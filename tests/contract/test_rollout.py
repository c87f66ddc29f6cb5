"""The rollout policy finds what pays, through what its actor sees and believes and through nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.strait import STRAIT, strait
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.errors import InputError
from wargame.scenario.load import dump, load
from wargame.scenario.values import CHANNELS
from wargame.simulation import look_ahead
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_block
from wargame.world.imagined import visible_rows
from wargame.world.menu import HOLD, Choice

ECONOMIC = CHANNELS.index("economic")


def theatre(kind: str = "rollout", payoff: str | None = "client.sanctions", temperature: float = 0.001, **more: Any) -> Bound:
    """The League dislikes an embargo by its rules (and likes to watch); what it wants is that the port is under sanctions."""

    def change(data: dict[str, Any]) -> None:
        data["horizon"] = "4 weeks"
        own = data["policies"]["watchful"]
        own |= {"kind": kind, "temperature": {"value": temperature, "judgement": "x"}, "horizon": "10 days", "futures": 4, **more}
        if payoff is not None:
            own["payoff"] = payoff
        own["economic"]["embargo"] |= {"weight": -2}

    return strait(change)


def morning(bound: Bound, runs: int = 6, days: int = 7, seed: int = 0, replication: int = 0) -> WargameModel:
    model = WargameModel(bound, runs=runs, seed=seed, replication=replication)
    while model.world.tick < days:
        model.step()
    return model


def choice(model: WargameModel, actor: str = "league") -> Choice:
    who = next(one for one in model.actors if one.name == actor)
    return who.policy.choose(who.view())


def embargoes(kind: str, **more: Any) -> float:
    chosen = choice(morning(theatre(kind, **more), runs=40, days=0)).chosen[ECONOMIC]
    return float((chosen != HOLD).mean())


def test_it_finds_the_order_that_pays_and_the_rules_do_not() -> None:
    assert embargoes("logit") == 0.0
    assert embargoes("rollout") == 1.0
    assert embargoes("rollout", payoff="-client.sanctions") == 0.0


def test_what_pays_only_beyond_its_horizon_is_not_found() -> None:
    """A payoff that sanctions bring about after a while is worth nothing to one who looks a day ahead."""
    late = "client.sanctions * (day > 5)"
    assert embargoes("rollout", payoff=late) == 1.0
    near = choice(morning(theatre(payoff=late, horizon="1 day"), days=0)).weights
    assert (near == 0.0).all()


def test_the_whole_history_goes_better_for_it() -> None:
    def sanctions(kind: str) -> float:
        model = morning(theatre(kind), days=28)
        return float(model.world["sanctions"][model.bound.cast.actors.index("port")].mean())

    assert sanctions("rollout") > sanctions("logit")


def test_temperature_is_kept() -> None:
    """With much noise it chooses either way about as often, whatever pays."""
    assert 0.3 < embargoes("rollout", temperature=1e6) < 0.7


def hidden_rows(model: WargameModel, actor: int) -> list[int]:
    """Every row that the actor may not see."""
    return sorted(set(range(model.bound.layout.slots)) - set(visible_rows(model.world, actor).tolist()))


@pytest.mark.parametrize("actor", ["empire", "port", "league"])
def test_no_hidden_truth_changes_a_choice(actor: str) -> None:
    """Canary: all that the actor cannot see stands elsewhere, within its bounds; not a bit of what it chooses is different."""

    def change(data: dict[str, Any]) -> None:
        for policy in data["policies"].values():
            policy |= {"kind": "rollout", "payoff": "client.stability + client.sanctions - tension", "horizon": "8 days",
                       "futures": 3}  # fmt: skip

    model = morning(strait(change))
    layout, index = model.bound.layout, model.bound.cast.actors.index(actor)
    before, rows = choice(model, actor), hidden_rows(model, index)
    low, high = (np.repeat([getattr(f, end) for f in layout.fields.values()],
                           [int(np.prod(layout.shape(name), dtype=int)) for name in layout.fields]) for end in ("low", "high"))  # fmt: skip
    names = layout.row_names()
    assert {"stability[port]", "patience[empire]"} - {f"stability[{actor}]", f"patience[{actor}]"} <= {names[row] for row in rows}
    assert len(rows) > 300
    luck = np.random.default_rng(1).random((len(rows), model.runs))
    model.world.state[rows] = low[rows, None] + luck * (high - low)[rows, None]
    after = choice(model, actor)
    assert np.array_equal(before.weights, after.weights, equal_nan=True)
    assert np.array_equal(before.chosen, after.chosen, equal_nan=True)


def test_what_it_believes_does_change_what_it_expects() -> None:
    model = morning(theatre(payoff="client.stability"))
    before = choice(model)
    league, port = (model.bound.cast.actors.index(name) for name in ("league", "port"))
    model.world["believed.stability"][league, port] = 0.05
    model.world["unsure.stability"][league, port] = 0.0
    after = choice(model)
    tried = before.weights != 0.0
    assert tried.any()
    assert (after.weights[tried] < before.weights[tried]).all()


@pytest.mark.parametrize("width", [1, 2, 7, 9])
def test_runs_are_the_same_in_any_block(width: int) -> None:
    whole = play_block(theatre(temperature=0.1), seed=3, runs=9)
    for first in range(0, 9, width):
        count = min(width, 9 - first)
        part = play_block(theatre(temperature=0.1), seed=3, runs=count, first=first)
        for name, values in whole.items():
            assert np.array_equal(values[first : first + count], part[name], equal_nan=True), name


def test_how_many_columns_are_imagined_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = morning(theatre())
    whole = choice(model).weights
    monkeypatch.setattr(look_ahead, "WIDTH", 8)
    assert np.array_equal(choice(model).weights, whole, equal_nan=True)


def test_a_bystander_changes_nothing() -> None:
    """Luck has names: an actor more, that does nothing, changes no measure of the others."""

    def crowded(data: dict[str, Any]) -> None:
        data["actors"]["zealots"] = {"name": "Zealots", "short": "ZLT", "judgement": "x"}

    own = theatre(temperature=0.1)
    data = own.scenario.model_dump(mode="json", exclude_unset=True, by_alias=True)
    crowded(data)
    more = play_block(bind(type(own.scenario).model_validate(data)), seed=3, runs=3)
    for name, values in play_block(own, seed=3, runs=3).items():
        assert np.array_equal(values, more[name], equal_nan=True), name


def test_orders_by_hand_of_others_are_not_known_beforehand(tmp_path: Any) -> None:
    """A history in which an agent plays the port is the same, replayed, although its orders of later days stand in the file."""
    import wargame as wg

    file = tmp_path / "ahead.yaml"
    sets = {
        "horizon": "3 weeks", "policies.watchful.kind": "rollout", "policies.watchful.payoff": "client.sanctions - tension",
        "policies.watchful.futures": 3, "policies.watchful.temperature": 0.01,
    }  # fmt: skip
    file.write_text(dump(load(STRAIT, sets=sets).resolved))
    record = wg.run(wg.load(file), seed=2, agents={"port": lambda view: []})
    assert record.fingerprint == wg.run(record.bound, seed=2).fingerprint


def test_it_must_say_what_for() -> None:
    with pytest.raises(
        InputError, match=r"policies\.watchful: looks ahead and does not say what for; there is no measure payoff_league"
    ):
        theatre(payoff=None)
    with pytest.raises(InputError, match=r"policies\.watchful\.payoff: .*sanctoins"):
        theatre(payoff="client.sanctoins")


def test_a_measure_is_a_payoff() -> None:
    by_name = choice(morning(theatre(payoff="guests_end"))).weights
    assert np.array_equal(by_name, choice(morning(theatre(payoff="guest_troops"))).weights, equal_nan=True)
