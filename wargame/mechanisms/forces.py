"""Forces: trains and columns that carry troops to where they are wanted, and home again, at a bounded rate.

What it does. At place s owner o wants

    ``want = max(demand + contingent, linger) + garrison + reinforcement``   (persons; reinforcement: the patron's only),

the exercise's demand, the agreed contingent, what stays behind, what was there before, and what was ordered in. Each day

    ``sent    = max(want - troops - en_route, 0) * min(1, C / sum)``   leaves for the place,
    ``arrive  = (1 - e^(-1/travel)) (en_route + sent)``                 gets there,
    ``leave   = max(troops + en_route - want, 0) * min(1, C / sum)``    goes home (those on the way turn back first),

where the sum runs over all places that share a transport capacity C (persons a day). An owner's troops going abroad share the
railway, ``C = trains_per_day * troops_per_train * e^(sigma z - sigma^2/2)`` with z standard normal each day; at home they share
``home_rate``. ``trains`` counts the trains that bring the patron's troops into the client's country today, ``guest_troops``
(persons) how many are there, ``force_near`` (persons) the patron's and the client's troops weighted by ``proximity``,
``deployed`` (persons) an actor's own troops outside its country. ``reinforcement`` is a standing order: it is raised and lowered
by the impulse ``reinforce`` and cut by the share ``recall`` that is ordered home.

Assumptions. Troops are one kind of person-with-kit; 150 of them fill a train because most wagons carry vehicles. On the first
day everything stands where it is wanted.

Sources: `odr-railway-trains-sevenfold`, `odr-trains-arrive-same-day`, `odr-previous-maximum-2500`, `odr-stoltenberg-30000`,
`odr-porotnikov-10000`, `odr-existing-grouping-not-enough`, `ft-pukhov-rapid-reaction`; rates: facts D4 (200 trains in 23 days,
29 in a month in 2021, 40,000 troops at a border within days in 2014).
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import Indices, Tables, tables
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

STEP = 10_000.0  # the timeline says when this many more troops of the patron are in the client's country


def move(w: World) -> None:
    """Send, receive and bring home a day's worth of troops."""
    t = tables(w)
    pairs = (t.troops_site, t.troops_owner)
    w["reinforcement"][:] *= 1.0 - w["recall"]
    want = wanted(w, t)
    if w.tick == 0:
        w["troops"][pairs], w["en_route"][pairs] = want, 0.0
    troops, coming = w["troops"][pairs], w["en_route"][pairs]
    need = np.maximum(want - troops - coming, 0.0)
    excess = np.maximum(troops + coming - want, 0.0)
    turned = np.minimum(coming, excess)
    going = excess - turned
    for capacity, members in _capacities(w, t):
        need[members] *= _squeeze(need[members], capacity)
        going[members] *= _squeeze(going[members], capacity)
    coming = coming - turned + need
    arrived = coming * (1.0 - exp(-1.0 / w.parameters("forces")["travel"]))
    w["troops"][pairs] = np.maximum(troops + arrived - going, 0.0)
    w["en_route"][pairs] = coming - arrived
    _summarise(w, t, arrived)


def adjudicate(w: World) -> None:
    """Take the patron's orders to reinforce a place, or to thin it out."""
    reinforcement = w["reinforcement"]
    reinforcement[:] = np.clip(reinforcement + w.impulse("reinforce"), 0.0, 200_000.0)


def wanted(w: World, t: Tables) -> Array:
    """Return the strength wanted at every pair of place and owner, shape ``(pairs, runs)``."""
    pairs = (t.troops_site, t.troops_owner)
    want: Array = np.maximum(w["demand"][pairs] + w["contingent"][pairs], w["linger"][pairs]) + w["garrison"][pairs]
    if t.patron is not None:
        own = t.troops_owner == t.patron
        want[own] += w["reinforcement"][t.troops_site[own]]
    return want


def _capacities(w: World, t: Tables) -> list[tuple[Array, Indices]]:
    p = w.parameters("forces")
    luck = exp(p["rail_noise"] * w.draws.normal("forces.rail", w.tick) - 0.5 * p["rail_noise"] ** 2)
    railway, home = p["trains_per_day"] * p["troops_per_train"] * luck, p["home_rate"] * luck
    return [(railway if abroad else home, members) for abroad, members in t.movements]


def _squeeze(asked: Array, capacity: Array) -> Array:
    return np.minimum(1.0, capacity / np.maximum(total(asked), 1.0))


def _summarise(w: World, t: Tables, arrived: Array) -> None:
    troops, patron, client = w["troops"], t.patron, t.client
    if patron is None or client is None:
        return
    before, trains_before = w["guest_troops"].copy(), w["trains"].copy()
    if len(t.arrivals):
        w["guest_troops"][:] = total(troops[t.troops_site[t.arrivals], patron])
        w["trains"][:] = total(arrived[t.arrivals]) / w.parameters("forces")["troops_per_train"]
    both = troops[t.sites, patron] + troops[t.sites, client]
    if len(t.sites):
        w["force_near"][:] = total(both[i] * w["proximity"][site] for i, site in enumerate(t.sites))
    for owner, members in t.abroad:
        w["deployed"][owner] = total(troops[t.troops_site[members], owner])
    _report(w, before, trains_before, patron, client)


def _report(w: World, before: Array, trains_before: Array, patron: int, client: int) -> None:
    actors = w.scenario.actors
    names = {"patron": actors[w.cast.actors[patron]].name, "client": actors[w.cast.actors[client]].name}
    now, trains = w["guest_troops"], w["trains"]
    first = (trains >= 0.1) & (trains_before < 0.1) & (w.tick > 0)
    w.say("move", first, "Military trains from {patron} begin to arrive in {client}.", seen="parties", actor=patron,
          sources=("odr-trains-arrive-same-day",), **names)  # fmt: skip
    crossed = np.floor(now / STEP) > np.floor(before / STEP)
    w.say("move", crossed & (w.tick > 0), "More than {step:,.0f} soldiers of {patron} are now in {client}.",
          seen="parties", actor=patron,
          sources=("odr-transfer-unprecedented",), step=np.floor(now / STEP) * STEP, **names)  # fmt: skip


_OWN = (
    Disclosure(
        ("troops", "en_route", "demand", "reinforcement", "recall"), "own", "who sends troops knows how many, where and why"
    ),
)

MECHANISM = Mechanism(
    name="forces",
    says="Troops move to where they are wanted and home again, at a rate bounded by trains.",
    systems=("S4",),
    fields=(
        Field("troops", "Troops at a place, by owner", ("site", "actor"), "persons", 0, 1e6, seen="nobody", tells=_OWN),
        Field("en_route", "Troops on their way to a place", ("site", "actor"), "persons", 0, 1e6, seen="nobody", tells=_OWN),
        Field("reinforcement", "Troops of the patron ordered to a place beyond exercises and bases", ("site",), "persons", 0,
              200_000, seen="nobody"),
        Field("guest_troops", "The patron's troops in the client's country", (), "persons", 0, 1e6, seen="nobody"),
        Field("trains", "Military trains from the patron arriving in the client's country today", (), "trains", 0, 1_000,
              seen="nobody"),
        Field("force_near", "True force of patron and client, weighted by how near it is", ("actor",), "persons", 0, 1e7,
              seen="nobody"),
        Field("deployed", "Own troops outside the country", ("actor",), "persons", 0, 1e6, seen="owner", tells=_OWN),
    ),
    phases={"move": move, "adjudicate": adjudicate},
    parameters=(
        Parameter("trains_per_day", 12.0, "Military trains a day the railway between patron and client can carry", "trains/day",
                  {"lognormal": {"median": 12.0, "sigma": 0.25}}, ("odr-railway-trains-sevenfold",),
                  "facts D4: 200 trains in 23 days are 8.7 a day sustained, so the ceiling lies above that", 0.1, 200.0),
        Parameter("troops_per_train", 150.0, "Troops with their kit to a train", "persons",
                  {"lognormal": {"median": 150.0, "sigma": 0.2}}, ("odr-railway-trains-sevenfold", "odr-stoltenberg-30000"),
                  "facts D4: 30,000 troops in 200 trains", 10.0, 1_000.0),
        Parameter("home_rate", 8_000.0, "Troops a day an owner can move within its own country", "persons/day",
                  {"lognormal": {"median": 8_000.0, "sigma": 0.4}}, (),
                  "facts D4: 40,000 troops stood at a border within days in 2014, read as five days", 10.0, 1e6),
        Parameter("travel", 1.5, "Mean time under way", "days", {"lognormal": {"median": 1.5, "sigma": 0.4}}, (),
                  "a rail journey from the patron's western districts; facts D4: five days from the far east", 0.1, 30.0),
        Parameter("rail_noise", 0.2, "Spread of the day's capacity (log)", "", {"uniform": {"low": 0.0, "high": 0.4}}, (),
                  "weather, other traffic and sabotage; judged", 0.0, 1.0),
    ),
    impulses=(Impulse("reinforce", "Troops of the patron ordered to a place (negative: away from it)", ("site",), "persons"),),
    needs=("patron", "client"),
    sources=("odr-railway-trains-sevenfold", "odr-trains-arrive-same-day", "odr-previous-maximum-2500"),
)  # fmt: skip
