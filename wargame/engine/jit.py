"""The compiler: Numba where it is installed and wanted, plain Python otherwise.

``WARGAME_PLAIN=1`` (or ``NUMBA_DISABLE_JIT=1``) switches it off: then NumPy does all the work, with the same results to the
bit, and a debugger or a coverage tool sees every line. Kernels are compiled once per installation and kept on disk, so that
later processes need not load the compiler (:mod:`wargame.engine.native`), in a folder that is this user's alone; ``fastmath``
is off, so that compiled and plain code round alike.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from wargame.engine import native
from wargame.engine.owned import make_private

F = TypeVar("F", bound=Callable[..., Any])
SWITCHES = ("WARGAME_PLAIN", "NUMBA_DISABLE_JIT")
log = logging.getLogger("wargame")
_inlined: list[Callable[..., Any]] = []  # functions that kernels call, of which the compiler has not been told yet
_lock = threading.RLock()


@cache
def compiles() -> bool:
    """Return whether there is a compiler, and it is wanted; it is not loaded for that."""
    return not any(os.environ.get(switch, "0") not in ("", "0") for switch in SWITCHES) and find_spec("numba") is not None


@cache
def _compiler() -> Any:
    """Return the numba module (importing it takes 0.3 s)."""
    numba = importlib.import_module("numba")
    _without_blas()
    return numba


def _without_blas() -> None:
    """Load Numba's functions of arrays without SciPy's linear algebra, which they ask for at once to know that it is there.

    That takes 0.15 s, and nothing here multiplies matrices. Numba still loads it by itself for whoever does.
    """
    if "numba.np.arraymath" in sys.modules:
        return
    try:
        from numba.np import linalg

        real = linalg.ensure_blas
    except (ImportError, AttributeError):  # another version of Numba
        return
    linalg.ensure_blas = lambda: None
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = real


def inlined(function: F) -> F:
    """Return a function that is compiled as part of the kernels that call it."""
    _inlined.append(function)
    return function


class Kernel:
    """A function that works on arrays in place: from machine code on disk, compiled where there is none yet."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.plain = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self._dispatcher: Any = None
        self._ready: dict[tuple[Any, ...], native.Ready] = {}  # by the kinds of the arguments

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self.with_packs((), arguments)

    def with_packs(self, packs: Sequence[native.Pack], arguments: Sequence[Any]) -> Any:
        """Call it with what is in packs, and then with arguments."""
        kinds = (*[pack.kinds for pack in packs], *map(native.kind, arguments))
        ready = self._ready.get(kinds)
        if ready is None:
            with _lock:
                ready = self._ready[kinds] = self._made(_unpacked(packs, arguments))
        return ready(packs, arguments)

    def _made(self, arguments: Sequence[Any]) -> native.Ready:
        """Return what is called for arguments of some kinds."""
        kinds = tuple(map(native.kind, arguments))
        folder = _place()
        file = native.place_of(folder, self.__name__, kinds) if folder else None
        return (native.load(file) if file else None) or self._compiled(file, kinds, arguments)

    def _compiled(self, file: Path | None, kinds: tuple[str, ...], arguments: Sequence[Any]) -> native.Ready:
        """Compile it, and keep its machine code where there is a place for that."""
        _say(file is not None)
        numba = _compiler()
        while _inlined:
            numba.extending.register_jitable(error_model="numpy", forceinline=True)(_inlined.pop())
        if self._dispatcher is None:
            self._dispatcher = numba.njit(nogil=True, error_model="numpy")(self.plain)
        if not hasattr(self._dispatcher, "overloads"):  # a .numba_config.yaml has switched the compiler off
            return lambda packs, others: self.plain(*_unpacked(packs, others))
        self._dispatcher.compile(tuple(map(numba.typeof, arguments)))
        if file is not None:
            native.keep(file, self._dispatcher, kinds)
        return lambda packs, others: self._dispatcher(*_unpacked(packs, others))


def _unpacked(packs: Sequence[native.Pack], arguments: Sequence[Any]) -> tuple[Any, ...]:
    return (*(one for pack in packs for one in pack.arguments), *arguments)


def call(function: Callable[..., Any], packs: Sequence[native.Pack], *arguments: Any) -> Any:
    """Call what :func:`kernel` has returned with what is in packs, and then with arguments."""
    if isinstance(function, Kernel):
        return function.with_packs(packs, arguments)
    return function(*_unpacked(packs, arguments))


def kernel(function: F) -> F:
    """Return a function compiled by itself and kept on disk, or itself without a compiler.

    It must not hold the interpreter lock, raise, allocate, or touch Python objects; it takes arrays and whole numbers, and
    returns nothing or a whole number. Compiled code is kept in a folder that is this user's alone: in ``NUMBA_CACHE_DIR``, in
    the user's cache, or in the temporary folder. A change of any kernel's source is a new place. Where no such folder can be
    had, it is compiled in memory by every process.
    """
    return Kernel(function) if compiles() else function  # type: ignore[return-value]


@cache
def _place() -> Path | None:
    """Return the folder for compiled code, one for every state of the sources it is made from; None where none is private."""
    engine = Path(__file__).parent
    sources = sorted([*engine.rglob("*.py"), engine.parent / "simulation" / "record.py"])
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    for base, name in _bases():
        if (folder := make_private(base, name, state)) is not None:
            return folder
    return None


def _bases() -> Iterator[tuple[Path, str]]:
    """Yield folders that may hold one for compiled code, and its name there; a user may have no home, or no temporary folder."""
    if asked := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(asked), "wargame"
    if caches := os.environ.get("XDG_CACHE_HOME"):
        yield Path(caches), "wargame"
    else:
        with suppress(RuntimeError):
            yield Path.home() / ".cache", "wargame"
    with suppress(OSError):
        yield Path(tempfile.gettempdir()), f"wargame-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"


def note(name: str) -> Path | None:
    """Return the place of a note beside the compiled code; it is gone with it when a source changes. None where
    there is no compiler, or no such place.
    """
    folder = _place() if compiles() else None
    return folder / name if folder else None


@cache
def _say(kept: bool) -> None:
    if kept:
        log.warning("compiling the engine (once per installation, a few seconds)")
    else:
        log.warning(
            "compiling the engine (a few seconds, every time: no folder for it is yours alone; set XDG_CACHE_HOME to one)"
        )
