"""Numbers, dates and rows of a view in words, for pages and terminals alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wargame.scenario.words import long_date, percent

KINDS = {"free": "free text", "proposal": "proposal", "demand": "demand", "request": "request", "consent": "consent",
         "statement": "joint statement"}  # fmt: skip
SAID = {"persons", "days", "USD m", "persons/day", "trains/day", "incidents", "attempts", "battalions", "weeks", "hours", "km"}


def day(value: object) -> str:
    """Return a date in words: 9 September 2021."""
    date = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    return long_date(date)


def whole(value: float | None) -> str:
    """Return a number without decimals, with commas."""
    return "" if value is None else f"{value:,.0f}"


def amount(value: float | str | None, unit: str = "") -> str:
    """Return a number as a person would write it, with its unit."""
    if value is None:
        return "unknown"
    if not isinstance(value, (int, float)):
        return str(value)
    if unit == "0/1":
        return "yes" if value >= 0.5 else "no"
    number = (
        f"{value:,.0f}"
        if abs(value) >= 100 or float(value).is_integer()
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )
    number = number.replace("-", "−")
    return f"{number} {unit}" if unit in SAID else number


def chance(value: float | None) -> str:
    """Return a chance in per cent; what is not certain does not round to certain."""
    return "unknown" if value is None else percent(value, "< 1 %", "> 99 %", 0.005)


def age(days: float | None) -> str:
    """Return how old a report is."""
    if days is None:
        return ""
    return "today" if days < 1 else f"{days:.0f} day{'s' if round(days) != 1 else ''} old"


def size(value: float) -> str:
    """Return the strength of an order in words."""
    return {0.5: "half strength", 2.0: "double strength"}.get(float(value), "full strength")


def humane(identifier: str) -> str:
    """Return an identifier as words: request_inspection -> Request inspection."""
    return identifier.replace("_", " ").strip().capitalize()


def site_words(site: Mapping[str, Any]) -> str:
    """Return what is known of a place, in one sentence."""
    parts = [str(site["label"])]
    if site.get("own"):
        parts.append(f"{whole(site['own'])} of its own" if site.get("estimate") else f"{whole(site['own'])} troops")
    estimate = site.get("estimate")
    if estimate:
        known = f"about {whole(estimate['median'])} ({whole(estimate['low'])} to {whole(estimate['high'])})"
        parts.append(f"{known}, report {age(estimate['age'])}" if estimate.get("age") is not None else known)
    return ": ".join([parts[0], "; ".join(parts[1:])]) if len(parts) > 1 else f"{parts[0]}: nothing known"


def seat_words(seat: Mapping[str, Any]) -> str:
    """Return who plays a seat and whether it is ready."""
    who = {
        "people": "played by its people",
        "policy": "played by its documented policy",
        "staff": "played by its staff (documented policy)",
    }
    ready = ", ready" if seat.get("ready") else ""
    return who.get(str(seat.get("control")), "") + ready


def by_day(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return rows in groups of one date, in the order of their first rows."""
    days: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        days.setdefault(str(row["date"]), []).append(row)
    return list(days.items())


def latest(rows: Sequence[Any], count: int) -> list[Any]:
    """Return the last rows, newest first."""
    return list(reversed(rows[-count:]))
