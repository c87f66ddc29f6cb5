"""The adjudication for many activities at once: the same rulings as
:func:`wargame.vienna.adjudicate.adjudicate`, as arrays.

Elementwise operations only, so a column gives the same verdict at any width of the runs axis. Not covered:
sending states' own notices and the listing of air components, which need names.

Source: as ``adjudicate``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wargame.engine.numeric import as_numbers, as_truths
from wargame.engine.types import Array, Mask
from wargame.vienna.adjudicate import VERDICTS, Verdict
from wargame.vienna.rules import DEFAULT, Rules, trigger_ids

Codes: TypeAlias = NDArray[np.int8]  # indices into VERDICTS
CODE: dict[Verdict, int] = {verdict: code for code, verdict in enumerate(VERDICTS)}


class Readings(NamedTuple):
    """Verdict codes of both readings and overall, and what each reading owes (0 nothing, 1 notification, 2
    observation too).
    """

    letter: Codes
    substance: Codes
    overall: Codes
    letter_duties: Codes
    substance_duties: Codes


def codes(
    declared: Mapping[str, ArrayLike],
    true: Mapping[str, ArrayLike],
    *,
    notice_days: ArrayLike,
    observers: ArrayLike,
    declared_whole: Mapping[str, ArrayLike] | None = None,
    snap: ArrayLike = False,
    true_snap: ArrayLike | None = None,
    hours: ArrayLike = np.inf,
    started: ArrayLike = True,
    kind: str = "land",
    rules: Rules = DEFAULT,
) -> Codes:
    """Return the overall verdict codes (indices into ``VERDICTS``); arguments as :func:`readings`."""
    return readings(
        declared,
        true,
        notice_days=notice_days,
        observers=observers,
        declared_whole=declared_whole,
        snap=snap,
        true_snap=true_snap,
        hours=hours,
        started=started,
        kind=kind,
        rules=rules,
    ).overall


def readings(
    declared: Mapping[str, ArrayLike],
    true: Mapping[str, ArrayLike],
    *,
    notice_days: ArrayLike,
    observers: ArrayLike,
    declared_whole: Mapping[str, ArrayLike] | None = None,
    snap: ArrayLike = False,
    true_snap: ArrayLike | None = None,
    hours: ArrayLike = np.inf,
    started: ArrayLike = True,
    kind: str = "land",
    rules: Rules = DEFAULT,
) -> Readings:
    """Return verdict codes and duties of activities given as arrays that broadcast together; the result has
    their common shape.

    ``declared``: quantity → the largest declared number of any part (NaN withheld; left out: nought).
    ``declared_whole``: the same for the parts together, by default as ``declared`` (one part). ``true``:
    quantity → the true number of the whole. ``notice_days``: days from notice to start (``-inf`` never, NaN
    not known yet). ``observers``: 1 invited, 0 not, NaN not known yet. ``snap``, ``true_snap`` (None: as
    said): begun without warning its troops. ``hours``: how long it lasts. ``started``: False while it is
    judged before its start. The parts share notice, observers, label and dates. ``ValueError`` for a quantity
    that is no trigger.
    """
    whole = declared if declared_whole is None else declared_whole
    said = as_truths(snap)
    real = said if true_snap is None else as_truths(true_snap)
    lead, invited = as_numbers(notice_days), as_numbers(observers)
    begun, length = as_truths(started), as_numbers(hours)
    whole_size = _size(whole, kind, rules)
    letter_size = whole_size if rules.scope == "whole" else _size(declared, kind, rules)
    letter, letter_duties = _judge(letter_size, letter_size, lead, invited, said, length, begun, rules)
    substance, owed = _judge(_size(true, kind, rules), whole_size, lead, invited, real, length, begun, rules)
    fine = (letter == CODE["below"]) | (letter == CODE["met"])
    more = (owed > letter_duties) | (said & ~real)
    failed = (substance == CODE["late"]) | (substance == CODE["breached"])
    both = np.where(fine & more, np.where(failed, CODE["evaded"], substance), letter)
    shaped = np.broadcast_arrays(letter, substance, both, letter_duties, owed)
    return Readings(*(one.astype(np.int8) for one in shaped))


def _reached(value: Array, level: float, rules: Rules) -> Mask:
    return value >= level if rules.inequality == ">=" else value > level


def _size(forces: Mapping[str, ArrayLike], kind: str, rules: Rules) -> Codes:
    """Return 0, 1 or 2 by the highest chapter any quantity reaches; a withheld number reaches nothing."""
    triggers = {chapter: trigger_ids(kind, chapter) for chapter in ("notify", "observe")}
    size: Codes = np.zeros((), dtype=np.int8)
    for name, numbers in forces.items():
        if name not in triggers["notify"]:
            raise ValueError(f"{name} is no trigger of a {kind} activity; triggers are {', '.join(triggers['notify'])}")
        value = as_numbers(numbers)
        notify = _reached(value, rules.level(triggers["notify"][name]), rules)
        observe = _reached(value, rules.level(triggers["observe"][name]), rules)
        size = np.maximum(size, np.where(observe, 2, np.where(notify, 1, 0)).astype(np.int8))
    return size


def _judge(
    size: Codes,
    declared_size: Codes,
    lead: Array,
    invited: Array,
    snap: Mask,
    hours: Array,
    started: Mask,
    rules: Rules,
) -> tuple[Codes, Codes]:
    """Return the verdict codes and duties of one reading."""
    deadline = np.where(snap, rules.level("snap.notice"), rules.level("notify.days"))
    pending = np.isnan(lead) | (np.isneginf(lead) & ~started)
    kept = ~pending & (lead >= deadline)
    late = ~pending & ~kept & np.where(snap, -24.0 * lead < hours, lead >= 0.0)
    missing = ~pending & ((~kept & ~late) | (declared_size == 0))
    exempt = snap & (hours <= rules.level("snap.hours"))
    watched = (size == 2) & ~exempt
    shut = watched & (invited == 0.0) & started
    waiting = watched & ~shut & ~(invited == 1.0)
    due = size > 0
    duties = np.where(due, np.where(watched, 2, 1), 0).astype(np.int8)
    open_code = np.where(watched, CODE["observable"], CODE["notifiable"])
    verdict = np.where(
        missing | shut,
        CODE["breached"],
        np.where(late, CODE["late"], np.where(pending | waiting, open_code, CODE["met"])),
    )
    return np.where(due, verdict, CODE["below"]).astype(np.int8), duties
