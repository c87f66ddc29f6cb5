"""What in a scenario says neither where it comes from nor whose judgement it is."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from wargame.binding.checker import Path
from wargame.mechanisms import registry
from wargame.scenario.schema import Action, Actor, Exercise, Inject, Item, Part, Policy, Rule, Rung, Scenario, Sensor, Site
from wargame.scenario.values import Quantity, Sourced

_MUST = (Action, Actor, Exercise, Inject, Item, Part, Policy, Quantity, Rule, Rung, Sensor, Site)
_SPEAKS_FOR_ITS_NUMBERS = (Action, Exercise, Inject, Item, Part, Rule, Sensor)


def unsourced(scenario: Scenario) -> Iterator[Path]:
    """Yield the path of everything that has neither ``source`` nor ``judgement``.

    The numbers inside an action, a rule, an inject, an item, a sensor or an exercise are covered by the line of what they
    stand in; initial values, parameters and the ``let`` numbers of a policy need their own.
    """
    yield from _walk(scenario, (), covered=False)
    for name, mechanism in registry().items():
        for parameter in mechanism.parameters:
            if not parameter.source and not parameter.judgement and parameter.name not in scenario.parameters.get(name, {}):
                yield ("parameters", name, parameter.name)


def _walk(part: object, path: Path, *, covered: bool) -> Iterator[Path]:
    if isinstance(part, BaseModel):
        own = isinstance(part, Sourced) and bool(part.source or part.judgement.strip())
        if isinstance(part, _MUST) and not own and not (covered and isinstance(part, Quantity)):
            yield path
        inner = (own and isinstance(part, _SPEAKS_FOR_ITS_NUMBERS)) or (covered and not isinstance(part, Sourced))
        for name, value in part:
            alias = type(part).model_fields[name].alias or name
            yield from _walk(value, (*path, alias), covered=inner)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(value, (*path, key), covered=covered)
    elif isinstance(part, tuple):
        for i, value in enumerate(part):
            yield from _walk(value, (*path, i), covered=covered)
