"""What surrounds a command: its standard streams, signals that end it, and what the system may refuse it."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from typing import IO, Any

from wargame.errors import one_line

lost: list[str] = []  # why the standard output cannot be written, where it cannot


def ready_streams() -> None:
    """Make the standard streams fit for use: closed ones lead nowhere, and a sign that a terminal cannot show becomes "?"."""
    lost.clear()
    for number in range(3):  # else the next file that is opened would be a standard stream, and be written to
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def lose(stream: IO[str] | None, error: OSError) -> None:
    """Go on without a standard stream that cannot be written; that it was the output, and not for want of a reader, is kept."""
    if stream is sys.stdout and not isinstance(error, BrokenPipeError):
        lost.append(error.strerror or str(error))
    _silence(stream)


def flush() -> None:
    """Send off what was printed, as far as somebody takes it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError as error:
            lose(stream, error)


def silence_closed() -> None:
    """Point the standard streams that nobody reads any more to nowhere, so that work can go on and end in peace."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            _silence(stream)


def _silence(stream: IO[str] | None) -> None:
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):
        pass  # it has no number: a stream in memory
    finally:
        os.close(nowhere)


NO_MEMORY = "not enough memory; a shorter horizon or fewer actors, sites and exercises need less"
_MEMORY = ("failed to map segment", "cannot allocate memory", "can't start new thread", "out of memory")


def of_the_system(error: Exception) -> str:
    """Return what the system refuses, in a line, where an error is that and no bug; else an empty text."""
    said = str(error)
    if any(sign in said.lower() for sign in _MEMORY):
        return NO_MEMORY
    if not isinstance(error, OSError):
        return ""
    where = f"{error.filename}: " if error.filename else "the system refuses: "
    try:
        os.getcwd()
    except OSError:
        where = f"the working folder is gone: {where}"
    return one_line(f"{where}{error.strerror or error}")


class Signals:
    """What ends a command: Ctrl-C, and SIGTERM and SIGHUP like it, once. ``name`` is what came, where it was not Ctrl-C."""

    def __init__(self) -> None:
        self.name = ""
        self._own = threading.current_thread() is threading.main_thread()
        self._before: dict[int, Any] = {}

    def listen(self) -> None:
        """Answer SIGTERM and SIGHUP like Ctrl-C; one that is to be ignored (``nohup``) still is."""
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if self._own and number is not None and signal.getsignal(number) == signal.SIG_DFL:
                self._before[number] = signal.signal(number, self._end)

    def _end(self, number: int, frame: object) -> None:
        self.name = signal.Signals(number).name
        raise KeyboardInterrupt

    def deaf(self) -> None:
        """Take no notice of a second one: the first is being obeyed, and the last words are to be said."""
        for number in (signal.SIGINT, *self._before) if self._own else ():
            signal.signal(number, signal.SIG_IGN)
        self._before.clear()

    def forget(self) -> None:
        """Leave signals as they were, unless the last words have been said."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
