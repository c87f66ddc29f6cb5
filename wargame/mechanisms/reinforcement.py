"""Reinforcement: allied battalions that have been ordered and are not there yet (S17).

What it does. An order to reinforce a state is filled from two pools. The spearhead stands at a notice of days and is small; what
goes beyond it comes from the larger response force, which needs about a month. A battalion counts once it has arrived; until
then the other side sees it coming and the host has nothing.

Equations. For a host i, with b battalions ordered today, F the spearhead battalions still free::

    from the spearhead  b_1 = min(b, F), shared among hosts in the order of their names ; F' = F - b_1 + returning
    from the others     b_2 = b - b_1
    days_k = n_k e^(sigma z) (1 - a [collective defence])     n_1, n_2 the pools' notices; z standard normal, by host and day
    coming_k' = coming_k + b_k ; the days to arrival run down by one a day ; at zero, arriving = coming_k and coming_k = 0

A lot ordered while another of the same pool is on its way to the same host travels with it, on the later of both dates. A
spearhead battalion that is in place binds its place in the pool for ``relief`` days, until others have relieved it.

Assumptions. Whoever orders (the alliance after its council, or a distant state for itself) draws on the same pools. An order to
withdraw cuts what is on its way before it cuts what is there (mechanism *posture*).

Sources: F-D3-nrf (the response force 40,000, its spearhead several thousand at seven, from December 2021 five days' notice, some
units two to three), F-D3-nato-readiness (30 battalions within 30 days), F-D3-allies-2022-02; `ft-four-nato-battalions`,
`cling-nato-2014-package`, `cling-efp-four-battlegroups`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, power
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

POOLS = ("spearhead", "response")


def hosts(w: World) -> list[int]:
    """Return the states that can be reinforced: members, front line and target, in the order of their names."""
    return sorted({i for role in ("members", "frontline", "target") for i in w.cast.group(role)})


def begin(w: World) -> None:
    """The whole spearhead is free."""
    w["spearhead_free"][:] = w.parameters("reinforcement")["spearhead"]


def drift(w: World) -> None:
    """What was ordered is a day nearer, and what is due has arrived."""
    p, rows = w.parameters("reinforcement"), hosts(w)
    if not rows:
        return
    arriving = w["battalions_arriving"]
    arriving[:] = 0.0
    free = w["spearhead_free"]
    free[:] = np.minimum(free + (p["spearhead"] - free) * (1.0 - power(0.5, 1.0 / p["relief"])), p["spearhead"])
    ordered = w.impulse("reinforce_member")
    for pool in POOLS:
        days, coming = w[f"{pool}_days"], w[f"{pool}_coming"]
        on_its_way = coming > 0.0
        left = np.where(on_its_way, days - 1.0, 0.0)
        due = on_its_way & (left <= 0.0)
        arriving += np.where(due, coming, 0.0)
        coming[:] = np.where(due, 0.0, coming)
        days[:] = np.where(due, 0.0, np.maximum(left, 0.0))
    if ordered.any():
        _order(w, rows, ordered)
    w["battalions_coming"][:] = w["spearhead_coming"] + w["response_coming"]
    if w.listener is not None:
        _report(w, rows, ordered)


def _order(w: World, rows: list[int], ordered: Array) -> None:
    p, free = w.parameters("reinforcement"), w["spearhead_free"]
    hurry = 1.0 - p["hurry"] * (w["article_5"] > 0.0)
    for i in rows:
        if not ordered[i].any():
            continue
        wanted = np.maximum(ordered[i], 0.0)
        fast = np.minimum(wanted, np.floor(free))
        free -= fast
        luck = w.draws.normals([f"reinforcement.notice.{pool}.{w.cast.actors[i]}" for pool in POOLS], w.tick)
        for pool, lot, z, notice in zip(POOLS, (fast, wanted - fast), luck, ("notice_spearhead", "notice_response"), strict=True):
            ready = np.maximum(np.round(p[notice] * exp(p["notice_spread"] * z) * hurry), 1.0)
            days, coming = w[f"{pool}_days"], w[f"{pool}_coming"]
            days[i] = np.where(lot > 0.0, np.maximum(days[i], ready), days[i])
            coming[i] = np.minimum(coming[i] + lot, 40.0)
        back = np.maximum(-ordered[i], 0.0)
        for pool in reversed(POOLS):
            cut = np.minimum(back, w[f"{pool}_coming"][i])
            w[f"{pool}_coming"][i] -= cut
            back = back - cut


def _report(w: World, rows: list[int], ordered: Array) -> None:
    for i in rows:
        name = w.scenario.actors[w.cast.actors[i]].name
        soonest = np.where(w["spearhead_coming"][i] > 0.0, w["spearhead_days"][i], w["response_days"][i])
        w.say("move", ordered[i] > 0.0, "Reinforcements for {name} are ordered; {coming:.0f} battalions are on their way, the "
              "first in about {days:.0f} days", seen="all", actor=i, reason="units stand at a notice of days or of weeks",
              sources=("F-D3-nrf", "F-D3-nato-readiness"), name=name, coming=w["battalions_coming"][i], days=soonest)  # fmt: skip
        w.say("move", w["battalions_arriving"][i] > 0.0, "{number:.0f} allied battalions arrive in {name}", seen="all", actor=i,
              reason="ordered earlier", sources=("F-D3-nrf", "F-D3-allies-2022-02"), name=name,
              number=w["battalions_arriving"][i])  # fmt: skip


MECHANISM = Mechanism(
    name="reinforcement",
    says="Allied battalions on their way: from a spearhead within days, from the response force within a month.",
    systems=("S17",),
    fields=(
        Field("spearhead_coming", "Battalions of the spearhead on their way to it", unit="battalions", high=40.0),
        Field("spearhead_days", "Days until they arrive", unit="days", high=10_000.0),
        Field("response_coming", "Battalions of the response force on their way to it", unit="battalions", high=40.0),
        Field("response_days", "Days until they arrive", unit="days", high=10_000.0),
        Field("battalions_coming", "Allied battalions on their way to it", unit="battalions", high=80.0),
        Field("battalions_arriving", "Allied battalions that arrive today", unit="battalions", high=80.0),
        Field("spearhead_free", "Battalions of the spearhead that nobody has called yet", (), "battalions", 0, 100),
    ),
    impulses=(Impulse("reinforce_member", "Allied battalions are ordered to it (negative: recalled)", unit="battalions"),),
    begin=begin,
    phases={"drift": drift},
    parameters=(
        Parameter("spearhead", 4.0, "Battalions of the spearhead", "battalions", {"uniform": {"low": 3.0, "high": 6.0}},
                  ("F-D3-nrf", "cling-nato-2014-package"), "3,500 to 6,400 soldiers are three to six battalions", 0.0, 100.0),
        Parameter("notice_spearhead", 7.0, "Days from the order to the spearhead's arrival", "days",
                  {"uniform": {"low": 5.0, "high": 9.0}}, ("F-D3-nrf",), "seven days' notice, five from December 2021", 1.0,
                  365.0),
        Parameter("notice_response", 30.0, "Days from the order to the arrival of others", "days",
                  {"lognormal": {"median": 30.0, "sigma": 0.3}}, ("F-D3-nato-readiness",),
                  "30 battalions in 30 days is a target; it may take longer", 1.0, 1_000.0),
        Parameter("notice_spread", 0.25, "Spread of these times (log)", "", {"uniform": {"low": 0.1, "high": 0.4}}, (),
                  "lift, bridges and papers; judged", 0.0, 2.0),
        Parameter("relief", 90.0, "Days after which half of the spearhead called has been relieved", "days",
                  {"lognormal": {"median": 90.0, "sigma": 0.4}}, ("cling-efp-four-battlegroups",),
                  "the battalions in the east rotate half-yearly; judged", 1.0, 5_000.0),
        Parameter("hurry", 0.4, "Share of the time that collective defence saves", "", {"beta": {"mean": 0.4, "sd": 0.1}},
                  ("F-D3-nrf",), "some units stand at two to three days; judged", 0.0, 0.9),
    ),
    sources=("F-D3-nrf", "F-D3-nato-readiness", "ft-four-nato-battalions", "cling-nato-2014-package"),
)  # fmt: skip
