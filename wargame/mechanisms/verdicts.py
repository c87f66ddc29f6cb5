"""The Vienna Document's verdict on an exercise of the world: what is handed to :mod:`wargame.vienna`, and what is said of it.

The levels for troops may differ from run to run while the rule engine has one table, so numbers are carried over to its levels:
``f(v) = 9,000 v / notify`` up to the notification level and ``9,000 + 4,000 (v - notify) / (observe - notify)`` above it; f is
increasing and exact at both levels. Where duties arise only above a level, half a person is taken off first.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from wargame.engine.numeric import highest, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.tables import ExerciseTable
from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.codes import Readings, readings
from wargame.vienna.rules import DEFAULT
from wargame.world.world import World

EQUIPMENT = ("tanks", "acv", "artillery", "airborne")
_NOTIFY, _OBSERVE = DEFAULT.level("notify.troops"), DEFAULT.level("observe.troops")
RESTS_ON = {
    "below": ("notify.troops",),
    "notifiable": ("notify.troops", "notify.days"),
    "observable": ("observe.troops",),
    "met": ("notify.troops", "notify.days"),
    "late": ("notify.troops", "notify.days"),
    "evaded": ("notify.one_command", "observe.troops"),
    "breached": ("notify.days", "observe.troops"),
}


def carried_over(troops: Array, notify: Array, observe: Array, strictly_above: Array) -> Array:
    """Return troop numbers on the scale of the rule table: a level reached here is reached there.

    Levels that a scenario sets to nothing, or the wrong way round, are taken as one person apart.
    """
    v = troops - 0.5 * strictly_above
    above = _NOTIFY + (_OBSERVE - _NOTIFY) * ((v - notify) / np.maximum(observe - notify, 1.0))
    return np.where(v < notify, _NOTIFY * (np.maximum(v, 0.0) / np.maximum(notify, 1.0)), above)


def judge(w: World, exercise: ExerciseTable, where: Mask) -> None:
    """Write both verdicts on an exercise as of today in the runs of ``where``, and tell them on its first day."""
    i, p = exercise.index, w.parameters("declaration")
    if not exercise.parts:
        return
    started = w.tick >= exercise.start
    largest, whole, true = _numbers(w, exercise)
    first = readings(largest, true, declared_whole=whole, notice_days=_notice(w, exercise), observers=np.nan,
                     snap=exercise.plan.no_notice, hours=_hours(w, exercise), started=started)  # fmt: skip
    due = first.letter_duties == 2
    let_in = w["observers"][i] * due
    observers = np.where(let_in > 0.0, 1.0, 0.0 if started else np.nan)
    found = readings(largest, true, declared_whole=whole, notice_days=_notice(w, exercise), observers=observers,
                     snap=exercise.plan.no_notice, hours=_hours(w, exercise), started=started)  # fmt: skip
    w["obs_obligatory"][i] = np.where(where, due, w["obs_obligatory"][i])
    for field, code in (("verdict_letter", found.letter), ("verdict_substance", found.substance)):
        w[field][i] = np.where(where, code, w[field][i])
    if w.tick == exercise.start and w.listener is not None:
        _tell(w, exercise, found, p["observe_level"])


def _numbers(w: World, exercise: ExerciseTable) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """Return the largest declared part, the declared whole and the true numbers, by quantity."""
    p, parts, i = w.parameters("declaration"), exercise.parts, exercise.index
    scale = (p["notify_level"], p["observe_level"], p["strictly_above"])
    quiet = (w["withheld"][i] > 0.0) | exercise.concealed
    join = total if exercise.plan.one_command else highest

    def letter(values: list[Array], to_scale: bool) -> tuple[Array, Array]:
        one, all_parts = highest(values), total(values)
        counted = np.where(p["count_whole"] > 0.5, all_parts, one)
        pair = [carried_over(x, *scale) if to_scale else x for x in (counted, all_parts)]
        return np.where(quiet, np.nan, pair[0]), np.where(quiet, np.nan, pair[1])

    largest, whole, true = {}, {}, {}
    largest["troops"], whole["troops"] = letter([w["declared_troops"][part.index] for part in parts], True)
    true["troops"] = carried_over(join([w["part_troops"][part.index] for part in parts]), *scale)
    for name in EQUIPMENT:
        truth = [w[f"part_{name}"][part.index] for part in parts]
        ceiling = np.floor((1.0 - w["exercise_margin"][i]) * DEFAULT.level(f"observe.{name}"))
        said = [x if exercise.strategy == "honest" else np.minimum(x, ceiling) for x in truth]
        largest[name], whole[name] = letter([x * part.declared for x, part in zip(said, parts, strict=True)], False)
        true[name] = join(truth)
    return largest, whole, true


def _notice(w: World, exercise: ExerciseTable) -> float:
    if exercise.concealed:
        return -np.inf
    return exercise.notice if w.tick >= exercise.announced else np.nan


def _hours(w: World, exercise: ExerciseTable) -> Array:
    days: Array = exercise.end - exercise.start + 1 + w["exercise_extension"][exercise.index]
    return 24.0 * days


def _tell(w: World, exercise: ExerciseTable, found: Readings, level: Array) -> None:
    """Tell the ruling over both readings; those who do not know the true numbers hear that by the declared ones."""
    i = exercise.index
    notice = "no notice" if exercise.concealed else f"notice {max(exercise.notice, 0.0):.0f} days"
    paragraphs = {verdict: ", ".join(DEFAULT[rule].paragraph for rule in RESTS_ON[verdict]) for verdict in VERDICTS}
    for (code, verdict), (open_code, letter) in product(enumerate(VERDICTS), enumerate(VERDICTS)):
        w.say("verdict", (found.overall == code) & (found.letter == open_code),
              "Vienna Document on {name}: {verdict} (para. {paragraphs}).", seen=(exercise.host, exercise.guest),
              public="Vienna Document on {name}, by the declared numbers: {letter} (para. {open_paragraphs}).",
              actor=exercise.host, letter=letter, open_paragraphs=paragraphs[letter],
              reason="declared {declared:,.0f} in the host's country, in truth {true:,.0f} there and {whole:,.0f} in all; "
              "{notice}; observation level {level:,.0f}",
              sources=("wapo-vienna-threshold-13000", "X-VD-NOTIFY", "X-VD-OBS"), name=exercise.name, verdict=verdict,
              paragraphs=paragraphs[verdict], declared=w["declared_host"][i], true=w["true_host"][i],
              whole=w["true_total"][i], notice=notice, level=level)  # fmt: skip
