"""How fast anybody may ask: the buckets, what is counted for whom, and that others are never kept waiting."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.seminar.web import NONCE, Web, serving
from wargame.seminar.rules import limits
from wargame.seminar.rules.limits import BOUNDS, RATES, TokenBuckets
from wargame.seminar.server import rate_limit
from wargame.seminar.server.rate_limit import RateLimiter

DOCS = Path(__file__).parents[2] / "docs" / "seminar" / "limits.md"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as made:
        made.ticks = 0.0
        yield made


def statement(web: Web, client: TestClient, number: int) -> Any:
    form = {"id": f"s{number}", "to": "all", "kind": "statement", "text": "x" * 2000}
    return client.post("/seat/do/message", data=form, headers={"hx-request": "true"})


# --- the buckets


@given(st.sampled_from(sorted(RATES)), st.lists(st.floats(0, 5), max_size=200))
def test_nobody_ever_gets_more_than_a_burst_and_the_rate(name: str, pauses: list[float]) -> None:
    rate, buckets, now, taken = RATES[name], TokenBuckets(), 0.0, 0
    for number, pause in enumerate(pauses):
        now += pause
        wait = buckets.take(name, "one", now)
        taken += not wait
        if wait:
            assert buckets.take(name, f"another {number}", now) == 0.0, "one's tokens are one's own"
            assert 0.0 < wait <= rate.every + 1e-9
        assert taken <= rate.burst + now / rate.every + 1


@pytest.mark.parametrize("name", RATES)
def test_the_time_that_is_said_to_wait_is_enough_and_a_clock_set_back_costs_nothing(name: str) -> None:
    buckets, rate = TokenBuckets(), RATES[name]
    for _ in range(rate.burst):
        assert buckets.take(name, "one", 100.0) == 0.0
    wait = buckets.take(name, "one", 100.0)
    assert buckets.take(name, "one", 50.0) == pytest.approx(wait)
    assert buckets.take(name, "one", 50.0 + wait + 1e-6) == 0.0


def test_memory_is_bounded_and_who_floods_is_remembered() -> None:
    buckets = TokenBuckets()
    for number in range(limits.KEPT + 500):
        buckets.take("strangers", number, 0.0)
        if number % 100 == 0:
            for _ in range(RATES["ready"].burst + 1):
                busy = buckets.take("ready", "mallory", 0.0)
    assert len(buckets) <= limits.KEPT
    assert busy > 0


def test_every_limit_has_a_reason_and_stands_in_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line.startswith("|")}
    for bound in BOUNDS.values():
        assert (bound.what, bound.of, f"{bound.most:,}", bound.why) in rows
    for rate in RATES.values():
        assert (rate.what, rate.of, str(rate.burst), f"{rate.every:g} s", rate.why) in rows


# --- what is counted for whom


def test_three_hundred_statements_in_twenty_seconds_are_a_few(web: Web) -> None:
    web.next(2)
    client = web.client("anna")
    answers = []
    for number in range(300):
        web.ticks = number / 15
        answers.append(statement(web, client, number))
    taken = [one for one in answers if one.status_code == 200]
    assert len(taken) == len(web.session.room.messages) == RATES["statement"].burst
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) == 300 - len(taken)
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert re.fullmatch(r"Too many .* for one (person|seat) at once\. Try again in \d+ seconds?\.", refused[0].text)
    assert statement(web, web.client("cleo"), 1).status_code == 200, "another seat speaks as before"
    assert web.post("ben", "/seat/do/message", to="reed", text="and so does who sits beside").status_code == 200


def test_a_full_page_says_it_in_words_when_no_script_asks(web: Web) -> None:
    web.next(2)
    client = web.client("anna")
    for number in range(RATES["rename"].burst):
        client.post("/seat/do/rename", data={"id": f"r{number}", "name": f"Anna {chr(65 + number)}"})
    answer = client.post("/seat/do/rename", data={"id": "rx", "name": "Anna Z"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert "<h1>Too fast</h1>" in answer.text
    assert "Too many changes of name for one person at once. Try again in 30 seconds." in answer.text


def test_192_joins_with_one_code_fill_neither_the_room_nor_another_seat(web: Web) -> None:
    """Every one with a fresh browser, as somebody does who drops his cookies; and a class behind the same address comes in."""
    came = 0
    for number in range(192):
        web.ticks = number * 14 / 192
        client = web.client("stranger")
        answer = client.post(f"/j/{web.keys.codes['reed']}", data={"id": f"n{number}", "name": f"Troll {number}"})
        came += answer.status_code == 303
        assert answer.status_code == 303 or (answer.status_code, int(answer.headers["retry-after"]) >= 1) == (429, True)
    assert came == RATES["joins"].burst + int(14 / RATES["joins"].every)
    for number in range(40):
        seat = ("highland", "saltmarsh")[number % 2]
        client = web.client("stranger")
        assert client.post("/join", data={"code": web.keys.codes[seat]}).status_code == 303
        door = client.get(f"/j/{web.keys.codes[seat]}")
        nonce = NONCE.search(door.text)
        assert nonce is not None
        assert client.post(f"/j/{web.keys.codes[seat]}", data={"id": nonce[1], "name": f"Pupil {number}"}).status_code == 303


def test_one_browser_joins_a_few_times(web: Web) -> None:
    client = web.client("stranger")
    path = f"/j/{web.keys.codes['reed']}"
    client.get(path)
    codes = [
        client.post(path, data={"id": f"n{i}", "name": f"Name {chr(65 + i)}"}).status_code for i in range(RATES["join"].burst + 2)
    ]
    assert codes == [303] * RATES["join"].burst + [429] * 2


def test_a_flood_of_strangers_is_turned_away_and_keeps_no_right_code_out(web: Web) -> None:
    stranger = web.client("stranger")
    answers = [stranger.get("/wall/view").status_code for _ in range(RATES["strangers"].burst + 20)]
    assert answers.count(429) == 20
    assert stranger.get("/nothing").status_code == 429
    for path in (
        "/",
        f"/j/{web.keys.codes['reed']}",
        f"/w/{web.keys.white}",
        f"/p/{web.keys.reclaim_token('anna')}",
        "/static/seminar.css",
    ):
        assert web.client("stranger").get(path).status_code == 200, path
    assert web.client("stranger").post("/join", data={"code": web.keys.codes["reed"]}).status_code == 303
    for who, path in (("anna", "/seat"), ("lead", "/white"), ("lead", "/wall"), ("anna", "/wall")):
        assert web.client(who).get(path).status_code == 200
    web.ticks = 1.0
    assert stranger.get("/wall").status_code == 200, "and in a second the stranger may look again"


def test_files_have_a_budget_of_their_own(web: Web) -> None:
    rate = RATES["files"]
    for _ in range(rate.burst):
        assert web.host.buckets.take("files", "testclient", 0.0) == 0.0
    web.ticks = 0.0
    assert web.client("stranger").get("/static/icon.svg").status_code == 429
    assert web.client("stranger").get("/").status_code == 200


def test_who_floods_from_a_seat_waits_alone(web: Web) -> None:
    web.next(2)
    anna = web.client("anna")
    answers = [anna.get("/seat/view").status_code for _ in range(RATES["requests"].burst + 5)]
    assert answers.count(429) == 5
    assert web.client("ben").get("/seat/view").status_code == 200
    assert [web.client("lead").get("/white").status_code for _ in range(RATES["requests"].burst + 5)].count(200) == 125


def test_no_more_than_a_few_of_one_caller_are_worked_on_at_a_time_and_the_next_caller_is_next(web: Web) -> None:
    working: list[str] = []
    most: dict[str, int] = {}
    release = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        who = dict(scope["headers"])[b"cookie"].decode()
        working.append(who)
        most[who] = max(most.get(who, 0), working.count(who))
        await release.wait()
        working.remove(who)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def play() -> list[int]:
        statuses: list[int] = []
        asked = RateLimiter(app, web.host)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        def scope(who: str) -> dict[str, Any]:
            cookie = f"wargame_seat={web.keys.seat_cookie(who)}"
            return {"type": "http", "method": "GET", "path": "/seat/view", "query_string": b"", "headers": [(b"cookie", cookie.encode())],
                    "client": ("192.0.2.7", 1), "server": ("testserver", 80), "scheme": "http"}  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        tasks = [asyncio.ensure_future(asked(scope("anna"), receive, send)) for _ in range(rate_limit.QUEUE["requests"] + 10)]
        tasks.append(asyncio.ensure_future(asked(scope("ben"), receive, send)))
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(working) == rate_limit.AT_ONCE["requests"] + 1, "Ben is worked on beside Anna's first three"
        assert statuses.count(429) == 10, "what is beyond the queue is answered at once"
        release.set()
        await asyncio.gather(*tasks)
        assert not asked._turns
        assert not asked._asking
        return statuses

    assert asyncio.run(play()).count(200) == rate_limit.QUEUE["requests"] + 1
    assert max(most.values()) == rate_limit.AT_ONCE["requests"]


def test_a_new_turn_has_new_words(web: Web) -> None:
    web.next(2)
    client = web.client("anna")
    taken = [statement(web, client, number).status_code for number in range(6)]
    web.next(3)
    taken += [statement(web, client, number).status_code for number in range(10, 16)]
    assert taken == ([200] * RATES["statement"].burst + [429] * 2) * 2
