"""The target's theatre: coercive pressure, hidden intent, sufficiency of force, invasion (S18).

What it does. Force near the target, exercises, demands and hostile words put pressure on it, whether or not
anybody means to attack. The patron has an intent that others cannot see. An order to attack takes effect only
as far as the force is there.

Equations. Per day:

    G    = sum_s troops(s, patron) e^(-km(s, target)/D)                      true force at the target, persons; D km
    P*   = clip(pF G/(G + Q) + pE max_e x_e w_e + pQ q + pN N + pW [war], 0, 1)
    P'   = clip(relax(P, P*, tau) + push - r aid + noise, 0, 1)                 pressure on the target
    Q'   = Q + z aid                                                         force required for a large attack, persons
    I    ~ {0 none, 1 limited, 2 large} with probabilities 1 - p1 - p2, p1, p2, once per run; the odds (p1 + p2)/(1 - p1 - p2)
           are k times those given if the patron plans an exercise outside the calendar
    s    = max_e x_e (1 - (1 - w_c) (1 - u [unscheduled])) (1 - v V)           surprise that an exercise gives as a cover
    a large attack happens if ordered and G >= Q (1 + f C) (1 - g s), a limited one if ordered and G >= m Q (1 + f C) (1 - g s);
    a large one for which the force does not suffice becomes a limited one if that is possible, otherwise nothing

``x_e`` level and ``w_e`` weight of pressure (purposes ``pressure`` and ``cover``) of exercise e, ``q`` mean
hostile rhetoric of patron and client, ``N`` the target's progress to the alliance (the red line), ``C`` the
target's counter-exercise, ``w_c`` weight of cover among an exercise's purposes, ``V`` the target's vigilance: who
watches and is warned is not surprised. For a member of the alliance ``Q`` is multiplied by ``1 + 4 Y``, ``Y`` the
alliance's posture, and the force is that near the member.

Assumptions. Intent moves nobody by itself: it is what the patron's policy looks at (and what others can only
guess). That an exercise was in no calendar makes nobody want war; but who means to attack has a reason to avoid a calendar,
so among drills that came unannounced more are a cover: ``k`` says this of the hidden type, not of a cause. Whoever orders an
attack thereby has the intent. ``required_force`` is the quarrel D6 (too small a force, or enough for the capital); its
default is the number that makes 30,000 men in the client's south insufficient for a large attack on their own, as the
target's minister held.

Sources: `odr-pressure-on-ukraine`, `odr-reznikov-not-enough`, `odr-us-invasion-from-north`,
`odr-observers-unknown-true-intent`, `wapo-moscow-red-line-ukraine-nato`, `odr-kremlin-demand-no-expansion`,
`ft-snap-drill-crimea-pretext`, `wapo-zelensky-war-possible`, `odr-200km-from-kyiv`, `cling-us-aid-ukraine`,
`wapo-mae-conventional-imbalance`, `ft-pukhov-nato-superior`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, mean, relax, total
from wargame.engine.types import Array
from wargame.mechanisms.base import ConditionalHook, Mechanism
from wargame.mechanisms.pressure_parameters import PARAMETERS
from wargame.mechanisms.unmodelled import shock
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def begin(w: World) -> None:
    """Draw the patron's hidden intent and set the force required for a large attack."""
    p, patron = w.parameters("pressure"), w.cast.role("patron")
    w["required_force"][:] = p["required_force"]
    if patron is None:
        return
    luck = w.draws.uniform("pressure.intent", 0)
    limited, large = _odds(w, p["intent_limited"], patron), _odds(w, p["intent_large"], patron)
    drawn = (luck > 1.0 - limited - large) * 1.0 + (luck > 1.0 - large)
    w["intent"][patron] = np.where(w["intent"][patron] > 0, w["intent"][patron], drawn)


def _odds(w: World, share: Array, patron: int) -> Array:
    """Return the chance of one kind of intent, given what the patron's exercises in the calendar and outside it say of it."""
    p, name = w.parameters("pressure"), w.cast.actors[patron]
    drills = [exercise for key, exercise in w.scenario.exercises.items() if key in w.cast.exercises]
    if all(exercise.scheduled for exercise in drills if name in (exercise.host, exercise.guest)):
        return share
    any_intent = p["intent_limited"] + p["intent_large"]
    odds: Array = share * p["unscheduled_odds"] / (1.0 - any_intent + p["unscheduled_odds"] * any_intent)
    return odds


def _force_at(w: World, actor: int) -> Array:
    """Return the patron's true force weighted by proximity to an actor, persons, shape ``(runs,)``."""
    patron = w.cast.role("patron")
    if patron is None or not w.cast.sites:
        return np.zeros(w.runs)
    km = w.cast.actor_km[:, actor][:, None]
    return total(w["troops"][:, patron] * exp(-km / w.parameters("pressure")["reach_km"]))


def adjudicate(w: World) -> None:
    """Orders to attack have taken effect as far as the force suffices."""
    p, orders, invasion = w.parameters("pressure"), w.impulse("invade"), w["invasion"]
    patron, alliance, members = w.cast.role("patron"), w.cast.role("alliance"), w.cast.group("members")
    for i in sorted({*w.cast.group("target"), *members}):
        ordered = np.clip(np.round(orders[i]), 0.0, 2.0)
        if not (ordered > 0).any():
            continue
        needed = w["required_force"] * (1.0 + p["readiness"] * w["counter_exercise"][i])
        needed = needed * (1.0 - p["surprise_gain"] * w["surprise"])
        if i in members and alliance is not None:
            needed = needed * (1.0 + 4.0 * clip01(w["posture"][alliance]))
        force = _force_at(w, i)
        possible = (force >= p["limited_share"] * needed) * 1.0 + (force >= needed)
        before = invasion[i].copy()
        invasion[i] = np.maximum(before, np.minimum(ordered, possible))
        if patron is not None:
            w["intent"][patron] = np.maximum(w["intent"][patron], ordered)
        begun = (invasion[i] > before) & (i in w.cast.group("target"))
        if w.cast.exercises:
            on_foot = highest(w["exercise_level"]) > 0.0
            w["used_as_cover"][:] = np.maximum(w["used_as_cover"], begun & on_foot)
        w["pretext_used"][:] = np.maximum(w["pretext_used"], begun & (w["pretext"] > 0.0))
        _tell_attack(w, i, before, ordered, force, needed)


def _tell_attack(w: World, i: int, before: Array, ordered: Array, force: Array, needed: Array) -> None:
    if w.listener is None:
        return
    name, now = w.scenario.actors[w.cast.actors[i]].name, w["invasion"][i]
    numbers: dict[str, Any] = {"name": name, "force": force, "needed": 5_000.0 * np.round(needed / 5_000.0)}
    why = "force within reach {force:,.0f}, required for a large attack about {needed:,.0f} (weighted by proximity)"
    started, source = now > before, ("odr-us-invasion-from-north", "wapo-zelensky-war-possible")
    w.say(
        "outcome",
        started & (now >= 2),
        "{name} is attacked on a large scale",
        seen=(w.cast.role("patron"),),
        public=True,
        reason=why,
        sources=source,
        **numbers,
    )
    w.say(
        "outcome",
        started & (now == 1),
        "Force is used against {name} on a limited scale",
        seen=(w.cast.role("patron"),),
        public=True,
        reason=why,
        sources=("cling-ukraine-intervention-pattern",),
        **numbers,
    )
    w.say(
        "outcome",
        (ordered > 0) & (now == 0),
        "An attack on {name} is ordered and does not come about",
        seen=(w.cast.role("patron"),),
        reason=why,
        sources=("odr-reznikov-not-enough",),
        **numbers,
    )


def _surprise(w: World, target: int) -> None:
    """How far the exercises under way would make an attack a surprise, in the eyes of the target."""
    p = w.parameters("pressure")
    unscheduled = np.array([[float(not w.scenario.exercises[name].scheduled)] for name in w.cast.exercises])
    sudden = 1.0 - p["unscheduled_cover"] * unscheduled
    cover = highest(w["exercise_level"] * (1.0 - (1.0 - w["exercise_cover"]) * sudden))
    w["surprise"][:] = clip01(cover * (1.0 - p["warning"] * w["vigilance"][target]))


def _on_members(w: World) -> None:
    """Demands on members of the alliance are felt and fade; no force behind them is counted."""
    rows = [i for i in w.cast.group("members") if i not in w.cast.group("target")]
    if rows:
        faded = relax(w["pressure"][rows], 0.0, 1.0 / w.parameters("pressure")["pressure_days"])
        w["pressure"][rows] = clip01(faded + w.impulse("pressure")[rows])


def drift(w: World) -> None:
    """Force at the target, force required and pressure are a day older."""
    _on_members(w)
    target = w.cast.role("target")
    if target is None:
        return
    p, pressure = w.parameters("pressure"), w["pressure"]
    force = w["force_at_target"][:] = _force_at(w, target)
    aid = np.maximum(w.impulse("aid")[target], 0.0)
    w["required_force"][:] += p["aid_strength"] * aid
    purpose = np.zeros(w.runs)
    if w.cast.exercises:
        _surprise(w, target)
        purpose = highest(w["exercise_level"] * np.maximum(w["exercise_pressure"], w["exercise_cover"]))
    speakers = [i for i in (w.cast.role("patron"), w.cast.role("client")) if i is not None]
    words = mean(w["rhetoric"][speakers]) if speakers else np.zeros(w.runs)
    aim = clip01(
        p["force"] * force / (force + w["required_force"])
        + p["exercise"] * purpose
        + p["rhetoric"] * words
        + p["red_line"] * w["target_progress"]
        + p["war"] * (w["invasion"][target] > 0)
    )
    before = pressure[target].copy()
    rate = 1.0 / p["pressure_days"]
    moved = relax(before, aim, rate) + w.impulse("pressure")[target] - p["aid_relief"] * aid
    pressure[target] = clip01(moved + shock(w, f"pressure.news.{w.cast.actors[target]}", p["noise"], rate))
    if w.listener is not None:
        for bar in (0.4, 0.6, 0.8):
            w.say(
                "signal",
                (before < bar) & (pressure[target] >= bar),
                "Pressure on {name} passes {bar:.1f}",
                seen=(),
                public=True,
                actor=target,
                reason="{force:,.0f} troops within reach, exercise meant to press {purpose:.2f}, hostile words {words:.2f}",
                sources=("odr-pressure-on-ukraine", "wapo-moscow-red-line-ukraine-nato"),
                name=w.scenario.actors[w.cast.actors[target]].name,
                bar=bar,
                force=force,
                purpose=purpose,
                words=words,
            )


_ATTACK = (Disclosure(("troops", "required_force"), "deed", "an attack is seen by everybody, and so is how large it is"),)

MECHANISM = Mechanism(
    name="pressure",
    says="Pressure on the target, the patron's hidden intent, force at hand and force required, and attack.",
    systems=("S18",),
    fields=(
        Field(
            "pressure",
            "Coercive pressure on it",
            tells=(
                Disclosure(
                    ("troops", "required_force", "exercise_pressure", "exercise_cover", "threat"),
                    "luck",
                    "pressure moves by itself too (noise)",
                ),
            ),
        ),
        Field("intent", "The patron's intent: 0 none, 1 a limited attack, 2 a large one", unit="0-2", high=2.0, seen="belief"),
        Field(
            "force_at_target",
            "The patron's true force weighted by proximity to the target",
            (),
            "persons",
            high=1e7,
            seen="nobody",
        ),
        Field(
            "required_force",
            "Force required for a large attack on the target, weighted by proximity",
            (),
            "persons",
            high=1e7,
            seen="nobody",
        ),
        Field(
            "surprise",
            "How far an exercise under way would make an attack on the target a surprise",
            (),
            seen="patron",
            tells=(Disclosure(("exercise_cover",), "own", "the patron knows what its exercises are for"),),
        ),
        Field("used_as_cover", "The target was attacked while an exercise was on foot", (), "0/1", tells=_ATTACK),
        Field("pretext_used", "The target was attacked while an accusation served as a pretext", (), "0/1", tells=_ATTACK),
        Field("invasion", "Attack on it: 0 none, 1 limited, 2 large", unit="0-2", high=2.0, tells=_ATTACK, whole=True),
    ),
    impulses=(
        Impulse("pressure", "Puts pressure on this state (or takes it off)"),
        Impulse("aid", "Military aid to the target"),
        Impulse("invade", "Attacks this state: 1 on a limited scale, 2 on a large one", unit="0-2"),
    ),
    begin=begin,
    phases={"adjudicate": ConditionalHook(("impulse.invade",), adjudicate), "drift": drift},
    parameters=PARAMETERS,
    sources=(
        "wapo-spring-buildup-unannounced",
        "wapo-zelensky-war-possible",
        "wapo-moscow-red-line-ukraine-nato",
        "odr-kremlin-demand-no-expansion",
        "odr-contingent-on-southern-border",
        "odr-200km-from-kyiv",
        "odr-reznikov-not-enough",
        "odr-observers-unknown-true-intent",
        "cling-ukraine-intervention-pattern",
        "odr-pressure-on-ukraine",
        "odr-us-invasion-from-north",
        "ft-snap-drill-crimea-pretext",
    ),
)
