"""Dates in words, the same in every language setting."""

from __future__ import annotations

import datetime as dt

LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS = tuple(month[:3] for month in LONG_MONTHS)


def short_date(date: dt.date) -> str:
    """Return a date as ``16 Sep``."""
    return f"{date.day} {MONTHS[date.month - 1]}"


def long_date(date: dt.date) -> str:
    """Return a date as ``16 September 2021``."""
    return f"{date.day} {LONG_MONTHS[date.month - 1]} {date.year}"
