"""What the neighbours do about it: vigilance, battalions, counter-exercises, and the pull on the patron to
mirror (S17).

What it does. Alliance, members and target watch more closely when they feel threatened, when something odd
is under way and when earlier declarations have proved false; allied battalions are stationed or withdrawn by
decision; counter-exercises are held and end; all of it pulls on the patron to mirror the presence on the other
side. (The slow two-sided posture is the mechanism ``race``.)

Equations. Per actor i and day; rates up and down differ:

    V_i* = clip(v0 + vT T_i + vA A + vD (1/2 - D_i) + vK K [i member], 0, 1)
    V'   = clip(relax(V, V*, up or down) + push + noise)                                      vigilance
    N_i' = clip(N_i + arriving + push, 0, most)                                               battalions hosted
    C_i' = clip(C_i 2^(-1/h) + push, 0, 1)                                                    counter-exercise, half-life h days
    M*   = clip(mY Y + mN (sum over members N)/4, 0, 1) ; M' = relax(M, M*, tau)                  pull to mirror

``T`` threat, ``A`` anomaly of the exercises under way, ``D`` trust in declarations (1/2: an even chance that they are
honest; it falls when more is found than was declared), ``K`` solidarity after consultations (mechanism *council*),
``Y`` posture of the alliance.

Assumptions. Battalions that are ordered arrive by the mechanism *reinforcement*; the impulse ``battalions`` is for
those that an inject puts in place (or takes away) at once. Four battalions, one in each front-line member, are the reference
of the pull to mirror, because the sources speak of mirroring that presence.

Sources: `wapo-stoltenberg-vigilant-undercounts`, `wapo-mae-nato-should-exercise`, `wapo-sea-breeze`,
`ft-four-nato-battalions`, `cling-efp-four-battlegroups`, `cling-mirror-efp-rotation`,
`odr-ukraine-counter-exercise`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, power, relax, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import shocks, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def _watchers(w: World) -> list[int]:
    roles = ("alliance", "members", "frontline", "target")
    return sorted({i for role in roles for i in w.cast.group(role)} - {*w.cast.group("patron"), *w.cast.group("client")})


def _tell(w: World, rows: list[int], drills_before: Array) -> None:
    for k, i in enumerate(rows):
        name = w.scenario.actors[w.cast.actors[i]].name
        w.say(
            "move",
            (drills_before[k] < 0.3) & (w["counter_exercise"][i] >= 0.3),
            "{name} begins a counter-exercise",
            seen="own",
            public=True,
            actor=i,
            reason="a signal of its own readiness (sense of threat {threat:.2f})",
            sources=("odr-ukraine-counter-exercise", "wapo-mae-nato-should-exercise"),
            name=name,
            threat=w["threat"][i],
        )
        w.say(
            "move",
            (w.impulse("battalions")[i] != 0) | (w["battalions_arriving"][i] != 0),
            "{name} now hosts {number:.0f} allied battalions",
            seen="all",
            actor=i,
            reason="decided today, or ordered earlier",
            sources=("ft-four-nato-battalions", "cling-efp-four-battlegroups"),
            name=name,
            number=w["battalions"][i],
        )


def drift(w: World) -> None:
    """Vigilance, battalions, counter-exercises and the pull to mirror are a day older."""
    p, rows = w.parameters("posture"), _watchers(w)
    if rows:
        vigilance, drills = w["vigilance"][rows], w["counter_exercise"][rows]
        allied = np.array([[float(i in w.cast.group("members"))] for i in rows])
        aim = clip01(
            p["vigilance_base"] + p["vigilance_threat"] * w["threat"][rows] + p["vigilance_anomaly"] * w["anomaly"]
            + p["vigilance_distrust"] * (0.5 - w["trust"][rows]) + p["vigilance_solidarity"] * w["solidarity"] * allied
        )  # fmt: skip
        rate = np.where(aim > vigilance, 1.0 / p["rise_days"], 1.0 / p["fall_days"])
        chance = shocks(w, [f"posture.alert.{w.cast.actors[i]}" for i in rows], p["noise"], rate)
        w["vigilance"][rows] = clip01(relax(vigilance, aim, rate) + w.impulse("vigilance")[rows] + chance)
        moved = w.impulse("battalions")[rows] + w["battalions_arriving"][rows]
        w["battalions"][rows] = np.clip(w["battalions"][rows] + moved, 0.0, 20.0)
        w["counter_exercise"][rows] = clip01(
            drills * power(0.5, 1.0 / p["counter_half_life"]) + w.impulse("counter_exercise")[rows]
        )
        if w.listener is not None:
            _tell(w, rows, drills)
    alliance, members = w.cast.role("alliance"), list(w.cast.group("members"))
    posture = np.zeros(w.runs) if alliance is None else clip01(w["posture"][alliance])
    hosted = total(w["battalions"][members]) if members else np.zeros(w.runs)
    pull = clip01(p["mirror_posture"] * posture + p["mirror_battalions"] * hosted / 4.0)
    w["mirror"][:] = clip01(relax(w["mirror"], pull, 1.0 / p["mirror_days"]))


MECHANISM = Mechanism(
    name="posture",
    says="Vigilance, allied battalions, counter-exercises, and the pull on the patron to mirror them.",
    systems=("S17",),
    fields=(
        Field(
            "vigilance",
            "How closely the patron's forces are watched and how alert the own ones are",
            tells=(Disclosure(("threat", "trust"), "luck", "duty rosters and drills move it too (noise)"),),
        ),
        Field("battalions", "Allied battalions hosted", unit="battalions", high=20.0),
        Field("counter_exercise", "Counter-exercise under way (1) or fading"),
        Field("mirror", "Pull on the patron to mirror the presence on the other side", ()),
    ),
    impulses=(
        Impulse("vigilance", "Raises (or lowers) vigilance"),
        Impulse("battalions", "Brings (or withdraws) allied battalions", unit="battalions"),
        Impulse("counter_exercise", "Holds a counter-exercise"),
    ),
    phases={"drift": drift},
    parameters=(
        unmodelled(
            0.03, "Spread of vigilance by what nothing here causes", "rosters, leave, drills that were planned anyway; judged"
        ),
        Parameter(
            "vigilance_base",
            0.1,
            "Vigilance when nothing threatens",
            "",
            {"beta": {"mean": 0.1, "sd": 0.05}},
            ("cbc-routine-drill-tense-context",),
            "size is a judgement",
        ),
        Parameter(
            "vigilance_threat",
            0.6,
            "Vigilance per unit of threat felt",
            "",
            {"lognormal": {"median": 0.6, "sigma": 0.3}},
            ("wapo-stoltenberg-vigilant-undercounts", "cbc-poland-nato-monitor-call-openness"),
            "size is a judgement",
        ),
        Parameter(
            "vigilance_anomaly",
            0.2,
            "Vigilance per unit of anomaly of the exercises under way",
            "",
            {"lognormal": {"median": 0.2, "sigma": 0.4}},
            ("odr-allied-resolve-qualitatively-different",),
            "size is a judgement",
        ),
        Parameter(
            "vigilance_distrust",
            0.2,
            "Vigilance per unit of lost trust in declarations",
            "",
            {"lognormal": {"median": 0.2, "sigma": 0.4}},
            ("wapo-stoltenberg-vigilant-undercounts",),
            "as much as an exercise unlike any other; size is a judgement",
        ),
        Parameter(
            "vigilance_solidarity",
            0.2,
            "Vigilance of members per unit of solidarity after consultations",
            "",
            {"lognormal": {"median": 0.2, "sigma": 0.4}},
            ("cling-nato-2014-package",),
            "size is a judgement",
        ),
        Parameter(
            "rise_days",
            7.0,
            "Time constant of rising vigilance",
            "days",
            {"lognormal": {"median": 7.0, "sigma": 0.3}},
            source=("F-D3-nrf",),
            judgement="a change of alert takes about a week (the reaction force went from 7 to 5 days' notice in Dec 2021)",
            low=1.0,
            high=365.0,
        ),
        Parameter(
            "fall_days",
            30.0,
            "Time constant of falling vigilance",
            "days",
            {"lognormal": {"median": 30.0, "sigma": 0.3}},
            judgement="alerts are lifted late",
            low=1.0,
            high=365.0,
        ),
        Parameter(
            "counter_half_life",
            10.0,
            "Half-life of the effect of a counter-exercise",
            "days",
            {"lognormal": {"median": 10.0, "sigma": 0.3}},
            ("odr-ukraine-counter-exercise",),
            "the one described lasted 10 to 20 February",
            low=1.0,
            high=365.0,
        ),
        Parameter(
            "mirror_posture",
            0.5,
            "Pull to mirror per unit of the alliance's posture",
            "",
            {"lognormal": {"median": 0.5, "sigma": 0.4}},
            ("cling-mirror-efp-rotation", "cling-nato-posture-drives-russian-planning"),
            "size is a judgement",
        ),
        Parameter(
            "mirror_battalions",
            0.25,
            "Pull to mirror of four battalions",
            "",
            {"lognormal": {"median": 0.25, "sigma": 0.4}},
            ("cling-mirror-efp-rotation",),
            "size is a judgement",
        ),
        Parameter(
            "mirror_days",
            60.0,
            "Time constant of the pull to mirror",
            "days",
            {"lognormal": {"median": 60.0, "sigma": 0.4}},
            judgement="staff planning takes months",
            low=1.0,
            high=5000.0,
        ),
    ),
    sources=(
        "wapo-mae-nato-should-exercise",
        "wapo-sea-breeze",
        "ft-four-nato-battalions",
        "cling-efp-four-battlegroups",
        "cling-mirror-efp-rotation",
        "cbc-no-imminent-attack-on-nato",
        "wapo-mae-conventional-imbalance",
        "ft-pukhov-nato-superior",
        "odr-ukraine-counter-exercise",
    ),
)
