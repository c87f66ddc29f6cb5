"""What the unit of a measure says of the numbers it may have."""

from __future__ import annotations

import re

_SCALE = re.compile(r"[A-Z]?(-?\d+)(?:-| to |/)[A-Z]?(\d+)")  # 0-1, -1 to 1, T0-T5, 0/1


def scale_of(unit: str) -> tuple[float, float] | None:
    """Return the ends of the scale that a unit names, None for a unit that is no scale."""
    ends = _SCALE.fullmatch(unit)
    return (float(ends[1]), float(ends[2])) if ends else None
