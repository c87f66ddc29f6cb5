"""S7 Military integration: the steadiest channel, one step with every exercise.

What it does. Military integration creeps up with routine contact, rises with every day of a joint exercise and with the
presence of the patron's troops, and takes a step when a military or basing item has been agreed. Hedging slows all of it; a
recent arms promise slows it for a hedger and does not for an obedient client (D13). Nothing lowers it but an order.

Equations (client's row; M 0-1; time in days)::

    r  = k_r D + k_x X + k_g min(G/10,000, 3)         rate: dependence D, joint exercises under way X, guest troops G
    f  = (1 - brake H) (1 + (deepens - dodges H) exp(-a/t_arms)),  f >= 0          H hedging, a days since an arms order
    c' = c + (1 - exp(-1/t_step)) (agreed - c)        share of an agreed item carried out
    M' = M + s [(1 - exp(-r f)) (1 - M) + f sum_j step_j (c_j' - c_j)] + u         u direct pushes, s bursts, 1 on average

Assumptions. The ceiling is 1 (absorbed). The channel never falls at random: it has stayed the steadiest of all, while the
economic one has its disputes (`cling-military-most-stable-platform`). Only exercises of which host and guest are the client
and the patron count.

Sources: `cling-military-cooperation-core`, `cling-new-operational-integration`, `cling-salience-since-2020`,
`cling-minsk-sovereignty-brakes`, `odr-belarus-absorbed-into-russian-military`, `ft-arms-promise-evades-integration`,
`wapo-twinning-greater-posture`, `wapo-single-defence-space`, `odr-routine-cooperation-dozens`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, or_else, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import bursts, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

_REPORTED = (0.7, 0.8, 0.9)


def _joint(w: World) -> list[int]:
    """Return the exercises that the patron and the client hold together."""
    pair = {w.cast.actors[w.cast.group(role)[0]] for role in ("client", "patron")}
    held = (w.scenario.exercises[name] for name in w.cast.exercises)
    return [i for i, exercise in enumerate(held) if {exercise.host, exercise.guest} <= pair]


def willingness(w: World, client: int) -> Array:
    """Return the factor with which hedging and a recent arms promise change every step, shape ``(runs,)``."""
    p = w.parameters("integration")
    hedging = w["hedging"][client]
    since = w["arms_days"][client]
    recent = np.where(np.isnan(since), 0.0, exp(-or_else(since, 0.0) / p["arms_days"]))
    arms = 1.0 + (p["arms_deepens"] - p["arms_dodges"] * hedging) * recent
    braked: Array = (1.0 - p["hedging_brake"] * hedging) * np.maximum(arms, 0.0)
    return braked


def begin(w: World) -> None:
    """Count items agreed before the first day as carried out."""
    w["carried_out"][:] = w["agreed"]


def drift(w: World) -> None:
    """Add today's step of military integration."""
    p = w.parameters("integration")
    client = w.cast.group("client")[0]
    integ = w["integ_mil"][client]
    before = integ.copy()
    joint = _joint(w)
    active = total(w["exercise_active"][joint]) if joint else np.zeros(w.runs)
    rate = (
        p["routine"] * w["dependence"][client]
        + p["exercise"] * active
        + p["presence"] * np.minimum(w["guest_troops"] / 10_000.0, 3.0)
    )
    factor = willingness(w, client)
    step = (1.0 - exp(-rate * factor)) * (1.0 - integ) + factor * _carried_out(w)
    step = step * bursts(w, f"integration.steps.{w.cast.actors[client]}", p["bursts"])
    integ[:] = clip01(integ + step + w.impulse("integ_mil")[client])
    if w.listener is not None:
        _report(w, client, before)


def _carried_out(w: World) -> Array:
    """Carry agreed items out a little further; return what that adds to military integration, shape ``(runs,)``."""
    p = w.parameters("integration")
    if not w.cast.items:
        return np.zeros(w.runs)
    military = np.array([[float(w.scenario.items[name].kind != "economic")] for name in w.cast.items])
    today = (1.0 - exp(-1.0 / p["step_days"])) * (w["agreed"] - w["carried_out"])
    w["carried_out"][:] = clip01(w["carried_out"] + today)
    return total(today * w["item_step"] * military)


def _report(w: World, client: int, before: Array) -> None:
    for level in _REPORTED:
        w.say(
            "outcome",
            (before < level) & (w["integ_mil"][client] >= level),
            "Military integration of {who} with its patron passes {level:.0%}.{meaning}",
            seen="parties",
            public=True,
            actor=client,
            reason="Exercises, presence and agreements add up: {troops:,.0f} guest troops are in the country.",
            sources=("cling-new-operational-integration", "odr-belarus-absorbed-into-russian-military"),
            who=w.scenario.actors[w.cast.actors[client]].name,
            level=level,
            meaning=" Its forces are now subordinate in all but name." if level == 0.8 else "",
            troops=w["guest_troops"],
        )


def _rate(name: str, value: float, unit: str, says: str, why: str, *source: str) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": 0.4}}
    return Parameter(name, value, says, unit, prior, source, why, low=0.0)


MECHANISM = Mechanism(
    name="integration",
    says="Military integration rises with exercises, presence and agreements; hedging slows it.",
    systems=("S7",),
    fields=(
        Field("integ_mil", "Military integration with the patron (above 0.8: subordination).",
              tells=(Disclosure(("guest_troops",), "luck", "most days bring few steps, some many (bursts)"),
                     Disclosure(("agreed", "carried_out"), "deed",
                                "units and staffs are merged in the open, whatever was signed"))),
        Field("carried_out", "Share of an agreed item that has been carried out.", ("item",), seen="parties"),
    ),
    impulses=(Impulse("integ_mil", "military integration outside the agenda"),),
    phases={"drift": drift},
    begin=begin,
    needs=("client", "patron"),
    parameters=(
        _rate("routine", 0.0006, "1/day", "rate at which routine contact closes the gap, at full dependence",
              "with exercises it gives the rise from 0.52 (Aug 2020) to 0.65 (Sep 2021)",
              "odr-routine-cooperation-dozens", "cling-salience-since-2020"),
        unmodelled(1.0, "Spread of a day's steps about their mean (log)", "visits and deliveries come in bursts; judged",
                   name="bursts"),
        _rate("exercise", 0.008, "1/day", "rate while a joint exercise is under way",
              "a week of joint exercise closes about a twentieth of the gap", "cling-new-operational-integration"),
        _rate("presence", 0.004, "1/day per 10,000", "rate added by guest troops in the country",
              "with 20,000 to 30,000 guests, 0.76 becomes more than 0.8 within two months (Feb 2022 column)",
              "odr-belarus-absorbed-into-russian-military", "odr-transfer-unprecedented"),
        Parameter("hedging_brake", 0.5, "share of every step that perfect hedging takes away", "share",
                  {"beta": {"mean": 0.5, "sd": 0.15}}, ("cling-minsk-sovereignty-brakes", "ft-pukhov-flexible-hedging"),
                  "contested (D1); half is a guess", 0.0, 1.0),
        Parameter("arms_deepens", 0.2, "how much a recent arms promise speeds integration", "share",
                  {"normal": {"mean": 0.2, "sd": 0.2}}, ("wapo-arms-announcement", "wapo-twinning-greater-posture"),
                  "contested (D13): this and arms_dodges together give the sign", -1.0, 2.0),
        Parameter("arms_dodges", 0.9, "how much a perfect hedger uses a recent arms promise to slow integration",
                  "share", {"lognormal": {"median": 0.9, "sigma": 0.3}}, ("ft-arms-promise-evades-integration",),
                  "contested (D13): negative on balance for hedging above about a quarter", 0.0, 2.0),
        _rate("arms_days", 90.0, "days", "time constant with which an arms promise is forgotten",
              "announced a week before the exercise, still talked of at the year's end", "wapo-arms-announcement"),
        _rate("step_days", 45.0, "days", "time constant of carrying out a military agreement",
              "weeks, not days: plans came without details", "wapo-defence-space-no-details"),
    ),
    sources=("cling-new-operational-integration", "cling-military-most-stable-platform",
             "odr-belarus-absorbed-into-russian-military", "ft-arms-promise-evades-integration"),
)  # fmt: skip
