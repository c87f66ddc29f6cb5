"""Textbook episodes in a history: what they are called, what is said of them, and which are found.

A rule (in ``episode_rules`` or ``episode_beliefs``) fires or does not; names, ideas and references stand in ``episode_ideas``.
An episode is a reading, no verdict: it says that what the literature describes looks like this in the record, with the numbers
that made the rule fire, so that a class can argue about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wargame.seminar.debrief import episode_beliefs as beliefs
from wargame.seminar.debrief import episode_rules as rules
from wargame.seminar.debrief.histories import Episode, History
from wargame.simulation.record import Record

MOST = 3  # of each kind: a history of many small ones is told by its gravest
RULES: Mapping[str, Callable[[History], Iterator[Episode]]] = {
    "spiral": rules.spirals,
    "commitment_trap": rules.commitment_traps,
    "deterrence_failure": rules.deterrence_failures,
    "fait_accompli": rules.faits_accomplis,
    "abandonment_fear": beliefs.abandonment_fears,
    "misread_signal": beliefs.misread_signals,
}


def episodes(record: Record, *, most: int = MOST) -> list[Episode]:
    """Return the episodes that the rules find, in order of time: of each kind the ``most`` gravest."""
    history = History(record)
    if history.days < 2:
        return []
    found = []
    for kind in RULES:
        own = sorted(RULES[kind](history), key=lambda one: (-one.weight, one.first, one.who))
        found += own[:most]
    return sorted(found, key=lambda one: (one.first, list(RULES).index(one.kind), one.who))
