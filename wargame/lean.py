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


class Later(ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own questions about the module; the answer is not worth loading it
            raise AttributeError(f"module {self.__name__!r} has not been loaded, and so has no {name!r}")
        return getattr(importlib.import_module(self.__name__), name)


def _load() -> Any:
    """Return Mesa, loaded with stand-ins for what it needs later; whoever imports those by themselves gets the real ones."""
    loaded = "mesa" in sys.modules
    standing = {name: Later(name) for name in LATER if not loaded and name not in sys.modules}
    sys.modules.update(standing)
    try:
        import mesa

        return mesa
    finally:
        for name in standing:
            del sys.modules[name]


mesa = _load()
