"""One rule of the Vienna Document 2011: where it stands, its number, how sure we are of both, and who says
so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["H", "M", "L"]
Inequality = Literal[">=", ">"]
Test = Literal["reaches", "exceeds", "at_least", "at_most", "principle"]

LAND = ("troops", "tanks", "acv", "artillery")
LANDING = ("airborne", "amphibious")


@dataclass(frozen=True)
class Rule:
    """One provision: ``test`` says how a value is held against ``level``.

    ``reaches``: a duty arises at the level (at or above, or only above it: :attr:`Rules.inequality`);
    ``exceeds``: it arises above the level whatever the inequality; ``at_least`` and ``at_most``: the
    provision is kept there; ``principle``: no number (level is NaN).
    """

    id: str
    says: str
    paragraph: str
    level: float
    unit: str
    test: Test
    confidence: Confidence
    confirmed: bool
    source: tuple[str, ...]
    paragraph_confidence: Confidence = "H"
    paragraph_confirmed: bool = False

    def holds(self, value: float, inequality: Inequality = ">=") -> bool:
        """Return whether ``value`` triggers (``reaches``, ``exceeds``) or keeps (``at_least``, ``at_most``)
        the provision.
        """
        if self.test == "reaches":
            return value >= self.level if inequality == ">=" else value > self.level
        if self.test == "exceeds":
            return value > self.level
        return value >= self.level if self.test == "at_least" else value <= self.level
