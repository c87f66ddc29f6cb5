"""Memory given back to the system: the C library keeps what large computations have let go of, unless it is asked."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return freed memory to the system where that can be asked for (Linux with glibc); elsewhere nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # another C library has no such function
    if trim is not None:
        trim(0)
