"""A program as an agent: one line of JSON to its standard input for every decision, one line of JSON from its output."""

from __future__ import annotations

import json
import queue
import shlex
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wargame.agents.answers import EXPECTED
from wargame.binding.bound import Bound
from wargame.errors import InputError, allowed, did_you_mean, got, mistake

PATIENCE = 10.0  # seconds that an answer may take, unless told otherwise
LONGEST = 1_000_000  # letters of an answer
_GRACE = 2.0  # seconds that a program has to end by itself


@contextmanager
def programs(bound: Bound, texts: Sequence[str], patience: float = PATIENCE) -> Iterator[dict[str, Program]]:
    """Start the programs of texts ``ACTOR=COMMAND``, give them by actor and end them all. Raises :class:`InputError`."""
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


class Program:
    """A running program that plays an actor. Its error stream goes where ours goes; :meth:`close` ends it."""

    def __init__(self, actor: str, command: str, patience: float = PATIENCE) -> None:
        """Start it, without a shell. Raises :class:`InputError` when that cannot be done."""
        self.file = f"agent {actor}"
        self.patience = patience
        self.line = 0
        self._answers: queue.Queue[str | None] = queue.Queue()
        try:
            words = shlex.split(command)
            if not words:
                raise ValueError("no command")
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
            )
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or str(error)
            raise mistake(f"cannot be started: {what} (got {got(command)})", file=f"--agent {actor}") from None
        self._views: queue.Queue[str | None] = queue.Queue()
        self._speaker = threading.Thread(target=self._speak, daemon=True)
        self._speaker.start()
        threading.Thread(target=self._listen, daemon=True).start()

    def __call__(self, view: dict[str, Any]) -> Any:
        """Return the program's answer to a view. Raises :class:`InputError` when it dies, is late or answers no JSON."""
        self.line += 1
        self._views.put(json.dumps(view, ensure_ascii=False) + "\n")
        try:
            answer = self._answers.get(timeout=self.patience)
        except queue.Empty:
            what = f"no answer within {self.patience:g} seconds; it must print one line and flush it, or be given longer: "
            raise self._wrong(f"{what}--agent-timeout SECONDS") from None
        if answer is None:
            raise self._gone()
        return self._parsed(answer)

    def close(self) -> None:
        """End the program: its input is closed, and if that does not do it, it is stopped."""
        process = self._process
        self._views.put(None)
        self._speaker.join(_GRACE)
        if self._speaker.is_alive():  # it does not read what it was told, and would not see that nothing more comes
            process.kill()
            self._speaker.join()
        try:
            if process.stdin is not None:
                process.stdin.close()
        except OSError:
            pass  # it had gone before
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _speak(self) -> None:
        """Tell the program its views, however slowly it reads: the wait for an answer has its own clock."""
        stream = self._process.stdin
        assert stream is not None
        while (text := self._views.get()) is not None:
            try:
                stream.write(text)
                stream.flush()
            except OSError:
                pass  # it reads no more; what it has answered before counts

    def _listen(self) -> None:
        """Hand over lines as they come, and None at the end."""
        stream = self._process.stdout
        assert stream is not None
        try:
            while line := stream.readline(LONGEST):
                self._answers.put(line)
        except (OSError, ValueError):
            pass  # closed under our hands: the end
        self._answers.put(None)

    def _parsed(self, answer: str) -> Any:
        try:
            return json.loads(answer.strip())
        except json.JSONDecodeError as error:
            raise self._wrong(f"is no JSON: {error.msg} (got {got(answer.strip())}); {EXPECTED}", error.colno) from None
        except (ValueError, RecursionError) as error:
            raise self._wrong(f"cannot be read: {error}; {EXPECTED}") from None

    def _gone(self) -> InputError:
        try:
            code: int | None = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            code = None
        how = "closed its output" if code is None else f"ended (exit code {code})"
        return self._wrong(f"the program {how} without an answer; {EXPECTED}")

    def _wrong(self, what: str, column: int = 1) -> InputError:
        return mistake(what, file=self.file, line=self.line, column=column)
