"""The Vienna Document 2011 as a rule engine: what a military activity owed, by the letter and in substance.

The rules are data (:mod:`~wargame.vienna.catalogue`), adjudication is pure
(:mod:`~wargame.vienna.adjudicate`, as arrays :mod:`~wargame.vienna.codes`), and beside it stand the splitting
detector, the constraining provisions, inspections and the Chapter III clock. Case files are read by
:mod:`~wargame.vienna.cases` and judged by :mod:`~wargame.vienna.results`; only these need YAML.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from wargame.vienna.activity import Activity, Forces, Part, Sender
from wargame.vienna.adjudicate import VERDICTS, Ruling, Verdict, adjudicate
from wargame.vienna.codes import CODE, codes, readings
from wargame.vienna.rules import DEFAULT, Rules
from wargame.vienna.splitting import Merge, detect, smallest_merge

if TYPE_CHECKING:
    from wargame.vienna.results import Rulings

__all__ = [
    "CODE",
    "DEFAULT",
    "VERDICTS",
    "Activity",
    "Forces",
    "Merge",
    "Part",
    "Rules",
    "Ruling",
    "Sender",
    "Verdict",
    "adjudicate",
    "codes",
    "detect",
    "readings",
    "smallest_merge",
]


class _CallableModule(ModuleType):
    """This package as a function: ``wargame.vienna(file)`` does what the command of its name does."""

    def __call__(self, file: str | Path) -> Rulings:
        """Return the declared activities of a file adjudicated: a path, or the name of shipped cases.

        Raises :class:`wargame.errors.InputError` with every mistake in the file.
        """
        from wargame.vienna.results import adjudicated

        return adjudicated(file)


sys.modules[__name__].__class__ = _CallableModule
