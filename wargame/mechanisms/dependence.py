"""S9 Dependence on the patron, foreign-policy alignment with it, and the option of turning to the West.

What it does. Repression and sanctions close the Western option; a closed option, a shaky regime, military and economic ties,
felt sanctions and fresh credit make the client lean on the patron; dependence, repression and military ties pull its foreign
policy into line. A client that hedges well leans over more slowly, in the same direction.

Equations (client's row; shares 0-1, time in days)::

    W* = (1 - R)(1 - S)                                       W Western option, R repression, S sanctions
    W' = relax(W, W*, 1/t_west) + g                           g gestures to the West, today
    D* = d0 + d_w (1 - W) + d_s (1 - stability) + d_m M + d_e E + d_b B + d_c C + d_g min(G/10,000, 3)
                                                              M, E integration, B bite, C fresh credit, G guest troops
    D' = D + (1 - exp(-k)) (D* - D) + noise,   k = (1 - brake H)/t_dep while D* > D, else 1/t_dep      H hedging skill
    A* = a0 + a_d D + a_r R + a_m M                           (successor turned West: a_turn; taken over: 1)
    A' = relax(A, A*, 1/t_align) + u - a_g g                  u signals of loyalty

Assumptions. A unit of military integration binds three times as much as a unit of economic integration (the judgement is
"far more": `cbc-military-track-more-consequential`; the test asks for twice). Coefficients are fitted by hand so that the six
dated columns of initial values (Sep 2017 to Feb 2022) lie near their own targets and Sep 2021 is a rest point.

Sources: `cbc-burnt-bridges-reliance`, `odr-repression-kills-multivector`, `odr-totalitarian-turn-dependence`,
`wapo-zochowski-isolation-dependence`, `wapo-internal-opposition-dependence`, `ft-pukhov-flexible-hedging`,
`cbc-fully-dependent`, `cling-less-wiggle-room`, `cling-minsk-sovereignty-brakes`, `odr-peacekeeper-to-front-18-months`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import shock, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

_REPORTED = (0.7, 0.8, 0.9)


def west_target(w: World, client: int) -> Array:
    """Return the Western option that repression and sanctions leave open, shape ``(runs,)``."""
    left: Array = (1.0 - w["repression"][client]) * (1.0 - w["sanctions"][client])
    return left


def dependence_target(w: World, client: int) -> Array:
    """Return the dependence at which today's circumstances would settle, shape ``(runs,)``."""
    p = w.parameters("dependence")
    return clip01(
        p["base"]
        + p["closed_west"] * (1.0 - w["west_option"][client])
        + p["instability"] * (1.0 - w["stability"][client])
        + p["military"] * w["integ_mil"][client]
        + p["economic"] * w["integ_econ"][client]
        + p["bite"] * w["bite"][client]
        + p["credit"] * w["credit"][client]
        + p["guests"] * np.minimum(w["guest_troops"] / 10_000.0, 3.0)
    )


def alignment_target(w: World, client: int) -> Array:
    """Return the alignment at which today's circumstances would settle, shape ``(runs,)``."""
    p = w.parameters("dependence")
    target = clip01(
        p["align_base"]
        + p["align_dependence"] * w["dependence"][client]
        + p["align_repression"] * w["repression"][client]
        + p["align_military"] * w["integ_mil"][client]
    )
    target = np.where(w["successor_west"][client] > 0.0, p["align_turned"], target)
    return np.where(w["takeover"][client] > 0.0, 1.0, target)


def begin(w: World) -> None:
    """Put the Western option where repression and sanctions leave it, unless the scenario gives it."""
    client = w.cast.group("client")[0]
    if "west_option" not in w.scenario.actors[w.cast.actors[client]].initial:
        w["west_option"][client] = clip01(west_target(w, client))


def drift(w: World) -> None:
    """Move the Western option, dependence and alignment one day towards their targets."""
    p = w.parameters("dependence")
    client = w.cast.group("client")[0]
    gesture = w.impulse("gesture_west")[client]
    west, dependence, alignment = w["west_option"][client], w["dependence"][client], w["alignment"][client]
    before, aligned = dependence.copy(), alignment.copy()

    west[:] = clip01(relax(west, west_target(w, client), 1.0 / p["west_days"]) + gesture)
    target = dependence_target(w, client)
    hedge = np.where(target > dependence, 1.0 - p["hedging_brake"] * w["hedging"][client], 1.0)
    rate = hedge / p["dependence_days"]
    chance = shock(w, f"dependence.ties.{w.cast.actors[client]}", p["noise"], rate)
    dependence[:] = clip01(relax(dependence, target, rate) + chance)
    pushed = w.impulse("alignment")[client] - p["gesture_cost"] * gesture
    alignment[:] = clip01(relax(alignment, alignment_target(w, client), 1.0 / p["align_days"]) + pushed)
    if w.listener is not None:
        _report(w, client, before, aligned)


def _report(w: World, client: int, dependence: Array, alignment: Array) -> None:
    who = w.scenario.actors[w.cast.actors[client]].name
    for level in _REPORTED:
        w.say(
            "outcome",
            (dependence < level) & (w["dependence"][client] >= level),
            "The dependence of {who} on its patron passes {level:.0%}.",
            seen="all",
            actor=client,
            reason="The West is closed: option {west:.2f}, sanctions {sanctions:.2f}, repression {repression:.2f}.",
            sources=("cbc-burnt-bridges-reliance", "odr-totalitarian-turn-dependence"),
            who=who,
            level=level,
            west=w["west_option"][client],
            sanctions=w["sanctions"][client],
            repression=w["repression"][client],
        )
        w.say(
            "outcome",
            (alignment < level) & (w["alignment"][client] >= level),
            "The foreign policy of {who} is {level:.0%} in line with its patron's.",
            seen="all",
            actor=client,
            reason="Dependence {dependence:.2f} and repression {repression:.2f} leave no policy of its own.",
            sources=("odr-repression-kills-multivector", "odr-peacekeeper-to-front-18-months"),
            who=who,
            level=level,
            dependence=w["dependence"][client],
            repression=w["repression"][client],
        )


_FITTED = "fitted by hand to the dated columns of initial values, whose order comes from the documents"


def _weight(name: str, value: float, says: str, *source: str) -> Parameter:
    prior = {"lognormal": {"median": value, "sigma": 0.3}}
    return Parameter(name, value, says, "share", prior, source, _FITTED, low=0.0)


PARAMETERS = (
    Parameter("base", 0.127, "dependence left when nothing else presses", "share", {"normal": {"mean": 0.127, "sd": 0.02}},
              (), _FITTED),
    unmodelled(0.015, "Spread of dependence by what nothing here causes", "a harvest, the price of potash; judged"),
    _weight("closed_west", 0.25, "dependence added by a closed Western option", "odr-repression-kills-multivector",
            "wapo-zochowski-isolation-dependence"),
    _weight("instability", 0.15, "dependence added by a regime without stability", "wapo-internal-opposition-dependence",
            "ft-forced-to-integrate-after-protests"),
    _weight("military", 0.40, "dependence added by full military integration", "cbc-military-track-more-consequential"),
    _weight("economic", 0.12, "dependence added by full economic integration", "cbc-military-track-more-consequential"),
    _weight("bite", 0.10, "dependence added by sanctions felt in full", "cbc-isolation-repression-sanctions"),
    _weight("credit", 0.08, "dependence added by a year's worth of fresh credit", "wapo-loans-cheap-oil"),
    _weight("guests", 0.02, "dependence added per 10,000 of the patron's troops in the country", "odr-object-not-subject"),
    Parameter("dependence_days", 200.0, "time constant of dependence", "days",
              {"lognormal": {"median": 200.0, "sigma": 0.3}}, ("odr-peacekeeper-to-front-18-months",),
              "the change from mediator to front line took 18 months: nearly three time constants", low=1.0),
    Parameter("hedging_brake", 0.6, "share of the growth of dependence that perfect hedging takes away", "share",
              {"beta": {"mean": 0.6, "sd": 0.15}}, ("ft-pukhov-flexible-hedging", "cbc-fully-dependent"),
              "contested (D1): growth is slowed, never reversed, by skill alone", low=0.0, high=1.0),
    Parameter("west_days", 60.0, "time constant of the Western option", "days",
              {"lognormal": {"median": 60.0, "sigma": 0.4}}, ("cling-nato-restricts-access",),
              "doors closed within two to three months after August 2020", low=1.0),
    Parameter("align_base", -0.221, "alignment when nothing else presses (negative: a bias to independence)", "share",
              {"normal": {"mean": -0.221, "sd": 0.03}}, ("cling-pre-election-independence-card", "cling-aligned-since-1990s"),
              _FITTED),
    _weight("align_dependence", 0.855, "alignment added by full dependence", "odr-must-show-indispensable"),
    _weight("align_repression", 0.267, "alignment added by full repression", "odr-repression-kills-multivector"),
    _weight("align_military", 0.20, "alignment added by full military integration", "odr-crackdown-deepened-alliance"),
    Parameter("align_turned", 0.25, "alignment a successor that turns West settles at", "share",
              {"beta": {"mean": 0.25, "sd": 0.1}}, ("cling-no-second-ukraine",),
              "geography and trade leave some alignment even then", low=0.0, high=1.0),
    Parameter("align_days", 180.0, "time constant of alignment", "days",
              {"lognormal": {"median": 180.0, "sigma": 0.3}}, ("odr-peacekeeper-to-front-18-months",),
              "fitted so that alignment passes 0.8 between 12 and 24 months after August 2020", low=1.0),
    Parameter("gesture_cost", 0.5, "alignment lost per unit of gesture to the West", "share",
              {"lognormal": {"median": 0.5, "sigma": 0.4}}, ("odr-stability-broker-image",),
              "a gesture to one side is noticed by the other; half is a guess", low=0.0),
)  # fmt: skip

_TIES = (
    Disclosure(("stability", "guest_troops"), "luck", "dependence moves by itself too (noise), and with it what follows it"),
)

MECHANISM = Mechanism(
    name="dependence",
    says="A closed Western option, a shaky regime and military ties make the client lean on the patron.",
    systems=("S9",),
    fields=(
        Field("dependence", "How far the actor's regime depends on the patron.", default=0.0, tells=_TIES),
        Field("alignment", "How far the actor's foreign policy follows the patron's.", tells=_TIES),
        Field("west_option", "How far the actor could still turn to the West."),
    ),
    impulses=(
        Impulse("alignment", "a signal of loyalty to the patron (negative: of distance)"),
        Impulse("gesture_west", "a gesture that reopens the Western option (a release, a mediation)"),
    ),
    phases={"drift": drift},
    begin=begin,
    needs=("client",),
    parameters=PARAMETERS,
    sources=(
        "cbc-burnt-bridges-reliance",
        "odr-repression-kills-multivector",
        "ft-pukhov-flexible-hedging",
        "odr-peacekeeper-to-front-18-months",
    ),
)
