"""How many cases of a storm are tried."""

from __future__ import annotations

import os

LONG = os.environ.get("WARGAME_LONG") == "1"


def amount(short: int, long: int) -> int:
    """Return how many to try: few while one works, all of them where ``WARGAME_LONG=1`` is set."""
    return long if LONG else short
