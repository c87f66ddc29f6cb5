"""The laws of the modelled world: an ordered registry, one file per mechanism.

``ORDER`` is the order in which mechanisms act within a phase; the order in which they are registered means nothing.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from wargame.mechanisms.base import Mechanism

ORDER = (
    "traits",
    "exercises",
    "forces",
    "lingering",
    "consultation",
    "inspections",
    "declaration",
    "suppression",
    "detection",
    "buffer",
    "rhetoric",
    "threat",
    "council",
    "reinforcement",
    "posture",
    "race",
    "sanctions",
    "dependence",
    "bargaining",
    "integration",
    "basing",
    "regime",
    "collapse",
    "turmoil",
    "migration",
    "incidents",
    "pressure",
    "commitment",
    "escalation",
    "belief",  # the last, so that what others begin with is there to be believed
)


@cache
def registry() -> dict[str, Mechanism]:
    """Return every mechanism by name, in the order in which they act."""
    found = (import_module(f"wargame.mechanisms.{name}").MECHANISM for name in ORDER)
    return {mechanism.name: mechanism for mechanism in found}


def in_order(mechanisms: list[Mechanism]) -> list[Mechanism]:
    """Return mechanisms in the order in which they act: as ``ORDER`` says, unknown ones after it by name."""
    rank = {name: i for i, name in enumerate(ORDER)}
    return sorted(mechanisms, key=lambda m: (rank.get(m.name, len(rank)), m.name))
