"""Belief: what actors hold true about the hidden inner state of patron and client.

What it does. For every quantity X that only its owner sees (stability, loyalty, resolve, patience, intent ...) each observer o
keeps a belief about each subject s: ``believed.X`` B and its spread ``unsure.X`` P^1/2. Everybody knows his own. Once a week,
with R the range of X (its highest less its lowest possible value), an observer gets a reading

    ``y = B0 + k (X_s - B0) + R (lean_os + noise z)``,

where k (0-1) is how clearly he sees, B0 the anchor of one who sees nothing (the middle of the range; for intent its lowest
value), lean_os his lasting error about that subject (spread ``lean``) and z the error of the week; the belief is
revised as

    ``P <- P + (7 drift R)^2 / 7,  K = P / (P + (noise R)^2),  B <- B + K (y - B),  P <- (1 - K) P``,

and P is held at or above ``(floor R)^2``, because a lasting error is never averaged out. k is ``clarity_near`` between patron
and client, ``clarity_far`` for all others, and ``clarity_intent`` for the field called ``intent``: neither the client nor the
alliance knows what the patron will do (information matrix).

Assumptions. Only the inner states of patron and client are hidden from others in a way that matters; beliefs about other
subjects stay at their opening value. Whether a belief is wished for (a leader's optimism about himself) is left to the
subject's own field.

Sources: `odr-observers-unknown-true-intent`, `odr-object-not-subject`, `cling-western-misperception`,
`cling-nato-ukraine-response-as-clue`, `ft-perceptions-stabilised`; mechanisms 2.13 (who sees what).
"""

from __future__ import annotations

import numpy as np

from wargame.engine.draws import name_key
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import Indices, Tables, indices, tables
from wargame.world.world import World

PREFIX = "believed."
WEEK = 7
INTENT = "intent"  # the one field that even a close ally cannot read


def topics(w: World) -> list[str]:
    """Return the names of the quantities that others can only believe something about."""
    return [name[len(PREFIX):] for name in w.layout.fields if name.startswith(PREFIX)]  # fmt: skip


def begin(w: World) -> None:
    """Open with the owner's value, seen through the observer's lasting error."""
    t = tables(w)
    for topic in topics(w):
        truth = w[topic]
        w[PREFIX + topic][:] = truth[None, :, :]
        rows = _rows(t)
        for subject, watching in rows:
            reach = _range(w, topic)
            lean = _lean(w, topic, subject, watching)
            opening = _anchor(w, topic) + _clarity(w, t, topic, watching) * (truth[subject] - _anchor(w, topic)) + reach * lean
            w[PREFIX + topic][watching, subject] = _held(w, topic, opening)
            w["unsure." + topic][watching, subject] = 0.3 * reach
        _own(w, topic)


def detect(w: World) -> None:
    """Know oneself; once a week, read the others."""
    t = tables(w)
    for topic in topics(w):
        if (w.tick + name_key(topic)) % WEEK == 0:
            for subject, watching in _rows(t):
                _read(w, t, topic, subject, watching)
        _own(w, topic)


def _read(w: World, t: Tables, topic: str, subject: int, watching: Indices) -> None:
    p, reach, anchor = w.parameters("belief"), _range(w, topic), _anchor(w, topic)
    names = [f"belief.{topic}.{w.cast.actors[o]}.{w.cast.actors[subject]}" for o in watching]
    lean = _lean(w, topic, subject, watching)
    error = reach * (lean + p["noise"] * w.draws.normals(names, w.tick))
    reading = anchor + _clarity(w, t, topic, watching) * (w[topic][subject] - anchor) + error
    belief, sd = w[PREFIX + topic][watching, subject], w["unsure." + topic][watching, subject]
    doubt = sd * sd + WEEK * (p["drift"] * reach) ** 2
    gain = doubt / (doubt + (p["noise"] * reach) ** 2)
    w[PREFIX + topic][watching, subject] = _held(w, topic, belief + gain * (reading - belief))
    w["unsure." + topic][watching, subject] = np.maximum(np.sqrt((1.0 - gain) * doubt), p["floor"] * reach)


def _rows(t: Tables) -> list[tuple[int, Indices]]:
    """Return for patron and client who watches them."""
    both = [actor for actor in (t.patron, t.client) if actor is not None]
    return [(s, indices(sorted({*t.observers.tolist(), *both} - {s}))) for s in both]


def _range(w: World, topic: str) -> float:
    field = w.layout.fields[topic]
    return field.high - field.low


def _anchor(w: World, topic: str) -> float:
    field = w.layout.fields[topic]
    return field.low if topic == INTENT else 0.5 * (field.low + field.high)


def _held(w: World, topic: str, value: Array) -> Array:
    field = w.layout.fields[topic]
    return np.clip(value, field.low, field.high)


def _clarity(w: World, t: Tables, topic: str, watching: Indices) -> Array:
    """Return how clearly each watcher sees, shape ``(watchers, runs)``."""
    p = w.parameters("belief")
    if topic == INTENT:
        return np.broadcast_to(p["clarity_intent"], (len(watching), w.runs))
    near = np.isin(watching, [actor for actor in (t.patron, t.client) if actor is not None])[:, None]
    return np.where(near, p["clarity_near"], p["clarity_far"])


def _lean(w: World, topic: str, subject: int, watching: Indices) -> Array:
    names = [f"belief.lean.{topic}.{w.cast.actors[o]}.{w.cast.actors[subject]}" for o in watching]
    return w.parameters("belief")["lean"] * w.draws.normals(names, 0)


def _own(w: World, topic: str) -> None:
    each = np.arange(len(w.cast.actors))
    w[PREFIX + topic][each, each] = w[topic]
    w["unsure." + topic][each, each] = 0.0


MECHANISM = Mechanism(
    name="belief",
    says="What actors believe about the hidden inner state of patron and client.",
    systems=("S16",),
    fields=(),
    phases={"detect": detect},
    begin=begin,
    parameters=(
        Parameter("clarity_near", 0.8, "How clearly patron and client read each other", "", {"beta": {"mean": 0.8, "sd": 0.1}},
                  ("odr-object-not-subject",), "noisy but close (information matrix); size judged", 0.0, 1.0),
        Parameter("clarity_far", 0.4, "How clearly outsiders read patron and client", "", {"beta": {"mean": 0.4, "sd": 0.12}},
                  ("cling-western-misperception",), "low (information matrix); size judged", 0.0, 1.0),
        Parameter("clarity_intent", 0.15, "How clearly anyone reads the patron's intent", "",
                  {"beta": {"mean": 0.15, "sd": 0.08}}, ("odr-observers-unknown-true-intent",),
                  "unknown to observers, only partly to intelligence; size judged", 0.0, 1.0),
        Parameter("lean", 0.12, "Spread of an observer's lasting error, as a share of the range", "",
                  {"lognormal": {"median": 0.12, "sigma": 0.4}}, ("cling-western-misperception",), "size judged", 0.0, 1.0),
        Parameter("noise", 0.25, "Spread of a week's reading, as a share of the range", "",
                  {"lognormal": {"median": 0.25, "sigma": 0.3}}, (), "a week's reports settle little; judged", 0.01, 2.0),
        Parameter("drift", 0.01, "Growth of doubt, as a share of the range", "1/sqrt(day)",
                  {"lognormal": {"median": 0.01, "sigma": 0.4}}, (), "inner states change over months; judged", 0.0, 1.0),
        Parameter("floor", 0.1, "Least spread of a belief, as a share of the range", "", {"beta": {"mean": 0.1, "sd": 0.03}}, (),
                  "lasting errors are not averaged out; judged", 0.0, 1.0),
    ),
    sources=("odr-observers-unknown-true-intent", "cling-western-misperception", "cling-nato-ukraine-response-as-clue"),
)  # fmt: skip
