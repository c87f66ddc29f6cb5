"""A program as an agent: one line of JSON to its standard input for every decision, one line of JSON from its output."""

from __future__ import annotations

import json
import math
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from wargame.agents.answers import EXPECTED
from wargame.agents.json_lines import UnreadableLine, parse_line
from wargame.agents.process import OutputFlood, Process
from wargame.binding.bound import Bound
from wargame.errors import InputError, allowed, did_you_mean, got, mistake

PATIENCE = 10.0  # seconds that an answer may take, unless told otherwise
GRACE = 2.0  # seconds that programs have to end by themselves
ONE_LINE = "allowed: one line of JSON for each view, flushed, and nothing else"


@contextmanager
def programs(bound: Bound, texts: Sequence[str], patience: float = PATIENCE) -> Iterator[dict[str, Program]]:
    """Start the programs of texts ``ACTOR=COMMAND``, give them by actor and end them all. Raises :class:`InputError`."""
    if not 0 < patience < math.inf:
        raise mistake(f"expected a number of seconds above 0 (got {got(patience)})", file="--agent-timeout")
    commands: dict[str, str] = {}
    for text in texts:
        actor, _, command = text.partition("=")
        actor = actor.strip()
        if not actor or not command.strip():
            raise mistake(f"expected ACTOR='COMMAND…' (got {got(text)})", file="--agent")
        if actor not in bound.cast.actors:
            near = did_you_mean(actor, bound.cast.actors) or f"; allowed: {allowed(bound.cast.actors)}"
            raise mistake(f'unknown actor "{actor}"{near}', file="--agent")
        if actor in commands:
            raise mistake("given twice", file=f"--agent {actor}")
        commands[actor] = command
    running: dict[str, Program] = {}
    try:
        for actor, command in commands.items():
            running[actor] = Program(actor, command, patience)
        yield running
    finally:
        for program in running.values():
            program.close()


def dismiss(running: Mapping[str, Program], grace: float = GRACE) -> None:
    """Tell programs that no more views come, and wait until they have ended, all together no longer than ``grace``.

    Raises :class:`InputError` for one that has said more than it was asked for: then one of its answers was to another view.
    """
    for program in running.values():
        program.process.shut()
    deadline = time.monotonic() + grace
    for program in running.values():
        program.ended(deadline)


class Program:
    """A running program that plays an actor. What it writes to its error stream is passed on; :meth:`close` ends it."""

    def __init__(self, actor: str, command: str, patience: float = PATIENCE) -> None:
        """Start it, without a shell. Raises :class:`InputError` when that cannot be done."""
        self.file = f"agent {actor}"
        self.command = command
        self.patience = patience
        self.line = 0
        try:
            words = shlex.split(command)
            if not words:
                raise ValueError("no command")
            self.process = Process(words)
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or str(error)
            raise mistake(f"cannot be started: {what} (got {got(command)})", file=f"--agent {actor}") from None

    def __call__(self, view: dict[str, Any]) -> Any:
        """Return the program's answer to a view. Raises :class:`InputError` when it dies, is late, or answers anything but one
        line of JSON.
        """
        self.line += 1
        process = self.process
        try:
            process.until(0.0, lambda: True)
            if self.line > 1 and process.said:
                raise self._unasked()
            process.tell(json.dumps(view).encode() + b"\n")
            process.until(time.monotonic() + self.patience, lambda: b"\n" in process.said or process.closed)
        except OutputFlood as flood:
            raise self._wrong(f"the program wrote {flood} for one view; {ONE_LINE}") from None
        answer, end, more = process.said.partition(b"\n")
        process.said.clear()
        if not end and not process.closed:
            raise self._late()
        if more:
            raise self._wrong(f"the program printed more than one line for one view (first {_shown(answer)}); {ONE_LINE}")
        if not end and not answer:
            raise self._gone()
        try:
            return parse_line(bytes(answer))
        except UnreadableLine as error:
            raise self._wrong(f"{error.what}; {EXPECTED}", error.column) from None

    def ended(self, deadline: float) -> None:
        """Wait for its end. Raises :class:`InputError` when it has said more than it was asked for."""
        self.line += 1
        try:
            self.process.wait(deadline)
        except OutputFlood as flood:
            raise self._wrong(f"the program wrote {flood} after the last view; {ONE_LINE}") from None
        if self.process.said:
            raise self._unasked()

    def close(self) -> None:
        """End the program and what it has started."""
        self.process.kill()

    def _unasked(self) -> InputError:
        first = self.process.said.partition(b"\n")[0]
        return self._wrong(f"the program printed a line that nobody asked for ({_shown(first)}); {ONE_LINE}")

    def _late(self) -> InputError:
        what = f"no answer within {self.patience:g} seconds; it must print one line and flush it, or be given longer: "
        code = self.process.code
        why = "" if code is None else f" (the program has ended with exit code {code}; what it started holds its output)"
        return self._wrong(f"{what}--agent-timeout SECONDS{why}")

    def _gone(self) -> InputError:
        deadline = time.monotonic() + GRACE
        while self.process.code is None and time.monotonic() < deadline:
            time.sleep(0.02)
        code = self.process.code
        how = "closed its output" if code is None else f"ended (exit code {code})"
        return self._wrong(f"the program {how} without an answer; {EXPECTED}")

    def _wrong(self, what: str, column: int = 1) -> InputError:
        named = f"{what} (program: {self.command if len(self.command) <= 60 else self.command[:60] + '…'})"
        return mistake(named, file=self.file, line=self.line, column=column)


def _shown(line: bytes | bytearray) -> str:
    return got(line[:200].decode("utf-8", "replace"))
