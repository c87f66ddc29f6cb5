"""What one person, device, seat or address may do, as data with reasons, so that nobody fills the room, the pages or the
projector for others. ``docs/seminar/run.md`` shows the same table.

A ``Quota`` is how many there may be; it is judged by the session, and by the session alone. A ``RateLimit`` is how fast: a bucket
of ``burst`` tokens, with one more every ``every`` seconds; it is judged at the door, where attempts are counted that fail too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

KEPT = 20_000  # buckets remembered at once: more devices and addresses than any room has


@dataclass(frozen=True)
class Quota:
    """At most so many, of what, for whom, and why so many."""

    most: int
    what: str
    of: str
    why: str


@dataclass(frozen=True)
class RateLimit:
    """So many at once and then one every ``every`` seconds; of what, for whom, and why."""

    burst: int
    every: float
    what: str
    of: str
    why: str


BOUNDS = {
    "places": Quota(40, "people in a seat", "seat", "the largest team of a lecture; one code cannot fill the room's 200 places"),
    "watchers": Quota(100, "observers", "room", "half of the room's 200 places stay for the teams"),
    "waiting": Quota(20, "people waiting at a door", "seat", "a list that the facilitator can still read"),
    "messages": Quota(40, "messages in a turn", "seat", "three each for a team of a dozen; more are no negotiation"),
    "statements": Quota(10, "statements to everybody in a turn", "seat", "what the room can hear of one team between two turns"),
    "characters": Quota(20_000, "characters of messages in a turn", "seat", "ten full pages; the other teams must read them"),
}  # fmt: skip
RATES = {
    "requests": RateLimit(120, 0.2, "requests", "person", "each open page asks when something changes, at most once a second"),
    "strangers": RateLimit(300, 0.05, "requests without a seat", "address", "a class behind one address opens entrance and wall"),
    "files": RateLimit(2000, 0.005, "files", "address", "a class of two hundred loads the five files of a page at once"),
    "door": RateLimit(
        120, 0.1, "requests with one right code", "address", "a lecture's team scans the same code at the same time",
    ),
    "commands": RateLimit(40, 1.0, "commands", "person", "a whole turn at once, and then as fast as anybody clicks"),
    "join": RateLimit(6, 20.0, "joins", "device", "a wrong seat or a misspelt name is mended a few times, not for ever"),
    "joins": RateLimit(24, 5.0, "joins to one seat", "address", "a team behind one address comes in at once, two hundred do not"),
    "rename": RateLimit(4, 30.0, "changes of name", "person", "a typing mistake, not a show on everybody's page"),
    "ready": RateLimit(8, 10.0, "ready and not ready in a turn", "seat", "each is told to every page of the room"),
    "message": RateLimit(12, 6.0, "messages in a turn", "person", "a volley of diplomacy, and then ten a minute"),
    "statement": RateLimit(4, 30.0, "statements to everybody in a turn", "seat", "each goes to the projector and to every page"),
}  # fmt: skip


class TokenBuckets:
    """Tokens of every rate and of everybody who uses them. Memory is bounded: who was not seen for longest is forgotten."""

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, Hashable], tuple[float, float]] = OrderedDict()

    def take(self, name: str, whose: Hashable, now: float) -> float:
        """Take a token and return 0; when there is none, take nothing and return the seconds until there is one."""
        rate, key = RATES[name], (name, whose)
        left, seen = self._left.pop(key, (float(rate.burst), now))
        left = min(float(rate.burst), left + max(0.0, now - seen) / rate.every)
        taken = left >= 1.0
        self._left[key] = (left - 1.0 if taken else left, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0 if taken else (1.0 - left) * rate.every

    def __len__(self) -> int:
        return len(self._left)
