"""Who may do what on the web: every route and every role, cookies that are forged, guesses, forms from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from tests.seminar.web import HOME, NONCE, Web, serving
from wargame.seminar.host.keys import ALPHABET, LETTERS, Keys, as_printed, as_typed
from wargame.seminar.server import forms
from wargame.seminar.server.app import STREAMS, Handlers
from wargame.seminar.server.backoff import ADDRESS_FREE, DEVICE_FREE, FORGET, CodeBackoff
from wargame.seminar.server.guard import LIMIT, Denial
from wargame.seminar.server.origin import network, same_origin

ROLES = ("stranger", "anna", "olga", "lead")
OPEN, SEATED, LEAD = {"stranger", "anna", "olga", "lead"}, {"anna", "olga"}, {"lead"}
READS = {
    "/": OPEN, "/wall": OPEN, "/wall/view": OPEN, "/static/seminar.css": OPEN,
    "/seat": SEATED, "/seat/view": SEATED,
    "/white": LEAD, "/white/view": LEAD, "/white/handout": LEAD, "/white/game.yaml": LEAD,
}  # fmt: skip
ELSEWHERE = {  # tested by name below: what they need or stream is not a matter of a role alone
    "/join", "/j/{code}", "/p/{token}", "/w/{token}", "/seat/leave", "/seat/do/{do}", "/white/do/{do}", "/stream", "/white/stream",
    "/wall/stream", "/debrief", "/white/students.csv",
}  # fmt: skip


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        yield made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers to wrong codes are not held back: their words and times are looked at, not waited for."""
    monkeypatch.setattr("wargame.seminar.server.sign_in.HOLD", 0.0)


def test_every_route_is_spoken_of_here(web: Web) -> None:
    paths = {route.path for route in web.app.routes if isinstance(route, Route)}
    assert paths == (set(READS) - {"/static/seminar.css"}) | ELSEWHERE
    assert [route.path for route in web.app.routes if isinstance(route, Mount)] == ["/static"]


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("path", READS)
def test_only_those_who_may_read_a_page_get_it(web: Web, path: str, who: str) -> None:
    web.next(2)
    answer = web.client(who).get(path)
    assert (answer.status_code == 200) == (who in READS[path]), answer.text
    if answer.status_code != 200:
        assert answer.status_code == (403 if path.startswith("/white") else 401)
        assert "CANARY" not in answer.text


@pytest.mark.parametrize("who", ["stranger", "anna", "olga"])
@pytest.mark.parametrize("do", [*forms.WHITE, "ahead", "debrief"])
def test_nobody_but_the_facilitator_leads(web: Web, do: str, who: str) -> None:
    web.next(2)
    before = web.session.n
    answer = web.post(who, f"/white/do/{do}", seat="reed", control="policy", reason="x", what="strike", channel="military")
    assert (answer.status_code, web.session.n) == (403, before)
    assert answer.text == "This is the facilitator's. The link to it was printed where the seminar was started."


@pytest.mark.parametrize("do", forms.SEAT)
def test_strangers_and_the_facilitator_s_own_cookie_give_no_orders(web: Web, do: str) -> None:
    web.next(2)
    before = web.session.n
    for who in ("stranger", "lead"):
        assert web.post(who, f"/seat/do/{do}", card="exercise|||").status_code == 401
    assert web.session.n == before


@pytest.mark.parametrize("do", ["next", "override", "inject", "policy", "control", "rewind"])
def test_a_seat_s_cookie_never_leads_by_the_seat_s_own_address(web: Web, do: str) -> None:
    answer = web.post("anna", f"/seat/do/{do}")
    assert (answer.status_code, answer.text) == (403, "Only the facilitator can do this.")


def test_observers_order_nothing(web: Web) -> None:
    web.next(2)
    answer = web.post("olga", "/seat/do/order", card="exercise|||", channel="military")
    assert (answer.status_code, answer.text) == (409, "Observers watch: they give no orders, forecasts or messages.")


def test_a_seat_acts_for_itself_whatever_the_form_says(web: Web) -> None:
    web.next(2)
    assert (
        web.post("cleo", "/seat/do/order", card="exercise|||", channel="military", seat="highland", by="anna").status_code == 200
    )
    assert set(web.session.room.draft.orders) == {"reed"}


def test_cookies_are_signed_each_kind_with_its_own_secret(web: Web) -> None:
    keys, other = web.keys, Keys.new(["highland"])
    forged = {
        "wargame_white": [keys.seat_cookie("facilitator"), other.white_cookie(), "facilitator", keys.reclaim_token("facilitator")],
        "wargame_seat": [keys.white_cookie(), other.seat_cookie("anna"), "anna", keys.reclaim_token("anna"), keys.seat_cookie("anna") + "x"],
    }  # fmt: skip
    for name, values in forged.items():
        for value in values:
            client = web.client("stranger")
            client.cookies.set(name, value)
            assert client.get("/white").status_code == 403
            assert client.get("/seat").status_code == 401


def test_the_facilitator_s_identity_on_a_seat_s_cookie_does_not_lead(web: Web) -> None:
    """Even a rightly signed seat cookie that names the facilitator opens no page of his and no stream of his."""
    client = web.client("facilitator")
    assert client.get("/white").status_code == 403
    assert client.get("/stream").status_code == 401
    assert "CANARY()" not in client.get("/seat").text


def test_the_facilitator_comes_in_by_his_link(web: Web) -> None:
    client = web.client("stranger")
    link = f"/w/{web.keys.white}"
    assert "set-cookie" not in client.get(link).headers
    answer = client.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/white")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("wargame_white=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/white").status_code == 200
    assert client.get("/seat").status_code == 401


def test_joining_by_the_code_of_a_seat(web: Web) -> None:
    client = web.client("stranger")
    code = web.keys.codes["saltmarsh"]
    there = client.post("/join", data={"code": f" {as_printed(code).lower()} "})
    assert (there.status_code, there.headers["location"]) == (303, f"/j/{code}")
    door = client.get(f"/j/{code}").text
    nonce = NONCE.search(door)
    assert nonce is not None
    answer = client.post(f"/j/{code}", data={"id": nonce[1], "name": "Dora"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/seat")
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert "Saltmarsh" in client.get("/seat").text
    client.post(f"/j/{code}", data={"id": nonce[1], "name": "Dora"})
    assert len(web.session.room.members("saltmarsh")) == 1, "the same form sent twice seats one person"


def test_a_lost_device_takes_its_seat_back_by_the_personal_link(web: Web) -> None:
    client = web.client("stranger")
    link = f"/p/{web.keys.reclaim_token('anna')}"
    assert client.get(link).status_code == 200
    assert client.get("/seat").status_code == 401, "reading the link alone seats nobody"
    assert client.post(link).status_code == 303
    assert "Highland" in client.get("/seat").text
    assert client.get("/p/anna").status_code == 404


def test_who_was_taken_out_is_out(web: Web) -> None:
    web.say("facilitator", "leave", person="cleo")
    client = web.client("cleo")
    for path in ("/seat", "/seat/view", "/stream"):
        assert client.get(path).status_code == 401
    assert client.post("/seat/do/ready", data={"id": "x"}).status_code == 409
    assert "CANARY" not in client.get("/seat").text


def test_wrong_codes_wait_longer_and_longer_and_right_ones_do_not(web: Web, quick: None) -> None:
    client = web.client("stranger")
    waits = [client.post("/join", data={"code": "AAAA-AAAA"}).headers.get("retry-after") for _ in range(ADDRESS_FREE + 8)]
    assert waits == [None] * ADDRESS_FREE + ["1", "2", "4", "8", "16", "30", "30", "30"], "one who sends no cookie is his address"
    right = web.keys.codes["reed"]
    assert client.post("/join", data={"code": right}).headers["location"] == f"/j/{right}"
    assert client.get(f"/j/{right}").status_code == 200
    assert client.post(f"/w/{web.keys.white}").status_code == 303
    assert client.post(f"/p/{web.keys.reclaim_token('anna')}").status_code == 303
    browser = web.client("stranger")
    browser.get("/")
    waits = [browser.get(f"/j/AAAA{number}").headers.get("retry-after") for number in range(3)]
    assert waits[0] == "30", "the address is remembered behind a new device"
    assert "the right one is taken at once" in browser.post("/join", data={"code": "BBBB"}).text


def test_a_device_of_its_own_has_guesses_of_its_own_and_time_forgives() -> None:
    guesses = CodeBackoff()
    waits = [guesses.wrong("device", "2001:db8::/64", 10.0) for _ in range(DEVICE_FREE + 3)]
    assert waits == [0.0] * DEVICE_FREE + [1.0, 2.0, 4.0]
    assert guesses.wrong("another", "2001:db8::/64", 10.0) == 0.0
    assert guesses.wrong("device", "2001:db8::/64", 11.0 + FORGET) == 0.0
    for number in range(11_000):
        guesses.wrong("", f"address {number}", 20.0)
    assert len(guesses._wrong) <= 10_000, "memory is bounded"


def test_an_ipv6_network_is_one_address() -> None:
    assert network("2001:db8::1") == network("2001:db8::2") != network("2001:db8:0:1::3")
    assert network("192.0.2.7") == "192.0.2.7"


def test_codes_are_long_enough_and_easy_to_read() -> None:
    """A thousand guesses a second for three hours find one of ten codes once in 10,000 seminars."""
    assert len(set(ALPHABET)) ** LETTERS / 10 / (1000 * 3 * 3600) > 10_000
    assert not set("IO01") & set(ALPHABET)
    codes = [code for _ in range(50) for code in Keys.new(["a", "b"]).codes.values()]
    assert len(set(codes)) == 150
    assert all(as_typed(as_printed(code).lower()) == code for code in codes)
    assert len(Keys.new([]).white) >= 22, "128 bits in base 64"


@pytest.mark.parametrize("headers", [
    {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "https://testserver"}, {"origin": "http://testserver:8080"},
    {"origin": HOME, "sec-fetch-site": "cross-site"}, {"origin": HOME, "sec-fetch-site": "same-site"}, {"origin": ""},
])  # fmt: skip
def test_a_form_from_elsewhere_is_turned_away(web: Web, headers: dict[str, str]) -> None:
    web.next(2)
    before = web.session.n
    answer = web.client("anna").post("/seat/do/ready", data={"id": "x", "ready": "1"}, headers=headers)
    assert (answer.status_code, web.session.n) == (403, before)
    assert "This request did not come from one of the seminar&#39;s own pages." in answer.text


def test_a_browser_says_where_a_form_came_from() -> None:
    assert same_origin({"origin": HOME, "host": "testserver"}, "http")
    assert same_origin({"sec-fetch-site": "same-origin", "host": "testserver"}, "http")
    assert not same_origin({"host": "testserver"}, "http")


def test_forms_are_short_and_hold_no_files(web: Web) -> None:
    client = web.client("anna")
    assert client.post("/seat/do/note", data={"id": "x", "text": "a" * LIMIT}).status_code == 413
    assert client.post("/seat/do/note", files={"text": b"x"}).status_code == 400
    assert (
        client.post("/seat/do/note", content=b"\xff", headers={"content-type": "application/x-www-form-urlencoded"}).status_code
        == 400
    )
    assert client.put("/seat").status_code == 405
    assert client.get("/seat/do/note").status_code == 405


def test_every_answer_says_what_browsers_may_do_with_it(web: Web) -> None:
    for path in ("/", "/nothing", "/static/seminar.js", "/white"):
        headers = web.client("stranger").get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_static_files_are_those_of_the_folder_alone(web: Web) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"):
        assert web.client("stranger").get(path).status_code in (404, 405)


@pytest.mark.parametrize("code", ["ééé", "\U0001f600", "ＡＢＣＤ２３４５", "ß" * 40, "\u202e"])
def test_a_code_of_other_letters_is_a_wrong_code_and_counted_as_one(web: Web, code: str) -> None:
    client = web.client("stranger")
    for _ in range(2):
        assert client.post("/join", data={"code": code}).status_code == 404
        assert client.get(f"/j/{code}").status_code == 404
    assert len(Handlers(web.host).guesses._wrong) == 0
    assert client.post("/join", data={"code": web.keys.codes["reed"]}).status_code == 303


def test_an_address_that_cannot_be_read_is_from_elsewhere(web: Web) -> None:
    for origin in ("http://[", "http://[::1", "http://[v1.x]:80"):
        assert web.client("anna").post("/seat/do/ready", data={"id": "x"}, headers={"origin": origin}).status_code == 403


def test_nobody_is_led_elsewhere_by_the_address_a_request_claims(web: Web) -> None:
    for path in ("/seat/", "/white/", "/wall/view/"):
        assert web.client("anna").get(path).status_code == 404
        answer = web.client("anna").get(path, headers={"host": "evil.example"})
        assert (answer.status_code, answer.headers.get("location")) == (421, None)


def test_the_address_in_a_header_is_not_the_one_that_is_counted(web: Web, quick: None) -> None:
    client = web.client("stranger")
    for number in range(ADDRESS_FREE):
        client.post(
            "/join", data={"code": "AAAA"}, headers={"x-forwarded-for": f"10.0.0.{number}", "forwarded": f"for=10.0.1.{number}"}
        )
    assert client.post("/join", data={"code": "AAAA"}).status_code == 429


def test_nobody_holds_more_streams_than_a_browser_has_pages(web: Web) -> None:
    """Streams are counted while they last, per person; another's are not touched by them."""
    at = Handlers(web.host)

    async def held(who: str) -> asyncio.Task[None]:
        """Open a stream as the server does and leave it open."""

        async def receive() -> dict[str, str]:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: object) -> None: ...

        answer = at._stream(lambda session: "highland", who)
        task = asyncio.ensure_future(answer({"type": "http", "method": "GET"}, receive, send))
        await asyncio.sleep(0)
        assert not task.done(), task
        return task

    async def crowd() -> None:
        streams = [await held("anna") for _ in range(STREAMS)]
        with pytest.raises(Denial, match="More than 60 of your pages are open"):
            at._stream(lambda session: "highland", "anna")
        streams.append(await held("ben"))
        streams[0].cancel()
        await asyncio.gather(streams[0], return_exceptions=True)
        streams.append(await held("anna"))
        for one in streams:
            one.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
        assert not at.streams

    asyncio.run(crowd())
