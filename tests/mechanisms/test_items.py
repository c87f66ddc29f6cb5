"""The agenda shipped in the library: shape, sources, and the order of costs that the documents give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml

import wargame as wg
from tests.amount import amount
from wargame.errors import InputError
from wargame.scenario.evidence import catalogue
from wargame.scenario.files.resources import data_file
from wargame.scenario.schema import Item
from wargame.simulation.first_morning import first_morning
from wargame.simulation.model import WargameModel


def _library() -> dict[str, Item]:
    raw: dict[str, Any] = yaml.safe_load(data_file("library", "items.yaml").read_text(encoding="utf-8"))
    assert list(raw) == ["items"]
    return {name: Item.model_validate(item) for name, item in raw["items"].items()}


def test_every_item_and_number_is_sourced() -> None:
    known = catalogue()
    for name, item in _library().items():
        assert item.source, name
        for number in (item.value, item.cost, item.step, item.troops):
            if number is not None:
                assert number.source or number.judgement, name
                assert number.prior is not None, name
                assert known.resolve(number.source) == [], name
        assert known.resolve(item.source) == [], name


def test_what_was_signed_is_cheaper_than_what_was_put_off() -> None:
    items = _library()
    cost = {name: item.cost.value for name, item in items.items()}
    assert cost["programmes"] < cost["defence_space"] < cost["joint_doctrine"] < cost["single_currency"]
    assert cost["training_centre"] < cost["rotation"] < cost["permanent_base"]
    assert cost["gas_parity"] < 0.0  # the client's own wish


def test_basing_items_have_a_site_and_troops() -> None:
    for name, item in _library().items():
        assert (item.kind == "basing") == (item.site is not None) == (item.troops is not None), name


def test_what_was_agreed_before_the_first_day_is_built_or_being_built() -> None:
    bound = wg.load("zapad_2021", set={
        "horizon": "8 weeks", "items.rotation.initial": {"agreed": 1}, "items.training_centre.initial": {"agreed": 1},
    })  # fmt: skip
    w = first_morning(bound, seed=0, replications=range(2))
    site = bound.cast.sites.index
    assert w["agreed"][bound.cast.items.index("rotation")].tolist() == [1.0, 1.0]
    assert w["basing_goal"][site("baranovichi")].tolist() == [3.0, 3.0]
    assert w["basing_goal"][site("grodno")].tolist() == [2.0, 2.0]
    assert np.isnan(w["signature_days"]).all()


def test_an_unknown_state_of_an_item_is_a_mistake() -> None:
    with pytest.raises(InputError, match=r'items.rotation.initial.aggreed: unknown state field "aggreed"; did you mean "agreed"'):
        wg.load("zapad_2021", set={"items.rotation.initial": {"aggreed": 1}})


def test_the_patron_that_wants_a_base_gets_one_from_the_client_that_cannot_refuse_and_else_hardly_ever() -> None:
    """Stylised fact 20: after half a year a formal base is possible for that pair, and rare by default."""

    def share(**policies: list[str]) -> float:
        sets = {f"actors.{who}.policy": names for who, names in policies.items()}
        model = WargameModel(wg.load("zapad_2021", set={"horizon": "26 weeks", **sets}), runs=amount(60, 200)).play()
        return float((model.world["basing_state"] >= 4.0).mean())

    assert share(russia=["formal_base"], belarus=["dependent"]) > 0.05
    assert share() < 0.15
