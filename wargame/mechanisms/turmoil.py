"""What a collapse next door does to others: turmoil, refugees, unrest that spills over, and restraint of the alliance (S12).

What it does. A fall of the regime, an armed intervention or a takeover changes everything at once: people flee over the borders,
the patron fears the example at home, neighbours feel it as a threat of their own. The alliance may say that it will keep out,
which takes some of the heat away, or say nothing.

Equations. Per day, with K collapsed, I intervention, T taken over (0/1, the client's)::

    fresh  = k_K [fell today] + k_I [intervened today] + k_T [taken over today]
    U'     = clip(U 2^(-1/h_U) + fresh, 0, 1)                          turmoil
    flow_i = r U b_i (1 - f_i/2)                                       refugees a day into state i; b border shares, f fences
    R'     = R + sum_i flow_i
    X'     = relax(X, s max(P, U) (1 - c), tau)                         unrest carried over to the patron; P protest in the client
    O'     = O 2^(-1/h_O) + push                                       the alliance's word that it stays out

``turmoil`` alarms neighbours (mechanism *threat*) and raises tension, less so while the alliance stays out (*escalation*);
``spillover`` strengthens the patron's resolve (*commitment*): the ruler next door is kept for its own sake at home.

Assumptions. Refugees follow the shares of the border that migrants do; a fence stops half of them at most, because these are
the neighbour's own people. All sizes are judgements: the sources name these outcomes and give no number.

Sources: `cling-extreme-scenarios`, `cling-no-second-ukraine`, `wapo-zochowski-suppression-serves-putin`,
`cbc-poland-exile-hub`, `cbc-exodus-journalists-academics`, `wapo-population-10m`, `cling-belarus-nato-minimal`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, power, relax, total
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

CAUSES = ("collapsed", "intervention", "takeover")
_STEPS = (10_000.0, 100_000.0, 500_000.0)


def begin(w: World) -> None:
    """What has happened before the first day is no news."""
    client = w.cast.group("client")[0]
    for cause in CAUSES:
        w[f"{cause}_counted"][client] = w[cause][client]


def drift(w: World) -> None:
    """Turmoil, refugees and unrest elsewhere are a day older."""
    p, client, patron = w.parameters("turmoil"), w.cast.group("client")[0], w.cast.role("patron")
    fresh = np.zeros(w.runs)
    for cause in CAUSES:
        now, counted = w[cause][client], w[f"{cause}_counted"][client]
        fresh = fresh + p[cause] * np.maximum(now - counted, 0.0)
        w[f"{cause}_counted"][client] = now
    w["turmoil"][:] = clip01(w["turmoil"] * power(0.5, 1.0 / p["turmoil_half_life"]) + fresh)
    w["staying_out"][:] = clip01(w["staying_out"] * power(0.5, 1.0 / p["word_half_life"]) + w.impulse("stay_out"))
    front = list(w.cast.group("frontline"))
    if front:
        before = w["refugees"].copy()
        w["refugee_flow"][front] = p["flight"] * w["turmoil"] * w["border_share"][front] * (1.0 - 0.5 * w["fortification"][front])
        w["refugees"][:] += total(w["refugee_flow"][front])
        for step in _STEPS:
            w.say("outcome", (before < step) & (w["refugees"] >= step), "More than {step:,.0f} people have fled from {who}",
                  seen="all", actor=client, reason="the order that they lived under is gone",
                  sources=("cling-extreme-scenarios",), step=step, who=w.scenario.actors[w.cast.actors[client]].name)  # fmt: skip
    if patron is not None:
        unrest = np.maximum(w["protest"][client], w["turmoil"]) * (1.0 - w["takeover"][client] * p["control"])
        w["spillover"][patron] = clip01(relax(w["spillover"][patron], p["spill"] * unrest, 1.0 / p["spill_days"]))


def _gravity(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "", {"beta": {"mean": value, "sd": 0.12}}, source, why, 0.0, 1.0)


def _days(name: str, value: float, says: str, why: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.4}}, (), why, 1.0, 10_000.0)


_COUNTED = (
    Disclosure(
        tuple(f"{cause}_counted" for cause in CAUSES), "own", "everybody remembers whether it had happened the day before"
    ),
)

MECHANISM = Mechanism(
    name="turmoil",
    says="What a collapse, an intervention or a takeover does to neighbours: turmoil, refugees, unrest that spills over.",
    systems=("S12",),
    fields=(
        Field("turmoil", "How far the client's fall has upset the region", (), tells=_COUNTED),
        Field("refugee_flow", "Refugees from the client arriving today", unit="persons/day", high=1e6, tells=_COUNTED),
        Field("refugees", "Refugees from the client so far", (), "persons", 0, 1e9, tells=_COUNTED),
        Field("spillover", "Unrest carried over to it from the client", tells=_COUNTED),
        Field("staying_out", "How firmly the alliance has said that it stays out", ()),
        *(Field(f"{cause}_counted", f"Whether it has been counted: {cause}", unit="0/1", seen="nobody") for cause in CAUSES),
    ),
    impulses=(Impulse("stay_out", "The alliance says that it will stay out", ()),),
    begin=begin,
    phases={"drift": drift},
    needs=("client",),
    parameters=(
        _gravity("collapsed", 0.6, "Turmoil caused by the fall of the regime", "the region changes, order breaks down in part",
                 "cling-extreme-scenarios"),
        _gravity("intervention", 0.4, "Turmoil caused by an armed intervention", "invited, so less of a shock",
                 "cling-ukraine-intervention-pattern", "wapo-putin-support-promise-conditional"),
        _gravity("takeover", 0.8, "Turmoil caused by a takeover", "against the will of a state's own ruler",
                 "cling-extreme-scenarios", "cling-no-second-ukraine"),
        _days("turmoil_half_life", 60.0, "Half-life of turmoil", "new order within months; judged"),
        Parameter("flight", 6_000.0, "Refugees a day at full turmoil", "persons/day",
                  {"lognormal": {"median": 6_000.0, "sigma": 0.8}}, ("wapo-population-10m", "cbc-poland-exile-hub"),
                  "about half a million, one in twenty, when turmoil fades within months; wide", 0.0, 1e6),
        _gravity("spill", 0.3, "Unrest in the patron per unit of unrest in the client", "an example, and a stronger police",
                 "wapo-zochowski-suppression-serves-putin"),
        _gravity("control", 0.8, "Part of it that a takeover cuts off", "whoever holds the streets holds the example",
                 "wapo-zochowski-suppression-serves-putin"),
        _days("spill_days", 30.0, "Time constant of what spills over", "weeks of news and rumour; judged"),
        _days("word_half_life", 45.0, "Half-life of the alliance's word that it stays out", "until events overtake it; judged"),
    ),
    sources=("cling-extreme-scenarios", "cling-no-second-ukraine", "wapo-zochowski-suppression-serves-putin",
             "wapo-population-10m"),
)  # fmt: skip
