"""The agenda shipped in the library: shape, sources, and the order of costs that the documents give."""

from __future__ import annotations

from typing import Any

import yaml

from wargame.evidence import catalogue
from wargame.resources import data_file
from wargame.scenario.schema import Item


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
