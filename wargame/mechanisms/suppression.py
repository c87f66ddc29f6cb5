"""Suppression: how hard a government leans on those who report troop movements.

What it does. ``suppression`` U (0-1) of the client relaxes towards

    ``target = floor + habit * repression + sensitivity * (1 - e^(-guests / many)) * (share + (1 - share) * secret)``,

where ``guests`` is the number of the patron's troops in its country and ``secret`` = the larger of "numbers are withheld" and the
share of troops at places that were not listed, over the exercises on foot. It rises with rate ``rise`` and falls with rate
``fall``, and moves by itself as the zeal of officials does (``noise``). Orders add to it at once, ``U <- U + push (1 - U)``
(impulse ``suppress``, any actor), and so does a discovery: when an unlisted place becomes public, reporting is blocked,
``U <- U + block (1 - U)``; what foreigners know already, they keep. The patron's own row moves towards ``home``, whatever is
published.

Assumptions. Fear works on those who live there and not on satellites: which sources are thinned is a property of each sensor
(``suppressible``), used by the mechanism *detection*.

Sources: `odr-authorities-limit-information`, `odr-homyel-warning`, `odr-treason-15-years`, `odr-flagstok-blocked-at-once`,
`odr-numbers-withheld`, `cbc-military-track-in-shadows`, `cbc-exodus-journalists-academics`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, relax
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import Tables, tables
from wargame.mechanisms.unmodelled import shock, unmodelled
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

HEAVY = 0.6  # suppression at which the timeline speaks of it


def begin(w: World) -> None:
    """Start where habit has put it, unless the scenario says otherwise."""
    t = tables(w)
    if t.client is not None:
        w["suppression"][t.client] = np.maximum(w["suppression"][t.client], _target(w, t.client, np.zeros(w.runs)))


def adjudicate(w: World) -> None:
    """Take orders to tighten or to ease."""
    push, level = np.clip(w.impulse("suppress"), -1.0, 1.0), w["suppression"]
    level += push * np.where(push > 0.0, 1.0 - level, level)


def drift(w: World) -> None:
    """Move towards what deployments call for, and block those who have just published a discovery."""
    t, p, level = tables(w), w.parameters("suppression"), w["suppression"]
    if t.patron is not None:
        level[t.patron] = relax(level[t.patron], p["home"], p["fall"])
    if t.client is None:
        return
    before = level[t.client].copy()
    found, name = w["found_today"] > 0.0, w.scenario.actors[w.cast.actors[t.client]].name
    w.say("message", found, "{client} blocks outlets that report on the place.", seen="all", actor=t.client,
          reason="blocking follows publication and does not undo it", sources=("odr-flagstok-blocked-at-once",),
          client=name)  # fmt: skip
    target = _target(w, t.client, _secret(w, t))
    rate = np.where(target > before, p["rise"], p["fall"])
    moved = relax(before, target, rate) + shock(w, f"suppression.zeal.{w.cast.actors[t.client]}", p["noise"], rate)
    level[t.client] = clip01(moved + np.where(found, p["block"] * (1.0 - moved), 0.0))
    crossed = (level[t.client] >= HEAVY) & (before < HEAVY)
    w.say("message", crossed, "{client} threatens and blocks those who publish troop movements.", seen="all", actor=t.client,
          sources=("odr-homyel-warning", "odr-treason-15-years"), client=name)  # fmt: skip


def _secret(w: World, t: Tables) -> Array:
    """Return how much there is to hide (0-1): numbers withheld, or troops away from listed places."""
    secret = np.zeros(w.runs)
    for exercise in t.exercises:
        hidden = np.maximum(w["withheld"][exercise.index], 1.0 - w["listed_share"][exercise.index])
        secret = np.maximum(secret, np.where(w["exercise_level"][exercise.index] > 0.0, hidden, 0.0))
    return secret


def _target(w: World, client: int, secret: Array) -> Array:
    p = w.parameters("suppression")
    guests = 1.0 - exp(-w["guest_troops"] / p["many"])
    delicate = guests * (p["open_share"] + (1.0 - p["open_share"]) * secret)
    return clip01(p["floor"] + p["habit"] * w["repression"][client] + p["sensitivity"] * delicate)


MECHANISM = Mechanism(
    name="suppression",
    says="How hard governments lean on those who report troop movements.",
    systems=("S3",),
    fields=(
        Field("suppression", "Pressure on media, citizens and channels that report troop movements",
              tells=(Disclosure(("guest_troops", "listed_share"), "luck",
                                "the zeal of officials changes from day to day (noise)"),)),
    ),
    phases={"adjudicate": adjudicate, "drift": drift},
    begin=begin,
    parameters=(
        Parameter("floor", 0.05, "Suppression without repression or guests", "", {"beta": {"mean": 0.05, "sd": 0.03}}, (),
                  "no state lets its troop movements be reported at will; judged", 0.0, 1.0),
        unmodelled(0.03, "Spread of suppression by the zeal of officials", "an arrest more or less; judged"),
        Parameter("habit", 0.25, "Weight of general repression", "", {"lognormal": {"median": 0.25, "sigma": 0.4}},
                  ("cbc-exodus-journalists-academics", "odr-treason-15-years"), "size judged", 0.0, 1.0),
        Parameter("sensitivity", 0.7, "Weight of delicate deployments", "", {"lognormal": {"median": 0.7, "sigma": 0.3}},
                  ("odr-authorities-limit-information", "odr-homyel-warning"), "size judged: the step of 2022 was new", 0.0, 2.0),
        Parameter("open_share", 0.2, "How delicate openly declared guests are", "share", {"beta": {"mean": 0.2, "sd": 0.08}},
                  ("cbc-military-track-in-shadows",), "size judged", 0.0, 1.0),
        Parameter("many", 10_000.0, "Guests at which deployment is mostly felt as delicate", "persons",
                  {"lognormal": {"median": 10_000.0, "sigma": 0.4}}, ("odr-previous-maximum-2500", "odr-porotnikov-10000"),
                  "between the earlier maximum and the force of 2022", 100.0, 1e6),
        Parameter("block", 0.25, "Step when an unlisted place is published", "", {"beta": {"mean": 0.25, "sd": 0.1}},
                  ("odr-flagstok-blocked-at-once",), "size judged", 0.0, 1.0),
        Parameter("home", 0.4, "Suppression in the patron's own country", "", {"beta": {"mean": 0.4, "sd": 0.1}}, (),
                  "above the client's habit, below a campaign; judged", 0.0, 1.0),
        Parameter("rise", 0.15, "Rate of tightening", "1/day", {"lognormal": {"median": 0.15, "sigma": 0.4}},
                  ("odr-homyel-warning",), "within a week or so; judged", 0.0, 5.0),
        Parameter("fall", 0.02, "Rate of easing", "1/day", {"lognormal": {"median": 0.02, "sigma": 0.4}}, (),
                  "within months; judged", 0.0, 5.0),
    ),
    impulses=(Impulse("suppress", "Added pressure on those who report (negative: eased)"),),
    needs=("client",),
    sources=("odr-authorities-limit-information", "odr-flagstok-blocked-at-once", "odr-numbers-withheld"),
)  # fmt: skip
