"""The Chapter III clock replays the requests of February 2022 to the states of docking D22, and refuses what
cannot follow.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wargame.vienna.chapter_three import ALLOWED, Clock, Event, What, lapse, moment, replay, state_on, step
from wargame.vienna.rules import DEFAULT


def feb(day: int) -> date:
    return date(2022, 2, day)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 2, day, hour, minute)


# Docking D22 and facts A7; the 15th for the call of the joint meeting is a judgement: between both meetings.
REQUEST_TO_THE_HOST = (
    Event(feb(9), "request"),
    Event(at(11, 12), "reply"),
    Event(at(11, 18), "judged_insufficient"),
    Event(feb(12), "call_meeting"),
    Event(feb(14), "meeting"),
    Event(feb(15), "call_joint"),
    Event(feb(16), "joint_meeting"),
    Event(feb(19), "visit"),
)
# The parallel request, as the requester counts it: no answer in 48 hours, the meeting of the 15th refused.
REQUEST_TO_THE_GUEST = (
    Event(feb(11), "request"),
    Event(feb(14), "call_meeting"),
    Event(feb(15), "meeting", attended=False),
)


def test_d22_the_request_to_the_host_day_by_day() -> None:
    stages = [state_on(REQUEST_TO_THE_HOST, feb(day)).stage for day in range(8, 21)]
    assert stages == [
        "quiet",
        "awaiting_reply",
        "awaiting_reply",
        "unsatisfied",
        "meeting_called",
        "meeting_called",
        "meeting_held",
        "joint_called",
        "joint_held",
        "joint_held",
        "joint_held",
        "visit_hosted",
        "visit_hosted",
    ]


def test_d22_compliant_in_time_and_not_in_content() -> None:
    final = state_on(REQUEST_TO_THE_HOST, feb(20))
    assert (final.reply, final.content, final.meeting, final.joint) == (
        "in time",
        "insufficient",
        "attended",
        "attended",
    )
    assert final.visited
    assert final.verdict == "evaded"


def test_d22_the_request_to_the_guest() -> None:
    stages = [state_on(REQUEST_TO_THE_GUEST, feb(day)).stage for day in range(11, 17)]
    assert stages == [
        "awaiting_reply",
        "awaiting_reply",
        "reply_overdue",
        "meeting_called",
        "meeting_boycotted",
        "meeting_boycotted",
    ]
    final = state_on(REQUEST_TO_THE_GUEST, feb(16))
    assert (final.reply, final.meeting, final.verdict) == ("none", "not attended", "breached")


def test_the_full_ladder_takes_seven_days() -> None:
    # Facts A6: the fastest seen, 9 to 16 February.
    history = replay(REQUEST_TO_THE_HOST)
    assert (history[6][0].on, history[6][1].stage) == (feb(16), "joint_held")
    assert (moment(history[6][0].on) - moment(history[0][0].on)).days == 7


@pytest.mark.parametrize(("hour", "minute", "reply"), [(11, 59, "in time"), (12, 0, "in time"), (12, 1, "late")])
def test_the_reply_is_due_within_48_hours_to_the_minute(hour: int, minute: int, reply: str) -> None:
    events = [Event(at(9, 12), "request"), Event(at(11, hour, minute), "reply")]
    assert replay(events)[-1][1].reply == reply


def test_the_clock_says_when_it_runs_out() -> None:
    clock = step(Clock(), Event(feb(9), "request"))
    assert clock.due() == at(11, 12)
    assert lapse(clock, at(11, 12)).stage == "awaiting_reply"
    assert lapse(clock, at(11, 12, 1)).stage == "reply_overdue"
    assert lapse(clock, at(11, 12, 1)).due() is None
    assert Clock().due() is None


def test_the_48_hours_are_a_parameter() -> None:
    day = DEFAULT.replaced({"ch3.reply": 24})
    assert state_on([Event(feb(9), "request")], feb(10), day).stage == "reply_overdue"
    assert state_on([Event(feb(9), "request")], feb(10)).stage == "awaiting_reply"


def test_meetings_have_their_own_48_hours() -> None:
    events = [Event(feb(9), "request"), Event(feb(10), "reply"), Event(feb(11), "call_meeting")]
    assert state_on(events, feb(12)).stage == "meeting_called"
    assert state_on(events, feb(13)).stage == "meeting_overdue"
    joint = [*events, Event(feb(14), "call_joint")]
    assert state_on(joint, feb(16)).stage == "joint_overdue"


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ([], "below"),
        (["request"], "notifiable"),
        (["request", "reply"], "met"),
        (["request", "reply", "judged_insufficient"], "evaded"),
        (["request", "reply", "judged_insufficient", "satisfied"], "met"),
    ],
)
def test_verdict_so_far(events: list[What], verdict: str) -> None:
    history = replay([Event(at(9, 12 + i), what) for i, what in enumerate(events)])
    assert (history[-1][1] if history else Clock()).verdict == verdict


def test_what_cannot_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="reply cannot follow the stage quiet; it may follow awaiting_reply, reply_overdue"):
        step(Clock(), Event(feb(9), "reply"))
    with pytest.raises(ValueError, match="request cannot follow the stage awaiting_reply; it may follow quiet, closed"):
        replay([Event(feb(9), "request"), Event(feb(10), "request")])


def test_a_closed_request_can_be_followed_by_a_new_one_that_starts_clean() -> None:
    events = [
        Event(feb(1), "request"),
        Event(feb(5), "reply"),
        Event(feb(6), "satisfied"),
        Event(feb(9), "request"),
    ]
    assert state_on(events, feb(9)) == step(Clock(), Event(feb(9), "request"))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(ALLOWED)), st.integers(0, 72), st.booleans()), max_size=12))
def test_any_history_either_steps_or_is_refused_and_order_of_the_list_does_not_matter(
    moves: list[tuple[What, int, bool]],
) -> None:
    now, clock, done = at(1, 0), Clock(), []
    for what, hours, attended in moves:
        now = datetime.fromtimestamp(now.timestamp() + 3_600 * hours + 60)
        event = Event(now, what, attended)
        if lapse(clock, now).stage in ALLOWED[what]:
            clock = step(clock, event)
            done.append(event)
        else:
            with pytest.raises(ValueError, match="cannot follow"):
                step(clock, event)
    assert (replay(done[::-1])[-1][1] if done else Clock()) == clock
