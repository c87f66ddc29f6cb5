"""The doors of the seats: locked, on approval, renewed; who moves, who was taken out, who is let in again. And from a log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.seminar.fake import Table, foreign, playing
from tests.seminar.games import everything
from tests.seminar.web import NONCE, Web, serving
from wargame.seminar.host.keys import as_printed
from wargame.seminar.host.log import Log
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.rules.limits import BOUNDS


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        yield made


def join(web: Web, client: TestClient, seat: str, name: str, code: str = "") -> Any:
    """Send the form of a seat's door as a browser does."""
    path = f"/j/{code or web.host.codes[seat]}"
    door = client.get(path)
    nonce = NONCE.search(door.text)
    return client.post(path, data={"id": nonce[1], "name": name}) if nonce else door


def sits(client: TestClient) -> str:
    """Return the role on a browser's own page, ``waits`` at a door, or nothing."""
    page = client.get("/seat").text
    role = re.search(r'<div class="who"><b>([^<]+)</b>', page)
    return role[1] if role else "waits" if "Please wait" in page else ""


def refusal(table: Table, by: str, do: str, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        table.say(by, do, **fields)
    return str(caught.value)


# --- the session


def test_a_locked_door_lets_nobody_in_and_one_on_approval_has_people_wait() -> None:
    table = Table()
    table.say("facilitator", "door", seat="reed", to="locked")
    assert refusal(table, "eve", "join", name="Eve", seat="reed") == "The facilitator has locked Reed: nobody can join it now."
    table.say("eve", "join", name="Eve", seat="highland")
    table.say("facilitator", "door", seat="all", to="approve")
    for name in ("dora", "finn"):
        table.say(name, "join", name=name.title(), seat="reed")
        assert refusal(table, name, "note", text="in?").startswith("You have not joined this seminar")
    white = table.session.white()
    assert [(one["name"], one["seat"]) for one in white["waiting"]] == [("Dora", "reed"), ("Finn", "reed")]
    assert [one["taken"] for one in table.session.wall()["seats"]] == [True, False, False], "who waits has no place"
    table.say("facilitator", "admit", person="dora")
    assert table.session.view("dora")["seat"] == "reed"
    table.say("facilitator", "admit", person="finn", accept=False)
    assert refusal(table, "facilitator", "admit", seat="all") == "Nobody waits there."
    table.say("eve", "join", seat="highland", name="Eve")  # who is in is in
    table.say("finn", "join", name="Finn", seat="reed")
    table.say("facilitator", "admit", seat="all")
    assert table.session.view("finn")["seat"] == "reed"


def test_moving_between_seats_waits_and_never_shows_two_tables() -> None:
    table = playing()
    table.say("cleo", "order", card="promise|||", rationale="CANARY(reed)")
    table.say("anna", "join", name="Anna", seat="reed")
    view = table.session.view("anna")
    assert (view["seat"], view["asked"], foreign(repr(view), "highland")) == ("highland", "Reed", [])
    table.say("facilitator", "admit", person="anna")
    view = table.session.view("anna")
    assert (view["seat"], view["asked"], foreign(repr(view), "reed")) == ("reed", "", [])
    assert [one.id for one in table.session.room.members("highland")] == ["ben"]


def test_leaving_first_or_coming_as_somebody_else_on_the_same_device_is_moving_too() -> None:
    table = playing()
    table.say("dora", "join", name="Dora", seat="reed", device="phone")
    assert "This device has a place already, as Dora with Reed" in refusal(
        table, "gus", "join", name="Gus", seat="highland", device="phone"
    )
    table.say("dora", "leave")
    table.say("gus", "join", name="Gus", seat="highland", device="phone")
    assert refusal(table, "gus", "note", text="in?").startswith("You have not joined")
    assert table.session.white()["waiting"][0]["why"] == "has sat in another seat"
    table.say("gus", "join", name="Gus", seat="reed", device="phone")  # back to where the device sat: no secret is new there
    assert table.session.view("gus")["seat"] == "reed"


def test_who_is_taken_out_stays_out_by_person_and_device_until_let_in_again() -> None:
    table = playing()
    table.say("mal", "join", name="Mal", seat="reed", device="phone", network="n1")
    table.say("facilitator", "leave", person="mal")
    out = "The facilitator has taken you out of the seminar. Ask to be let in again."
    for seat in ("reed", "highland", "observer"):
        assert refusal(table, "mal", "join", name="Mal", seat=seat) == out
        assert refusal(table, "new", "join", name="Newton", seat=seat, device="phone") == out
    assert refusal(table, "mal", "ready") == out
    with pytest.raises(Refusal, match="taken you out"):
        table.session.view("mal")
    table.say("fresh", "join", name="Fresh", seat="reed", device="other", network="n1")
    assert table.session.white()["waiting"][0]["why"] == "comes from where somebody was taken out of this seat"
    table.say("far", "join", name="Far", seat="reed", device="third", network="n2")
    table.say("near", "join", name="Near", seat="saltmarsh", device="fourth", network="n1")
    assert [table.session.view(one)["seat"] for one in ("far", "near")] == ["reed", "saltmarsh"], "others are not kept out"
    table.say("facilitator", "join", person="mal", seat="reed")
    assert table.session.view("mal")["seat"] == "reed"
    table.say("mal", "leave")
    table.say("mal", "join", name="Mal", seat="reed", device="phone")
    assert table.session.view("mal")["seat"] == "reed", "who leaves by himself may come back"


def test_a_seat_and_its_door_have_so_many_places() -> None:
    table = Table()
    for number in range(BOUNDS["places"].most):
        table.say(f"p{number}", "join", name=f"Person {number:02}", seat="reed")
    assert (
        refusal(table, "late", "join", name="Late", seat="reed")
        == "There is no place left with Reed: at most 40 people in a seat."
    )
    table.say("late", "join", name="Late", seat="highland")
    table.say("facilitator", "door", seat="all", to="approve")
    for number in range(BOUNDS["waiting"].most):
        table.say(f"w{number}", "join", name=f"Waiter {number:02}", seat="highland")
    assert (
        refusal(table, "more", "join", name="More", seat="highland")
        == "Too many are waiting for Highland: at most 20. Try again later."
    )
    table.say("more", "join", name="More", seat="saltmarsh")
    for number in range(2):
        table.say(f"x{number}", "join", name=f"Extra {number}", seat="reed")
    assert refusal(table, "facilitator", "admit", seat="reed").startswith("There is no place for 2 more with Reed")
    table.say("facilitator", "admit", seat="highland")
    assert len(table.session.room.members("highland")) == 21


def test_a_renewed_code_may_empty_the_seat_and_is_nobody_else_s() -> None:
    table = playing()
    table.say("facilitator", "renew", seat="highland", code="ABCDEFGH", out=True)
    assert table.session.room.members("highland") == []
    assert table.session.room.codes == {"highland": "ABCDEFGH"}
    for code in ("ABCDEFGH", "short", "ABCDEFG1", "abcdefgh"):
        assert refusal(table, "facilitator", "renew", seat="reed", code=code).startswith("A join code is eight letters")
    table.say("anna", "join", name="Anna", seat="highland")  # nobody was taken out: by the new code they come back
    assert table.session.view("anna")["seat"] == "highland"
    assert "ABCDEFGH" not in everything(table.session), "codes are in no view of the session"


# --- the web, and a restart


def test_codes_are_renewed_and_locked_on_the_web_and_after_a_restart(web: Web) -> None:
    old, client = web.host.codes["reed"], web.client("stranger")
    assert web.post("lead", "/white/do/renew", seat="reed").status_code == 200
    new = web.host.codes["reed"]
    assert new != old
    assert client.get(f"/j/{old}").status_code == 404
    assert client.post("/join", data={"code": old}).status_code == 404
    assert as_printed(new) in web.client("lead").get("/white?sheet=people").text
    assert as_printed(old) not in web.client("lead").get("/white/handout").text
    web.post("lead", "/white/do/door", seat="reed", to="locked")
    assert "The facilitator has locked" in client.get(f"/j/{new}").text
    answer = join(web, client, "reed", "Eve")
    assert (answer.status_code, "locked Reed" in answer.text) == (409, True)
    path = web.log.path
    web.log.close()
    with Log.open(path) as log:
        again = Table().session.__class__(lambda _: type(web.session.game)())
        log.replay(again)
    assert again.room.codes == {"reed": new}
    assert again.room.doors == {"reed": "locked"}


def test_approval_on_the_web(web: Web) -> None:
    web.post("lead", "/white/do/door", seat="saltmarsh", to="approve")
    dora, finn = web.client("stranger"), web.client("stranger")
    for client, name in ((dora, "Dora"), (finn, "Finn")):
        assert join(web, client, "saltmarsh", name).status_code == 303
        assert sits(client) == "waits"
        assert client.get("/stream").status_code == 401
        assert client.post("/seat/do/note", data={"id": "x", "text": "in?"}).status_code == 409
    page = web.client("lead").get("/white?sheet=people").text
    assert "Let all 2 in" in page
    assert "people wait</a>" in web.client("lead").get("/white").text.replace(" to be let in", "")
    ids = dict(re.findall(r'name="person" value="(\w+)"><button type="submit" class="main" aria-label="Let (\w+) in"', page))
    ids = {name: person for person, name in ids.items()}
    web.post("lead", "/white/do/admit", person=ids["Dora"])
    web.post("lead", "/white/do/admit", person=ids["Finn"], accept="0")
    assert sits(dora) == "Saltmarsh"
    assert "You have not been let in" in finn.get("/seat").text


def test_a_student_never_reads_two_tables(web: Web) -> None:
    """The same browser, with the code of another seat: it keeps its place, and sees nothing of the other."""
    web.next(2)
    web.say("cleo", "order", card="promise|||", rationale="secret plan")
    spy = web.client("stranger")
    assert join(web, spy, "highland", "Spy").status_code == 303
    assert join(web, spy, "reed", "Spy").status_code == 303
    page = spy.get("/seat").text
    assert sits(spy) == "Highland"
    assert "You have asked for a place with Reed" in page
    assert (foreign(page, "highland"), "secret plan" in page) == ([], False)
    spy.post("/seat/leave", data={"id": "gone"})
    assert join(web, spy, "reed", "Somebody Else").status_code == 303
    assert sits(spy) == "waits"
    assert "secret plan" not in spy.get("/seat").text


def test_who_was_taken_out_does_not_come_back_by_code_link_or_a_new_name(web: Web) -> None:
    mal = web.client("stranger")
    join(web, mal, "reed", "Mal")
    person = web.session.room.members("reed")[-1].id
    web.post("lead", "/white/do/leave", person=person)
    for seat, name in (("reed", "Mal"), ("saltmarsh", "Mal"), ("reed", "Other")):
        answer = join(web, mal, seat, name)
        assert (answer.status_code, "taken you out" in answer.text) == (409, True)
    mal.post(f"/p/{web.keys.reclaim_token(person)}")
    assert sits(mal) == ""
    mal.cookies.delete("wargame_seat")
    assert join(web, mal, "reed", "Third").status_code == 409, "the device is known"
    mal.cookies.clear()
    assert join(web, mal, "reed", "Fourth").status_code == 303
    assert sits(mal) == "waits", "and so is where it came from: for this seat, the facilitator decides"
    assert "Let in again" in web.client("lead").get("/white?sheet=people").text
    web.post("lead", "/white/do/join", person=person, seat="reed")
    back = web.client("stranger")
    back.post(f"/p/{web.keys.reclaim_token(person)}")
    assert sits(back) == "Reed"


def test_one_browser_has_one_place_and_a_shared_one_passes_it_on(web: Web) -> None:
    client = web.client("stranger")
    join(web, client, "reed", "Ida")
    before = len(web.session.room.people)
    join(web, client, "reed", "Ida Berg")  # the same person, by another name
    assert len(web.session.room.people) == before
    client.post("/seat/leave", data={"id": "bye"})
    join(web, client, "reed", "Jon")
    assert len(web.session.room.people) == before + 1, "the next at the same machine has forecasts of his own"
    client.post("/seat/leave", data={"id": "bye2"})
    join(web, client, "reed", "ida berg")
    assert len(web.session.room.people) == before + 1
    assert {one.name for one in web.session.room.members("reed")} == {"Cleo", "ida berg"}
