"""S10 Sanctions: agreed abroad, in force after weeks, felt after months, and of little leverage.

What it does. Orders and injects push the row of the *target*. A positive push is a decision that still has to become law; it
waits in ``sanctions_pending`` and comes into force at a bounded pace. Relief (a negative push) first cancels what is pending,
then lifts what is in force, at once. The economy feels the measures later still.

Equations (per actor; time in days; all shares 0-1)::

    Q' = Q + max(u, 0) - relief_Q                pending, u today's push, relief_Q = min(Q, max(-u, 0))
    e  = (1 - exp(-1/t_law)) Q'                  enacted today
    S' = S + e - (max(-u, 0) - relief_Q)         in force
    B' = B + (1 - exp(-1/t_bite)) (S' - B)       bite

Assumptions. Measures are renewed: nothing lapses by itself. One number stands for lists, sectors and recognition. There is no
channel from bite to the client's security choices here, because the West's leverage over them is small
(`cling-western-leverage-limited`, `cling-belarus-nato-minimal`); the side effects are in ``dependence``, ``bargaining`` (need of
loans) and ``migration``.

Sources: `wapo-sanctions-cause`, `wapo-ryanair-sanctions`, `cbc-isolation-repression-sanctions`, `cling-western-leverage-limited`,
`cling-nato-restricts-access`, `cling-west-relations-least-developed`; delays: forced landing on 23 May 2021, air links cut next
day, sectoral measures on 24 June (F-C-2021-05-23, F-C-2021-05-24, F-C-2021-06-24).
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

_STEPS = (0.25, 0.5, 0.75)


def begin(w: World) -> None:
    """Let the economy feel the sanctions in force at the start in full, where the scenario gives no ``bite``."""
    for i, name in enumerate(w.cast.actors):
        if "bite" not in w.scenario.actors[name].initial:
            w["bite"][i] = w["sanctions"][i]


def drift(w: World) -> None:
    """Bring pending sanctions into force, apply relief, and let the bite follow."""
    p = w.parameters("sanctions")
    push = w.impulse("sanctions")
    relief = np.maximum(-push, 0.0)
    pending = w["sanctions_pending"] + np.maximum(push, 0.0)
    cancelled = np.minimum(pending, relief)
    pending = clip01(pending - cancelled)
    enacted = (1.0 - exp(-1.0 / p["law_days"])) * pending
    before = w["sanctions"].copy()
    felt = w["bite"].copy()
    w["sanctions"][:] = clip01(before + enacted - (relief - cancelled))
    w["sanctions_pending"][:] = clip01(pending - enacted)
    w["bite"][:] = clip01(relax(felt, w["sanctions"], 1.0 / p["bite_days"]))
    if w.listener is not None:
        _report(w, before, felt)


def _report(w: World, before: Array, felt: Array) -> None:
    for i, name in enumerate(w.cast.actors):
        who = w.scenario.actors[name].name
        for step in _STEPS:
            w.say(
                "outcome",
                (before[i] < step) & (w["sanctions"][i] >= step),
                "Sanctions in force against {who} reach {level:.0%} of the full range.",
                seen="all",
                actor=i,
                reason="Measures agreed weeks ago have become law.",
                sources=("wapo-sanctions-cause",),
                who=who,
                level=step,
            )
            w.say(
                "outcome",
                (felt[i] < step) & (w["bite"][i] >= step),
                "The economy of {who} now feels {level:.0%} of the harshest sanctions.",
                seen="all",
                actor=i,
                reason="Lost markets, credit and transit are felt months after the decision.",
                sources=("cbc-isolation-repression-sanctions",),
                who=who,
                level=step,
            )
            w.say(
                "outcome",
                (before[i] >= step) & (w["sanctions"][i] < step),
                "Sanctions against {who} are eased below {level:.0%} of the full range.",
                seen="all",
                actor=i,
                who=who,
                level=step,
            )


MECHANISM = Mechanism(
    name="sanctions",
    says="Sanctions are agreed, come into force after weeks, and bite after months.",
    systems=("S10",),
    fields=(
        Field("sanctions", "Western sanctions in force against the actor."),
        Field("sanctions_pending", "Sanctions agreed against the actor and not yet in force."),
        Field("bite", "How far the actor's economy feels the sanctions."),
    ),
    impulses=(Impulse("sanctions", "new sanctions against the actor (negative: relief)"),),
    phases={"drift": drift},
    begin=begin,
    parameters=(
        Parameter(
            "law_days",
            20.0,
            "mean time from a political decision on sanctions to their being in force",
            "days",
            {"lognormal": {"median": 20.0, "sigma": 0.4}},
            ("wapo-ryanair-sanctions", "F-C-2021-05-24", "F-C-2021-06-24"),
            "air links were cut a day after the forced landing of May 2021, sectoral measures took a month: a mean between",
            low=0.5,
        ),
        Parameter(
            "bite_days",
            90.0,
            "time constant with which sanctions in force are felt in the economy",
            "days",
            {"lognormal": {"median": 90.0, "sigma": 0.4}},
            ("cbc-isolation-repression-sanctions",),
            "contracts run out over about a quarter; the documents only say that sanctions accumulate",
            low=1.0,
        ),
    ),
    sources=(
        "wapo-sanctions-cause",
        "wapo-ryanair-sanctions",
        "cbc-isolation-repression-sanctions",
        "cling-western-leverage-limited",
    ),
)
