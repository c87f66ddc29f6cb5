"""The seminar's pages: what they show to whom, in every phase; nothing leaks, nothing breaks out of its place."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seminar.fake import foreign
from tests.seminar.games import GAMES, filled
from tests.seminar.web import PEOPLE, Web, serving
from wargame.seminar.host.host import Host
from wargame.seminar.rules.bounds import Refusal
from wargame.seminar.server import pages
from wargame.seminar.server.handout import handout

SHEETS = [name for name, _ in pages.sheets()]
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        yield made


async def streamed(web: Web, path: str, cookie: str, count: int, act: Any = None) -> str:
    """Return the first events of a stream: the application is called as a server calls it, then left."""
    got: list[bytes] = []
    enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            got.append(message.get("body", b""))
            if len(got) == 1 and act is not None:
                await act()
            if len(got) >= count:
                enough.set()

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
             "query_string": b"", "root_path": "", "scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1),
             "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())]}  # fmt: skip
    await asyncio.wait_for(web.app(scope, receive, send), 10)
    return b"".join(got).decode()


# --- what is shown


def test_a_team_s_page_in_every_phase(web: Web) -> None:
    anna = web.client("anna")
    expected = {
        "lobby": "You are in.", "briefing": "agree within your team", "orders": "Your orders, please", "adjudication": "Orders are closed.",
        "reveal": "The turn has been played.",
    }  # fmt: skip
    for phase, words in expected.items():
        text = anna.get("/seat").text
        assert words in text
        assert f'aria-current="step">{phase.capitalize()}<' in text
        assert ("We are ready" in text) == (phase == "orders")
        web.next()


def test_orders_are_given_changed_and_taken_back(web: Web) -> None:
    web.next(2)
    page = web.post("anna", "/seat/do/order", card="exercise|||", channel="military", size="2", turn="1").text
    assert "double strength · by Anna" in page
    assert "by Anna" in web.client("ben").get("/seat").text, "all members of a seat see it"
    assert "by Anna" not in web.client("cleo").get("/seat").text
    web.post("ben", "/seat/do/order", channel="military", turn="1")
    assert "Hold: nothing in this channel" in web.client("anna").get("/seat").text
    web.post("ben", "/seat/do/order", channel="military", turn="1", clear="1")
    assert web.session.room.draft.orders == {}


def test_a_card_that_cannot_be_ordered_says_why(web: Web) -> None:
    web.next(2)
    text = web.client("anna").get("/seat").text
    assert "Not open to you now" in text
    assert "not before the thaw" in text
    answer = web.post("anna", "/seat/do/order", card="probe|||", channel="military", turn="1")
    assert (answer.status_code, answer.text[:45]) == (409, "This order is not possible now: not before th")


def test_forms_of_the_wrong_phase_say_what_was_expected(web: Web) -> None:
    answer = web.post("anna", "/seat/do/order", card="exercise|||", channel="military", turn="0")
    assert (answer.status_code, answer.text) == (409, "expected phase orders (got lobby)")
    web.next(2)
    answer = web.post("lead", "/white/do/next", **{"from": "briefing"}, turn="0")
    assert (answer.status_code, answer.text) == (409, "expected phase briefing (got orders)")
    assert web.session.phase == "orders"


def test_a_form_without_script_comes_back_to_the_page(web: Web) -> None:
    web.next(2)
    client = web.client("anna")
    answer = client.post("/seat/do/ready", data={"id": "plain", "ready": "1", "turn": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/seat#orders")
    answer = client.post("/seat/do/ready", data={"id": "late", "turn": "7"})
    assert answer.status_code == 409
    assert "it is now turn 1" in answer.text
    assert "<h1>Not now</h1>" in answer.text


def test_sent_twice_it_counts_once(web: Web) -> None:
    web.next(2)
    client = web.client("anna")
    form = {"id": "same", "to": "reed", "text": "hello"}
    for _ in range(3):
        assert client.post("/seat/do/message", data=form).status_code == 303
    assert len(web.session.room.messages) == 1
    before = web.session.phase
    lead = web.client("lead")
    for _ in range(2):
        lead.post("/white/do/next", data={"id": "next", "from": before, "turn": "1"})
    assert web.session.phase == "adjudication"


def test_forecasts_notes_messages_and_read_marks(web: Web) -> None:
    web.next(2)
    page = web.post("anna", "/seat/do/forecast", question="q0", p="35", turn="1").text
    assert ">35 %</output>" in page
    web.post("anna", "/seat/do/note", text="because of the thaw", turn="1")
    assert "because of the thaw" in web.client("ben").get("/seat").text
    web.post("anna", "/seat/do/message", to="reed", kind="proposal", text="talks?")
    letter = web.session.room.messages[0].id
    assert "1 new" in web.client("cleo").get("/seat").text
    assert "1 new" not in web.post("cleo", "/seat/do/read", ids=letter).text
    assert "Read by Cleo" in web.client("lead").get("/white?sheet=messages").text
    assert "talks?" not in web.client("olga").get("/seat").text


def test_the_facilitator_s_sheets_in_every_phase(web: Web) -> None:
    lead = web.client("lead")
    for _ in range(5):
        for sheet in SHEETS:
            answer = lead.get(f"/white?sheet={sheet}&team=reed")
            assert answer.status_code == 200
            assert f'id="sheet-{sheet}"' in answer.text
        web.next()


def test_the_facilitator_leads_by_forms_alone(web: Web) -> None:
    def lead(do: str, **fields: Any) -> str:
        answer = web.post("lead", f"/white/do/{do}?sheet=room", **fields)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    lead("next", **{"from": "lobby"}, turn="0")
    lead("practice")
    lead("next", **{"from": "orders"}, turn="0")
    lead("next", **{"from": "adjudication"}, turn="0")
    lead("next", **{"from": "reveal"}, turn="0")
    lead("next", **{"from": "briefing"}, turn="0")
    lead("pause")
    lead("go")
    lead("extend", minutes="5")
    assert web.session.room.timer.as_json(web.time)["left"] == 900
    lead("control", seat="reed", control="policy")
    lead("policy", seat="reed", names="loud")
    lead(
        "inject",
        title="rumours",
        text="of war",
        to=["reed", "highland"],
        push=["rhetoric", ""],
        row=["reed", "reed"],
        amount=["0.2", ""],
    )
    planned = web.session.injects()[0]
    assert (planned.title, planned.to, planned.pushes) == ("rumours", ("reed", "highland"), {"rhetoric": {"reed": 0.2}})
    lead("inject", inject="leaflets")
    lead("inject", drop="1")
    lead("message", to="all", text="ten minutes")
    web.post("anna", "/seat/do/order", card="exercise|||", channel="military", turn="1")
    lead("next", **{"from": "orders"}, turn="1")
    assert "What it leads to, if it stands" in lead(
        "override", what="strike", seat="highland", channel="military", reason="no fuel"
    )
    lead("override", what="grant", seat="highland", card="probe|||", reason="they earned it")
    lead("override", what="lift", number="1", reason="there was fuel")
    lead("next", **{"from": "adjudication"}, turn="1")
    lead("rewind", to_turn="1", keep="1")
    assert web.session.phase == "orders"
    lead("join", person="cleo", seat="highland")
    lead("leave", person="ben")
    assert [one.id for one in web.session.room.members("highland")] == ["anna", "cleo"]
    assert "went back to turn 1" in web.client("lead").get("/white?sheet=log").text


@pytest.mark.parametrize(("path", "fields", "words"), [
    ("/white/do/extend", {"minutes": "soon"}, "The field 'minutes' must be a number (got 'soon')."),
    ("/white/do/rewind", {"to_turn": "1.5"}, "The field 'to_turn' must be a whole number (got '1.5')."),
    ("/white/do/extend", {"minutes": "nan"}, "This request cannot be written down: it holds something that is neither text nor a number."),
    ("/white/do/dance", {}, "There is no request 'dance'."),
    ("/seat/do/dance", {}, "There is no request 'dance'."),
])  # fmt: skip
def test_odd_forms_are_refused_in_words(web: Web, path: str, fields: dict[str, str], words: str) -> None:
    web.next(2)
    assert web.post("lead" if "white" in path else "anna", path, **fields).text == words


def test_the_look_ahead_shows_odds_and_says_when_they_are_old(web: Web) -> None:
    web.next(2)
    with web.client("lead") as lead:
        lead.post("/white/do/ahead?sheet=ahead", data={"id": "x"})
        for _ in range(50):
            text = lead.get("/white?sheet=ahead").text
            if "futures to the end" in text:
                break
        assert "27 % to 33 %" in text
        assert "look again" not in text
        web.say("anna", "order", card="exercise|||")
        assert "Orders or injects have changed since: look again." in lead.get("/white?sheet=ahead").text


def test_the_wall_shows_codes_only_when_asked_to_and_only_in_the_facilitator_s_browser(web: Web) -> None:
    codes = [f"{code[:4]}-{code[4:]}" for code in web.keys.codes.values()]

    def shown(who: str) -> int:
        text = web.client(who).get("/wall").text
        return sum(code in text for code in codes)

    for _ in range(3):
        assert [shown(who) for who in ("lead", "anna", "stranger")] == [0, 0, 0]
        web.post("lead", "/white/do/show", on="1")
        assert [shown(who) for who in ("lead", "anna", "stranger")] == [len(codes), 0, 0]
        web.next()  # a new phase takes them off
    web.post("lead", "/white/do/show", on="1")
    web.post("lead", "/white/do/show", on="0")
    assert shown("lead") == 0


def test_the_debrief_is_for_the_room_when_the_game_is_over(web: Web, tmp_path: Path) -> None:
    for who in ("anna", "lead"):
        assert web.client(who).get("/debrief").status_code == 409
    assert web.client("stranger").get("/debrief").status_code == 401
    web.next(4)
    assert web.post("lead", "/white/do/debrief").text == "expected phase debrief (got reveal)"
    web.next()
    web.say("facilitator", "finish")
    page = tmp_path / "debrief.html"
    page.write_text("<p>what was true")
    (tmp_path / "students.csv").write_text("name")
    web.host.debriefing.page, web.host.debriefing.of = page, "1-0"
    for who in ("anna", "olga", "lead"):
        answer = web.client(who).get("/debrief")
        assert answer.text == "<p>what was true"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert web.client("lead").get("/white/students.csv").text == "name"
    assert web.client("anna").get("/white/students.csv").status_code == 403
    assert 'href="/debrief"' in web.client("anna").get("/seat").text
    web.say("facilitator", "rewind", turn=1)
    assert web.client("anna").get("/debrief").status_code == 409, "who plays on from an earlier turn must not read how it went on"


def test_a_debrief_that_was_made_is_there_again_when_the_server_is(web: Web, tmp_path: Path) -> None:
    web.next(5)
    web.say("facilitator", "finish")
    (tmp_path / "debrief-2").mkdir()
    (tmp_path / "debrief-2" / "debrief.html").write_text("<p>what was true")
    web.log.put("debrief", "1-0 debrief-2")
    again = Host(web.host.logged, web.keys, folder=tmp_path / "debrief")
    assert again.debriefing.ready(web.session) == tmp_path / "debrief-2" / "debrief.html"
    web.say("facilitator", "rewind", turn=1)
    assert again.debriefing.ready(web.session) is None, "it is of another game"
    again.close()


def test_the_hand_out_has_a_card_for_every_seat_and_stands_alone(web: Web) -> None:
    text = handout(web.session, web.keys, "http://192.0.2.7:8000")
    for code in web.keys.codes.values():
        assert f"{code[:4]}-{code[4:]}" in text
        assert f"http://192.0.2.7:8000/j/{code}" in text
    assert text.count("<svg") == len(web.keys.codes)
    assert web.keys.white not in text
    assert not re.search(r"<(script|link|img)|url\(|@import", text)
    assert "<style>" not in web.client("lead").get("/white/handout").text, "the served one obeys the page's policy"


# --- nothing breaks out of its place


class Tags(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.images = 0
        self.handlers: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        self.images += tag == "img"
        self.handlers += [name for name in given if name.startswith("on") or name in ("style", "hx-on")]
        self.outside += [value for name, value in attrs if name in ("src", "href", "action") and value and "//" in value]


def test_whatever_people_write_stays_text(web: Web) -> None:
    web.say("anna", "rename", name=NASTY[:40])
    web.next(2)
    web.say("anna", "order", card="exercise|||", rationale=NASTY)
    web.say("anna", "note", text=NASTY)
    web.say("anna", "message", to=["all", "facilitator"], text=NASTY)
    web.say("anna", "message", to=["reed"], text=NASTY)
    web.say("facilitator", "message", to=["all"], text=NASTY)
    web.say("facilitator", "note", text=NASTY)
    web.say("facilitator", "inject", title=NASTY, text=NASTY)
    for phase in range(3):
        shown = {f"/white?sheet={sheet}": "lead" for sheet in SHEETS} | {"/seat": "cleo", "/wall": "stranger", "/": "stranger",
                 f"/j/{web.keys.codes['highland']}": "stranger"}  # fmt: skip
        for path, who in shown.items():
            text = web.client(who).get(path).text
            tags = Tags()
            tags.feed(text)
            assert all(src.startswith("/static/") for src in tags.scripts), path
            assert (tags.images, tags.handlers) == (0, []), path
            assert all(link.startswith(("http://testserver/", "http://testserver")) for link in tags.outside), path
            assert "<script>alert" not in text
            assert "49" not in re.findall(r"onerror=y&gt;(\S+)", text)
        if phase == 0:
            web.say("facilitator", "next")
        else:
            web.next()
    answer = web.client("anna").post("/seat/do/order", data={"id": "q", "card": NASTY})
    assert "<script>" not in answer.text


# --- nothing leaks


@settings(max_examples=25, deadline=None)
@given(GAMES, st.integers(0, 10**6))
def test_no_byte_sent_to_a_seat_holds_what_is_not_its_own(game: list[tuple[str, dict[str, Any]]], start: int) -> None:
    """Random games with canaries in every hidden text: pages, errors, the wall and what forms answer."""
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as web:
        clients = {name: web.client(name) for name in (*PEOPLE, "stranger")}
        for number, (by, says) in enumerate(game):
            command = filled(web.session, by, says, number + start)
            try:
                web.host.logged.apply(command, float(number))
            except Refusal:
                continue
            if number % 5 == 4:
                _nobody_sees_more(web, clients)
        _nobody_sees_more(web, clients)


def _nobody_sees_more(web: Web, clients: dict[str, Any]) -> None:
    for name, client in clients.items():
        person = web.session.room.people.get(name)
        seat = person.seat if person is not None and person.here else "nobody"
        if seat == "facilitator":
            continue
        answers = [
            client.get(path) for path in ("/", "/seat", "/seat/view", "/wall", "/wall/view", "/white", "/debrief", "/nothing")
        ]
        answers.append(client.post("/seat/do/order", data={"id": "leak", "card": "??", "channel": "military"}))
        answers.append(client.post("/white/do/next", data={"id": "leak"}))
        answers.append(client.get(f"/j/{web.keys.codes['saltmarsh']}"))
        for answer in answers:
            text = answer.text + json.dumps(dict(answer.headers))
            own = foreign(text, seat)
            public = {f"CANARY({one})" for one in ("highland", "reed", "saltmarsh")} if "/j/" in str(answer.url) else set()
            assert not set(own) - public, f"{name} ({seat}) at {answer.url}"


def test_a_stream_carries_a_number_and_nothing_else(web: Web) -> None:
    """Neither whom a message went to nor how much others do can be read from it."""
    cookie = f"wargame_seat={web.keys.seat_cookie('cleo')}"

    async def others_act() -> None:
        web.next(2)
        await web.host.do({"do": "message", "by": "anna", "id": "m1", "to": ["highland", "facilitator"], "text": "secret"})
        await web.host.do({"do": "order", "by": "anna", "id": "m2", "card": "exercise|||"})
        await web.host.do({"do": "message", "by": "anna", "id": "m3", "to": ["reed"], "text": "hello"})

    text = asyncio.run(streamed(web, "/stream", cookie, 2, others_act))
    marks = re.findall(r"data: (\S+)", text)
    assert [mark.partition("-")[2] for mark in marks] == ["0", "1"], "only what concerns this seat is counted"
    assert set(re.sub(r"data: [0-9a-f]{8}-\d+|event: changed|retry: \d+|\s", "", text)) == set()


def test_a_stream_is_for_its_own_role(web: Web) -> None:
    seat = f"wargame_seat={web.keys.seat_cookie('anna')}"
    white = f"wargame_white={web.keys.white_cookie()}"
    for path, cookie, status in (("/stream", white, 401), ("/white/stream", seat, 403), ("/stream", "", 401)):
        client = web.client("stranger")
        if cookie:
            client.cookies.set(*cookie.split("=", 1))
        assert client.get(path).status_code == status
    assert "event: changed" in asyncio.run(streamed(web, "/wall/stream", "", 1))
    assert "event: changed" in asyncio.run(streamed(web, "/white/stream", white, 1))
    assert web.host.open_streams == 0, "streams that were left are forgotten"
