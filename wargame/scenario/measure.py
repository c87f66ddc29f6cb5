"""The shape of a measure: a number computed from the record of each run, or missing."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import model_validator

from wargame.scenario.values import Date, Flag, Formula, Sourced, Text

_SCALE = re.compile(r"[A-Z]?(-?\d+)(?:-| to |/)[A-Z]?(\d+)")  # 0-1, -1 to 1, T0-T5, 0/1


class Measure(Sourced):
    """A number computed from the record of each run."""

    says: Text = ""
    value: Formula  # over the true state
    over: Literal["end", "max", "min", "mean", "sum", "ever", "first"] = "end"
    since: Date | None = None
    until: Date | None = None
    each: Literal["actors"] | None = None
    unit: str = ""
    main: Flag = False  # shown at the end of the timeline
    asks: Text = ""  # of a measure that is 0 or 1: the question, answered with yes or no, that players forecast
    missing: Text = ""  # in a word, what it is in a run that has no number for it: never, undefined, not yet

    @model_validator(mode="before")
    @classmethod
    def _never(cls, given: Any) -> Any:
        """Of a first day that does not come one says "never", if the author has no other word."""
        return {"missing": "never", **given} if isinstance(given, dict) and given.get("over") == "first" else given

    @property
    def absent(self) -> str:
        """What is said of it where it is missing."""
        return self.missing or "undefined"


def scale_of(unit: str) -> tuple[float, float] | None:
    """Return the ends of the scale that a unit names, None for a unit that is no scale."""
    ends = _SCALE.fullmatch(unit)
    return (float(ends[1]), float(ends[2])) if ends else None
