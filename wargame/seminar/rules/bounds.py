"""The words and bounds of a session: its phases, its kinds of seats and messages, how much people may send; its refusals."""

from __future__ import annotations

from collections.abc import Sequence

from wargame.errors import WargameError
from wargame.scenario.words import enumerated

SEATS, PEOPLE, MESSAGES = 64, 200, 5_000
NOTES, INJECTS, OVERRIDES, BRANCHES = 2_000, 500, 200, 100
TEXT, NAME, TITLE, IDENTIFIER = 2_000, 40, 120, 64
COMMAND = 20_000  # characters of one command as JSON
DAY = 86_400.0  # seconds; no phase is timed longer
QUESTIONS = 3  # forecasts asked of everybody each turn
PHASES = ("lobby", "briefing", "orders", "adjudication", "reveal", "debrief")
KINDS = ("proposal", "demand", "request", "consent", "statement", "free")  # of messages
CONTROLS = ("people", "policy", "staff")
DOORS = ("open", "approve", "locked")  # of a seat: who has its code comes in, waits for the facilitator, or stays outside
SIZES = (0.5, 1.0, 2.0)
PUBLIC = "all"
FACILITATOR, OBSERVER = "facilitator", "observer"
OUT = "The facilitator has taken you out of the seminar. Ask to be let in again."
RESERVED = frozenset({PUBLIC, FACILITATOR, OBSERVER, "wall", "none"})  # no actor's seat may be mistaken for one of these
NOTHING = "nothing"  # a kind of change: there was none, and nothing is written down


class Refusal(WargameError):
    """A command that the session does not accept; the message is a sentence for the person who sent it. Nothing has changed."""

    exit_code = 2


def expect_phase(phase: str, phases: Sequence[str]) -> None:
    """Raise :class:`Refusal` unless the session is in one of these phases."""
    if phase not in phases:
        raise Refusal(f"expected phase {enumerated(phases, 'or')} (got {phase})")
