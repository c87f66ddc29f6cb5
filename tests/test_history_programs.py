"""Traced play from programs: whole histories are those of NumPy, to the bit and to the letter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

import wargame as wg
from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.engine.jit import compiles
from wargame.engine.program.notes import Notes
from wargame.engine.program.questions import Questions, Tick
from wargame.engine.program.steps import NotTraceable, Steps
from wargame.engine.program.symbols import Symbol
from wargame.engine.types import Array
from wargame.simulation.first_morning import first_morning
from wargame.simulation.history import WORTH_TRACING, HistoryPlayer, HistoryPrograms, history_programs_of
from wargame.simulation.model import WargameModel
from wargame.simulation.play import play_one
from wargame.simulation.programs import hooks_of, trace_hook
from wargame.simulation.record import Event

pytestmark = pytest.mark.skipif(not compiles(), reason="no compiler here")


@cache
def shipped(name: str, horizon: str) -> Bound:
    return wg.load(name, set={"horizon": horizon})


def scenarios() -> list[Any]:
    made: list[Callable[[], Bound]] = [
        strait, partial(shipped, "zapad_2021", "6 weeks"), partial(shipped, "allied_resolve_2022", "6 weeks"),
        partial(shipped, "migrant_crisis_2021", "8 weeks"), partial(shipped, "norm_erosion", "16 weeks"),
        partial(shipped, "regime_crisis_2020", "8 weeks"),
    ]  # fmt: skip
    return [pytest.param(make, id=make.args[0] if isinstance(make, partial) else "strait") for make in made]


def traced(bound: Bound, *, plain: bool, columns: tuple[int, ...] = (0,), runs: int = 1, first: int = 3) -> WargameModel:
    """Return a model that keeps a trace, played from programs or in NumPy."""
    model = WargameModel(bound, seed=5, runs=runs, replication=first, trace=columns)
    assert model.trace is not None
    model._player = None if plain else HistoryPlayer(HistoryPrograms(bound), model.world, model.trace, model._decided)
    return model


def told(model: WargameModel) -> tuple[list[Event], Array]:
    model.play()
    assert model.trace is not None
    return model.trace.events, model.trace.days


def days_from_program(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that fills with the days that are played from programs."""
    found: list[int] = []
    play = HistoryPlayer.play

    def counted(self: HistoryPlayer, *, tidy: bool) -> bool:
        done = play(self, tidy=tidy)
        found.extend([self._world.tick] if done else [])
        return done

    monkeypatch.setattr(HistoryPlayer, "play", counted)
    return found


@pytest.mark.parametrize("make", scenarios())
def test_a_history_from_program_is_that_of_numpy(make: Callable[[], Bound], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event with its words, order, reasons, sources and weights, and every slot of every day."""
    bound = make()
    played = days_from_program(bound, monkeypatch)
    events, days = told(traced(bound, plain=False))
    plain_events, plain_days = told(traced(bound, plain=True))
    assert played == list(range(bound.scenario.horizon))  # otherwise two histories in NumPy would be compared
    for event, plain in zip(events, plain_events, strict=True):
        assert event == plain
        assert event.as_json() == plain.as_json()
    assert "order" in {event.kind for event in events}
    assert np.array_equal(days, plain_days, equal_nan=True)


def test_a_record_from_program_is_that_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = shipped("zapad_2021", "7 weeks")
    from_program = play_one(bound, seed=1, replication=2)
    monkeypatch.setattr("wargame.simulation.history.traceable", lambda _: False)
    plain = play_one(bound, seed=1, replication=2)
    assert (from_program.events, from_program.fingerprint) == (plain.events, plain.fingerprint)
    assert repr(from_program.measures) == repr(plain.measures)  # what is missing is no number, and equals none
    assert np.array_equal(from_program.days, plain.days, equal_nan=True)


def test_several_runs_are_traced_at_once() -> None:
    """Of each of them the events are those of the run alone; the others only take their column."""
    bound = strait()
    events, days = told(traced(bound, plain=False, columns=(4, 1), runs=6))
    plain_events, plain_days = told(traced(bound, plain=True, columns=(4, 1), runs=6))
    assert events == plain_events
    assert np.array_equal(days, plain_days, equal_nan=True)
    for k, column in enumerate((4, 1)):
        alone, state = told(traced(bound, plain=False, first=3 + column))
        assert [event for event in events if event.run == 3 + column] == alone
        assert np.array_equal(days[:, :, k], state[:, :, 0], equal_nan=True)


def test_days_from_program_and_in_numpy_take_turns() -> None:
    """As when people give orders on some days: those are played in NumPy."""
    bound = strait()
    model = traced(bound, plain=False)
    player = model._player
    while model.running:
        model._player = player if model.world.tick % 3 else None
        model.step()
    assert model.trace is not None
    plain_events, plain_days = told(traced(bound, plain=True))
    assert model.trace.events == plain_events
    assert np.array_equal(model.trace.days, plain_days, equal_nan=True)


def test_a_state_put_in_the_middle_is_played_on() -> None:
    bound = strait()
    model, plain = traced(bound, plain=False), traced(bound, plain=True)
    for one in (model, plain):
        for _ in range(5):
            one.step()
        one.world.replace_state(one.world.state * 1.0)
        one.world["tension"][:] = 0.9
    assert told(model)[0] == told(plain)[0]
    assert np.array_equal(told(model)[1], told(plain)[1], equal_nan=True)


def test_where_a_hook_cannot_be_traced_all_is_played_in_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = strait()
    played = days_from_program(bound, monkeypatch)
    model = traced(bound, plain=False)
    assert model._player is not None
    model._player._programs.live.add(0)
    assert told(model)[0] == told(traced(bound, plain=True))[0]
    assert played == []


def test_a_short_scenario_is_played_from_program_from_its_second_history_on() -> None:
    """One history of a few weeks costs less in NumPy than the programs that it would be played from."""
    bound = strait()
    assert bound.scenario.horizon < WORTH_TRACING
    assert [history_programs_of(bound) is None for _ in range(3)] == [True, False, False]
    assert history_programs_of(shipped("zapad_2021", "7 weeks")) is not None


def test_untraced_programs_note_nothing() -> None:
    bound = strait()
    world = first_morning(bound, seed=0, replications=range(1))
    for hook in hooks_of(bound):
        take = trace_hook(hook, world)
        assert (take.notes, take.weighed, take.rows) == ((), None, 0)
    assert any(trace_hook(hook, world, bound.layout.slots).notes for hook in hooks_of(bound))


def noted() -> tuple[Notes, Symbol]:
    steps = Steps(3)
    return Notes(steps, 3), Symbol(steps, steps.morning.copy().reshape(-1, 1))


def test_a_note_is_told_with_the_numbers_of_its_day_and_run() -> None:
    notes, x = noted()
    today: Any = Tick(Questions(4, x[0]), lambda t: t, (1, 0, 1))
    notes("note", x[0] > 1.0, "{a} {b} {c} {d}", values={"a": x[1], "b": today + 2, "c": np.array([7.0]), "d": "word"}, actor=1)
    stage = np.array([[0.0, 2.0], [5.0, 6.0], [0.0, 0.0], [0.0, 1.0], [5.0, 6.0]])
    heard: list[Any] = []
    notes.found[0].tell(lambda kind, where, fact, values, **said: heard.append((kind, list(where), fact, values, said)), stage, 9)
    kind, where, fact, values, said = heard[0]
    assert (kind, where, said) == ("note", [False, True], {"actor": 1})
    assert fact.format(**(values | {"a": values["a"][1]})) == "6.0 11 7.0 word"


def test_what_is_said_has_one_value_in_every_run() -> None:
    notes, x = noted()
    with pytest.raises(NotTraceable, match=r"one value in every run \(got 3\)"):
        notes("note", x > 0.0, "", values={})
    with pytest.raises(NotTraceable, match=r"one value in every run \(got shape \(2,\)\)"):
        notes("note", True, "", values={"a": np.zeros(2)})


def test_the_value_of_one_run_cannot_be_put_into_words_while_tracing() -> None:
    _, x = noted()
    with pytest.raises(NotTraceable, match=r"give it to w\.say as a value"):
        f"{x[0]:.2f}"


def test_a_day_in_words_is_a_question() -> None:
    _, x = noted()
    questions = Questions(4, x[0])
    today: Any = Tick(questions, lambda t: t, (1, 0, 1))
    assert f"{today + 1:02d} {today!s}" == "05 4"
    assert [question(5) == answer for question, answer in questions.asked] == [False, False]
