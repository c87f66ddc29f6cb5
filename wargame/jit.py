"""The compiler: Numba where it is installed and wanted, plain Python otherwise.

``WARGAME_PLAIN=1`` (or ``NUMBA_DISABLE_JIT=1``) switches it off: then NumPy does all the work, with the same results to the
bit, and a debugger or a coverage tool sees every line. Kernels are compiled once per installation and kept on disk; ``fastmath``
is off, so that compiled and plain code round alike.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
SWITCHES = ("WARGAME_PLAIN", "NUMBA_DISABLE_JIT")
log = logging.getLogger("wargame")


@cache
def compiler() -> Any:
    """Return the numba module, or None where it is not installed or not wanted (importing it takes 0.3 s)."""
    if any(os.environ.get(switch, "0") not in ("", "0") for switch in SWITCHES):
        return None
    try:
        import numba
    except ImportError:
        return None
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
    """Return a function compiled as part of the kernels that call it, or itself without a compiler."""
    numba = compiler()
    return function if numba is None else numba.njit(error_model="numpy", forceinline=True)(function)


def kernel(function: F) -> F:
    """Return a function compiled by itself and kept on disk, or itself without a compiler.

    It must not hold the interpreter lock, raise, or touch Python objects. Compiled code is kept in the user's cache (or in
    ``NUMBA_CACHE_DIR``), where that cannot be written in the temporary folder; a change of any kernel's source is a new place,
    because Numba by itself would look at one file only.
    """
    numba = compiler()
    if numba is None:
        return function
    compile_it: Callable[[F], F] = numba.njit(cache=True, nogil=True, error_model="numpy")
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, _place()
    try:
        return compile_it(function)
    finally:
        numba.config.CACHE_DIR = before


@cache
def _place() -> str:
    """Return the folder for compiled code, one for every state of the sources it is made from."""
    here = Path(__file__).parent
    sources = sorted([*here.glob("taping/*.py"), *(here / f"{name}.py" for name in ("elementary", "jit", "loops", "record"))])
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for base in (os.environ.get("NUMBA_CACHE_DIR"), caches, tempfile.gettempdir()):
        folder = Path(base or caches) / "wargame" / state
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return str(folder)
    return tempfile.mkdtemp(prefix="wargame-")


def note(name: str) -> Path | None:
    """Return the place of a note beside the compiled code; it is gone with it when a source changes. None without a compiler."""
    return None if compiler() is None else Path(_place()) / name


@cache
def announce(dispatcher: Any) -> None:
    """Say before a kernel's first call, once in a process, that the engine is being compiled, if the kernel is not on disk."""
    stats = getattr(dispatcher, "stats", None)
    if stats is not None and not any(Path(stats.cache_path).glob(f"*{dispatcher.__name__}*.nbi")):
        _say()


@cache
def _say() -> None:
    log.warning("compiling the engine (once per installation, a few seconds)")
