"""A classroom on one laptop: ``python benchmarks/seminar_load.py [SCENARIO] [BROWSERS] [TURNS]`` (Linux).

The command ``wargame seminar`` is started in a process of its own. Each browser is a client that joins a seat, keeps a stream
open and fetches its own page whenever the stream says that something changed, as the real pages do. Every team orders, the
facilitator looks ahead in every fourth turn, closes the orders and shows the result; after TURNS turns (the whole game, if left
out) the debrief is made. Printed: how long the server took to answer the commit of a turn, how long until the last browser had
its new page, and the memory of the server.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

NONCE = re.compile(r'name="id" value="([^"]+)"')
CARD = re.compile(r'name="channel" value="(\w+)">\s*<input type="hidden" name="card" value="([^"]+)"')
AHEAD = 4  # turns between looks ahead
QUIET = 3.0  # seconds without any page asked for: everybody is up to date


class Browser:
    """A team member's browser: its pages, and when it last had a new one."""

    def __init__(self, home: str) -> None:
        limits = httpx2.Limits(max_connections=6)  # as browsers have
        self.client = httpx2.AsyncClient(
            base_url=home, headers={"origin": home}, timeout=60, limits=limits, follow_redirects=True
        )
        self.at = 0.0
        self.slowest = 0.0
        self.page = ""
        self.count = 0

    async def join(self, link: str, name: str) -> None:
        door = NONCE.search((await self.client.get(link)).text)
        assert door is not None
        answer = await self.client.post(link, data={"id": door[1], "name": name})
        assert answer.status_code == 200, answer.text

    async def send(self, path: str, **fields: str) -> float:
        """Send a form; return the seconds it took."""
        self.count += 1
        began = time.perf_counter()
        answer = await self.client.post(
            path, data={"id": f"load-{id(self)}-{self.count}", **fields}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 200, answer.text
        return time.perf_counter() - began

    async def listen(self, stream: str, view: str) -> None:
        """Keep the stream open; fetch the page at every sign, one at a time, as the pages' script does."""
        async with self.client.stream("GET", stream, timeout=None) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    began = time.perf_counter()
                    self.page = (await self.client.get(view, headers={"hx-request": "true"})).text
                    self.at = time.perf_counter()
                    self.slowest = max(self.slowest, self.at - began)


def memory(process: int) -> str:
    """Return the memory of a process in words: all that is resident, and how much of it are program files."""
    found = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    total, files, peak = (int(found[name].split()[0]) / 1024 for name in ("VmRSS", "RssFile", "VmHWM"))
    return f"{total:.0f} MiB (of which {files:.0f} program files; at most so far {peak:.0f})"


def started(scenario: str, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server; return it and what it has printed."""
    out = folder / "out.txt"
    command = [sys.executable, "-m", "wargame", "seminar", scenario, "--data", str(folder / "load.db")]
    with out.open("wb") as place:
        process = subprocess.Popen(command, stdout=place, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    while "Ctrl-C stops" not in out.read_text():
        assert process.poll() is None, out.read_text()
        time.sleep(0.2)
    time.sleep(1)
    return process, out.read_text()


async def settled(browsers: list[Browser]) -> float:
    """Wait until no browser fetches any more; return when the last one had its page."""
    await asyncio.sleep(1.0)  # by then the first have heard of it
    while time.perf_counter() - max(browser.at for browser in browsers) < QUIET:
        await asyncio.sleep(0.2)
    return max(browser.at for browser in browsers)


async def play(said: str, process: int, count: int, turns: int) -> None:
    """Seat everybody, play turns, print what it took."""
    white = re.search(r"^  facilitator\s+(\S+)", said, re.MULTILINE)
    assert white is not None
    home = white[1].rpartition("/w/")[0]
    links = [link for name, link in re.findall(r"^    (\S.*?)  \w{4}-\w{4}  (\S+)$", said, re.MULTILINE) if name != "Observers"]
    print(f"idle: {memory(process)}")
    lead = Browser(home)
    await lead.client.post(white[1])
    teams = [Browser(home) for _ in range(count)]
    for i, team in enumerate(teams):
        await team.join(links[i % len(links)], f"Person {i}")
    tasks = [asyncio.create_task(team.listen("/stream", "/seat/view")) for team in teams]
    tasks.append(asyncio.create_task(lead.listen("/white/stream", "/white/view")))
    everybody = [*teams, lead]
    await settled(everybody)
    print(f"{count} browsers with open streams: {memory(process)}")
    for _ in range(2):
        await lead.send("/white/do/next")
    await settled(everybody)
    for turn in range(1, turns + 1):
        await asyncio.gather(*(order(team) for team in teams))
        await settled(everybody)
        if turn % AHEAD == 1:
            print(f"turn {turn}, look ahead: {await made(lead, 'ahead', 'futures to the end of'):.1f} s, {memory(process)}")
        for name in ("close the orders", "show the result"):
            for one in everybody:
                one.slowest = 0.0
            began = time.perf_counter()
            answered = await lead.send("/white/do/next")
            last = await settled(everybody) - began
            slowest = max(one.slowest for one in everybody)
            print(
                f"turn {turn}, {name}: answered in {answered:.2f} s, last page {last:.2f} s, "
                f"slowest fetch {slowest:.2f} s, {memory(process)}"
            )
        await lead.send("/white/do/finish" if turn == turns else "/white/do/next")
        await settled(everybody)
        if 'aria-current="step">Debrief' in lead.page:
            break
    print(f"debrief: {await made(lead, 'debrief', 'students.csv'):.1f} s, {memory(process)}")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for one in everybody:
        await one.client.aclose()
    print(f"after closing: {memory(process)}")


async def made(lead: Browser, what: str, sign: str) -> float:
    """Have the facilitator's page make something; return how long it took until the page showed it."""
    began = time.perf_counter()
    await lead.send(f"/white/do/{what}")
    while sign not in (await lead.client.get(f"/white/view?sheet={what}", headers={"hx-request": "true"})).text:
        await asyncio.sleep(0.2)
        assert time.perf_counter() - began < 600, f"no {what}"
    return time.perf_counter() - began


async def order(team: Browser) -> None:
    """Give the first order that stands on the page."""
    card = CARD.search(team.page)
    if card is not None:
        await team.send("/seat/do/order", channel=card[1], card=card[2])


def main() -> None:
    scenario, count, turns = (sys.argv[1:] + ["zapad_2021", "60", "1000"][len(sys.argv) - 1 :])[:3]
    with tempfile.TemporaryDirectory() as place:
        process, said = started(scenario, Path(place))
        try:
            asyncio.run(play(said, process.pid, int(count), int(turns)))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


if __name__ == "__main__":
    main()
