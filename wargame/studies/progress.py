"""How far long work is: runs done, their rate, the time left."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TextIO


class Progress:
    """Runs done, rate and time left, on a stream: one line that changes on a terminal, a line now and then elsewhere.

    The rate is that of the work, not of start-up: with ``workers`` at work, a worker's next block is done when as many blocks
    have been as there are workers. So it is taken between blocks that lie a multiple of ``workers`` apart.
    """

    def __init__(self, total: int, stream: TextIO | None, every: float = 10.0, *, workers: int = 1) -> None:
        self.total, self.stream = total, stream
        self.before = self.done = 0
        self.started = self.told = time.monotonic()
        self.live = stream is not None and stream.isatty()
        self.every = 0.2 if self.live else every
        self.workers = max(workers, 1)
        self._blocks: list[tuple[float, int]] = []  # when each was done, and how many runs had been by then

    def resume(self, runs: int) -> None:
        """Count runs that were there already."""
        self.before += runs
        self.done += runs

    def add(self, runs: int) -> None:
        """Count runs that have just been played."""
        self.done += runs
        now = time.monotonic()
        self._blocks.append((now, self.done - self.before))
        if self.stream is not None and (now - self.told >= self.every or (self.live and self.done >= self.total)):
            self.told = now
            print_line(self.stream, self.text(now), self.live)

    def text(self, now: float) -> str:
        """Return the state of things in a line."""
        share = f"{self.done:,} of {self.total:,} runs ({self.done / max(self.total, 1):.0%})"
        played, missing = self.done - self.before, self.total - self.done
        if rate := self.rate():
            left = max(missing / rate - (now - self._blocks[-1][0]), 0.0)
            return f"{share}, {rate:,.0f} a second, {duration(left)} left"
        if not played:
            return f"{share}, getting ready"
        return f"{share}, at most {duration(missing * (now - self.started) / played)} left"

    def rate(self) -> float:
        """Return the runs per second; 0 as long as nobody knows."""
        rounds = (len(self._blocks) - 1) // self.workers
        if rounds < 1:
            return 0.0
        (then, before), (last, played) = self._blocks[-1 - rounds * self.workers], self._blocks[-1]
        return (played - before) / max(last - then, 1e-9)

    def close(self) -> None:
        """End the line on a terminal."""
        if self.stream is not None and self.live and self.done:
            print_line(self.stream, "", False)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.started


def print_line(stream: TextIO, text: str, stay: bool) -> None:
    """Write a line to a stream; ``stay`` writes it over the one before. That nobody can read it is no reason to stop."""
    with suppress(OSError, ValueError):
        stream.write(f"\r\x1b[K{text}" if stay else f"{text}\n")
        stream.flush()


def duration(seconds: float) -> str:
    """Return a time in words: ``40 s``, ``3 min``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
