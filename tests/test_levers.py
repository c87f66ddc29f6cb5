"""Every lever that a scenario card names can be set, and moves something. ``wargame validate --levers`` looks at all values."""

from __future__ import annotations

from typing import Any

import pytest

from wargame.analysis import levers
from wargame.binding.bound import bind
from wargame.scenario.layers import shipped
from wargame.scenario.load import load
from wargame.scenario.schema import Scenario

NAMES = sorted(shipped())


def _value(scenario: Scenario, path: str) -> Any:
    """Return what a scenario holds at a path; a number without its source; None where it leaves it to a mechanism."""
    found: Any = scenario.model_dump(mode="json")
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict) and "value" in found:
        found = found["value"]
    return found[0] if isinstance(found, list) and len(found) == 1 else found


@pytest.mark.parametrize("name", NAMES)
def test_every_lever_of_a_card_offers_another_value_and_can_be_set(name: str) -> None:
    scenario = load(name).scenario
    others: dict[str, Any] = {}
    for lever in scenario.levers.values():
        own = _value(scenario, lever.path)
        other = [value for value in lever.values if value != own]
        assert len(lever.values) >= 2, lever.path
        assert other, lever.path
        others.setdefault(lever.path, other[0])
    gone = {path.removesuffix("enabled") for path, value in others.items() if value is False}
    kept = [u for u in scenario.uncertainties if u not in others and not any(u.startswith(path) for path in gone)]
    set_all = load(name, sets={**others, "uncertainties": kept})
    bind(set_all)  # all of them at once, and every one means something to the engine
    for path, value in others.items():
        assert _value(set_all.scenario, path) == value, path


def test_every_lever_of_the_fictional_strait_moves_a_measure() -> None:
    bound = bind(load("strait"))
    assert levers.idle_levers(levers.Task("strait", 12, 0), bound) == []
