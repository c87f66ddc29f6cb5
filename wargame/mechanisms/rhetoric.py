"""Rhetoric, reassurance, accusations and their debunking (S15).

What it does. Hostile talk rises with orders, accusations and a regime's need for an enemy, and fades.
Reassurance is issued and fades; nobody learns much from it. An accusation stands for weeks; if it is false,
open sources may show that. A debunked accusation costs credibility abroad and does not silence anybody at
home.

Equations. Per actor i and day:

    base_i = a T_i + [i is the client] e (1 - G_i)                 talk nobody has to order; T threat, G legitimacy
    q_i'   = clip(relax(q_i, base_i, h/ln 2) + push + k c_i + noise)   hostile rhetoric, half-life h days; c_i accusation made
    s_i'   = clip(s_i 2^(-1/h) + push)                             reassurance
    O      = 1 - exp(-g sum_open rate (1 - suppressible U))        strength of open sources; U the client's suppression
    P(debunked today | false) = 1 - exp(-(d0 + d1 O + d2 denial (1 + 3 O)/4))
    C_i'   = relax(C_i, C0, tau_c) ; times (1 - m) on the day a claim of i is debunked         credibility abroad

A claim is false with probability ``f``, drawn on the day it is made; one that is staged (impulse ``stage``) is false
for certain. Its belief abroad starts at the speaker's credibility and falls to a tenth once it is debunked, while
talk at home goes on. ``pretext`` is 1 while an accusation by patron or client stands that has not been shown to be
false. Credibility also loses the share ``breach_loss`` of itself by a full refusal to explain military activity
(mechanism *consultation*). ``claim_days`` counts from that day, whether or not the claim is debunked, and ends after
``claim_life`` days; a new claim starts the count again. A denial counts against the accusations of the other side:
patron and client on one side, all others on the other.

Assumptions. Official statements of purpose are constant, so they carry no information about intent;
reassurance exists because it may calm those who believe it (see ``threat``). Only sensors that are public and not
official can debunk: a government's number is as public as a picture, but nobody else can check it, and it counts men and
not drones. With strong open sources most false claims fall within two weeks; without them few do (stylised fact
42).

Sources: `odr-officially-defensive`, `wapo-putin-not-targeting-anyone`, `wapo-pankov-purely-defensive`,
`ft-lukashenko-needs-enemy`, `odr-war-talk-36-times`, `odr-drone-accusation`,
`odr-drone-accusation-delayed-week`, `odr-drone-russian-made`, `odr-drone-from-inside-belarus`,
`odr-debunking-does-not-deter`, `odr-ukraine-denies-drone`, `cling-abrupt-turn-nato-massing`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, relax, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism
from wargame.mechanisms.rhetoric_parameters import PARAMETERS
from wargame.mechanisms.unmodelled import shocks
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

LN2 = 0.6931471805599453


def open_sources(w: World) -> Array:
    """Return the strength of open sources, 0-1, shape ``(runs,)``: public, unofficial sensors, thinned by suppression."""
    sensors = [w.scenario.sensors[name] for name in w.cast.sensors]
    public = [k for k, sensor in enumerate(sensors) if sensor.public and not sensor.official]
    if not public:
        return np.zeros(w.runs)
    client = w.cast.role("client")
    hushed = np.zeros(w.runs) if client is None else w["suppression"][client]
    reports = w["sensor_rate"][public] * (1.0 - w["sensor_suppressible"][public] * hushed)
    return 1.0 - exp(-w.parameters("rhetoric")["open_source_scale"] * total(reports))


def _denied(w: World, speaker: int) -> Array:
    """Return how strongly the other side denies the speaker's accusation today, 0-1, shape ``(runs,)``."""
    one_side = {*w.cast.group("patron"), *w.cast.group("client")}
    theirs = [i for i in range(len(w.cast.actors)) if (i in one_side) != (speaker in one_side)]
    return clip01(total(w.impulse("deny")[theirs])) if theirs else np.zeros(w.runs)


def _claims(w: World) -> None:
    """Accusations are made, grow older, are found to be false, are forgotten."""
    p, days, false = w.parameters("rhetoric"), w["claim_days"], w["claim_false"]
    staged = w.impulse("stage") > 0
    made = (w.impulse("claim") > 0) | staged
    days[:] = np.where(made, 0.0, days + 1.0)
    over = days > p["claim_life"]
    days[over] = np.nan
    false[over] = 0.0
    w["claim_refuted"][made | over] = 0.0
    w["claim_belief"][:] = np.where(made, w["credibility"], np.where(over, 0.0, w["claim_belief"]))
    w["debunked"][:] = 0.0
    speakers = [int(i) for i in np.flatnonzero((made | (false > 0)).any(axis=1))]
    if not speakers:  # nothing would be done with the draws
        return
    names = [w.cast.actors[i] for i in speakers]
    lie = w.draws.uniforms([f"rhetoric.false.{name}" for name in names], w.tick) < p["false_share"]
    luck = w.draws.uniforms([f"rhetoric.debunk.{name}" for name in names], w.tick)
    standing = np.where(made[speakers], lie | staged[speakers], false[speakers] > 0)
    denial = np.stack([_denied(w, i) for i in speakers])
    shown = open_sources(w)  # a denial without evidence that anybody can check is a quarter of one with it
    hazard = p["debunk_base"] + p["debunk_open_sources"] * shown + p["debunk_denial"] * denial * (1.0 + 3.0 * shown) / 4.0
    fallen = standing & (luck < 1.0 - exp(-hazard))
    false[speakers] = standing & ~fallen
    w["debunked"][speakers] = fallen
    w["claim_refuted"][speakers] = np.maximum(w["claim_refuted"][speakers], fallen)
    w["claim_belief"][speakers] = np.where(fallen, 0.1 * w["claim_belief"][speakers], w["claim_belief"][speakers])
    for k, i in enumerate(speakers):
        name = w.scenario.actors[w.cast.actors[i]].name
        w.say(
            "message",
            made[i],
            "{name} makes an open accusation",
            seen="all",
            actor=i,
            reason="accusations are timed to need",
            sources=("odr-drone-accusation", "odr-drone-accusation-delayed-week"),
            name=name,
        )
        w.say(
            "belief",
            fallen[k],
            "Open sources show that the accusation made by {name} {days:.0f} days ago is false",
            seen="all",
            actor=i,
            reason="published pictures contradict it; it is repeated at home all the same",
            sources=("odr-drone-russian-made", "odr-debunking-does-not-deter"),
            name=name,
            days=days[i],
        )


def drift(w: World) -> None:
    """Talk, reassurance, credibility and accusations are a day older."""
    _claims(w)
    p = w.parameters("rhetoric")
    base = p["tone"] * w["threat"]
    client = w.cast.role("client")
    if client is not None:
        base[client] = base[client] + p["enemy_need"] * (1.0 - w["legitimacy"][client])
    claimed = (w.impulse("claim") > 0) | (w.impulse("stage") > 0)
    talk = relax(w["rhetoric"], base, LN2 / p["half_life"])
    before = w["rhetoric"].copy()
    chance = shocks(w, [f"rhetoric.talk.{name}" for name in w.cast.actors], p["noise"], LN2 / p["half_life"])
    w["rhetoric"][:] = clip01(talk + w.impulse("rhetoric") + p["claim_heat"] * claimed + chance)
    w["reassurance"][:] = clip01(relax(w["reassurance"], 0.0, LN2 / p["half_life"]) + w.impulse("reassure"))
    trusted = relax(w["credibility"], p["credibility_norm"], 1.0 / p["credibility_days"])
    refused = 1.0 - p["breach_loss"] * w["consultation_breach"]
    w["credibility"][:] = clip01(trusted * (1.0 - p["debunk_loss"] * w["debunked"]) * refused)
    sides = [i for i in (w.cast.role("patron"), client) if i is not None]
    if sides:
        w["pretext"][:] = highest((w["claim_days"][sides] >= 0.0) * (1.0 - w["claim_refuted"][sides]))
    if w.listener is not None:
        _tell(w, before)


def _tell(w: World, before: Array) -> None:
    for role in ("patron", "client", "target"):
        i = w.cast.role(role)
        if i is not None:
            w.say(
                "message",
                (before[i] < 0.6) & (w["rhetoric"][i] >= 0.6),
                "The language of {name} turns openly hostile ({level:.2f} of 1)",
                seen="all",
                actor=i,
                reason="its own talk of war has piled up",
                sources=("odr-war-talk-36-times",),
                name=w.scenario.actors[w.cast.actors[i]].name,
                level=w["rhetoric"][i],
            )


_SHOWN = (Disclosure(("claim_false",), "luck", "open sources find a false accusation out with a chance a day"),)

MECHANISM = Mechanism(
    name="rhetoric",
    says="Hostile talk, reassurance, accusations and their debunking, credibility abroad.",
    systems=("S15",),
    fields=(
        Field("rhetoric", "Hostile rhetoric", tells=(Disclosure(("threat",), "luck", "who speaks when is chance too (noise)"),)),
        Field("reassurance", "Public reassurance about its own intentions"),
        Field("credibility", "Credibility abroad", default=0.5, tells=_SHOWN),
        Field(
            "claim_days", "Days since its standing accusation was made", ("actor",), "days", 0.0, 20_000.0, np.nan, missing="none"
        ),
        Field("debunked", "An accusation of its was shown to be false today", unit="0/1", tells=_SHOWN),
        Field("claim_refuted", "Its standing accusation has been shown to be false", unit="0/1", tells=_SHOWN),
        Field("claim_belief", "How far its standing accusation is believed abroad", tells=_SHOWN),
        Field("pretext", "An accusation by patron or client stands and has not been shown to be false", (), "0/1", tells=_SHOWN),
        Field("claim_false", "Its standing accusation is false and not yet shown to be", unit="0/1", seen="nobody"),
    ),
    impulses=(
        Impulse("rhetoric", "Hostile rhetoric (negative: moderation)"),
        Impulse("reassure", "Public reassurance"),
        Impulse("claim", "Makes an open accusation, possibly a false one", unit="0/1"),
        Impulse("stage", "Stages what it then accuses the other side of: a false flag", unit="0/1"),
        Impulse(
            "deny",
            "Denies, with evidence, what the other side accuses it of",
            unit="0/1",
            answers="{accused}",
            otherwise="nobody on the other side has made an accusation that stands",
        ),
    ),
    phases={"drift": drift},
    parameters=PARAMETERS,
    sources=(
        "cbc-putin-exercise-peaceful",
        "wapo-putin-not-targeting-anyone",
        "wapo-peskov-no-apocalypse",
        "wapo-pankov-purely-defensive",
        "wapo-border-propaganda-war",
        "ft-lukashenko-western-plot",
        "odr-war-talk-36-times",
        "odr-officially-defensive",
        "odr-scenario-echoes-propaganda",
        "odr-drone-accusation",
        "odr-drone-accusation-delayed-week",
        "odr-drone-from-inside-belarus",
        "odr-debunking-does-not-deter",
        "cling-abrupt-turn-nato-massing",
    ),
)
