"""Threat perception: what is feared, from what is believed and from how little is known (S16).

What it does. Every state's sense of threat moves towards what its own beliefs justify: quickly up, slowly
down. Force matters as believed, not as it is. Opacity, anomalies, hostile words, remembered surprises, known
presence, pressure at the own border and doubt about intent each count on their own.

Equations. For observers i (front line, alliance, distant capitals, target, sanctioners), all terms 0-1 unless
noted:

    A      = max_e x_e min(1, n_e/6) ; falls by half in h_A days          anomaly: x exercise level, n anomaly markers of six
    m_i'   = m_i 2^(-1/h_m) + u (rise of A + clash_i)                    memory of surprises
    F_i    = s_i / (s_i + K)                                              s believed force, proximity-weighted; K persons
    W_i    = wF F_i + wX x_i + wO O_i + wA A + wD (1/2 - D_i) + wQ Q + wM m_i + wB B_i + wG (1 - e^(-f_i/f0))
             + wE E [i front line] + wI I + wP P_i + wV [war] + wU U [i front line] - wS S + wJ (J - J0) + wK (K' - K0)
    T*_i   = logistic(z0 + c_i W_i)                                       c: weight of the front line, the alliance, distant
    T'     = relax(T, T*, up or down) + uI incident_i + uC clash_i

``x_i`` how close by an exercise is held (0-1), ``O`` opacity (how little i knows), ``D`` trust in declarations (1/2: an even
chance that they are honest; it falls when more is found than was declared), ``Q`` mean hostile rhetoric of patron and client,
``B_i = max_s b_s/5 (1 - n + n r_si)`` publicly known basing steps b by how near r they are, ``f`` attempts a day to cross i's
border, ``E`` the client's erraticism, ``I`` doubt about the patron's intent, ``P`` pressure on i, ``U`` turmoil after a fall of
the client's regime, ``S`` reassurance times credibility, mean of patron and client; ``J`` military and ``K'`` economic
integration of the client with the patron, against what its neighbours had long been used to (``J0``, ``K0``): armies that merge
alarm them, markets that merge hardly.

For the patron and the client (the other side of the spiral), with gain ``D``:

    T* = logistic(zp + D (vY Y + vV V + vC C) + vR (1 - r)/2 + vN N)

``Y`` the alliance's posture, ``V`` mean vigilance of its members, ``C`` the largest counter-exercise, ``r``
relations (-1..1), ``N`` the target's progress to the alliance.

Assumptions. Distance enters twice: through the proximity weights of the believed force, and through ``c``. D3
(is the 2021 edition more alarming than the last?) is in ``front_line`` against ``distant`` and in
``intent_doubt``; D8 (who started the spiral?) is in ``spiral_to_patron``, ``spiral_to_alliance`` and the
reaction coefficients of ``race``.

Sources: `wapo-nontransparency-worry`, `cling-numbers-games-tension`, `ft-perceptions-stabilised`,
`ft-less-alarm-than-2017`, `ft-baltics-more-mischief-than-2017`, `wapo-neighbours-on-edge-after-spring`,
`cbc-concerns-same-as-2017`, `odr-unscheduled`, `ft-snap-drill-crimea-pretext`,
`cling-moscow-watches-nato-words`, `cling-nato-posture-drives-russian-planning`,
`cling-2014-doctrine-nato-risk`, `cling-nss-2021-threat`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, logistic, mean, power, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism
from wargame.mechanisms.threat_parameters import PARAMETERS
from wargame.world.fields import Field
from wargame.world.world import World

WATCHING = "opacity {opacity:.2f}, anomaly {anomaly:.2f}, hostile words {words:.2f}, memory of surprises {memory:.2f}"
WATCHED = "posture of the alliance {posture:.2f}, relations {relations:.2f}"
SOURCES = {
    WATCHING: ("wapo-nontransparency-worry", "ft-perceptions-stabilised"),
    WATCHED: ("cling-nato-posture-drives-russian-planning", "cling-nss-2021-threat"),
}
MARKERS = 6.0  # unscheduled, far units, numbers withheld, off-list sites, southern axis, open link to a crisis


def observers(w: World) -> list[int]:
    """Return the actors that watch the patron's forces, in the order of their names."""
    roles = ("frontline", "members", "alliance", "distant", "target", "sanctioners")
    watched = {w.cast.role("patron"), w.cast.role("client")}
    return sorted({i for role in roles for i in w.cast.group(role)} - {i for i in watched if i is not None})


def _either(w: World, name: str) -> Array:
    """Return the mean of a field over patron and client, zeros when there are none."""
    rows = [i for i in (w.cast.role("patron"), w.cast.role("client")) if i is not None]
    return mean(w[name][rows]) if rows else np.zeros(w.runs)


def _anomaly(w: World) -> Array:
    p, before = w.parameters("threat"), w["anomaly"].copy()
    faded = before * power(0.5, 1.0 / p["anomaly_half_life"])
    if w.cast.exercises:
        odd = w["exercise_level"] * np.minimum(w["indicators"] / MARKERS, 1.0)
        w["anomaly"][:] = np.maximum(highest(odd), faded)
    else:
        w["anomaly"][:] = faded
    return np.maximum(w["anomaly"] - before, 0.0)


def _weights(w: World, rows: list[int]) -> Array:
    p, front = w.parameters("threat"), {*w.cast.group("frontline"), *w.cast.group("target")}
    alliance = w.cast.role("alliance")
    names = ["front_line" if i in front else "alliance" if i == alliance else "distant" for i in rows]
    return np.stack([p[name] for name in names])


def _bases(w: World, rows: list[int]) -> Array:
    """Return how high and how near the known presence is to each observer (0-1), shape ``(observers, runs)``."""
    near = w.parameters("threat")["basing_near"]
    known, close = w["basing_public"] / 5.0, w["proximity"][:, rows]
    return highest(known[i] * (1.0 - near + near * close[i]) for i in range(len(w.cast.sites)))


def _worry(w: World, rows: list[int]) -> Array:
    """Return the weighted sum of alarming beliefs of each observer, shape ``(observers, runs)``."""
    p = w.parameters("threat")
    client = w.cast.role("client")
    force = w["seen_force"][rows]
    front = np.array([[float(i in w.cast.group("frontline"))] for i in rows])
    basing = _bases(w, rows) if w.cast.sites else np.zeros((len(rows), w.runs))
    attacked = highest(w["invasion"]) > 0.0
    erratic = np.zeros(w.runs) if client is None else w["erraticism"][client]
    merging = np.zeros(w.runs) if client is None else _merging(w, client)
    military = p["force"] * force / (force + p["force_half"]) + p["basing"] * basing
    worry: Array = (
        p["spiral_to_alliance"] * military
        + p["exercise"] * w["exercise_near"][rows]
        + p["opacity"] * w["opacity"][rows]
        + p["anomaly"] * w["anomaly"]
        + p["distrust"] * (0.5 - w["trust"][rows])
        + p["rhetoric"] * _either(w, "rhetoric")
        + p["memory"] * w["memory"][rows]
        + p["migration"] * (1.0 - exp(-w["migrant_flow"][rows] / p["migration_scale"]))
        + p["erraticism"] * erratic * front
        + merging
        + p["intent"] * p["intent_doubt"]
        + p["pressure"] * w["pressure"][rows]
        + p["war"] * attacked
        + p["turmoil"] * w["turmoil"] * front
        - p["reassurance"] * _comfort(w)
    )
    return worry


def _merging(w: World, client: int) -> Array:
    """Return what the client's integration with the patron adds to its neighbours' worry, shape ``(runs,)``."""
    p = w.parameters("threat")
    armies, markets = w["integ_mil"][client] - p["integration_usual"], w["integ_econ"][client] - p["economy_usual"]
    merging: Array = p["integration"] * armies + p["economy"] * markets
    return merging


def _comfort(w: World) -> Array:
    """Return the mean of reassurance times credibility over patron and client, shape ``(runs,)``."""
    rows = [i for i in (w.cast.role("patron"), w.cast.role("client")) if i is not None]
    return mean(w["reassurance"][rows] * w["credibility"][rows]) if rows else np.zeros(w.runs)


def _other_side(w: World) -> Array:
    """Return the threat that the alliance's doings justify in the patron's and client's eyes, shape ``(runs,)``."""
    p, alliance, members = w.parameters("threat"), w.cast.role("alliance"), list(w.cast.group("members"))
    posture = np.zeros(w.runs) if alliance is None else clip01(w["posture"][alliance])
    vigilance = mean(w["vigilance"][members]) if members else np.zeros(w.runs)
    drills = sorted({*members, *w.cast.group("alliance"), *w.cast.group("target")})
    counter = highest(w["counter_exercise"][drills]) if drills else np.zeros(w.runs)
    doings = p["patron_posture"] * posture + p["patron_vigilance"] * vigilance + p["patron_counter"] * counter
    return logistic(
        p["patron_base"]
        + p["spiral_to_patron"] * doings
        + p["patron_relations"] * (1.0 - w["relations"]) / 2.0
        + p["patron_progress"] * w["target_progress"]
    )


def _settle(w: World, rows: list[int], aim: Array, why: str) -> None:
    """Move the threat of the given actors towards its aim, add the shock of today's incidents, tell what changed and why."""
    p, threat = w.parameters("threat"), w["threat"]
    before = threat[rows]
    rate = np.where(aim > before, 1.0 / p["rise_days"], 1.0 / p["fall_days"])
    shock = p["incident_shock"] * np.minimum(w["incident"][rows], 1.0) + p["clash_shock"] * w["clash"][rows]
    threat[rows] = clip01(relax(before, aim, rate) + shock)
    if w.listener is None:
        return
    alliance = w.cast.role("alliance")
    for k, i in enumerate(rows):
        for bar in (0.5, 0.7, 0.85):
            w.say(
                "belief",
                (before[k] < bar) & (threat[i] >= bar),
                "The sense of threat of {name} passes {bar:.2f}",
                seen="own",
                actor=i,
                reason=why,
                sources=SOURCES[why],
                name=w.scenario.actors[w.cast.actors[i]].name,
                bar=bar,
                opacity=w["opacity"][i],
                anomaly=w["anomaly"],
                words=_either(w, "rhetoric"),
                memory=w["memory"][i],
                posture=0.0 if alliance is None else w["posture"][alliance],
                relations=w["relations"],
            )


def drift(w: World) -> None:
    """Anomaly, memory and threat are a day older."""
    p, surprise = w.parameters("threat"), _anomaly(w)
    rows = observers(w)
    if rows:
        shocks = surprise + w["clash"][rows]
        kept = w["memory"][rows] * power(0.5, 1.0 / p["memory_half_life"])
        w["memory"][rows] = clip01(kept + p["surprise"] * shocks)
        _settle(w, rows, logistic(p["base"] + _weights(w, rows) * _worry(w, rows)), WATCHING)
    others = [i for i in (w.cast.role("patron"), w.cast.role("client")) if i is not None]
    if others:
        _settle(w, others, np.broadcast_to(_other_side(w), (len(others), w.runs)), WATCHED)


MECHANISM = Mechanism(
    name="threat",
    says="Threat perception of observers and of the other side, anomaly of exercises, memory of surprises.",
    systems=("S16",),
    fields=(
        Field("threat", "Sense of threat", seen="owner", default=0.2),
        Field("memory", "Memory of past surprises", seen="owner"),
        Field("anomaly", "How unusual the exercises under way look", ()),
    ),
    phases={"drift": drift},
    parameters=PARAMETERS,
    sources=(
        "cbc-routine-drill-tense-context",
        "cbc-concerns-same-as-2017",
        "cbc-muzyka-more-concerned",
        "cbc-poland-worried-by-ties",
        "wapo-neighbours-on-edge-after-spring",
        "wapo-regular-but-fraught",
        "wapo-nontransparency-worry",
        "ft-neighbours-rattled",
        "ft-less-alarm-than-2017",
        "ft-perceptions-stabilised",
        "ft-baltics-more-mischief-than-2017",
        "ft-baltics-rogue-regime",
        "cling-security-top-concern",
        "cling-western-misperception",
        "cling-moscow-watches-nato-words",
        "cling-2017-tensions",
    ),
)
