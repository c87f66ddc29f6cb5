"""Memory given back to the system: the C library keeps what large computations have let go of, unless it is asked."""

from __future__ import annotations

import ctypes
import sys

_ARENAS = -8  # glibc's name for the setting: how many pools of memory threads may have, each of which keeps what it had


def give_back() -> None:
    """Return freed memory to the system where that can be asked for (Linux with glibc); elsewhere nothing happens."""
    _ask("malloc_trim", 0)


def share() -> None:
    """Have all threads take their memory from one pool, where that can be asked for: a server of few threads needs no more."""
    _ask("mallopt", _ARENAS, 1)


def _ask(what: str, *numbers: int) -> None:
    if sys.platform.startswith("linux"):
        function = getattr(ctypes.CDLL(None), what, None)  # another C library has no such function
        if function is not None:
            function(*numbers)
