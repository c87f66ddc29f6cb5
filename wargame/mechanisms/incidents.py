"""Border incidents, clashes and unauthorised acts (S14).

What it does. Where armed people stand close to each other under tension, things happen: contained incidents
(a warning shot, a violation of the border or of air space), now and then a clash with casualties, now and
then an act no superior approved. Clear rules of engagement make the latter two rarer and never impossible.

Equations. Per state i at the border (front line and target) and day:

    d_i = clip(d0 + dE emergency_i + dF fortification_i + dM min(massed/m0, 1) [flow_i > 0] + dX x_i + dG G_i/(G_i + K), 0, 1)
    l_i = l0 d_i (t0 + t) (1 + c E) (1 + b x_i) e^(-z max(-v_i, 0)) + s max(v_i, 0)          incidents/day
    n_i ~ Poisson(l_i), cut at 3, plus injected ones
    P(unauthorised | n_i > 0) = u (1 - rho R_i)                                           rho < 1: never zero
    P(clash | n_i > 0)        = k (1 - sigma R_i) (1 + c E) (1/2 + t), times a if unauthorised
    v_i' = clip(v_i 2^(-1/h) + provoke_i - restraint_i, -1, 1)

``x`` exercise activity near i (0-1), ``G`` true force near i (persons, weighted by proximity), ``t`` tension,
``E`` erraticism of the client's leadership, ``R_i`` clarity of the rules of engagement at the border of i,
``far_side`` of it that of the client's troops, ``v`` net provocation (negative: restraint, i's own or that of
the patron and the client).

Assumptions. The rate is a judgement anchored in air encounters: about 60 serious ones logged between the two
sides in the tense year from March 2014 and 8 to 9 in each of 2016 and 2017, over some ten states: 1 to 6 per
state and year, which ``l0`` gives for (density, tension) of (0.3, 0.2) and (0.7, 0.6). A clash follows about
one in a hundred (one shoot-down among about a hundred logged serious encounters). Incidents at different
borders are independent given density and tension.

Sources: `ft-border-weapons-provocation`, `ft-clear-rules-of-engagement`, `ft-unauthorised-misunderstanding`,
`ft-residual-mistake-concern`, `ft-morawiecki-provocations`, `ft-cuban-crisis-shootdown`,
`cbc-ryanair-forced-landing`, `ft-ryanair-fighter-jet`, `ft-baltics-more-mischief-than-2017`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wargame.engine.numeric import clip01, exp, power, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import Mechanism
from wargame.mechanisms.incidents_parameters import PARAMETERS
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def borders(w: World) -> list[int]:
    """Return the states where incidents can happen, in the order of their names."""
    return sorted({*w.cast.group("frontline"), *w.cast.group("target")} - {*w.cast.group("client"), *w.cast.group("patron")})


def _density(w: World, rows: list[int]) -> Array:
    p, near = w.parameters("incidents"), w["force_near"][rows]
    crowd = np.minimum(w["massed"] / p["massed_scale"], 1.0) * (w["migrant_flow"][rows] > 0)
    return clip01(
        p["density_base"]
        + p["density_emergency"] * w["emergency"][rows]
        + p["density_fortification"] * w["fortification"][rows]
        + p["density_massed"] * crowd
        + p["density_exercise"] * w["exercise_near"][rows]
        + p["density_force"] * near / (near + p["force_half"])
    )


def _erratic(w: World) -> Array:
    client = w.cast.role("client")
    mood = np.zeros(w.runs) if client is None else w["erraticism"][client]
    return 1.0 + w.parameters("incidents")["erratic_gain"] * mood


def _clarity(w: World, rows: list[int]) -> Array:
    """Return how clear the rules of engagement are at each border, both sides taken together, shape ``(borders, runs)``."""
    client, near = w.cast.role("client"), w["roe_clarity"][rows]
    if client is None:
        return near
    far = w.parameters("incidents")["far_side"]
    both: Array = near + far * (w["roe_clarity"][client] - near)
    return both


def _rate(w: World, rows: list[int]) -> Array:
    p, provoked = w.parameters("incidents"), w["provoked"][rows]
    natural = (
        p["rate"]
        * w["armed_density"][rows]
        * (p["tension_floor"] + w["tension"])
        * _erratic(w)
        * (1.0 + p["exercise_boost"] * w["exercise_near"][rows])
    )
    held = exp(-p["restraint_gain"] * np.maximum(-provoked, 0.0))
    return natural * held + p["provoked_rate"] * np.maximum(provoked, 0.0)


def _count(luck: Array, rate: Array) -> Array:
    """Return a Poisson count by inversion, cut at 3; it grows with the rate for the same luck."""
    none = exp(-rate)
    one, two = none * rate, none * rate * rate / 2.0
    return (luck > none) + (luck > none + one) * 1.0 + (luck > none + one + two)


def friction(w: World) -> None:
    """Today's incidents, clashes and unauthorised acts have happened or not."""
    rows = borders(w)
    if not rows:
        return
    p, names = w.parameters("incidents"), [w.cast.actors[i] for i in rows]
    faded = w["provoked"][rows] * power(0.5, 1.0 / p["provoked_half_life"])
    push = w.impulse("provoke")[rows] - w.impulse("restraint")[rows]
    for i in sorted({*w.cast.group("patron"), *w.cast.group("client")}):  # restraint on the far side of every border
        push = push - w.impulse("restraint")[i]
    w["provoked"][rows] = np.clip(faded + push, -1.0, 1.0)
    w["armed_density"][rows] = _density(w, rows)
    rate = w["incident_rate"][rows] = _rate(w, rows)
    streams = [f"incidents.{what}.{name}" for what in ("count", "unauthorised", "clash") for name in names]
    luck = w.draws.uniforms(streams, w.tick).reshape(3, len(rows), w.runs)
    injected = np.maximum(np.round(w.impulse("incident")[rows]), 0.0)
    forced_act, forced_clash = w.impulse("unauthorised")[rows] > 0, w.impulse("clash")[rows] > 0
    count = np.maximum(_count(luck[0], rate) + injected, (forced_act | forced_clash) * 1.0)
    clear = _clarity(w, rows)
    unauthorised = ((count > 0) & (luck[1] < p["unauthorised_share"] * (1.0 - p["roe_unauthorised"] * clear))) | forced_act
    chance = p["clash_share"] * (1.0 - p["roe_severity"] * clear) * _erratic(w) * (0.5 + w["tension"])
    chance = chance * np.where(unauthorised, p["unauthorised_severity"], 1.0)
    clash = ((count > 0) & (luck[2] < chance)) | forced_clash
    w["incident"][rows], w["unauthorised"][rows], w["clash"][rows] = count, unauthorised, clash
    w["incidents"][:] += total(count)
    w["unauthorised_any"][:] = np.maximum(w["unauthorised_any"], unauthorised.any(axis=0))
    if w.listener is not None:
        _tell(w, rows, count > 0, unauthorised, clash)


def _tell(w: World, rows: list[int], happened: Mask, unauthorised: Mask, clash: Mask) -> None:
    for k, i in enumerate(rows):
        name = w.scenario.actors[w.cast.actors[i]].name
        why = "armed density {density:.2f}, tension {tension:.2f}, about {rate:.3f} incidents a day"
        numbers: dict[str, Any] = {
            "name": name,
            "density": w["armed_density"][i],
            "tension": w["tension"],
            "rate": w["incident_rate"][i],
        }
        w.say(
            "incident",
            happened[k] & ~clash[k] & ~unauthorised[k],
            "An incident at the border of {name} is contained without casualties",
            seen=(),
            public=True,
            actor=i,
            reason=why,
            sources=("ft-border-weapons-provocation", "ft-morawiecki-provocations"),
            **numbers,
        )
        w.say(
            "incident",
            unauthorised[k] & ~clash[k],
            "At the border of {name} somebody acts without the approval of superiors; it is contained",
            seen=(),
            public=True,
            actor=i,
            reason=why + "; clear rules make it rarer, not impossible",
            sources=("ft-unauthorised-misunderstanding", "ft-residual-mistake-concern"),
            **numbers,
        )
        w.say(
            "incident",
            clash[k],
            "An armed clash at the border of {name} costs lives",
            seen=(),
            public=True,
            actor=i,
            reason=why,
            sources=("ft-unauthorised-misunderstanding", "ft-cuban-crisis-shootdown"),
            **numbers,
        )


_BY_CHANCE = (
    Disclosure(("provoked", "force_near"), "luck", "incidents happen by chance, the likelier the more there is to cause them"),
)

MECHANISM = Mechanism(
    name="incidents",
    says="Border and air incidents, armed clashes and unauthorised acts at the borders of the front line and the target.",
    systems=("S14",),
    fields=(
        Field("armed_density", "Armed people close together at its border", seen="nobody"),
        Field("incident_rate", "Expected incidents at its border", unit="1/day", high=10.0, seen="nobody"),
        Field("incident", "Incidents at its border today", unit="incidents", high=100.0, tells=_BY_CHANCE),
        Field("clash", "Armed clash with casualties at its border today", unit="0/1", tells=_BY_CHANCE),
        Field("unauthorised", "Unauthorised act at its border today", unit="0/1", tells=_BY_CHANCE),
        Field("incidents", "Incidents so far, all borders", (), "incidents", high=1e6, tells=_BY_CHANCE),
        Field("unauthorised_any", "There has been an unauthorised act", (), "0/1", tells=_BY_CHANCE),
        Field("provoked", "Net provocation at its border (negative: restraint)", unit="-1 to 1", low=-1.0, seen="nobody"),
    ),
    impulses=(
        Impulse("provoke", "Provokes at the border of this state"),
        Impulse("restraint", "Restrains this state's troops at the border"),
        Impulse("incident", "Incidents that happen at this border today in any case", unit="incidents"),
        Impulse("unauthorised", "An unauthorised act happens at this border today in any case", unit="0/1"),
        Impulse("clash", "An armed clash happens at this border today in any case", unit="0/1"),
    ),
    phases={"friction": friction},
    parameters=PARAMETERS,
    sources=(
        "cbc-ryanair-forced-landing",
        "ft-morawiecki-provocations",
        "ft-ryanair-fighter-jet",
        "ft-border-weapons-provocation",
        "ft-clear-rules-of-engagement",
        "ft-residual-mistake-concern",
        "ft-unauthorised-misunderstanding",
        "ft-cuban-crisis-shootdown",
    ),
)
