"""Scenario wargame simulation engine.

``load`` a scenario, ``run`` one history, ``sweep`` many; ``WargameModel`` is the Mesa model under all of them. Nothing
heavy is imported until it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wargame.api import Ensemble, Sensitivity, check, load, run, sensitivity, sweep
    from wargame.model import WargameModel
    from wargame.record import Record

__version__ = "0.1.0"
__all__ = ["Ensemble", "Record", "Sensitivity", "WargameModel", "__version__", "check", "load", "run", "sensitivity", "sweep"]

_HOMES = {
    "Ensemble": "wargame.api",
    "Record": "wargame.record",
    "Sensitivity": "wargame.api",
    "WargameModel": "wargame.model",
    "check": "wargame.api",
    "load": "wargame.api",
    "run": "wargame.api",
    "sensitivity": "wargame.api",
    "sweep": "wargame.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wargame' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
