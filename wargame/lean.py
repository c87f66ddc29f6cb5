"""Mesa as the engine needs it: models, agents and collectors, without what its grids, tables and trials would load.

``import mesa`` loads pandas, NetworkX and parts of SciPy for classes that are not used here: 0.4 s, and 70 MB in every worker
and every server. They are loaded when somebody asks for them: a collector's table of data does, and so does a grid.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__all__ = ["mesa"]

LATER = ("pandas", "networkx", "mesa.experimental")
ATTEMPTS = (LATER, LATER[:2], ())  # newer versions of Mesa stand on their own experiments


class Later(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own questions about the module; the answer is not worth loading it
            raise AttributeError(f"module {self.__name__!r} has not been loaded, and so has no {name!r}")
        if sys.modules.get(self.__name__) is self:  # asked while Mesa is loading: this version cannot do without it
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _load() -> Any:
    """Return Mesa, loaded with stand-ins for what it needs later; whoever imports those by themselves gets the real ones."""
    if "mesa" in sys.modules:
        return sys.modules["mesa"]
    for later in ATTEMPTS[:-1]:
        try:
            return _without(later)
        except ImportError:  # this version cannot do without one of them: forget what was loaded of it
            for name in [name for name in sys.modules if name.partition(".")[0] == "mesa"]:
                del sys.modules[name]
    return _without(ATTEMPTS[-1])


def _without(later: tuple[str, ...]) -> Any:
    standing = {name: Later(name) for name in later if name not in sys.modules}
    sys.modules.update(standing)
    try:
        return importlib.import_module("mesa")
    finally:
        for name, stand_in in standing.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


mesa = _load()
