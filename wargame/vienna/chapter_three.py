"""The Chapter III clock: a request to explain unusual military activity, and the meetings that may follow.

A plain state machine over dated events; nothing here knows the time of day it is. :func:`step` takes an
event, :func:`lapse` lets deadlines pass, :func:`replay` and :func:`state_on` do both for a list of events. A
date without a time is read as noon, and a day is judged when it ends: a reply due within 48 hours of a
request of the 9th is in time on the 11th and overdue at the end of the 11th.

Source: facts A6, A7; X-VD-CH3; docking D22.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from wargame.vienna.adjudicate import Verdict
from wargame.vienna.rules import DEFAULT, Rules

Stage = Literal[
    "quiet",
    "awaiting_reply",
    "reply_overdue",
    "answered",
    "unsatisfied",
    "meeting_called",
    "meeting_overdue",
    "meeting_held",
    "meeting_boycotted",
    "joint_called",
    "joint_overdue",
    "joint_held",
    "visit_hosted",
    "closed",
]
What = Literal[
    "request",
    "reply",
    "judged_insufficient",
    "call_meeting",
    "meeting",
    "call_joint",
    "joint_meeting",
    "visit",
    "satisfied",
]

STAGES: tuple[str, ...] = get_args(Stage)

# From which stages an event may come. A meeting may be called when the reply is missing or not enough;
# the joint meeting by either side once the reply was due or given; a visit at any time after the request.
_OPEN: tuple[Stage, ...] = tuple(one for one in get_args(Stage) if one not in ("quiet", "closed"))
ALLOWED: dict[What, tuple[Stage, ...]] = {
    "request": ("quiet", "closed"),
    "reply": ("awaiting_reply", "reply_overdue"),
    "judged_insufficient": ("answered",),
    "call_meeting": ("reply_overdue", "answered", "unsatisfied"),
    "meeting": ("meeting_called", "meeting_overdue"),
    "call_joint": (
        "reply_overdue",
        "answered",
        "unsatisfied",
        "meeting_called",
        "meeting_overdue",
        "meeting_held",
        "meeting_boycotted",
    ),
    "joint_meeting": ("joint_called", "joint_overdue"),
    "visit": _OPEN,
    "satisfied": _OPEN,
}
_DEADLINE: dict[Stage, tuple[str, Stage]] = {
    "awaiting_reply": ("ch3.reply", "reply_overdue"),
    "meeting_called": ("ch3.meeting", "meeting_overdue"),
    "joint_called": ("ch3.joint", "joint_overdue"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened on a day (or at a time). ``attended``: the asked state came to the meeting."""

    on: date
    what: What
    attended: bool = True


@dataclass(frozen=True)
class Clock:
    """Where a request stands. ``since``: when the stage began, from which its 48 hours run; the rest is what
    has been found so far.
    """

    stage: Stage = "quiet"
    since: datetime | None = None
    reply: Literal["not due", "open", "in time", "late", "none"] = "not due"
    content: Literal["not judged", "insufficient", "satisfied"] = "not judged"
    meeting: Literal["not called", "called", "attended", "not attended"] = "not called"
    joint: Literal["not called", "called", "attended", "not attended"] = "not called"
    visited: bool = False

    def due(self, rules: Rules = DEFAULT) -> datetime | None:
        """Return when the running deadline ends, or None when none runs."""
        if self.since is None or self.stage not in _DEADLINE:
            return None
        return self.since + timedelta(hours=rules.level(_DEADLINE[self.stage][0]))

    @property
    def verdict(self) -> Verdict:
        """The asked state's compliance so far, in the words of the engine.

        ``below`` nothing asked, ``notifiable`` an answer is owed, ``late``, ``breached`` no answer or a
        meeting stayed away from, ``evaded`` answered in time and not in content, else ``met``.
        """
        if self.stage == "quiet":
            return "below"
        if self.reply == "none" or "not attended" in (self.meeting, self.joint):
            return "breached"
        if self.reply == "open":
            return "notifiable"
        if self.reply == "late":
            return "late"
        return "evaded" if self.content == "insufficient" else "met"


def cited(clock: Clock) -> set[str]:
    """Return the ids of the rules that have come into play for a request."""
    in_play = {
        "ch3.reply": clock.reply != "not due",
        "ch3.meeting": clock.meeting != "not called",
        "ch3.joint": clock.joint != "not called",
        "ch3.visit": clock.visited,
    }
    return {id for id, used in in_play.items() if used}


def moment(on: date) -> datetime:
    """Return a day as its noon, a time as itself."""
    return on if isinstance(on, datetime) else datetime.combine(on, time(12))


def lapse(clock: Clock, now: datetime, rules: Rules = DEFAULT) -> Clock:
    """Return the clock as it stands at ``now``: a deadline that has passed makes its stage overdue."""
    due = clock.due(rules)
    if due is None or now <= due:
        return clock
    overdue = replace(clock, stage=_DEADLINE[clock.stage][1])
    return replace(overdue, reply="none") if overdue.stage == "reply_overdue" else overdue


def step(clock: Clock, event: Event, rules: Rules = DEFAULT) -> Clock:
    """Return the clock after ``event``; ``ValueError`` when the event cannot follow (no reply without a
    request).
    """
    now = moment(event.on)
    clock = lapse(clock, now, rules)
    if clock.stage not in ALLOWED[event.what]:
        raise ValueError(f"{event.what} cannot follow the stage {clock.stage}; it may follow {', '.join(ALLOWED[event.what])}")
    came: Literal["attended", "not attended"] = "attended" if event.attended else "not attended"
    match event.what:
        case "request":
            return Clock("awaiting_reply", now, "open")
        case "reply":
            return replace(
                clock,
                stage="answered",
                since=now,
                reply="in time" if clock.stage == "awaiting_reply" else "late",
            )
        case "judged_insufficient":
            return replace(clock, stage="unsatisfied", since=now, content="insufficient")
        case "call_meeting":
            return replace(clock, stage="meeting_called", since=now, meeting="called")
        case "meeting":
            return replace(
                clock,
                stage="meeting_held" if event.attended else "meeting_boycotted",
                since=now,
                meeting=came,
            )
        case "call_joint":
            return replace(clock, stage="joint_called", since=now, joint="called")
        case "joint_meeting":
            return replace(clock, stage="joint_held", since=now, joint=came)
        case "visit":
            return replace(clock, stage="visit_hosted", since=now, visited=True)
        case "satisfied":
            return replace(clock, stage="closed", since=now, content="satisfied")


def replay(events: Sequence[Event], rules: Rules = DEFAULT) -> tuple[tuple[Event, Clock], ...]:
    """Return every event, in the order of time, with the clock after it; ``ValueError`` as :func:`step`."""
    clock, history = Clock(), []
    for event in sorted(events, key=lambda one: moment(one.on)):
        clock = step(clock, event, rules)
        history.append((event, clock))
    return tuple(history)


def state_on(events: Sequence[Event], day: date, rules: Rules = DEFAULT) -> Clock:
    """Return the clock at the end of ``day``: events up to then have happened, deadlines up to then have
    passed.
    """
    end = datetime.combine(day, time.max)
    past = [event for event in events if moment(event.on) <= end]
    clock = replay(past, rules)[-1][1] if past else Clock()
    return lapse(clock, end, rules)
