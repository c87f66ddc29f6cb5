"""Scenario files of earlier schemas, brought up to date.

One function per version takes plain data of that version and returns plain data of the next. A file says its version
with ``schema:``; without that key it is of the present one. The history:

* 0 -> 1: ``turn_days: N`` (of the scenario or of an actor) became ``decide_every: "N days"``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from wargame.errors import got
from wargame.scenario.schema import SCHEMA

Data: TypeAlias = dict[str, object]


class UpgradeError(ValueError):
    """An old file cannot be brought up to date: what is wrong, and at which path of that file."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        super().__init__(what)
        self.path, self.what = path, what


def _renamed(part: Data, path: tuple[str | int, ...]) -> Data:
    if "turn_days" not in part:
        return part
    days = part["turn_days"]
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        what = f"expected a whole number of days, at least 1 (got {got(days)})"
        raise UpgradeError((*path, "turn_days"), what)
    if "decide_every" in part:
        raise UpgradeError((*path, "turn_days"), "turn_days is the old name of decide_every; keep one of them")
    return {
        "decide_every" if key == "turn_days" else key: f"{days} days" if key == "turn_days" else value
        for key, value in part.items()
    }


def _turn_days(data: Data) -> Data:
    data = _renamed(data, ())
    actors = data.get("actors")
    if isinstance(actors, dict):
        renamed = {
            name: _renamed(actor, ("actors", name)) if isinstance(actor, dict) else actor for name, actor in actors.items()
        }
        data = {**data, "actors": renamed}
    return data


UPGRADES: dict[int, Callable[[Data], Data]] = {0: _turn_days}


def upgrade(data: Data) -> Data:
    """Return the plain data of one file in the present schema, with ``schema`` set to it where the file names a version.

    Raises :class:`UpgradeError` for a version that is not one, that is newer than this package, or that cannot be read.
    """
    if "schema" not in data:
        return data
    version = data["schema"]
    if isinstance(version, bool) or not isinstance(version, int) or version < min(UPGRADES):
        raise UpgradeError(("schema",), f"expected the number {SCHEMA} (got {got(version)})")
    if version > SCHEMA:
        what = f"written for a newer version of wargame (got schema {version}); this one reads schemas up to {SCHEMA}"
        raise UpgradeError(("schema",), what)
    for step in range(version, SCHEMA):
        data = UPGRADES[step](data)
    return {**data, "schema": SCHEMA}
