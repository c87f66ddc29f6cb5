"""A program of its own session with three pipes, none of which is ever waited for longer than told.

Whatever the program starts belongs to its group and ends with it. What leaves the group (a daemon) may live on, and keeps
nobody waiting: a pipe that it holds open is not read to its end. Nothing is kept beyond bounds, in either direction.
"""

from __future__ import annotations

import codecs
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from wargame.errors import harmless

LONGEST = 1_000_000  # bytes of an answer, and of what a program may write to its error stream between two of them
UNREAD = 4_000_000  # bytes that may wait to be read
_PART = 65_536
_STEP = 0.05  # seconds between looks whether a program has ended that closes no pipe


class OutputFlood(Exception):
    """A program wrote more than it may; says where."""


class Process:
    """A running program. ``said`` is what it has written and nobody has taken, ``closed`` that nothing more will come."""

    def __init__(self, words: Sequence[str]) -> None:
        """Start it, without a shell. Raises OSError or ValueError."""
        if not hasattr(os, "killpg"):
            raise OSError("programs can be attached on Linux and macOS only")
        pipe = subprocess.PIPE
        self._own = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True)
        assert self._own.stdin is not None and self._own.stdout is not None and self._own.stderr is not None  # noqa: PT018
        self._streams = (self._own.stdin, self._own.stdout, self._own.stderr)
        self._in, self._out, self._err = (stream.fileno() for stream in self._streams)
        for fd in (self._in, self._out, self._err):
            os.set_blocking(fd, False)
        self._open = {self._out, self._err}
        self._told = memoryview(b"")
        self._murmured = 0
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self.said = bytearray()

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._out not in self._open

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._own.poll()

    def tell(self, text: bytes) -> None:
        """Have a text written to its input, as it reads. Raises :class:`OutputFlood` when it has long stopped reading."""
        if len(self._told) > UNREAD:
            raise OutputFlood(f"its answers without reading {UNREAD:,} bytes of views")
        self._told = memoryview(bytes(self._told) + text)
        self._murmured = 0

    def until(self, deadline: float, done: Callable[[], bool]) -> None:
        """Write and read until ``done`` or until the clock stands at ``deadline``; at least once. Raises :class:`OutputFlood`."""
        with selectors.DefaultSelector() as selector:
            for fd in self._open:
                selector.register(fd, selectors.EVENT_READ)
            writing = False
            while True:
                if writing != bool(self._told):
                    writing = not writing
                    if writing:
                        selector.register(self._in, selectors.EVENT_WRITE)
                    else:
                        selector.unregister(self._in)
                left = max(deadline - time.monotonic(), 0.0)
                for key, _ in selector.select(min(left, 60.0)):  # the system counts milliseconds, and not very far
                    if not self._moved(key.fd):
                        selector.unregister(key.fd)
                if left == 0.0 or done():
                    return

    def _moved(self, fd: int) -> bool:
        """Move what is ready in one pipe; return False when nothing more will come from there."""
        if fd not in self._open:
            self._write()
            return True
        while True:
            try:
                part = os.read(fd, _PART)
            except BlockingIOError:
                return True
            except OSError:
                part = b""
            if not part:
                self._open.discard(fd)
                return False
            if fd == self._out:
                self.said += part
                if len(self.said) > LONGEST:
                    raise OutputFlood(f"more than {LONGEST:,} bytes to its output")
            else:
                self._murmur(part)

    def _write(self) -> None:
        try:
            self._told = self._told[os.write(self._in, self._told[:_PART]) :]
        except BlockingIOError:
            pass
        except OSError:
            self._told = memoryview(b"")  # it reads no more; what it has answered before counts

    def _murmur(self, part: bytes) -> None:
        """Pass on what it writes to its error stream, made harmless."""
        self._murmured += len(part)
        with suppress(OSError, ValueError, AttributeError):  # nobody listens
            text = (
                self._text.decode(part).replace("\r\n", "\n").replace("\r", "\n")
            )  # a line that is written over is one more line
            sys.stderr.write(harmless(text))
            sys.stderr.flush()
        if self._murmured > LONGEST:
            raise OutputFlood(f"more than {LONGEST:,} bytes to its error stream")

    def shut(self) -> None:
        """Close its input: nothing more will come."""
        self._told = memoryview(b"")
        self._murmured = 0
        with suppress(OSError):
            self._streams[0].close()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended or said something, or until the clock stands at ``deadline``. Raises :class:`OutputFlood`."""
        while self.code is None and not self.said and time.monotonic() < deadline:
            self.until(min(time.monotonic() + _STEP, deadline), lambda: bool(self.said))
        self.until(0.0, lambda: True)

    def kill(self) -> None:
        """End it, and everything that it has started and that did not leave its group."""
        with suppress(OSError):
            os.killpg(self._own.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._own.wait(1.0)
        for stream in self._streams:
            with suppress(OSError):
                stream.close()
