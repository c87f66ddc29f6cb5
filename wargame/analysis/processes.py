"""Work on several processors. The results come in the order of the tasks and do not depend on who did them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from wargame.errors import InputError, Mistake

T = TypeVar("T")
R = TypeVar("R")
_NEVER = 1_000_000  # a limit on tasks per process also asks for fresh interpreters ("spawn"), which threads cannot harm


@dataclass(frozen=True)
class _Refused:
    """What a task says of the user's input: the error itself does not survive the way between processes."""

    mistakes: tuple[Mistake, ...]


def leave_with(parent: int) -> None:
    """Have this process end when the one that started it is gone: a pool would work, or wait for work, for ever."""
    threading.Thread(target=_leave, args=(parent,), daemon=True).start()


def _leave(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _told(work: Callable[[T], R], task: T) -> R | _Refused:
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
    with ProcessPoolExecutor(
        min(workers, len(tasks)), max_tasks_per_child=_NEVER, initializer=leave_with, initargs=(os.getpid(),)
    ) as pool:
        futures = {pool.submit(partial(_told, work), task): index for index, task in enumerate(tasks)}
        try:
            for future in as_completed(futures):
                result = future.result()
                if isinstance(result, _Refused):
                    raise InputError(result.mistakes)
                found[futures[future]] = result
                done(futures[future], result)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [found[index] for index in range(len(tasks))]
