"""One device that sends as fast as it can, beside a class that plays: the room stays open, the pages prompt, the wall readable.

Everything is on 127.0.0.1, so that the class and the flood share an address: the hardest case, a class behind one router.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psutil
import pytest

from tests.seminar.live import Served
from tests.seminar.web import NONCE

LONG = os.environ.get("WARGAME_LONG") == "1"
SECONDS, REQUESTS, THREADS = (20.0, 40_000, 16) if LONG else (5.0, 8_000, 8)  # bounds of the flood
WORD = "x" * 2000
OPEN: list[Device] = []


class Device:
    """A browser: cookies, forms, one connection. ``times`` is how long each request took."""

    def __init__(self, home: str) -> None:
        self.host = home.removeprefix("http://")
        self.cookies: dict[str, str] = {}
        self.times: list[float] = []
        self.connection = http.client.HTTPConnection(self.host, timeout=30)
        self.count = 0
        OPEN.append(self)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "origin": f"http://{self.host}",
        }
        body = None
        if form is not None:
            self.count += 1
            body = urlencode({"id": f"{id(self)}-{self.count}", **form})
            headers |= {"content-type": "application/x-www-form-urlencoded", "hx-request": "true"}
        began = time.perf_counter()
        try:
            self.connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, ""
        self.times.append(time.perf_counter() - began)
        for cookie in answer.headers.get_all("set-cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def join(self, link: str, name: str) -> int:
        path = "/j/" + link.rpartition("/")[2]
        nonce = NONCE.search(self.ask(path)[1])
        return self.ask(path, {"id": nonce[1] if nonce else "none", "name": name})[0]


@dataclass
class Flood:
    """Many connections of one attacker. He knows the code of one seat, has one place in it, and drops cookies as he likes."""

    home: str
    link: str
    got: Counter[tuple[str, int]] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Flood:
        self.inside = Device(self.home)
        assert self.inside.join(self.link, "Mallory") == 303
        for number in range(THREADS):
            self.threads.append(threading.Thread(target=self._run, args=(number,), daemon=True))
            self.threads[-1].start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        for one in self.threads:
            one.join(30)

    def _run(self, number: int) -> None:
        until, device = time.monotonic() + SECONDS, Device(self.home)
        code = "/j/" + self.link.rpartition("/")[2]
        device.cookies = dict(self.inside.cookies) if number % 2 else {}
        for step in range(REQUESTS // THREADS):
            if self.over.is_set() or time.monotonic() > until:
                return
            if number % 2:
                what, path, form = [
                    ("statement", "/seat/do/message", {"to": "all", "kind": "statement", "text": WORD}),
                    ("ready", "/seat/do/ready", {"ready": str(step % 2), "turn": "1"}),
                    ("message", "/seat/do/message", {"to": "facilitator", "text": WORD}),
                    ("rename", "/seat/do/rename", {"name": f"Mallory {step}"}),
                    ("view", "/seat/view", None),
                ][step % 5]
            else:
                device.cookies = {}
                what, path, form = [
                    ("join", code, {"name": f"Troll {number} {step}"}), ("guess", "/join", {"code": f"AAAA{step:04}"}),
                    ("wall", "/wall/view", None), ("door", code, None), ("entrance", "/", None),
                ][step % 5]  # fmt: skip
            self.got[what, device.ask(path, form)[0]] += 1

    def passed(self, what: str) -> int:
        """Return how many of a kind were not turned away."""
        return sum(count for (kind, status), count in self.got.items() if kind == what and 200 <= status < 400)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("flood")) as made:
        yield made
        for one in OPEN:
            one.connection.close()


def test_one_device_against_a_class(served: Served) -> None:
    lead = Device(served.home)
    lead.ask("/w/" + served.link("facilitator").rpartition("/")[2], {})
    seats = [name for name in served.codes if name != "Observers"]
    process = psutil.Process(served.process.pid if served.process else 0)
    before = process.memory_info().rss
    with Flood(served.home, served.codes[seats[0]]) as flood:
        pupils = [Device(served.home) for _ in range(12)]
        for number, one in enumerate(pupils):  # a class comes in while the flood runs, by the codes of the other seats
            seat = seats[1 + number % (len(seats) - 1)]
            assert one.ask("/join", {"code": served.codes[seat].rpartition("/")[2]})[0] == 303
            assert one.join(served.codes[seat], f"Pupil {number}") == 303
        for _ in range(2):
            assert lead.ask("/white/do/next", {})[0] == 200
        for one in pupils:
            status, page = one.ask("/seat")
            assert status == 200
            card = re.search(r'name="channel" value="(\w+)">\s*<input type="hidden" name="card" value="([^"]+)"', page)
            assert card is not None
            assert one.ask("/seat/do/order", {"turn": "1", "channel": card[1], "card": card[2]})[0] == 200
            assert one.ask("/seat/do/note", {"turn": "1", "text": "We wait and see."})[0] == 200
        assert lead.ask("/white/do/next", {})[0] == 200
        assert lead.ask("/white/do/next", {})[0] == 200
        wall = lead.ask("/wall")[1]
        people = lead.ask("/white?sheet=people")[1]
    times = sorted(taken for one in [*pupils, lead] for taken in one.times)
    told = f"{dict(flood.got)}, of {sum(flood.got.values())}; class: median {statistics.median(times):.3f} s, worst {times[-1]:.3f} s"
    assert sum(flood.got.values()) > 100, told
    assert sum(count for (_, status), count in flood.got.items() if status == 429) > 30, told
    assert statistics.median(times) < 0.5, told
    assert times[int(0.9 * len(times))] < 3.0, told
    assert flood.passed("join") <= 24 + 1 + SECONDS / 5, told
    assert flood.passed("statement") <= 10, told
    assert flood.passed("rename") <= 5, told
    assert flood.passed("ready") <= 2 * (8 + 1 + SECONDS / 10), told
    assert len(re.findall(r'id="d-person-', people)) <= 40 + len(pupils), "one code does not fill the room"
    assert wall.count(WORD[:50]) <= 4 * 280 // 50, "nor one seat the projector"
    assert max(map(len, re.findall(r"x+", wall))) <= 280
    assert process.memory_info().rss - before < 150e6, told
    assert Device(served.home).join(served.codes[seats[1]], "Latecomer") == 303, told
