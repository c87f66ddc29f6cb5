"""The Chapter III clock in the model: the rule's own stages in every run, the fixture of February 2022, what silence costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wargame as wg
from tests.mechanisms.saltmarsh import HIGHLAND, REED, SALTMARSH, Told, play, scenario, world_of
from wargame.engine.types import Array
from wargame.mechanisms import consultation, declaration, detection, exercises, forces, lingering, suppression
from wargame.mechanisms.clockwork import EVENTS, FINDINGS, WORDS, Clocks
from wargame.simulation.model import WargameModel
from wargame.vienna.chapter_three import STAGES, Clock, Event, lapse, state_on, step
from wargame.world.world import World

ONLY = (consultation.MECHANISM,)
SEEN = tuple(m.MECHANISM for m in (exercises, forces, lingering, declaration, suppression, detection, consultation))
START = dt.date(2022, 2, 5)


def day(w: World, **push: Mapping[int, float]) -> None:
    """Play one day with pushes: impulse -> row -> amount."""
    for name, rows in push.items():
        for row, amount in rows.items():
            w.impulse(name)[row] = amount
    play(w, 1, ONLY)


def stage(w: World, who: int = SALTMARSH) -> str:
    return STAGES[int(w["consultation_stage"][who, 0])]


def asked(runs: int = 1) -> World:
    w = world_of(scenario(None), runs, mechanisms=ONLY)
    day(w, explanation_request={SALTMARSH: 1.0}, explanation_ask={REED: 1.0})
    return w


def _fresh(runs: int) -> Clocks:
    return Clocks(np.zeros((1, runs)), np.full((1, runs), -1.0), {name: np.zeros((1, runs)) for name in FINDINGS})


def _found(clocks: Clocks) -> dict[str, Any]:
    found = {name: WORDS[name][int(row[0, 0])] for name, row in clocks.findings.items()}
    return {"stage": STAGES[int(clocks.stage[0, 0])], **found}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(EVENTS), st.booleans()), max_size=12))
def test_the_clock_of_many_runs_is_the_clock_of_the_rule(history: list[tuple[int, str, bool]]) -> None:
    """Any history of events, allowed or not, brings both clocks to the same stage and findings, day by day."""
    rule, clocks, today = Clock(), _fresh(2), 0
    for wait, what, attended in history:
        today += wait
        noon = dt.datetime(2022, 2, 1, 12) + dt.timedelta(days=today)
        event = next(one for one in EVENTS if one == what)
        rule = lapse(rule, noon)
        clocks.lapse(float(today), np.full(2, 2.0))
        try:
            rule, may = step(rule, Event(noon, event, attended)), True
        except ValueError:
            may = False
        done = clocks.take(event, np.ones((1, 2), dtype=np.bool_), today, attended)
        assert done.tolist() == [[may, may]]
        expected = {"stage": rule.stage, **{name: getattr(rule, name) for name in FINDINGS}}
        assert _found(clocks) == expected


def test_every_word_of_the_rule_has_a_code() -> None:
    fields = {f.name: f for f in consultation.MECHANISM.fields}
    assert fields["consultation_stage"].high == len(STAGES) - 1
    for name in ("reply", "content", "meeting", "joint"):
        assert fields[f"consultation_{name}"].high == len(WORDS[name]) - 1


# Docking D22, as orders of actors. The joint meetings sit on the days of the fixture, before the last day allowed.
Series = dict[int, list[tuple[str, str, str | None]]]
HOST: Series = {
    9: [("lithuania", "ask_explanation", "belarus"), ("latvia", "ask_explanation", "belarus"),
        ("estonia", "ask_explanation", "belarus")],
    11: [("belarus", "give_formal_reply", None)],
    12: [("lithuania", "call_explanation_meeting", "belarus")],
    13: [("belarus", "attend_explanation_meeting", None)],
    15: [("lithuania", "call_joint_meeting", "belarus"), ("belarus", "attend_explanation_meeting", None)],
    16: [("lithuania", "hold_explanation_meeting", "belarus")],
    19: [("belarus", "host_voluntary_visit", None)],
}  # fmt: skip
GUEST: Series = {
    11: [("ukraine", "ask_explanation", "russia")],
    14: [("ukraine", "call_explanation_meeting", "russia"), ("russia", "stay_away_from_meeting", None)],
    15: [("ukraine", "hold_explanation_meeting", "russia")],
}
HOST_EVENTS = (
    Event(dt.date(2022, 2, 9), "request"), Event(dt.datetime(2022, 2, 11, 12), "reply"),
    Event(dt.datetime(2022, 2, 11, 12), "judged_insufficient"), Event(dt.date(2022, 2, 12), "call_meeting"),
    Event(dt.date(2022, 2, 14), "meeting"), Event(dt.date(2022, 2, 15), "call_joint"),
    Event(dt.date(2022, 2, 16), "joint_meeting"), Event(dt.date(2022, 2, 19), "visit"),
)  # fmt: skip
GUEST_EVENTS = (
    Event(dt.date(2022, 2, 11), "request"), Event(dt.date(2022, 2, 14), "call_meeting"),
    Event(dt.date(2022, 2, 15), "meeting", attended=False),
)  # fmt: skip


def _february() -> WargameModel:
    """A February in which nobody orders anything but what the fixture says."""
    everybody = wg.load("zapad_2021").cast.actors
    silent: dict[str, object] = {f"actors.{who}.policy": [] for who in everybody}
    orders: dict[str, object] = {}
    for series, name in ((HOST, "host"), (GUEST, "guest")):
        for on, acts in sorted(series.items()):
            given_orders = [{"actor": who, "action": act, **({"target": aim} if aim else {})} for who, act, aim in acts]
            orders[f"injects.d22_{name}_{on}"] = {
                "title": "Docking D22",
                "date": dt.date(2022, 2, on).isoformat(),
                "orders": given_orders,
                "judgement": "a test",
            }
    return WargameModel(wg.load("zapad_2021", set={"start": START.isoformat(), "horizon": "3 weeks", **silent, **orders}), runs=2)


def _stages(model: WargameModel, who: str) -> list[dict[str, Any]]:
    row, found = model.bound.cast.actors.index(who), []
    for _ in range(16):
        model.step()
        w = model.world
        words = {name: WORDS[name][int(w[f"consultation_{name}"][row, 0])] for name in FINDINGS}
        found.append({"stage": STAGES[int(w["consultation_stage"][row, 0])], **words})
    return found


@pytest.mark.parametrize(("who", "events"), [("belarus", HOST_EVENTS), ("russia", GUEST_EVENTS)])
def test_d22_as_dated_orders_passes_through_the_stages_of_the_rule(who: str, events: tuple[Event, ...]) -> None:
    played = _stages(_february(), who)
    for k, now in enumerate(played):
        clock = state_on(events, START + dt.timedelta(days=k))
        expected = {"stage": clock.stage, **{name: getattr(clock, name) for name in FINDINGS}}
        assert now == expected, START + dt.timedelta(days=k)


def test_d22_reaches_every_stage_that_it_is_known_for() -> None:
    assert [one["stage"] for one in _stages(_february(), "belarus")][4:16] == [
        "awaiting_reply", "awaiting_reply", "unsatisfied", "meeting_called", "meeting_called", "meeting_held", "joint_called",
        "joint_held", "joint_held", "joint_held", "visit_hosted", "visit_hosted",
    ]  # fmt: skip


def test_no_reply_within_48_hours_is_overdue_at_the_end_of_the_second_day() -> None:
    w = asked()
    assert stage(w) == "awaiting_reply"
    play(w, 1, ONLY)
    assert stage(w) == "awaiting_reply"
    play(w, 1, ONLY)
    assert stage(w) == "reply_overdue"
    assert w["consultation_breach"][SALTMARSH, 0] == pytest.approx(0.6)
    assert w["stonewalled"][SALTMARSH, 0] == pytest.approx(0.5)
    assert w["censure"][SALTMARSH, 0] == pytest.approx(0.3 * 0.6)


def test_a_full_reply_closes_and_a_formal_one_does_not() -> None:
    full, formal = asked(), asked()
    day(full, explanation_reply={SALTMARSH: 0.9})
    day(formal, explanation_reply={SALTMARSH: 0.3})
    assert stage(full) == "closed"
    assert full["consultation_kept"][SALTMARSH, 0] == 1.0
    assert full["consultation_breach"].max() == 0.0
    assert stage(formal) == "unsatisfied"
    assert formal["consultation_breach"][SALTMARSH, 0] == pytest.approx(0.2 * (1 - 0.3 / 0.6))
    assert full["explained"][SALTMARSH, 0] == pytest.approx(0.9)


def test_who_says_nothing_about_a_meeting_stays_away_on_its_last_day() -> None:
    w = asked()
    day(w, explanation_reply={SALTMARSH: 0.2})
    day(w, meeting_call={SALTMARSH: 1.0})
    play(w, 1, ONLY)
    assert stage(w) == "meeting_called"
    play(w, 1, ONLY)
    assert stage(w) == "meeting_boycotted"
    assert w["consultation_breach"][SALTMARSH, 0] == pytest.approx(0.4)


def test_the_one_asked_and_those_who_asked_are_alarmed_when_something_moves() -> None:
    w = asked()
    assert w["consultation_alarm"][:, 0].nonzero()[0].tolist() == [REED, SALTMARSH]
    play(w, 1, ONLY)
    assert w["consultation_alarm"].max() == 0.0
    play(w, 1, ONLY)  # overdue
    assert w["consultation_alarm"][REED, 0] == 1.0


def test_the_48_hour_clock_makes_the_state_asked_decide_the_next_morning() -> None:
    model = WargameModel(wg.load("zapad_2021", set={
        "horizon": "2 weeks",
        "injects.asked": {"title": "Asked", "date": "2021-09-01", "judgement": "a test",
                          "orders": [{"actor": "estonia", "action": "ask_explanation", "target": "belarus"}]},
    }), runs=40)  # fmt: skip
    for _ in range(4):  # 30 August to 2 September
        model.step()
    cast = model.bound.cast
    replies = [cast.actions.index(name) for name in ("give_formal_reply", "give_full_explanation")]
    since = np.fmin.reduce(model.world["since"][cast.actors.index("belarus"), replies])
    assert (since == 0.0).mean() > 0.6  # on the morning after the request; the next decision day is 6 September


def test_a_second_request_while_one_runs_is_the_same_consultation() -> None:
    w = asked()
    play(w, 1, ONLY)
    day(w, explanation_request={SALTMARSH: 1.0})
    assert w["consultation_since"][SALTMARSH, 0] == 0.0


def test_a_consultation_in_which_nothing_moves_is_over_some_day() -> None:
    w = asked()
    play(w, 70, ONLY)
    assert stage(w) == "quiet"


def _both(reply: float | None) -> tuple[World, World]:
    """The snap exercise with and without a consultation that was answered so (None: not at all)."""
    worlds = []
    for consulted in (True, False):
        w = world_of(scenario("snap"), 60, mechanisms=SEEN)
        play(w, 40, SEEN)
        if consulted:
            w.impulse("explanation_request")[SALTMARSH] = 1.0
            play(w, 1, SEEN)
            if reply is not None:
                w.impulse("explanation_reply")[SALTMARSH] = reply
            play(w, 4, SEEN)
        else:
            play(w, 5, SEEN)
        worlds.append(w)
    return worlds[0], worlds[1]


def _means(w: World) -> Array:
    names = ("transparency_index", "norm_strength")
    return np.array([w["opacity"][REED].mean(), *(w[name].mean() for name in names)])


def test_an_explanation_makes_less_opaque_and_silence_more() -> None:
    answered, without = _both(0.95)
    opacity, index, norm = _means(answered) - _means(without)
    assert opacity < 0.0
    assert index > 0.0
    assert norm > 0.0
    silent, without = _both(None)
    opacity, index, norm = _means(silent) - _means(without)
    assert opacity > 0.0
    assert index == pytest.approx(0.0, abs=1e-12)
    assert norm < 0.0


def test_a_voluntary_visit_narrows_belief_about_the_guest() -> None:
    w, other = (world_of(scenario("autumn"), 50, mechanisms=SEEN) for _ in range(2))
    for one in (w, other):
        play(one, 22, SEEN)
        one.impulse("explanation_request")[SALTMARSH] = 1.0
        play(one, 1, SEEN)
    w.impulse("visit")[SALTMARSH] = 0.5
    for one in (w, other):
        play(one, 1, SEEN)
    assert (w["belief_sd"][REED, 0] < other["belief_sd"][REED, 0]).all()


def test_nobody_asked_nothing_changes_and_nothing_is_told() -> None:
    w = world_of(scenario(None), 3, mechanisms=ONLY)
    told = Told(w)
    before = w.state.copy()
    play(w, 20, ONLY)
    assert np.array_equal(w.state, before, equal_nan=True)
    assert told.events == []


def test_the_timeline_cites_the_paragraphs() -> None:
    w = world_of(scenario(None), mechanisms=ONLY)
    told = Told(w)
    day(w, explanation_request={HIGHLAND: 1.0})
    play(w, 2, ONLY)
    assert [fact for _, _, fact, _ in told.events] == [
        "An explanation of unusual military activity is requested of Highland (para. 16.1); a reply is due in 48 hours.",
        "Highland lets 48 hours pass without a reply (para. 16.1).",
    ]
