"""S11 Regime: protest, repression, legitimacy, stability, elites, and the fear of war that serves whoever rules.

What it does. Grievance feeds protest; repression, fear of war and a military exercise in the country hold it down; protest
past what the police tolerates brings more repression by itself. Repression costs legitimacy. Tension short of war rallies people
and elites round the regime, open war does the opposite: stability is hump-shaped in tension. A guarantee by the patron takes
much of the sting out of protest, because everybody knows how it would end; fresh credit helps, sanctions hardly hurt. A grip is
lost within days and regained over months. Each further wave of arrests finds fewer to arrest.

Equations (client's row; shares 0-1; time in days)::

    h(T)  = 1 - ((T - T_p)/w)^2, w = w_low below T_p, w_high above; h >= 0 below T_p, h >= -1 above       rally
    F*    = f_T T + f_X X                                              fear of war; tension T, exercise nearby X
    P*    = c g (1 - L)^2 (1 - R)(1 - f_P F)(1 - X_P)(1 - p_I I)       protest; legitimacy L, repression R, intervention I
    X_P   = x_P X + c_P max_e c_e X_e                                  X_e exercise e nearby, c_e its purpose of control (D5)
    P'    = relax(P, P*, (1/2 + R/2)/t_P) + (u_P + spark)(1 - f_P F)   a spark: chance k(1 - L) a day, exponential size
    R'    = R + (r max(P - P_0, 0) + u_R+)(1 - R) - e R + u_R-         u_R+, u_R- today's orders, to repress and to release
    L*    = l_0 - l_R R + l_h h(T) + l_N N                             N a new government after a collapse
    S*    = s_0 + s_L L - s_P P (1 - s_G G) + s_E (E - E_0) + s_h h(T) + s_C C - s_B B + s_I I + s_N N
    E*    = e_0 + e_S S - e_P P (1 - s_G G)                            elites; guarantee G, fresh credit C, bite B
    S'    = relax(S, S*, 1/t_S) + noise                                t_S = t_fall if S > S*, else t_rise

Assumptions. Coefficients are fitted by hand so that the dated columns of initial values (Jan 2020, Aug 2020, Mar 2021, Sep
2021) lie near or move along their observed path, and Sep 2021 is a rest point. Who protests does not matter, only how much. The
protest of August to November 2020 (200,000; 50,000 to 100,000 after five weeks; small by the fifteenth) gives the decay.

Sources: `cbc-crackdown-thousands-detained`, `wapo-promise-helped-survival`, `odr-brinkmanship-suits-regime`,
`odr-threat-as-legitimacy`, `odr-war-fear-crowds-out`, `wapo-zochowski-exercise-tightens-grip`, `cling-crisis-drawn-out`,
`odr-approval-catastrophically-low`, `cling-western-leverage-limited`, `wapo-loans-cheap-oil`, F-E3-protest, F-E4-core-trust.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, log, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import bursts, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

_STABILITY = (0.2, 0.35, 0.5)
_PROTEST = (0.3, 0.6)


def rally(w: World) -> Array:
    """Return how far tension rallies the country, from -1 (war) over 0 (calm) to 1 (crisis), shape ``(runs,)``."""
    p = w.parameters("regime")
    away = w["tension"] - p["rally_peak"]
    width = np.where(away > 0.0, p["rally_high"], p["rally_low"])
    hump = 1.0 - (away / width) ** 2
    return np.maximum(hump, np.where(away > 0.0, -1.0, 0.0))


def unrest(w: World, client: int) -> Array:
    """Return protest less what the patron's guarantee takes out of it, shape ``(runs,)``."""
    p = w.parameters("regime")
    left: Array = w["protest"][client] * (1.0 - p["guarantee_shield"] * w["guarantee"][client])
    return left


def elite_target(w: World, client: int) -> Array:
    """Return the loyalty at which the elites would settle today, shape ``(runs,)``."""
    p = w.parameters("regime")
    return clip01(p["elite_base"] + p["elite_stability"] * w["stability"][client] - p["elite_protest"] * unrest(w, client))


def legitimacy_target(w: World, client: int) -> Array:
    """Return the legitimacy at which the country would settle today, shape ``(runs,)``."""
    p = w.parameters("regime")
    return clip01(
        p["legitimacy_base"]
        - p["legitimacy_repression"] * w["repression"][client]
        + p["legitimacy_rally"] * rally(w)
        + p["legitimacy_successor"] * w["collapsed"][client]
    )


def stability_target(w: World, client: int) -> Array:
    """Return the stability at which the regime would settle today, shape ``(runs,)``."""
    p = w.parameters("regime")
    return clip01(
        p["stability_base"]
        + p["stability_legitimacy"] * w["legitimacy"][client]
        - p["stability_protest"] * unrest(w, client)
        + p["stability_elite"] * (w["elite_loyalty"][client] - p["elite_normal"])
        + p["stability_rally"] * rally(w)
        + p["stability_credit"] * w["credit"][client]
        - p["stability_bite"] * w["bite"][client]
        + p["stability_intervention"] * w["intervention"][client]
        + p["stability_successor"] * w["collapsed"][client]
    )


def begin(w: World) -> None:
    """Let fear and elites start where circumstances put them (elites: as they were before any protest), unless given."""
    client = w.cast.group("client")[0]
    p = w.parameters("regime")
    given = w.scenario.actors[w.cast.actors[client]].initial
    if "war_fear" not in given:
        w["war_fear"][client] = _fear_target(w, client)
    if "elite_loyalty" not in given:
        w["elite_loyalty"][client] = clip01(p["elite_base"] + p["elite_stability"] * w["stability"][client])


def drift(w: World) -> None:
    """Move fear, protest, repression, legitimacy, elites and stability one day on, in this order."""
    p = w.parameters("regime")
    client = w.cast.group("client")[0]
    before = {name: w[name][client].copy() for name in ("stability", "protest")}
    w["war_fear"][client] = clip01(relax(w["war_fear"][client], _fear_target(w, client), 1.0 / p["fear_days"]))
    _protest(w, client)
    excess = np.maximum(w["protest"][client] - p["tolerated"], 0.0)
    repression = w["repression"][client]
    order = w.impulse("repression")[client]
    tighter = (p["crackdown"] * excess + np.maximum(order, 0.0)) * (1.0 - repression)
    w["repression"][client] = clip01(repression + tighter - p["easing"] * repression + np.minimum(order, 0.0))
    legitimacy = relax(w["legitimacy"][client], legitimacy_target(w, client), 1.0 / p["legitimacy_days"])
    w["legitimacy"][client] = clip01(legitimacy + w.impulse("legitimacy")[client])
    loyalty = relax(w["elite_loyalty"][client], elite_target(w, client), 1.0 / p["elite_days"])
    w["elite_loyalty"][client] = clip01(loyalty + w.impulse("elite_loyalty")[client])
    target = stability_target(w, client)
    keep = exp(-1.0 / np.where(target < w["stability"][client], p["stability_fall"], p["stability_rise"]))
    shock = w.draws.normal(f"regime.events.{w.cast.actors[client]}", w.tick)
    noise = p["stability_noise"] * np.sqrt(1.0 - keep * keep) * shock
    w["stability"][client] = clip01(target + keep * (w["stability"][client] - target) + noise)
    if w.listener is not None:
        _report(w, client, before)


def _fear_target(w: World, client: int) -> Array:
    p = w.parameters("regime")
    return clip01(p["fear_tension"] * w["tension"] + p["fear_exercise"] * w["exercise_near"][client])


def _protest(w: World, client: int) -> None:
    p = w.parameters("regime")
    muted = 1.0 - p["fear_mutes"] * w["war_fear"][client]
    calm = 1.0 - w["legitimacy"][client]
    target = (
        p["grievance"]
        * calm
        * calm
        * (1.0 - w["repression"][client])
        * muted
        * (1.0 - _held_down(w, client))
        * (1.0 - p["intervention_mutes"] * w["intervention"][client])
    )
    who = w.cast.actors[client]
    target = target * bursts(w, f"regime.crowds.{who}", p["crowds"])
    chance, size = w.draws.uniforms([f"regime.spark.{who}", f"regime.spark_size.{who}"], w.tick)
    spark = np.where(chance < p["spark_rate"] * calm, -p["spark_size"] * log(size), 0.0)
    rate = (0.5 + 0.5 * w["repression"][client]) / p["protest_days"]
    push = (np.maximum(w.impulse("protest")[client], 0.0) + spark) * muted + np.minimum(w.impulse("protest")[client], 0.0)
    w["protest"][client] = clip01(relax(w["protest"][client], target, rate) + push)


def _held_down(w: World, client: int) -> Array:
    """Return the share of protest that exercises in the country or near it silence, shape ``(runs,)``."""
    p = w.parameters("regime")
    held: Array = p["exercise_mutes"] * w["exercise_near"][client]
    if w.cast.exercises:
        near = w["exercise_level"] * w["exercise_reach"][:, client]
        held = held + p["exercise_control"] * highest(near * w["exercise_control"])
    return clip01(held)


def _report(w: World, client: int, before: dict[str, Array]) -> None:
    who = w.scenario.actors[w.cast.actors[client]].name
    stability, protest = w["stability"][client], w["protest"][client]
    values = {"who": who, "protest": protest, "loyalty": w["elite_loyalty"][client], "repression": w["repression"][client]}
    for level in _STABILITY:
        w.say("outcome", (before["stability"] >= level) & (stability < level),
              "The grip of the regime in {who} weakens: stability falls below {level:.2f}.", seen="own", actor=client,
              reason="Protest {protest:.2f}, loyalty of the elites {loyalty:.2f}.",
              sources=("cbc-presence-depends-on-regime-grip",), level=level, **values)  # fmt: skip
        w.say("outcome", (before["stability"] < level) & (stability >= level),
              "The regime in {who} steadies: stability is back above {level:.2f}.", seen="own", actor=client,
              reason="Protest {protest:.2f}, loyalty of the elites {loyalty:.2f}.",
              sources=("cling-crisis-drawn-out",), level=level, **values)  # fmt: skip
    for level in _PROTEST:
        w.say("outcome", (before["protest"] < level) & (protest >= level),
              "Protest in {who} grows past {level:.2f} of the greatest seen.", seen="all", actor=client,
              reason="Grievance outweighs fear; repression stands at {repression:.2f}.",
              sources=("cbc-protests-hundreds-of-thousands",), level=level, **values)  # fmt: skip
        w.say("outcome", (before["protest"] >= level) & (protest < level),
              "Protest in {who} falls below {level:.2f} of the greatest seen.", seen="all", actor=client,
              reason="Repression stands at {repression:.2f}.",
              sources=("cbc-crackdown-thousands-detained",), level=level, **values)  # fmt: skip


_FIT = "fitted by hand to the dated initial values, whose order the documents give"


def _weight(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "share", {"lognormal": {"median": value, "sigma": 0.3}}, source, why, low=0.0)


def _level(name: str, value: float, sd: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "share", {"normal": {"mean": value, "sd": sd}}, source, why)


def _share(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "share", {"beta": {"mean": value, "sd": 0.12}}, source, why, 0.0, 1.0)


def _days(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.35}}, source, why, low=1.0)


PARAMETERS = (
    _level("rally_peak", 0.55, 0.05, "tension at which the country rallies most", "the edge of war, not war",
           "odr-brinkmanship-suits-regime"),
    _weight("rally_low", 0.45, "how far below the peak the rally has gone", "nothing is left in calm",
            "odr-threat-as-legitimacy"),
    _weight("rally_high", 0.35, "how far above the peak the rally has gone", "open war costs more than it gives",
            "odr-brinkmanship-suits-regime", "odr-escalation-hard-to-control"),
    _days("fear_days", 10.0, "time constant of the fear of war", "news travels within days", "odr-war-fear-crowds-out"),
    _weight("fear_tension", 0.9, "fear of war per unit of tension", "almost one to one", "odr-war-fear-crowds-out"),
    _weight("fear_exercise", 0.2, "fear of war added by an exercise next door", "a guess", "odr-war-fear-crowds-out"),
    _share("fear_mutes", 0.5, "share of protest that full fear of war silences", "half is a guess",
           "odr-war-fear-crowds-out"),
    _share("exercise_mutes", 0.2, "share of protest that any exercise in the country silences", "a guess",
           "odr-war-fear-crowds-out"),
    _weight("exercise_control", 1.0, "share that it silences besides, per weight of control among its purposes",
            "as much again at the weight that the exercise of 2021 has, 0.2", "wapo-zochowski-exercise-tightens-grip"),
    _share("intervention_mutes", 0.7, "share of protest that a foreign intervention silences", "a guess",
           "wapo-putin-support-promise-conditional"),
    _weight("grievance", 0.5, "protest without legitimacy, repression or fear", _FIT, "odr-approval-catastrophically-low"),
    unmodelled(0.5, "Spread of what brings people onto the streets on a day (log)",
               "of two Sundays under the same pressure one easily drew half as many again as the other; judged", name="crowds"),
    _days("protest_days", 30.0, "time constant of protest under full repression",
          "from 200,000 to 50,000-100,000 in five weeks, small after fifteen", "F-E3-protest"),
    Parameter("spark_rate", 0.003, "chance a day that something brings people onto the streets, without legitimacy",
              "1/day", {"lognormal": {"median": 0.003, "sigma": 0.5}}, (), "about one spark a year, small", low=0.0),
    _weight("spark_size", 0.08, "mean size of a spark", "a tenth of August 2020"),
    _share("tolerated", 0.10, "protest that brings no new crackdown", "small marches are merely dispersed",
           "F-E3-protest"),
    Parameter("crackdown", 0.03, "repression added per day and unit of protest", "1/day",
              {"lognormal": {"median": 0.03, "sigma": 0.35}}, ("cbc-crackdown-thousands-detained",),
              "from 0.35 to 0.85 within two months of mass protest", low=0.0),
    Parameter("easing", 0.0002, "repression eased per day by itself", "1/day",
              {"lognormal": {"median": 0.0002, "sigma": 0.5}}, ("odr-totalitarian-turn-dependence",),
              "no thaw was seen in eighteen months", low=0.0),
    _days("legitimacy_days", 60.0, "time constant of legitimacy", "opinion polls moved by the quarter", "F-E4-core-trust"),
    _level("legitimacy_base", 0.60, 0.04, "legitimacy without repression and rally", _FIT),
    _weight("legitimacy_repression", 0.55, "legitimacy lost by full repression", _FIT, "cbc-election-seen-fraudulent"),
    _weight("legitimacy_rally", 0.08, "legitimacy gained at the height of a rally", _FIT, "odr-threat-as-legitimacy",
            "odr-legitimacy-crisis-solved-by-escalation"),
    _weight("legitimacy_successor", 0.3, "legitimacy a new government starts with", "a guess", "cling-extreme-scenarios"),
    _days("elite_days", 60.0, "time constant of elite loyalty", "defections came within weeks",
          "cbc-elite-defection-punished"),
    _level("elite_base", 0.53, 0.05, "elite loyalty to a regime without stability", _FIT, "cbc-elite-defection-punished"),
    _weight("elite_stability", 0.4, "elite loyalty added by full stability", _FIT),
    _weight("elite_protest", 0.3, "elite loyalty lost to full unrest", _FIT, "cbc-elite-defection-punished"),
    _level("elite_normal", 0.75, 0.03, "elite loyalty that neither helps nor hurts", _FIT),
    _days("stability_fall", 10.0, "time constant with which stability is lost",
          "from before the vote of 9 August 2020 to the lowest of all columns within that month", "F-C-2020-08-16",
          "cbc-protests-hundreds-of-thousands"),
    _days("stability_rise", 90.0, "time constant with which stability is regained",
          "from 0.30 in August 2020 to 0.50 by March 2021, while protest fades", "cling-crisis-drawn-out"),
    Parameter("stability_noise", 0.02, "stationary spread of stability by events not modelled", "share",
              {"lognormal": {"median": 0.02, "sigma": 0.3}}, (), "small against the effects above", low=0.0),
    _level("stability_base", 0.40, 0.04, "stability without legitimacy, protest and rally", _FIT),
    _weight("stability_legitimacy", 0.6, "stability added by full legitimacy", _FIT, "odr-approval-catastrophically-low"),
    _weight("stability_protest", 0.9, "stability lost to full unrest", _FIT, "cbc-protests-hundreds-of-thousands"),
    _share("guarantee_shield", 0.75, "share of the effect of protest that a full guarantee takes away", _FIT,
           "wapo-promise-helped-survival"),
    _weight("stability_elite", 0.3, "stability per unit of elite loyalty above normal", _FIT,
            "cbc-elite-defection-punished"),
    _weight("stability_rally", 0.10, "stability gained at the height of a rally", _FIT, "odr-brinkmanship-suits-regime"),
    _weight("stability_credit", 0.08, "stability added by fresh credit", _FIT, "wapo-loans-cheap-oil"),
    _weight("stability_bite", 0.05, "stability lost to sanctions felt in full", "small: little leverage",
            "cling-western-leverage-limited"),
    _weight("stability_intervention", 0.25, "stability added by foreign troops that keep order", "a guess",
            "wapo-putin-support-promise-conditional"),
    _weight("stability_successor", 0.1, "stability added to a new government", "a guess", "cling-extreme-scenarios"),
)  # fmt: skip

_CROWDS = (Disclosure(("exercise_control",), "luck", "it follows protest, and who turns up on a day is chance too (crowds)"),)

MECHANISM = Mechanism(
    name="regime",
    says="Protest, repression, legitimacy, elites and stability; tension short of war helps the regime.",
    systems=("S11",),
    fields=(
        Field("protest", "Protest (1: as in the greatest marches).",
              tells=(Disclosure(("exercise_control",), "luck", "how many turn up on a day is chance too (crowds)"),)),
        Field("repression", "Repression at home.", tells=_CROWDS),
        Field("legitimacy", "Legitimacy at home.", tells=_CROWDS),
        Field("stability", "Stability of the regime.", default=0.7, seen="belief", tells=_CROWDS),
        Field("elite_loyalty", "Loyalty of the elites and the security forces.", default=0.75, seen="belief", tells=_CROWDS),
        Field("war_fear", "Fear of war in society."),
    ),
    impulses=(
        Impulse("repression", "repression by order, of what is left to repress (negative: releases)"),
        Impulse("protest", "mobilisation (a rigged vote, a strike call)"),
        Impulse("legitimacy", "a gain or loss of legitimacy (a vote, a scandal)"),
        Impulse("elite_loyalty", "a gain or loss of elite loyalty (defections, purges)"),
    ),
    phases={"drift": drift},
    begin=begin,
    needs=("client",),
    parameters=PARAMETERS,
    sources=("odr-brinkmanship-suits-regime", "wapo-promise-helped-survival", "cling-crisis-drawn-out",
             "cbc-crackdown-thousands-detained"),
)  # fmt: skip
