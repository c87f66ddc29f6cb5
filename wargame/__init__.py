"""Scenario wargame simulation engine.

``load`` a scenario, ``run`` one history, ``sweep`` many, ``open`` a stored result; ``WargameModel`` is the Mesa model under
all of them. Nothing heavy is imported until it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wargame.api import check, compare, discover, load, open, run, sensitivity, sweep, tournament, validate, verify
    from wargame.report.notebook import Comparison, Ensemble, Sensitivity
    from wargame.simulation.model import WargameModel
    from wargame.simulation.record import Record
    from wargame.vienna.results import adjudicated as vienna

__version__ = "0.1.0"
__all__ = [
    "Comparison", "Ensemble", "Record", "Sensitivity", "WargameModel", "__version__", "check", "compare", "discover", "load",
    "open", "run", "sensitivity", "sweep", "tournament", "validate", "verify", "vienna",
]  # fmt: skip

_DOORS = ("check", "compare", "discover", "load", "open", "run", "sensitivity", "sweep", "tournament", "validate", "verify")
_HOMES = {
    **dict.fromkeys(_DOORS, "wargame.api"),
    **dict.fromkeys(("Comparison", "Ensemble", "Sensitivity"), "wargame.report.notebook"),
    "Record": "wargame.simulation.record",
    "WargameModel": "wargame.simulation.model",
}


def __getattr__(name: str) -> Any:
    if name == "vienna":  # a package that can be called
        return import_module("wargame.vienna")
    if name not in _HOMES:
        raise AttributeError(f"module 'wargame' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
