"""S12 Collapse, intervention and takeover: what happens when the client's regime loses its grip.

What it does. Below a threshold of stability the regime may fall on any day, the likelier the deeper; a very small hazard of a
sudden fall remains above it. When unrest is out of control and the regime still stands, the patron may send force, if it has
given a guarantee and means it. When the client has turned West, by a successor's choice or by its own policy, the patron may
take over, the likelier the more the buffer is worth to it: no second defection of that kind.

Equations (client's row; chances a day; S stability, K collapsed, I intervention)::

    collapse      q_0 (1 - S) + q max(S_c - S, 0)/S_c        x 0.1 once foreign troops keep order
    successor     turns West with probability p_W
    intervention  q_I resolve guarantee  if S < S_i and not K
    takeover      q_T resolve buffer_value  if (K and the successor has turned West) or alignment < a_T for d_T days on end

Variants. ``variant`` brings one of the four outcomes that analysts name about on day ``variant_day``, and nothing else of the
kind up to then, by luck or by order: 1 the regime falls and its successor turns West, 2 it falls and its successor keeps to the
patron, 3 the patron takes over with the ruler in place, 4 it sends armed help by invitation. 0 leaves all to luck and
circumstances. The impulse ``successor`` decides which way a successor turns in an inject (+1 West, -1 to the patron).

Assumptions. All three are for good within the months of a scenario. The threshold of intervention lies above that of collapse:
the patron moves when it sees that police do not suffice (`wapo-putin-support-promise-conditional`). The documents only name
these outcomes and describe none; everything quantitative here is a judgement.

Sources: `cling-extreme-scenarios`, `cling-no-second-ukraine`, `cling-divisions-for-contingencies`,
`cling-ukraine-intervention-pattern`, `wapo-putin-support-promise-conditional`, `wapo-promise-helped-survival`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def _chance(hazard: Array) -> Array:
    return 1.0 - exp(-np.maximum(hazard, 0.0))


def collapse_hazard(w: World, client: int) -> Array:
    """Return the hazard of the regime's fall, per day, shape ``(runs,)``."""
    p = w.parameters("collapse")
    stability = w["stability"][client]
    depth = np.maximum(p["collapse_at"] - stability, 0.0) / p["collapse_at"]
    guarded = np.where(w["intervention"][client] > 0.0, 0.1, 1.0)
    hazard: Array = (p["sudden"] * (1.0 - stability) + p["collapse_rate"] * depth) * guarded
    return hazard


def _variant(w: World) -> tuple[Mask, Mask, list[Mask]]:
    """Return where a chosen outcome holds back luck, where it holds back orders too, and where outcome 1 to 4 is due today."""
    p = w.parameters("collapse")
    chosen, day = np.round(p["variant"]), np.round(p["variant_day"])
    awaited: Mask = (chosen > 0.0) & (day >= w.tick)
    before: Mask = (chosen > 0.0) & (day > w.tick)
    return awaited, before, [(chosen == k) & (day == w.tick) & (chosen > 0.0) for k in range(5)]


def friction(w: World) -> None:
    """Let the regime fall, the patron intervene or take over, as luck and circumstances have it."""
    p = w.parameters("collapse")
    client, patron = w.cast.group("client")[0], w.cast.group("patron")[0]
    fallen, sent, taken = (w[name][client] > 0.0 for name in ("collapsed", "intervention", "takeover"))
    who = w.cast.actors[client]
    names = [f"collapse.{what}.{who}" for what in ("fall", "successor", "intervention", "takeover")]
    luck = w.draws.uniforms(names, w.tick)
    wait, before, today = _variant(w)
    fall, send, take = ((w.impulse(name)[client] > 0.0) & ~before for name in ("collapse", "intervene", "take_over"))

    by_luck = ~wait & (luck[0] < _chance(collapse_hazard(w, client)))
    falls = ~fallen & ~taken & (by_luck | today[1] | today[2] | fall)
    chosen = w.impulse("successor")[client] + 1.0 * today[1] - 1.0 * today[2]
    turns = falls & np.where(chosen != 0.0, chosen > 0.0, luck[1] < p["turns_west"])
    resolve = w["resolve"][patron]
    hazard = p["intervention_rate"] * resolve * w["guarantee"][client]
    unruly = (w["stability"][client] < p["out_of_control"]) & ~fallen & ~falls & ~taken & ~sent
    comes = unruly & ~wait & (luck[2] < _chance(hazard))
    comes |= (send | today[4]) & ~sent & ~taken
    turning = w["alignment"][client] < p["turned_at"]
    w["turned_days"][client] = np.where(turning, w["turned_days"][client] + 1.0, 0.0)
    turned = ((w["successor_west"][client] > 0.0) | (turning & (w["turned_days"][client] >= p["turned_for"]))) & ~taken
    grab = p["takeover_rate"] * resolve * w["buffer_value"][client]
    seizes = turned & ~wait & (luck[3] < _chance(grab))
    seizes |= (take | today[3]) & ~taken

    w["unruly_days"][client] = np.where(w["stability"][client] < p["out_of_control"], w["unruly_days"][client] + 1.0, 0.0)
    w["collapsed"][client] = fallen | falls
    w["successor_west"][client] = np.where(seizes, 0.0, np.maximum(w["successor_west"][client], turns))
    w["intervention"][client] = sent | comes
    w["takeover"][client] = taken | seizes
    if w.listener is not None:
        _report(w, client, patron, falls, turns, comes, seizes)


def _report(w: World, client: int, patron: int, falls: Mask, turns: Mask, comes: Mask, seizes: Mask) -> None:
    who, patron_name = (w.scenario.actors[w.cast.actors[i]].name for i in (client, patron))
    stability = w["stability"][client]
    w.say("outcome", falls & ~turns, "The regime in {who} falls; its successor keeps to the patron.",
          seen="own", public=True, actor=client, reason="Stability was {stability:.2f}.",
          sources=("cling-extreme-scenarios",), who=who, stability=stability)  # fmt: skip
    w.say("outcome", falls & turns, "The regime in {who} falls; its successor turns West.",
          seen="own", public=True, actor=client, reason="Stability was {stability:.2f}.",
          sources=("cling-extreme-scenarios",), who=who, stability=stability)  # fmt: skip
    w.say("outcome", comes, "{patron} sends armed help to the regime in {who}.",
          seen=(client,), public=True, actor=patron,
          reason="Unrest is out of control (stability {stability:.2f}) and help had been promised.",
          sources=("wapo-putin-support-promise-conditional",), who=who, patron=patron_name,
          stability=stability)  # fmt: skip
    w.say("outcome", seizes, "{patron} takes control of {who}.", seen="all", actor=patron,
          reason="It will not let the buffer go: worth {worth:.2f} to it, alignment {alignment:.2f}.",
          sources=("cling-no-second-ukraine", "cling-extreme-scenarios"), who=who, patron=patron_name,
          worth=w["buffer_value"][client], alignment=w["alignment"][client])  # fmt: skip


def _rate(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "1/day", {"lognormal": {"median": value, "sigma": 0.5}}, source, why, low=0.0)


def _share(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "share", {"beta": {"mean": value, "sd": 0.06}}, source, why, 0.01, 1.0)


_FALL = (
    Disclosure(("stability", "resolve", "turned_days"), "luck", "it comes with a chance a day, the likelier the worse it stands"),
)

MECHANISM = Mechanism(
    name="collapse",
    says="A regime without grip may fall; the patron may intervene or take over.",
    systems=("S12",),
    fields=(
        Field("collapsed", "Whether the regime has fallen.", unit="0/1", tells=_FALL),
        Field("successor_west", "Whether a successor has turned West.", unit="0/1", tells=_FALL),
        Field("intervention", "Whether the patron has sent armed help to the regime.", unit="0/1", tells=_FALL),
        Field("unruly_days", "Days in a row on which unrest was out of control.", ("actor",), "days", 0, 1e5, seen="owner",
              whole=True),
        Field("turned_days", "Days in a row as one that has turned West.", ("actor",), "days", 0, 1e5, seen="owner"),
        Field("takeover", "Whether the patron has taken control of the country.", unit="0/1", tells=_FALL),
    ),
    impulses=(
        Impulse("collapse", "the regime falls (an inject)", unit="0/1"),
        Impulse("successor", "a successor turns West (+1) or keeps to the patron (-1), if the regime falls today", unit="-1/+1"),
        Impulse("intervene", "the patron sends armed help to the actor", unit="0/1"),
        Impulse("take_over", "the patron takes control of the actor", unit="0/1"),
    ),
    phases={"friction": friction},
    needs=("client", "patron"),
    parameters=(
        Parameter("variant", 0.0, "Outcome brought about: 0 none, 1 fall and turn to the West, 2 fall and a successor of the "
                  "patron's, 3 hostile takeover, 4 invited intervention", "code", None, ("cling-extreme-scenarios",),
                  "the analysts name the cases and give no odds", 0.0, 4.0),
        Parameter("variant_day", 28.0, "Day on which it comes about", "day", None, (), "a lever of the scenario", 0.0, 12_000.0),
        _share("collapse_at", 0.20, "stability below which the regime may fall", "well below August 2020, which it survived",
               "cbc-protests-hundreds-of-thousands", "cling-crisis-drawn-out"),
        _rate("collapse_rate", 0.04, "hazard of a fall without any stability", "about a month", "cling-extreme-scenarios"),
        _rate("sudden", 0.0001, "hazard of a sudden fall without any stability, above the threshold",
              "under one in a hundred in half a year", "cling-extreme-scenarios"),
        _share("out_of_control", 0.25, "stability below which unrest counts as out of control",
               "between August 2020, when the help promised was not sent, and collapse",
               "wapo-putin-support-promise-conditional"),
        _rate("intervention_rate", 0.8, "hazard of intervention at full resolve and guarantee",
              "police reserves were ready within days; a day or two once the decision is ripe",
              "wapo-putin-support-promise-conditional"),
        _share("turns_west", 0.5, "probability that a successor turns West", "nobody knows; even odds",
               "cling-extreme-scenarios", "F-E4-russia-2021"),
        _share("turned_at", 0.25, "alignment below which the client itself counts as turned West",
               "below the multi-vector years before 2020", "cling-ukraine-intervention-pattern",
               "odr-stability-broker-image"),
        Parameter("turned_for", 60.0, "days in a row for which it has to count as turned West before the patron may act", "days",
                  {"lognormal": {"median": 60.0, "sigma": 0.5}}, ("odr-stability-broker-image", "cling-minsk-more-ownership"),
                  "a client that sells itself to both sides swings often; only a turn that lasts is one", 0.0, 12_000.0),
        _rate("takeover_rate", 0.03, "hazard of a takeover at full resolve and worth", "about a month",
              "cling-no-second-ukraine"),
    ),
    sources=("cling-extreme-scenarios", "cling-no-second-ukraine", "wapo-putin-support-promise-conditional"),
)  # fmt: skip
