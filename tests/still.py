"""Worlds in which nothing moves by itself: what a mechanism's equation says is tested without chance."""

from __future__ import annotations

import numpy as np

from wargame.engine.types import Array

STILL: dict[str, Array] = {
    f"parameters.{path}": np.zeros(1)
    for path in (
        "bargaining.haggling", "buffer.noise", "dependence.noise", "escalation.noise", "integration.bursts", "migration.load",
        "posture.noise", "pressure.noise", "race.noise", "regime.crowds", "rhetoric.noise", "suppression.noise",
    )
}  # fmt: skip
