"""The rehearsal: all seats by their staff, through the same commands that people send."""

from __future__ import annotations

from tests.seminar.fake import Table
from tests.seminar.games import everything, fresh
from wargame.seminar.session import rehearsal


def test_a_rehearsal_plays_to_the_debrief_with_reasons_forecasts_and_messages() -> None:
    table = Table()
    rehearsal.rehearse(table.session, lambda command: table.send(dict(command)))
    page = table.session.white()
    assert page["phase"] == "debrief"
    assert [turn["turn"] for turn in page["history"]] == [1, 2, 3, 4]
    for turn in page["history"]:
        assert turn["staff"] == {}  # every seat spoke for itself
        assert all(len(orders) == 2 for orders in turn["orders"].values())
        assert all(order["rationale"] for orders in turn["orders"].values() for order in orders)
        assert len(turn["forecasts"]) == 3
    assert page["history"][0]["forecasts"]["demo-reed"] == {"q0": 0.02, "q1": 0.33, "q2": 0.67}
    assert page["history"][0]["forecasts"]["demo-highland"] == {"q0": 0.02, "q1": 0.23, "q2": 0.57}  # more cautious


def test_a_rehearsal_is_a_session_like_any_other() -> None:
    table = Table()
    rehearsal.rehearse(table.session, lambda command: table.send(dict(command)))
    again = fresh()
    for number, command in enumerate(table.commands, start=1):
        again.apply(command, float(number))
    assert everything(again) == everything(table.session)


def test_people_keep_their_seats_in_a_rehearsal() -> None:
    table = Table().seat(("anna", "reed"))
    for command in rehearsal.joins(table.session):
        table.send(command)
    assert [one["people"] for one in table.session.white()["seats"]] == [["demo-highland"], ["anna"], ["demo-saltmarsh"]]
    table.next(2)
    assert {command["by"] for command in rehearsal.acts(table.session)} == {"demo-highland", "demo-saltmarsh"}
    for command in rehearsal.acts(table.session):
        table.send(command)
    assert rehearsal.acts(table.session) == []  # once a turn
