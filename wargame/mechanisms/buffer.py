"""Buffer geography and the slow context: relations, the worth of the buffer states, the target's road to the
alliance (S20).

What it does. It carries the structural variables that change over months: relations between the patron and
the West, what the client and the target are worth to the patron as a buffer, and how far the target has come
towards the alliance.

Equations. Per day, with ``relax(x, x*, T)`` for ``x + (1 - e^(-1/T)) (x* - x)``:

    r* = clip(r0 - wt Tp - wm mean(T members) - wp P - ws S - ww [war], -1, 1)   relations aimed at, -1..1
    r' = relax(r, r*, tau_r) + push + noise                                             tau_r days
    Vc* = clip(v0 + vl L + vp Y, 0, 1)                                                  worth of the client as a buffer
    Vt* = clip(vt + vn N, 0, 1)                                                         worth of the target as a buffer
    V'  = relax(V, V*, tau_v)                                                           tau_v days
    N'  = N + push                                                                      target's progress, 0-1

``Tp`` threat felt by the patron, ``T members`` by the alliance's members, ``P`` pressure on the target, ``S``
sanctions on the client, ``Y`` the alliance's posture, ``L = 1 - alignment(target)`` how far the target is
lost to the patron (all 0-1). Losing the target raises the worth of the client; a want of strategic depth in
the west (``v0``) is there in any case.

Assumptions. Relations have a memory of about half a year and a floor; war takes them there. The target's
progress stands still unless somebody moves it (an action or an inject): no drift towards membership is built
in.

Sources: `cbc-belarus-buffer`, `wapo-buffer-zone`, `cling-invasions-from-west`,
`cling-strategic-depth-tendency`, `cling-ukraine-prime-buffer-black-sea-fleet`,
`cling-belarus-importance-after-ukraine`, `cling-belarus-centre-stage`, `cbc-relations-lowest-since-cold-war`,
`cling-relations-deteriorated-since`, `cling-dire-relations`, `wapo-ukraine-nato-bid-stalled`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, highest, mean, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import shock, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def _row(w: World, name: str, role: str) -> Array:
    """Return a per-actor field of a single role, zeros when nobody plays it."""
    actor = w.cast.role(role)
    return np.zeros(w.runs) if actor is None else w[name][actor]


def _relations(w: World) -> None:
    p, relations = w.parameters("buffer"), w["relations"]
    members = list(w.cast.group("members"))
    theirs = mean(w["threat"][members]) if members else np.zeros(w.runs)
    attacked = [i for i in (*members, w.cast.role("target")) if i is not None]
    war = highest(w["invasion"][attacked]) > 0 if attacked else np.zeros(w.runs, dtype=bool)
    aim = (
        p["relations_at_peace"]
        - p["patron_threat"] * _row(w, "threat", "patron")
        - p["member_threat"] * theirs
        - p["pressure"] * _row(w, "pressure", "target")
        - p["sanctions"] * _row(w, "sanctions", "client")
        - p["war"] * war
    )
    rate = 1.0 / p["relations_days"]
    moved = relax(relations, np.clip(aim, -1.0, 1.0), rate) + w.impulse("relations")
    moved = moved + shock(w, "buffer.relations", p["noise"], rate)
    moved = np.clip(moved, -1.0, 1.0)
    for bar in (-0.5, -0.7, -0.9):
        crossed = (relations > bar) & (moved <= bar)
        w.say(
            "note",
            crossed,
            "Relations between the patron and the West fall to {level:.2f} on a scale from -1 to 1",
            seen="all",
            reason="threat felt on both sides, pressure and sanctions",
            sources=("cling-dire-relations", "cbc-relations-lowest-since-cold-war"),
            level=moved,
        )
    relations[:] = moved


def _worth(w: World) -> None:
    p, worth = w.parameters("buffer"), w["buffer_value"]
    client, target, alliance = w.cast.role("client"), w.cast.role("target"), w.cast.role("alliance")
    rate = 1.0 / p["worth_days"]
    if client is not None:
        lost = np.zeros(w.runs) if target is None else 1.0 - w["alignment"][target]
        posture = np.zeros(w.runs) if alliance is None else clip01(w["posture"][alliance])
        aim = clip01(p["depth"] + p["loss_of_target"] * lost + p["posture"] * posture)
        worth[client] = relax(worth[client], aim, rate)
    if target is not None:
        aim = clip01(p["target_depth"] + p["progress"] * w["target_progress"])
        worth[target] = relax(worth[target], aim, rate)


def _progress(w: World) -> None:
    pushed = w.impulse("target_progress")
    moved = clip01(w["target_progress"] + pushed)
    w.say(
        "note",
        np.abs(moved - w["target_progress"]) > 0.05,
        "The target's progress towards the alliance now stands at {level:.2f}",
        seen="all",
        reason="a decision of today",
        sources=("wapo-moscow-red-line-ukraine-nato", "cling-bucharest-2008-membership"),
        level=moved,
    )
    w["target_progress"][:] = moved


def drift(w: World) -> None:
    """Relations, the worth of the buffer states and the target's progress are a day older."""
    _relations(w)
    _worth(w)
    _progress(w)


_SIX_MONTHS = "judgement: relations soured by about 0.1 in five months of the documents' order of dates"

MECHANISM = Mechanism(
    name="buffer",
    says="Relations between patron and West, worth of client and target as buffers, target's progress to the alliance.",
    systems=("S20",),
    fields=(
        Field(
            "relations",
            "Relations between the patron and the West",
            (),
            "-1 to 1",
            -1.0,
            1.0,
            -0.5,
            tells=(Disclosure(("threat",), "luck", "relations move by themselves too (noise)"),),
        ),
        Field("buffer_value", "What the state is worth to the patron as a buffer", default=0.5),
        Field("target_progress", "How far the target has come towards membership of the alliance", ()),
    ),
    impulses=(
        Impulse("relations", "Improves (or worsens) relations between the patron and the West", (), "-1 to 1"),
        Impulse("target_progress", "Moves the target towards the alliance", ()),
    ),
    phases={"drift": drift},
    parameters=(
        Parameter(
            "relations_at_peace",
            0.2,
            "Relations without threat, pressure or sanctions",
            "-1 to 1",
            {"normal": {"mean": 0.2, "sd": 0.15}},
            judgement="set so that the threats of Sep 2017 and Sep 2021 give about -0.5 and -0.75",
        ),
        Parameter(
            "patron_threat",
            0.6,
            "Fall of relations per unit of threat felt by the patron",
            "",
            {"lognormal": {"median": 0.6, "sigma": 0.3}},
            ("cling-relations-deteriorated-since", "cling-nss-2021-threat"),
            "size is a judgement; the sign is the sources'",
        ),
        Parameter(
            "member_threat",
            0.6,
            "Fall of relations per unit of mean threat felt by the alliance's members",
            "",
            {"lognormal": {"median": 0.6, "sigma": 0.3}},
            ("cling-dire-relations", "wapo-regular-but-fraught"),
            "size is a judgement; the sign is the sources'",
        ),
        Parameter(
            "pressure",
            0.4,
            "Fall of relations per unit of pressure on the target",
            "",
            {"lognormal": {"median": 0.4, "sigma": 0.3}},
            ("wapo-buildup-message-to-biden",),
            "size is a judgement",
        ),
        Parameter(
            "sanctions",
            0.3,
            "Fall of relations per unit of sanctions on the client",
            "",
            {"lognormal": {"median": 0.3, "sigma": 0.4}},
            ("cbc-isolation-repression-sanctions",),
            "size is a judgement",
        ),
        Parameter(
            "war",
            0.5,
            "Further fall of relations while the target or a member is under attack",
            "",
            {"lognormal": {"median": 0.5, "sigma": 0.3}},
            judgement="war drives relations to the floor",
        ),
        Parameter(
            "relations_days",
            180.0,
            "Time constant of relations",
            "days",
            {"lognormal": {"median": 180.0, "sigma": 0.4}},
            ("cling-relations-deteriorated-since",),
            _SIX_MONTHS,
            low=1.0,
            high=5000.0,
        ),
        unmodelled(
            0.03, "Spread of relations by what nothing here causes", "a summit, a spy, a poisoning; small beside the causes"
        ),
        Parameter(
            "depth",
            0.4,
            "Worth of the client as a buffer in any case: the want of strategic depth in the west",
            "",
            {"beta": {"mean": 0.4, "sd": 0.1}},
            ("cling-strategic-depth-tendency", "cling-invasions-from-west"),
            "a persistent preference; its size is a judgement",
        ),
        Parameter(
            "loss_of_target",
            0.4,
            "What losing the target adds to the worth of the client",
            "",
            {"beta": {"mean": 0.4, "sd": 0.1}},
            ("cling-belarus-importance-after-ukraine", "cling-belarus-centre-stage"),
            "size is a judgement",
        ),
        Parameter(
            "posture",
            0.15,
            "What the alliance's posture adds to the worth of the client",
            "",
            {"beta": {"mean": 0.15, "sd": 0.05}},
            ("cbc-belarus-buffer", "cling-nato-posture-drives-russian-planning"),
            "size is a judgement",
        ),
        Parameter(
            "target_depth",
            0.7,
            "Worth of the target as a buffer in any case",
            "",
            {"beta": {"mean": 0.7, "sd": 0.1}},
            ("cling-ukraine-prime-buffer-black-sea-fleet", "wapo-buffer-zone"),
            "the first buffer of all; its size is a judgement",
        ),
        Parameter(
            "progress",
            0.4,
            "What the target's progress to the alliance adds to its worth to the patron",
            "",
            {"beta": {"mean": 0.4, "sd": 0.1}},
            ("wapo-moscow-red-line-ukraine-nato",),
            "size is a judgement",
        ),
        Parameter(
            "worth_days",
            360.0,
            "Time constant of the worth of a buffer",
            "days",
            {"lognormal": {"median": 360.0, "sigma": 0.4}},
            judgement="strategic outlooks move over a year or more",
            low=1.0,
            high=10000.0,
        ),
    ),
    sources=(
        "cbc-belarus-buffer",
        "wapo-buffer-zone",
        "cling-invasions-from-west",
        "cling-strategic-depth-tendency",
        "cling-1991-retain-influence",
        "cling-ukraine-prime-buffer-black-sea-fleet",
        "cling-belarus-importance-after-ukraine",
        "cling-belarus-centre-stage",
        "cbc-relations-lowest-since-cold-war",
        "wapo-population-10m",
        "cling-relations-deteriorated-since",
        "cling-eapc-size",
        "cling-dire-relations",
    ),
)
