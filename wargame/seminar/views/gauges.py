"""The dials of a seat: what it sees of what the scenario watches, what it knows of itself, and what it believes of others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from wargame.expressions import Expression, Slot
from wargame.seminar.views.visibility import VisibleState
from wargame.world.fields import Field

Json = dict[str, Any]
SURE = 1.2815515655446004  # standard deviations on each side of the mean that hold 80 % of a normal distribution

# What a state follows of itself, in this order. All of it is in the declarations of the mechanisms; a mechanism that plays no
# part in a scenario leaves no dial.
OWN = (
    "threat", "stability", "elite_loyalty", "legitimacy", "protest", "patience", "resolve", "intent", "dependence",
    "west_option", "loans", "sanctions", "bite", "integ_mil", "integ_econ", "pressure", "posture", "vigilance",
    "trust", "opacity", "credibility", "rhetoric", "migrant_flow", "fortification", "battalions", "war_fear",
    "deployed", "consent_bar", "spillover",
)  # fmt: skip
SEEN = ("seen_guest", "seen_force")


def gauges(visible: VisibleState) -> list[Json]:
    """Return every dial: ``id``, ``label``, ``value``, ``unit``, ``low``, ``high``, ``spread`` (of a belief), ``of`` (whose),
    the ``series`` of the days before (None: missing), and in a word what it means that there is no value (``missing``). Those
    of the truth hold the true values of everything that somebody believes.
    """
    found = [*_watched(visible), *_own(visible), *_estimates(visible), *_beliefs(visible), *_believed(visible)]
    return list({gauge["id"]: gauge for gauge in reversed(found)}.values())[::-1]


def _watched(visible: VisibleState) -> Iterator[Json]:
    for name in visible.bound.watch_names:
        spec = visible.bound.scenario.watch[name]
        compiled = visible.compiled(spec.value)
        if compiled is not None:
            yield _gauge(visible, f"watch.{name}", spec.label, spec.unit, compiled)


def _gauge(visible: VisibleState, identifier: str, label: str, unit: str, compiled: Expression) -> Json:
    series = [_rounded(float(x)) for x in compiled(visible.days)] if visible.days.shape[1] else []
    declared = _only_field(visible, compiled)
    low, high, missing = (declared.low, declared.high, declared.missing) if declared is not None else (None, None, "")
    value = _rounded(float(compiled(visible.now)[0]))
    return _dial(identifier, label, value, unit, low, high, None, "", series, missing or "undefined")


def _only_field(visible: VisibleState, compiled: Expression) -> Field | None:
    refs = [ref for _, ref in compiled.references]
    if len(refs) != 1 or not isinstance(refs[0], Slot):
        return None
    layout, row = visible.bound.layout, refs[0].index
    return next(field for name, field in layout.fields.items() if layout.span(name).start <= row < layout.span(name).stop)


def _own(visible: VisibleState) -> Iterator[Json]:
    actor, fields = visible.actor, visible.bound.layout.fields
    if actor is None:
        return
    for name in OWN:
        row = visible.row(name, actor) if name in fields and fields[name].axes == ("actor",) else None
        if row is None:
            continue
        series = visible.series(row)
        value = float(visible.now[row, 0])
        if any(x != fields[name].default for x in (*series, value)):
            yield _field_dial(visible, fields[name], f"own.{name}", _label(fields[name]), actor, value, None, series)


def _estimates(visible: VisibleState) -> Iterator[Json]:
    """Yield what the actor makes of its reports: the strength of the patron's forces."""
    actor, fields = visible.actor, visible.bound.layout.fields
    patron = visible.bound.cast.role("patron")
    if actor is None or actor == patron:
        return
    for name in SEEN:
        row = visible.row(name, actor)
        if row is None:
            continue
        dial = _field_dial(visible, fields[name], f"own.{name}", _label(fields[name]), patron, float(visible.now[row, 0]), None,
                           visible.series(row))  # fmt: skip
        bounds = [visible.value(bound, actor) for bound in ("seen_low", "seen_high")] if name == "seen_guest" else [None, None]
        yield dial | {"low": bounds[0], "high": bounds[1], "spread": None, "belief": True}


def _beliefs(visible: VisibleState) -> Iterator[Json]:
    """Yield what the actor holds true about hidden fields of others, where it has ever held anything but the default."""
    me, layout = visible.actor, visible.bound.layout
    if me is None:
        return
    for field in [field for field in layout.fields.values() if field.seen == "belief" and "." not in field.name]:
        for subject in range(len(visible.bound.cast.actors)):
            mean, spread = (visible.row(f"{kind}.{field.name}", me, subject) for kind in ("believed", "unsure"))
            if mean is None or spread is None or subject == me:
                continue
            series = visible.series(mean)
            value, sd = float(visible.now[mean, 0]), float(visible.now[spread, 0])
            rest = layout.fields[f"unsure.{field.name}"].default
            if all(x == field.default for x in (*series, value)) and sd == rest:
                continue
            identifier = f"belief.{field.name}.{visible.bound.cast.actors[subject]}"
            dial = _field_dial(visible, field, identifier, _label(field), subject, value, sd, series)
            yield dial | {
                "low": _rounded(max(value - SURE * sd, field.low)), "high": _rounded(min(value + SURE * sd, field.high)),
                "belief": True,
            }  # fmt: skip


def _believed(visible: VisibleState) -> Iterator[Json]:
    """Yield, of the truth alone, what others hold beliefs about: the same dials as theirs, with the true values."""
    layout, actors = visible.bound.layout, visible.bound.cast.actors
    if visible.actor is not None:
        return
    for field in [field for field in layout.fields.values() if field.seen == "belief" and "." not in field.name]:
        if f"believed.{field.name}" not in layout.fields:
            continue
        for subject, actor in enumerate(actors):
            row = visible.row(field.name, subject)
            if row is not None and _minded(visible, field, subject):
                value = float(visible.now[row, 0])
                yield _field_dial(visible, field, f"belief.{field.name}.{actor}", _label(field), subject, value, None,
                                  visible.series(row))  # fmt: skip


def _minded(visible: VisibleState, field: Field, subject: int) -> bool:
    """Return whether anybody believes, or has ever believed, anything of a subject but what one believes of everybody."""
    layout, others = visible.bound.layout, range(len(visible.bound.cast.actors))
    for kind, rest in (("believed", field.default), ("unsure", layout.fields[f"unsure.{field.name}"].default)):
        rows = [layout.row(f"{kind}.{field.name}", me, subject) for me in others if me != subject]
        if np.any(visible.now[rows, 0] != rest) or np.any(visible.days[rows] != rest):
            return True
    return False


def _field_dial(
    visible: VisibleState, field: Field, identifier: str, label: str, of: int | None, value: float, spread: float | None,
    series: list[float],
) -> Json:  # fmt: skip
    whose = "" if of is None else visible.bound.scenario.actors[visible.bound.cast.actors[of]].name
    return _dial(
        identifier, label, _rounded(value), field.unit, field.low, field.high, spread, whose, [_rounded(x) for x in series],
        field.missing,
    )  # fmt: skip


def _dial(
    identifier: str, label: str, value: float | None, unit: str, low: float | None, high: float | None, spread: float | None,
    of: str, series: list[float | None], missing: str,
) -> Json:  # fmt: skip
    bounded = low is not None and high is not None and high - low <= 100.0
    return {
        "id": identifier, "label": label, "value": value, "unit": unit, "low": low if bounded else None,
        "high": high if bounded else None, "spread": None if spread is None else _rounded(spread), "of": of, "series": series,
        "belief": False, "missing": missing,
    }  # fmt: skip


def _label(field: Field) -> str:
    return field.says.rstrip(".")


def _rounded(value: float) -> float | None:
    """Return a number with six significant digits, for more tells nobody anything; None where it is missing."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
