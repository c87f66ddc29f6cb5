"""Work on several processors. The results come in the order of the tasks and do not depend on who did them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from wargame.errors import InputError, Mistake

T = TypeVar("T")
R = TypeVar("R")
_NEVER = 1_000_000  # a limit on tasks per process also asks for fresh interpreters ("spawn"), which threads cannot harm


@dataclass(frozen=True)
class _Refused:
    """What a task says of the user's input: the error itself does not survive the way between processes."""

    mistakes: tuple[Mistake, ...]


ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_SAFE = "PYTHONSAFEPATH"


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold an interruption (Ctrl-C, SIGTERM, SIGHUP) back until the end of the block, and keep it from processes that are
    started within.

    A terminal interrupts all processes at once. A worker that is still loading would die of it, and a pool that is not yet
    closed would wait for ever for workers that nobody tells to end.
    """
    pressed: list[int] = []
    own = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in ENDING} if own else {}
    ours = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in ours:
        signal.signal(number, lambda number, frame: pressed.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in ours.items():
            signal.signal(number, handler)
    if pressed:
        ours[pressed[0]](pressed[0], None)


class Workers(ProcessPoolExecutor):
    """Fresh interpreters that do not look for modules in the working folder, where others may have put some."""

    def __init__(self, workers: int, begin: Callable[..., None], *given: Any) -> None:
        with undisturbed(), _elsewhere():  # this starts a process that minds semaphores, and outlives what ends the others
            super().__init__(workers, max_tasks_per_child=_NEVER, initializer=begin, initargs=given)

    def submit(self, work: Callable[..., T], /, *given: Any, **named: Any) -> Future[T]:
        """Return the future of a task; this may start an interpreter."""
        with _elsewhere():
            return super().submit(work, *given, **named)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Have interpreters that are started within import modules of Python's own, and not the working folder's."""
    if _SAFE in os.environ:
        yield
        return
    os.environ[_SAFE] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE, None)


def _begin(parent: int) -> None:
    """Make a worker ready: it ends without a word when it is interrupted, and with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    disturbed()
    leave_with(parent)


def disturbed() -> None:
    """Let a process that was started undisturbed hear what ends it."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def leave_with(parent: int) -> None:
    """Have this process end when the one that started it is gone: a pool would work, or wait for work, for ever."""
    threading.Thread(target=_leave, args=(parent,), daemon=True).start()


def _leave(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _guarded(work: Callable[[T], R], task: T) -> R | _Refused:
    try:
        return work(task)
    except InputError as error:
        return _Refused(tuple(error.mistakes))


def in_processes(
    work: Callable[[T], R], tasks: Sequence[T], *, workers: int, done: Callable[[int, R], None] = lambda index, result: None
) -> list[R]:
    """Return ``work`` of every task, in order. ``done`` is told the index of each task that is finished, and its result.

    ``work`` is a function of a module; tasks and results can be pickled. With one worker, or one task, everything happens in
    this process. An error in a task is raised here, and what has not begun is given up.
    """
    if workers <= 1 or len(tasks) <= 1:
        results = []
        for index, task in enumerate(tasks):
            results.append(work(task))
            done(index, results[-1])
        return results
    found: dict[int, R] = {}
    pool = Workers(min(workers, len(tasks)), _begin, os.getpid())
    try:
        with undisturbed():
            futures = {pool.submit(partial(_guarded, work), task): index for index, task in enumerate(tasks)}
        for future in as_completed(futures):
            result = future.result()
            if isinstance(result, _Refused):
                raise InputError(result.mistakes)
            found[futures[future]] = result
            done(futures[future], result)
    finally:
        with undisturbed():
            pool.shutdown(cancel_futures=True)
    return [found[index] for index in range(len(tasks))]


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
