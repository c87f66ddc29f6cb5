"""The Vienna Document 2011 as a rule engine: what a military activity owed, by the letter and in substance.

The rules are data (:mod:`~wargame.vienna.catalogue`), adjudication is pure
(:mod:`~wargame.vienna.adjudicate`, as arrays :mod:`~wargame.vienna.codes`), and beside it stand the splitting
detector, the constraining provisions, inspections and the Chapter III clock. Case files are read by
:mod:`~wargame.vienna.cases` and judged by :mod:`~wargame.vienna.results`; only these need YAML.
"""

from wargame.vienna.activity import Activity, Forces, Part, Sender
from wargame.vienna.adjudicate import VERDICTS, Ruling, Verdict, adjudicate
from wargame.vienna.codes import CODE, codes, readings
from wargame.vienna.rules import DEFAULT, Rules
from wargame.vienna.splitting import Merge, detect, smallest_merge

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
