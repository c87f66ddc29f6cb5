"""Who does the work: this process, local processes, or any ``concurrent.futures.Executor``, of a Dask cluster say.

Results never depend on it. A worker that dies takes its blocks with it; they are submitted again.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wargame.errors import InputError, Mistake, WargameError
from wargame.studies.processes import Workers, disturbed, leave_with, undisturbed
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.plan.study import Study
from wargame.studies.sweep.play.blocks import PlayedBlock, play
from wargame.studies.sweep.store.parts import Reply, write_part

T = TypeVar("T")
R = TypeVar("R")
_PATIENCE = 3  # times that all workers may die without having finished a block
DASK = "dask:"


class WorkersLost(WargameError):
    """Workers die again and again at the same work: a lack of memory, most likely."""


class Pool(Protocol):
    """Something that makes an executor, and knows how to give it a block; ``window`` is how many it is given at once."""

    @property
    def window(self) -> int:
        """Blocks given out at once."""

    def open(self) -> Executor:
        """Return a new executor."""

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """Return the future of a block: a :class:`Reply` or a :class:`PlayedBlock`."""

    def close(self, executor: Executor) -> None:
        """Let go of an executor; blocks in hand are finished, others given up."""


def each(blocks: Iterable[Block], pool: Pool, done: Callable[[Block, Any], None]) -> None:
    """Have every block played and tell ``done`` of each, in whatever order they end.

    When something goes wrong, or somebody interrupts, blocks in hand are finished first. Raises what a block raised, and
    :class:`WorkersLost` when workers die without getting anywhere.
    """
    waiting = deque(blocks)
    failures = 0
    while waiting:
        executor = pool.open()
        lost, finished = _until_broken(waiting, executor, pool, done)
        failures = 0 if finished else failures + 1
        waiting.extendleft(reversed(lost))
        if failures >= _PATIENCE:
            raise WorkersLost(
                f"the workers died {_PATIENCE} times without finishing a block; most likely memory is short: "
                "try fewer workers (--workers) or smaller blocks (--block)"
            )


def _until_broken(
    waiting: deque[Block], executor: Executor, pool: Pool, done: Callable[[Block, Any], None]
) -> tuple[list[Block], int]:  # fmt: skip
    """Work until nothing is left or the executor is broken; return the blocks it has lost and how many it has finished."""
    flying: dict[Future[Any], Block] = {}
    lost: list[Block] = []
    finished = 0
    try:
        while (waiting and not lost) or flying:
            while waiting and not lost and len(flying) < pool.window:
                block = waiting.popleft()
                try:
                    flying[pool.submit(executor, block)] = block
                except BrokenExecutor:
                    lost.append(block)
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                block = flying.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor:
                    lost.append(block)
                    continue
                finished += 1
                done(block, result)
    finally:
        pool.close(executor)
    return sorted(lost, key=lambda block: block.name), finished


@dataclass
class Local:
    """Processes of this machine. With a ``folder`` they write their parts themselves."""

    study: Study
    folder: Path | None
    workers: int

    @property
    def window(self) -> int:
        """Blocks given out at once: few, so that little is lost when a worker dies."""
        return 2 * self.workers

    def open(self) -> Executor:
        """Return a pool of fresh interpreters that ignore Ctrl-C and end with this process."""
        return Workers(self.workers, _begin, self.study, self.folder, os.getpid())

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """Return the future of a block."""
        with undisturbed():  # this may start a worker
            return executor.submit(_work, block)

    def close(self, executor: Executor) -> None:
        """End the processes; blocks in hand are finished."""
        with undisturbed():
            executor.shutdown(wait=True, cancel_futures=True)


_here: dict[str, Any] = {}


def _begin(study: Study, folder: Path | None, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    disturbed()
    _here.update(study=study, folder=folder)
    gc.freeze()  # the study stays as long as the process does
    gc.set_threshold(20_000, 10, 50)
    leave_with(parent)


def _work(block: Block) -> Reply | PlayedBlock:
    return work(_here["study"], _here["folder"], block)


def work(study: Study, folder: Path | None, block: Block) -> Reply | PlayedBlock:
    """Play a block; with a folder, write its part and return only what stopping needs."""
    played = play(study, block)
    return played if folder is None else write_part(study, folder, played)


@dataclass
class Dask:
    """A Dask cluster whose workers see the same files."""

    url: str
    folder: Path
    window: int = 256

    def open(self) -> Executor:
        """Return an executor on the cluster. Raises :class:`InputError` when there is none, or the extra is not installed."""
        try:
            from distributed import Client
        except ImportError:
            raise _refused("needs the extra: pip install 'wargame[distributed]'") from None
        address = self.url.removeprefix(DASK)
        try:
            client = Client(address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _refused(f"no Dask scheduler answers at {address}: {str(error).splitlines()[0]}") from None
        executor: Executor = client.get_executor(pure=False, retries=_PATIENCE)
        return executor

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        """Return the future of a block."""
        return executor.submit(work_in_folder, str(self.folder.resolve()), block)

    def close(self, executor: Executor) -> None:
        """Leave the cluster, which stays."""
        executor.shutdown(wait=False)
        executor._client.close()  # type: ignore[attr-defined]


def work_in_folder(folder: str, block: Block) -> Reply | PlayedBlock:
    """Play a block of a sweep on a worker that knows only the folder, and write its part there."""
    return work(_study_of(folder), Path(folder), block)


@lru_cache(maxsize=2)
def _study_of(folder: str) -> Study:
    from wargame.studies.sweep.store.folder import study_of

    return study_of(Path(folder))


def _refused(what: str) -> InputError:
    return InputError([Mistake("--executor", 0, 0, "", what)])


def check_executor(url: str) -> None:
    """Raise :class:`InputError` for an executor that is none, or does not answer."""
    if not url.startswith(DASK) or len(url) == len(DASK):
        raise _refused(f"expected dask:tcp://HOST:PORT (got text {url!r})")
    cluster = Dask(url, Path())
    cluster.close(cluster.open())
