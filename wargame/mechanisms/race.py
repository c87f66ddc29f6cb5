"""The security dilemma: military posture of the patron and of the alliance as a Richardson race (S17, D8).

What it does. Each side's posture in the theatre rises with the other side's posture, with its own sense of
threat and with its standing grievance, and falls under its own cost. Decisions (orders, injects) move it at
once.

Equations. With ``x`` the patron's posture, ``y_j`` the posture of the alliance and of each member, explicit
steps of one day:

    x'   = x   + k y - a x   + g + p T_x                       + push + noise
    y_j' = y_j + l x - b y_j + h + q T_j + e N_j               + push + noise  (both from the same morning, floored at 0)

``k``, ``l`` reaction coefficients (1/day), ``a``, ``b`` fatigue (1/day), ``g``, ``h`` grievance
(posture/day), ``p``, ``q`` weights of the own threat ``T`` (0-1, posture/day), ``N_j`` battalions hosted (for
the alliance: mean over its members), ``y`` the alliance's. With ``p = q = e = 0`` this is Richardson's (1960)
pair ``dx/dt = k y - a x + g``, ``dy/dt = l x - b y + h`` in unit steps: equilibrium ``((k h + b g)/(ab - kl),
(l g + a h)/(ab - kl))``, stable iff ``ab > kl`` in continuous time.

Assumptions. Posture is an index on which 1 is full war readiness in the theatre; the equation does not know
that 1, readers of the field cut it there. With the default numbers ``kl`` is a sixteenth of ``ab``: a spiral
that feeds itself and settles. Each side's gain is a parameter because the sources disagree who started it
(D8): the patron's story is ``k``, ``p`` large, the alliance's is ``l``, ``q`` large.

Sources: `wapo-putin-nato-buildup-justifies`, `cling-russia-blames-nato-activity`,
`wapo-stoltenberg-assertive-pattern`, `cling-nato-2014-package`, `cling-nato-posture-drives-russian-planning`,
`cling-efp-four-battlegroups`. The form of the equations is that of L. F. Richardson, Arms and Insecurity,
1960.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import mean
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import shocks, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def drift(w: World) -> None:
    """Both sides' postures have taken one Richardson step and today's decisions."""
    p, posture, push = w.parameters("race"), w["posture"], w.impulse("posture")
    patron, alliance = w.cast.group("patron")[0], w.cast.group("alliance")[0]
    members = list(w.cast.group("members"))
    side = sorted({alliance, *members})
    x, y, own = posture[patron].copy(), posture[alliance].copy(), posture[side]
    hosted = w["battalions"].copy()
    hosted[alliance] = mean(hosted[members]) if members else 0.0
    moved_x = (
        x
        + p["reaction_patron"] * y
        - p["fatigue_patron"] * x
        + p["grievance_patron"]
        + p["fear_patron"] * w["threat"][patron]
        + push[patron]
    )
    moved_y = (
        own
        + p["reaction_alliance"] * x
        - p["fatigue_alliance"] * own
        + p["grievance_alliance"]
        + p["fear_alliance"] * w["threat"][side]
        + p["battalion"] * hosted[side]
        + push[side]
    )
    names = [f"race.rotation.{w.cast.actors[i]}" for i in (patron, *side)]
    fatigue = np.stack([p["fatigue_patron"], *(p["fatigue_alliance"] for _ in side)])
    chance = shocks(w, names, p["noise"], fatigue)
    posture[patron] = np.maximum(moved_x + chance[0], 0.0)
    posture[side] = np.maximum(moved_y + chance[1:], 0.0)
    if w.listener is not None:
        _tell(w, patron, x)
        _tell(w, alliance, y)


def _tell(w: World, actor: int, before: Array) -> None:
    for bar in (0.6, 0.75, 0.9):
        w.say(
            "note",
            (before < bar) & (w["posture"][actor] >= bar),
            "The military posture of {name} passes {bar:.2f} of full readiness",
            seen="own",
            public=True,
            actor=actor,
            reason="the other side's posture and its own sense of threat ({threat:.2f})",
            sources=("cling-nato-posture-drives-russian-planning", "cling-nato-2014-package"),
            name=w.scenario.actors[w.cast.actors[actor]].name,
            bar=bar,
            threat=w["threat"][actor],
        )


def _rate(name: str, per_fatigue: float, says: str, source: tuple[str, ...], judgement: str) -> Parameter:
    """A daily rate given as a share of the daily fatigue, so that a share is what it adds to posture in the long run."""
    value = per_fatigue / 120.0
    return Parameter(name, value, says, "1/day", {"lognormal": {"median": value, "sigma": 0.4}}, source, judgement)


MECHANISM = Mechanism(
    name="race",
    says="Posture of patron, alliance and members: a Richardson race with fatigue, grievance and fear.",
    systems=("S17",),
    fields=(
        Field(
            "posture",
            "Military posture in the theatre, 1 is full war readiness",
            unit="index",
            high=1e6,
            tells=(Disclosure(("threat",), "luck", "rotations and repairs move it too (noise)"),),
        ),
    ),
    impulses=(Impulse("posture", "Reinforces (or thins out) the posture", unit="index"),),
    needs=("patron", "alliance"),
    phases={"drift": drift},
    parameters=(
        unmodelled(0.02, "Spread of posture by what nothing here causes", "units rotate and are repaired; judged"),
        _rate(
            "reaction_patron",
            0.25,
            "k: the patron's reaction to the alliance's posture (D8)",
            ("wapo-putin-nato-buildup-justifies", "cling-russia-blames-nato-activity"),
            "in the long run a quarter of the alliance's posture is mirrored; size unknown",
        ),
        _rate(
            "reaction_alliance",
            0.25,
            "l: the alliance's reaction to the patron's posture (D8)",
            ("wapo-stoltenberg-assertive-pattern", "cling-nato-2014-package"),
            "in the long run a quarter of the patron's posture is mirrored; size unknown",
        ),
        _rate(
            "fatigue_patron",
            1.0,
            "a: fatigue and cost of the patron's posture",
            (),
            "a posture nobody feeds falls by a third in 50 days",
        ),
        _rate(
            "fatigue_alliance",
            1.0,
            "b: fatigue and cost of the alliance's posture",
            (),
            "a posture nobody feeds falls by a third in 50 days",
        ),
        _rate(
            "grievance_patron",
            0.05,
            "g: the patron's standing grievance",
            ("cling-nato-enlargement-impetus",),
            "set with the others so that September 2021 stands near 0.55",
        ),
        _rate(
            "grievance_alliance",
            0.2,
            "h: the alliance's standing grievance",
            ("cling-efp-four-battlegroups",),
            "set with the others so that September 2021 stands near 0.55",
        ),
        _rate(
            "fear_patron",
            0.5,
            "p: reaction of the patron to its own sense of threat",
            ("cling-nss-2021-threat",),
            "in the long run half of the threat felt becomes posture",
        ),
        _rate(
            "fear_alliance",
            0.5,
            "q: reaction of alliance and members to their own sense of threat",
            ("cling-nato-2014-package",),
            "in the long run half of the threat felt becomes posture; with a lag of months",
        ),
        _rate(
            "battalion",
            0.05,
            "e: what a hosted battalion adds",
            ("cling-efp-four-battlegroups", "ft-four-nato-battalions"),
            "one battalion is a trip-wire more than a force",
        ),
    ),
    sources=(
        "wapo-putin-nato-buildup-justifies",
        "wapo-stoltenberg-assertive-pattern",
        "cling-nato-enlargement-impetus",
        "cling-2014-doctrine-nato-risk",
        "cling-nss-2021-threat",
        "cling-nato-posture-drives-russian-planning",
        "cling-russia-blames-nato-activity",
        "cling-nato-2014-package",
        "cling-nato-cap-ukraine",
        "cling-us-aid-ukraine",
    ),
)
