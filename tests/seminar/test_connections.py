"""Connections that ask for nothing, or for too much at once, take nothing from the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from tests.seminar.web import Web, serving
from wargame.seminar.server import connections, guard
from wargame.seminar.server.app import STREAMS
from wargame.seminar.server.connections import TimedConnection, allow_many

LOCAL = "127.0.0.1"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Web]:
    with serving(tmp_path) as found:
        yield found


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, host=LOCAL, port=0, log_level="error", http=TimedConnection))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await running


async def asked(port: int, text: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(LOCAL, port)
    writer.write(text.format(port=port).encode())
    return reader, writer


def test_a_connection_that_asks_for_nothing_is_closed_and_one_that_sends_half_a_form_is_told(
    room: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.3)
    monkeypatch.setattr(guard, "PATIENCE", 0.3)
    half = (
        "POST /join HTTP/1.1\r\nhost: testserver\r\norigin: http://testserver\r\ncontent-length: 99\r\n"
        "content-type: application/x-www-form-urlencoded\r\n\r\ncode="
    )

    async def play() -> tuple[bytes, bytes, bytes]:
        async with listening(room.app) as port:
            held = [await asked(port, text) for text in ("", "GET /wall HTT", half)]
            silent, started, form = [await asyncio.wait_for(reader.read(4096), 5) for reader, _ in held]
            for _, writer in held:
                writer.close()
            return silent, started, form

    nothing, begun, told = asyncio.run(play())
    assert (nothing, begun) == (b"", b"")
    assert told.startswith(b"HTTP/1.1 408")
    assert b"The rest of the form did not come within 0.3 seconds. Send it again." in told


def test_streams_that_are_opened_all_at_once_are_bounded_too(room: Web) -> None:
    async def play() -> list[bytes]:
        async with listening(room.app) as port:
            streams = [await asked(port, "GET /wall/stream HTTP/1.1\r\nhost: testserver\r\n\r\n") for _ in range(STREAMS + 20)]
            lines = [await asyncio.wait_for(reader.readline(), 10) for reader, _ in streams]
            for _, writer in streams:
                writer.close()
            return lines

    lines = asyncio.run(play())
    assert sum(b" 200 " in line for line in lines) == STREAMS
    assert sum(b" 503 " in line for line in lines) == 20


def test_many_connections_are_allowed_and_never_fewer_than_before() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        allow_many()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == (connections.WANTED if hard == resource.RLIM_INFINITY else min(connections.WANTED, hard))
        assert hard == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_one_address_does_not_take_all_connections_and_those_it_closes_are_free_again(
    room: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimedConnection, "most", 5)

    async def play() -> tuple[list[bytes], bytes]:
        async with listening(room.app) as port:
            held = [await asked(port, "") for _ in range(5)]
            over = [await asked(port, "GET / HTTP/1.1\r\nhost: testserver\r\n\r\n") for _ in range(3)]
            refused = [await asyncio.wait_for(reader.read(10), 10) for reader, _ in over]
            for _, writer in [*held, *over]:
                writer.close()
            while TimedConnection.open:
                await asyncio.sleep(0.01)
            reader, writer = await asked(port, "GET / HTTP/1.1\r\nhost: testserver\r\n\r\n")
            line = await asyncio.wait_for(reader.readline(), 10)
            writer.close()
            return refused, line

    refused, line = asyncio.run(play())
    assert refused == [b""] * 3
    assert b" 200 " in line
