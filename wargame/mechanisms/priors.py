"""Parameters of the usual kinds, with the priors that their kind has: positive sizes and shares."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter

JUDGED = "size is a judgement"


def size(
    name: str, value: float, says: str, unit: str, source: tuple[str, ...], judgement: str = JUDGED, sigma: float = 0.4,
    low: float = 0.0, high: float = 1e9,
) -> Parameter:  # fmt: skip
    """Return a positive number whose prior is lognormal about its value."""
    return Parameter(name, value, says, unit, {"lognormal": {"median": value, "sigma": sigma}}, source, judgement, low, high)


def part(
    name: str, value: float, says: str, source: tuple[str, ...], judgement: str = JUDGED, sd: float = 0.1
) -> Parameter:  # fmt: skip
    """Return a share of a whole, whose prior is a beta distribution about its value."""
    return Parameter(name, value, says, "", {"beta": {"mean": value, "sd": sd}}, source, judgement, 0.0, 1.0)
