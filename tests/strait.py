"""The fictional theatre of the tests, as data that a test may change before it is bound."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.scenario.load import load
from wargame.scenario.schema import Scenario

STRAIT = Path(__file__).parent / "scenarios" / "strait.yaml"


@cache
def _resolved() -> dict[str, Any]:
    return dict(load(STRAIT).resolved)


def strait(change: Callable[[dict[str, Any]], None] | None = None) -> Bound:
    """Return the theatre bound, after ``change`` has edited its plain data."""
    data = copy.deepcopy(_resolved())
    if change is not None:
        change(data)
    return bind(Scenario.model_validate(data))
