"""The dials of a seat: what it sees of what the scenario watches, what it knows of itself, and what it believes of others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from wargame.expressions import Expression, Slot
from wargame.seminar.views.visibility import Sight
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


def gauges(sight: Sight) -> list[Json]:
    """Return every dial: ``id``, ``label``, ``value``, ``unit``, ``low``, ``high``, ``spread`` (of a belief), ``of`` (whose),
    the ``series`` of the days before (None: missing), and in a word what it means that there is no value (``missing``). Those
    of the truth hold the true values of everything that somebody believes.
    """
    found = [*_watched(sight), *_own(sight), *_estimates(sight), *_beliefs(sight), *_believed(sight)]
    return list({gauge["id"]: gauge for gauge in reversed(found)}.values())[::-1]


def _watched(sight: Sight) -> Iterator[Json]:
    for name in sight.bound.watch_names:
        spec = sight.bound.scenario.watch[name]
        compiled = sight.compiled(spec.value)
        if compiled is not None:
            yield _gauge(sight, f"watch.{name}", spec.label, spec.unit, compiled)


def _gauge(sight: Sight, identifier: str, label: str, unit: str, compiled: Expression) -> Json:
    series = [_rounded(float(x)) for x in compiled(sight.days)] if sight.days.shape[1] else []
    declared = _only_field(sight, compiled)
    low, high, missing = (declared.low, declared.high, declared.missing) if declared is not None else (None, None, "")
    value = _rounded(float(compiled(sight.now)[0]))
    return _dial(identifier, label, value, unit, low, high, None, "", series, missing or "undefined")


def _only_field(sight: Sight, compiled: Expression) -> Field | None:
    refs = [ref for _, ref in compiled.references]
    if len(refs) != 1 or not isinstance(refs[0], Slot):
        return None
    layout, row = sight.bound.layout, refs[0].index
    return next(field for name, field in layout.fields.items() if layout.span(name).start <= row < layout.span(name).stop)


def _own(sight: Sight) -> Iterator[Json]:
    actor, fields = sight.actor, sight.bound.layout.fields
    if actor is None:
        return
    for name in OWN:
        row = sight.row(name, actor) if name in fields and fields[name].axes == ("actor",) else None
        if row is None:
            continue
        series = sight.series(row)
        value = float(sight.now[row, 0])
        if any(x != fields[name].default for x in (*series, value)):
            yield _field_dial(sight, fields[name], f"own.{name}", _label(fields[name]), actor, value, None, series)


def _estimates(sight: Sight) -> Iterator[Json]:
    """Yield what the actor makes of its reports: the strength of the patron's forces."""
    actor, fields = sight.actor, sight.bound.layout.fields
    patron = sight.bound.cast.role("patron")
    if actor is None or actor == patron:
        return
    for name in SEEN:
        row = sight.row(name, actor)
        if row is None:
            continue
        dial = _field_dial(sight, fields[name], f"own.{name}", _label(fields[name]), patron, float(sight.now[row, 0]), None,
                           sight.series(row))  # fmt: skip
        bounds = [sight.value(bound, actor) for bound in ("seen_low", "seen_high")] if name == "seen_guest" else [None, None]
        yield dial | {"low": bounds[0], "high": bounds[1], "spread": None, "belief": True}


def _beliefs(sight: Sight) -> Iterator[Json]:
    """Yield what the actor holds true about hidden fields of others, where it has ever held anything but the default."""
    me, layout = sight.actor, sight.bound.layout
    if me is None:
        return
    for field in [field for field in layout.fields.values() if field.seen == "belief" and "." not in field.name]:
        for subject in range(len(sight.bound.cast.actors)):
            mean, spread = (sight.row(f"{kind}.{field.name}", me, subject) for kind in ("believed", "unsure"))
            if mean is None or spread is None or subject == me:
                continue
            series = sight.series(mean)
            value, sd = float(sight.now[mean, 0]), float(sight.now[spread, 0])
            rest = layout.fields[f"unsure.{field.name}"].default
            if all(x == field.default for x in (*series, value)) and sd == rest:
                continue
            identifier = f"belief.{field.name}.{sight.bound.cast.actors[subject]}"
            dial = _field_dial(sight, field, identifier, _label(field), subject, value, sd, series)
            yield dial | {
                "low": _rounded(max(value - SURE * sd, field.low)), "high": _rounded(min(value + SURE * sd, field.high)),
                "belief": True,
            }  # fmt: skip


def _believed(sight: Sight) -> Iterator[Json]:
    """Yield, of the truth alone, what others hold beliefs about: the same dials as theirs, with the true values."""
    layout, actors = sight.bound.layout, sight.bound.cast.actors
    if sight.actor is not None:
        return
    for field in [field for field in layout.fields.values() if field.seen == "belief" and "." not in field.name]:
        if f"believed.{field.name}" not in layout.fields:
            continue
        for subject, actor in enumerate(actors):
            row = sight.row(field.name, subject)
            if row is not None and _minded(sight, field, subject):
                value = float(sight.now[row, 0])
                yield _field_dial(sight, field, f"belief.{field.name}.{actor}", _label(field), subject, value, None,
                                  sight.series(row))  # fmt: skip


def _minded(sight: Sight, field: Field, subject: int) -> bool:
    """Return whether anybody believes, or has ever believed, anything of a subject but what one believes of everybody."""
    layout, others = sight.bound.layout, range(len(sight.bound.cast.actors))
    for kind, rest in (("believed", field.default), ("unsure", layout.fields[f"unsure.{field.name}"].default)):
        rows = [layout.row(f"{kind}.{field.name}", me, subject) for me in others if me != subject]
        if np.any(sight.now[rows, 0] != rest) or np.any(sight.days[rows] != rest):
            return True
    return False


def _field_dial(
    sight: Sight, field: Field, identifier: str, label: str, of: int | None, value: float, spread: float | None,
    series: list[float],
) -> Json:  # fmt: skip
    whose = "" if of is None else sight.bound.scenario.actors[sight.bound.cast.actors[of]].name
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
