"""The transparency index and class of the exercises of patron and client: part of the mechanism *declaration*, whose docstring
defines both."""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, log, or_else, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.tables import NOTICE_DAYS, ExerciseTable, tables
from wargame.world.world import World

COMPONENTS = ("numbers", "scope", "notice", "places", "details", "observers", "openness")
NEARLY = 0.95  # a share from which something counts as told in full


def rate(w: World) -> None:
    """Write index and class of the least transparent exercise that is announced or on foot; keep them when there is none."""
    t = tables(w)
    lowest, worst = np.full(w.runs, 2.0), np.full(w.runs, -1.0)
    for exercise in t.exercises:
        if {exercise.host, exercise.guest} & {t.patron, t.client}:
            visible = on_foot(w, exercise)
            if visible.any():
                lowest = np.minimum(lowest, np.where(visible, index(w, exercise), 2.0))
                worst = np.maximum(worst, np.where(visible, grade(w, exercise), -1.0))
    w["transparency_index"][:] = np.where(lowest <= 1.0, lowest, w["transparency_index"])
    w["transparency_class"][:] = np.where(worst >= 0.0, worst, w["transparency_class"])


def on_foot(w: World, exercise: ExerciseTable) -> Mask:
    """Return in which runs an exercise is announced (or moving, if concealed) and not long over."""
    i = exercise.index
    visible: Mask = (w.tick >= exercise.announced) | ((w["exercise_level"][i] > 0.0) & exercise.concealed)
    recent: Mask = ~(w["days_since_end"][i] > exercise.withdraw)  # or not over yet
    return visible & recent


def components(w: World, exercise: ExerciseTable) -> Array:
    """Return the seven components (0-1) in the order of ``COMPONENTS``, shape ``(7, runs)``."""
    i = exercise.index
    said = total(w["declared_troops"][part.index] for part in exercise.parts) if exercise.parts else np.zeros(w.runs)
    explained = w["explained"][exercise.host]  # in answer to a request under Chapter III
    visit = 0.5 + 0.5 * np.maximum(w["obs_obligatory"][i], float(exercise.strategy == "honest"))
    return np.stack([
        np.maximum(np.minimum(w["declared_host"][i] / np.maximum(w["true_host"][i], 1.0), 1.0), explained),
        np.minimum(said / np.maximum(w["true_total"][i], 1.0), 1.0),
        np.minimum(or_else(w["notice_days"][i], 0.0) / NOTICE_DAYS, 1.0),
        w["listed_share"][i],
        np.maximum(w["details"][i], explained),
        w["observers"][i] * visit,
        1.0 - w["suppression"][exercise.host],
    ])  # fmt: skip


def index(w: World, exercise: ExerciseTable) -> Array:
    """Return the transparency index (0-1) of an exercise, shape ``(runs,)``."""
    p = w.parameters("declaration")
    weights = np.stack([p[f"weight_{name}"] for name in COMPONENTS])
    told = np.clip(components(w, exercise), p["least"], 1.0)
    return exp(total(weights * log(told)) / np.maximum(total(weights), 1e-9))


def grade(w: World, exercise: ExerciseTable) -> Array:
    """Return the transparency class (0-5) of an exercise, shape ``(runs,)``."""
    i = exercise.index
    if exercise.concealed:
        return np.full(w.runs, 5.0)
    true_numbers = (w["declared_host"][i] >= NEARLY * w["true_host"][i]) & (exercise.strategy != "split")
    full = true_numbers & (w["listed_share"][i] >= NEARLY) & (w["details"][i] >= NEARLY) & (w["observers"][i] > 0.0)
    full &= (exercise.notice >= NOTICE_DAYS) & exercise.plan.scheduled
    secret = (w["listed_share"][i] < 1.0) & (w["suppression"][exercise.host] >= w.parameters("declaration")["active"])
    told = np.where(full, 0.0, np.where(true_numbers, 1.0, 2.0))
    return np.where(w["withheld"][i] > 0.0, np.where(secret, 4.0, 3.0), told)
