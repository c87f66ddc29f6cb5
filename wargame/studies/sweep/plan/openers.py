"""What binds a scenario with further settings: from its file, or from its own resolved text."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wargame.binding.bound import Bound
from wargame.binding.opening import open_scenario
from wargame.errors import mistake
from wargame.scenario.load import dump, parse_set
from wargame.studies.sweep.plan.study import Opener


def opener(source: str, sets: Sequence[str] = ()) -> Opener:
    """Return what binds a scenario with further settings."""

    def opened(settings: Mapping[str, Any]) -> Bound:
        own: dict[str, Any] = {}
        for one in sets:
            path, value = _parsed(one)
            own[path] = value
        return open_scenario(source, {**own, **settings}, spares=not settings).bound

    return opened


def _parsed(text: str) -> tuple[str, Any]:

    path, _, _ = text.partition("=")
    return path.strip(), parse_set(text)[1]


def opener_of(scenario: Bound) -> Any:
    """Return what binds the scenario with further settings, from its own resolved text."""

    def opened(settings: Mapping[str, Any]) -> Bound:
        if not scenario.resolved:
            raise mistake("a scenario made in memory can only vary its numbers; load it from a file", file="vary")
        with tempfile.TemporaryDirectory(prefix="wargame-") as place:
            file = Path(place) / f"{scenario.scenario.name}.yaml"
            file.write_text(dump(dict(scenario.resolved)), encoding="utf-8")
            return open_scenario(file, settings).bound

    return opened
