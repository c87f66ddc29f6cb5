"""Who is in the room, what each may do, and how the session says no."""

from __future__ import annotations

from typing import Any

import pytest

from tests.seminar.fake import FakeGame, Table, playing
from wargame.seminar.rules.bounds import MESSAGES, PEOPLE, Refusal
from wargame.seminar.session.session import COMMANDS, LEAD, MEMBER, STRANGER, WATCHER, Session


def refusal(table: Table, by: str, do: str, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        table.say(by, do, **fields)
    return str(caught.value)


def seat(table: Table, actor: str) -> dict[str, Any]:
    return next(one for one in table.session.white()["seats"] if one["actor"] == actor)


@pytest.mark.parametrize("do", COMMANDS)
def test_each_command_is_refused_to_those_who_do_not_have_it(do: str) -> None:
    table = playing()
    people = {"facilitator": LEAD, "anna": MEMBER, "olga": WATCHER, "nobody": STRANGER}
    says = {
        "facilitator": "This is for those who sit in a seat; the facilitator does it by an override or an inject.",
        "anna": "Only the facilitator can do this.",
        "nobody": "You have not joined this seminar, or your link is an old one: join first.",
    }
    for person, kind in people.items():
        if kind in COMMANDS[do].who:
            continue
        words = refusal(table, person, do)
        watching = "Observers watch: they give no orders, forecasts or messages."
        assert words == (says["anna"] if COMMANDS[do].who == (LEAD,) and kind != STRANGER else says.get(person, watching))


def test_facilitators_commands_are_the_facilitators_alone() -> None:
    lead = {do for do, command in COMMANDS.items() if command.who == (LEAD,)}
    assert lead == {
        "next", "practice", "finish", "rewind", "pause", "go", "extend", "control", "policy", "inject", "override", "admit", "door",
        "renew", "show", "hold", "release", "withdraw",
    }  # fmt: skip


def test_nothing_works_before_the_session_is_open_and_it_opens_once() -> None:
    session = Session(lambda _: FakeGame())
    with pytest.raises(Refusal, match=r"The seminar has not been opened yet\."):
        session.apply({"do": "join", "by": "anna", "id": "1", "name": "Anna", "seat": "reed"}, 0.0)
    table = Table()
    assert refusal(table, "facilitator", "open") == "The seminar is open already."


def test_seats_hold_several_people_and_an_empty_one_is_played_by_its_staff() -> None:
    table = playing()
    assert seat(table, "highland")["people"] == ["anna", "ben"]
    assert [seat(table, name)["control"] for name in ("highland", "reed", "saltmarsh")] == ["people", "people", "staff"]
    assert [one["taken"] for one in table.session.wall()["seats"]] == [True, True, False]


def test_late_join_takes_the_seat_over() -> None:
    table = playing()
    table.next(2).seat(("dora", "saltmarsh"))
    assert seat(table, "saltmarsh")["control"] == "people"
    assert table.session.view("dora")["picture"]["actor"] == "saltmarsh"


def test_last_to_leave_gives_the_seat_to_its_staff_and_may_come_back() -> None:
    table = playing()
    table.say("cleo", "leave")
    assert seat(table, "reed")["control"] == "staff"
    assert refusal(table, "cleo", "ready") == "You have left this seminar: join again with your link."
    with pytest.raises(Refusal, match="You have left"):
        table.session.view("cleo")
    table.say("cleo", "join")  # a lost device comes back by its link: same identity, same seat, same name
    assert seat(table, "reed")["control"] == "people"
    assert table.session.view("cleo")["me"] == {"id": "cleo", "name": "Cleo", "seat": "reed"}


def test_nobody_moves_to_another_seat_once_the_game_has_begun_but_by_the_facilitator() -> None:
    table = playing()
    table.say("anna", "join", seat="reed")
    assert (table.session.view("anna")["seat"], table.session.view("anna")["asked"]) == ("highland", "Reed")
    table.say("facilitator", "join", person="anna", seat="reed")
    assert (table.session.view("anna")["seat"], table.session.view("anna")["asked"]) == ("reed", "")
    lobby = Table().seat(("anna", "highland"))
    lobby.say("anna", "join", seat="reed")
    assert lobby.session.view("anna")["seat"] == "reed"


def test_joining_is_for_oneself_and_the_facilitator_lets_in_facilitators() -> None:
    table = playing()
    assert refusal(table, "anna", "join", person="cleo", seat="highland") == "You can only join for yourself."
    assert refusal(table, "anna", "leave", person="cleo") == "Only the facilitator can take somebody else out."
    assert refusal(table, "anna", "rename", person="cleo", name="Clown") == "Only the facilitator can rename somebody else."
    assert (
        refusal(table, "eve", "join", name="Eve", seat="facilitator")
        == "Only the facilitator can let somebody in as facilitator."
    )
    assert refusal(table, "facilitator", "leave") == "A seminar needs a facilitator: let another one in before you leave."
    table.say("facilitator", "join", person="second", name="Mr Dale", seat="facilitator")
    table.say("facilitator", "leave")
    table.say("second", "next")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"seat": "reed"}, "The name must be text (got nothing)."),
        ({"name": " \n ", "seat": "reed"}, "The name is empty."),
        ({"name": "x" * 41, "seat": "reed"}, "The name is too long: at most 40 characters (got 41)."),
        ({"name": "CLEO", "seat": "reed"}, "Somebody called CLEO is here already. Come back by your own link, or add a letter to your name."),
        ({"name": "Eve", "seat": "read"}, "The seat must be one of facilitator, highland, observer, reed, saltmarsh (got text 'read'); did you mean \"reed\"?"),
        ({"name": "Eve", "seat": "reed", "code": "x"}, "The request 'join' has no field 'code'; it may have by, device, do, id, name, network, person, seat"),
    ],
)  # fmt: skip
def test_how_a_join_is_refused(fields: dict[str, Any], words: str) -> None:
    assert refusal(playing(), "eve", "join", **fields) == words


def test_names_are_one_line_of_printable_text() -> None:
    table = playing()
    table.say("eve", "join", name="  E\u0000v\n\te\ud800 ", seat="reed")
    assert table.session.view("eve")["me"]["name"] == "Ev e"


def crowded() -> Table:
    """Return a table in the lobby at which everybody sits for whom there is a place."""
    table = Table()
    seats = ["observer"] * 100 + ["highland"] * 40 + ["reed"] * 40 + ["saltmarsh"] * (PEOPLE - 181)
    for number, one in enumerate(seats):
        table.say(f"p{number}", "join", name=f"Person {number:03}", seat=one)
    return table


def test_the_seminar_is_full_at_its_bound() -> None:
    table = crowded()
    assert (
        refusal(table, "late", "join", name="Late", seat="saltmarsh") == "The seminar is full: at most 200 people have a place."
    )


def test_a_seat_of_the_staff_is_its_peoples_again_when_they_act() -> None:
    table = playing()
    table.say("facilitator", "control", seat="reed", control="staff")
    assert table.session.view("cleo")["staff_decides"]
    assert [one["control"] for one in table.session.view("anna")["seats"]] == [
        "people",
        "staff",
        "staff",
    ]  # marked for all to see
    table.say("cleo", "order", channel="military", card="hold")
    assert seat(table, "reed")["control"] == "people"
    assert not table.session.view("cleo")["staff_decides"]


def test_a_seat_given_to_its_policy_stays_there_until_the_facilitator_gives_it_back() -> None:
    table = playing()
    table.say("facilitator", "control", seat="reed", control="policy")
    assert refusal(table, "cleo", "ready") == (
        "The facilitator has given Reed to its documented policy for now; your orders are not asked for."
    )
    assert refusal(table, "facilitator", "control", seat="saltmarsh", control="people") == (
        "There is nobody in the seat of Saltmarsh. Somebody must join first."
    )
    table.say("facilitator", "control", seat="reed", control="people")
    table.say("cleo", "ready")


def test_a_silent_seat_is_offered_to_its_staff() -> None:
    table = playing(timers={"orders": 10})
    assert not seat(table, "reed")["offer_staff"]
    table.at += 60  # time is up
    table.say("anna", "ready")
    assert seat(table, "reed")["offer_staff"]
    assert not seat(table, "highland")["offer_staff"]  # it has spoken
    table.next(3)
    assert (seat(table, "reed")["silent"], seat(table, "reed")["offer_staff"]) == (1, True)


def test_another_policy_stands_behind_a_seat_from_now_on() -> None:
    table = playing()
    assert refusal(table, "facilitator", "policy", seat="reed", names=["shrill"]) == (
        "The field 'names' may name loud, quiet (got text 'shrill')."
    )
    table.say("facilitator", "policy", seat="reed", names=["loud"])
    assert table.session.white()["policies"]["reed"] == ["loud"]
    table.next()
    assert refusal(table, "facilitator", "policy", seat="reed", names=["quiet"]) == (
        "expected phase lobby, briefing or orders (got adjudication)"
    )
    table.say("facilitator", "override", what="strike", seat="saltmarsh", channel="military", reason="test")
    assert table.session.white()["policies"]["reed"] == ["loud"]  # playing the turn again does not lose it


def test_who_has_read_what() -> None:
    table = playing()
    table.say("anna", "message", to=["reed"], text="hello")
    letter = table.session.view("cleo")["messages"][0]
    assert (letter["read"], letter["by"]) == (False, None)
    assert [one["unread"] for one in table.session.white()["people"]] == [1, 0, 1, 1, 0]  # the facilitator, Ben and Cleo
    table.say("cleo", "read", what="messages", ids=[letter["id"]])
    table.say("cleo", "read", what="reports", ids=["r0"])
    table.say("cleo", "read", what="role")
    assert table.session.view("cleo")["messages"][0]["read"]
    assert table.session.white()["messages"][0]["read_by"] == ["cleo"]
    assert table.session.white()["people"][3]["read"] == {"messages": [letter["id"]], "reports": ["r0"], "role": ["1"]}
    assert refusal(table, "olga", "read", what="messages", ids=[letter["id"]]) == "There is no such message for you."
    assert refusal(table, "cleo", "read", what="reports", ids=["r9"]) == "There is no such report for you."


def test_requests_that_cannot_be_written_down_are_refused() -> None:
    table = playing()
    assert refusal(table, "anna", "note", text="x" * 30_000).startswith("This request is too long: at most 20,000 characters")
    assert refusal(table, "anna", "note", text={1, 2}).startswith("This request cannot be written down")
    assert refusal(table, "anna", "extend", seconds=float("nan")).startswith("This request cannot be written down")
    assert refusal(table, "anna", "note", text="x" * 2001) == "The text is too long: at most 2,000 characters (got 2,001)."
    assert refusal(table, "anna", "shout").startswith("There is no request 'shout'; there is admit, control, door, extend")


def test_reading_again_is_not_written_down_again() -> None:
    table = playing()
    assert table.say("cleo", "read", what="role") == [{"n": 8, "what": "read", "for": ["reed"]}]
    before = table.session.white()
    assert table.say("cleo", "read", what="role") == []
    assert table.session.white() == before
    assert [one["what"] for one in before["log"]][-2:] == ["next", "next"]  # the journal leaves reading out


def test_there_is_room_for_so_many_messages() -> None:
    table = playing()
    for _ in range(MESSAGES):
        table.say("facilitator", "message", to=["reed"], text="again")
    assert refusal(table, "cleo", "message", to=["highland"], text="enough") == (
        "There is room for 5,000 messages, and they are all sent."
    )


def test_a_session_has_a_bounded_number_of_seats() -> None:
    with pytest.raises(Refusal, match=r"A session has 1 to 64 seats \(got 65\)\."):
        Table(seats=[f"actor_{i}" for i in range(65)])


def test_a_name_holds_nothing_that_cannot_be_seen_and_no_text_turns_what_follows_about() -> None:
    table = Table().seat(("anna", "highland"))
    table.say("ben", "join", name="B\u200be\u202en\u2060", seat="highland")
    assert table.session.room.people["ben"].name == "Ben"
    for name in ("B\u00adEN", "\u200b", "\ue000"):
        with pytest.raises(Refusal, match=r"is here already|The name is empty"):
            table.say("eve", "join", name=name, seat="highland")
    table.next(2)
    table.say("anna", "note", text="one\u202e two\u2066\nthree \u0627\u200c\u0628")
    assert table.session.view("anna")["rationale"] == "one two\nthree \u0627\u200c\u0628"


def test_who_has_left_takes_nobodys_place() -> None:
    table = crowded()
    with pytest.raises(Refusal, match=f"The seminar is full: at most {PEOPLE} people have a place"):
        table.say("late", "join", name="Late", seat="saltmarsh")
    table.say("facilitator", "leave", person="p7")
    table.say("late", "join", name="Late", seat="saltmarsh")


def opened_with(*actors: str) -> str:
    """Return how the session refuses a game with these actors to play."""
    game = FakeGame()
    game.actors = actors
    with pytest.raises(Refusal) as caught:
        Session(lambda _: game).apply({"do": "open", "by": "facilitator", "id": "o"}, 1.0)
    return str(caught.value)


def test_no_seat_is_called_as_the_session_calls_something_of_its_own() -> None:
    """Whoever joined a seat called facilitator would lead the game."""
    for name in ("facilitator", "observer", "all", "wall", "none"):
        words = f"No seat can be called {name!r}: the seminar uses this name itself. Rename the actor."
        assert opened_with("highland", name) == words


def test_a_scenario_without_policies_has_nobody_to_play() -> None:
    assert opened_with() == "No actor of this scenario has a policy: there is nobody to play."
