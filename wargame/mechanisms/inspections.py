"""Inspections and evaluation visits: who may still come this year, who is turned away, and what has been verified (S2, S3).

What it does. A state asks for an inspection in the client's country. The host need not accept more than a number a year, nor more
than one a year from the same state; a team it must accept enters within days and its report goes to all. A host may close its
country for a while, pleading force majeure; that is within the letter and against the sense. Evaluation visits to single units
have a quota of their own, to which bilateral agreements add one for each neighbour.

Equations. With u inspections accepted this calendar year, u_i those of state i, and e evaluation visits::

    accepted_i = asked_i and u < n (passive quota) and u_i < n_1 and not closed; states in the order of their names
    enters_i   = d days after it was accepted, if the country has not been closed by then
    inspecting = 1 on a day on which a team enters (reports are pooled)
    V'         = V 2^(-1/h) + v_I [inspecting] + v_E [evaluation visit]                verified, 0-1
    closed'    = max(closed - 1, 0), or the days for which the host closes its country

``inspecting`` gives all observers a report on known places (mechanism *detection*), ``verified`` makes less opaque what details
of a declaration leave out, a team turned away pleading force majeure (``inspection_refused``) wears the norm (mechanism
*declaration*). Quotas start anew on 1 January.

Assumptions. Only the client's country is inspected. Requests beyond the quota are refused without blame. The lead time is that
of the rule: 36 hours to entry are two days.

Sources: F-A5-inspections-3, F-A5-request, F-A5-reply-24, F-A5-evaluation, F-A5-bilateral, F-A5-refusal, F-A5-refusal-2022,
F-A5-supply; `cbc-poland-nato-monitor-call-openness`. The five documents do not mention inspections.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, power
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Field, Impulse
from wargame.world.world import World


def adjudicate(w: World) -> None:
    """Let teams enter that are due, take new requests as far as quotas go, and refusals."""
    p, client = w.parameters("inspections"), w.cast.group("client")[0]
    if w.tick in w.new_years:
        for name in ("inspections_used", "inspections_made", "evaluations_used"):
            w[name][:] = 0.0
    closing = w.impulse("close_to_inspections")[client] > 0.0
    closed = w["inspections_closed"]
    closed[:] = np.where(closing, p["closed_days"], np.maximum(closed - 1.0, 0.0))
    w["inspection_refused"][:] = 0.0
    entered = _enter(w, closed > 0.0)
    _requests(w, client, closed > 0.0)
    visited = _evaluations(w, client, closed > 0.0)
    w["inspecting"][:] = entered
    faded = w["verified"] * power(0.5, 1.0 / p["verified_half_life"])
    w["verified"][:] = clip01(faded + p["verified_inspection"] * entered + p["verified_evaluation"] * visited)


def _enter(w: World, closed: Mask) -> Array:
    """Return 1 in runs where a team enters today; teams under way are turned back while the country is closed."""
    due, client = w["inspection_in"], w.cast.group("client")[0]
    waiting = due >= 0.0
    if not waiting.any():
        return np.zeros(w.runs)
    turned = waiting & closed
    left = due - 1.0
    enters = waiting & ~closed & (left <= 0.0)
    due[:] = np.where(turned | enters, np.nan, left)
    w["inspection_refused"][client] = np.maximum(w["inspection_refused"][client], turned.any(axis=0))
    for i in np.flatnonzero(enters.any(axis=1)):
        w.say("signal", enters[i], "Inspectors of {who} enter {host}.", seen="all", actor=int(i), sources=("F-A5-inspections-3",),
              reason="inspection {number:.0f} of {quota:.0f} that the host has to accept this year",
              who=_name(w, int(i)), host=_name(w, client), number=w["inspections_used"][client],
              quota=w.parameters("inspections")["passive_quota"])  # fmt: skip
    _turned(w, turned)
    entered: Array = np.multiply(1.0, enters.any(axis=0))
    return entered


def _requests(w: World, client: int, closed: Mask) -> None:
    p, asked = w.parameters("inspections"), w.impulse("inspect") > 0.0
    used, made = w["inspections_used"][client], w["inspections_made"]
    for i in np.flatnonzero(asked.any(axis=1)):
        if i == client:
            continue
        wanted = asked[i] & np.isnan(w["inspection_in"][i])
        free = (used < p["passive_quota"]) & (made[i] < p["same_state"])
        accepted, refused = wanted & free & ~closed, wanted & free & closed
        used += accepted
        made[i] += accepted
        w["inspection_in"][i] = np.where(accepted, p["entry_days"], w["inspection_in"][i])
        w["inspection_refused"][client] = np.maximum(w["inspection_refused"][client], refused)
        w.say("message", wanted & ~free, "{host} need not accept another inspection by {who} this year.",
              seen="all", actor=client,
              reason="{used:.0f} of {quota:.0f} have been accepted, {made:.0f} of them from the same state",
              sources=("F-A5-inspections-3", "F-A5-supply"), host=_name(w, client), who=_name(w, int(i)), used=used,
              quota=p["passive_quota"], made=made[i])  # fmt: skip
        _turned(w, np.where(np.arange(len(asked))[:, None] == i, refused, False))


def _evaluations(w: World, client: int, closed: Mask) -> Array:
    """Return 1 in runs where an evaluation visit takes place."""
    p, asked = w.parameters("inspections"), w.impulse("evaluate") > 0.0
    neighbours = len(w.cast.group("frontline"))
    quota = p["evaluation_quota"] + p["bilateral"] * neighbours
    visited = np.zeros(w.runs)
    used = w["evaluations_used"][client]
    for i in np.flatnonzero(asked.any(axis=1)):
        granted = asked[i] & (used < quota) & ~closed
        used += granted
        visited = np.maximum(visited, granted)
        w.say("signal", granted, "{who} visits a unit of {host} to check its reports.", seen="all", actor=int(i),
              reason="evaluation visit {used:.0f} of {quota:.0f} this year", sources=("F-A5-evaluation", "F-A5-bilateral"),
              who=_name(w, int(i)), host=_name(w, client), used=used, quota=quota)  # fmt: skip
    return visited


def _turned(w: World, turned: Mask) -> None:
    if w.listener is None:
        return
    client = w.cast.group("client")[0]
    for i in np.flatnonzero(turned.any(axis=1)):
        w.say("message", turned[i], "{host} turns away inspectors of {who}, pleading force majeure.", seen="all", actor=client,
              reason="there is no other ground on which it may refuse", sources=("F-A5-refusal", "F-A5-refusal-2022"),
              host=_name(w, client), who=_name(w, int(i)))  # fmt: skip


def _name(w: World, i: int) -> str:
    return w.scenario.actors[w.cast.actors[i]].name


MECHANISM = Mechanism(
    name="inspections",
    says="Inspections and evaluation visits in the client's country, with their yearly quotas and refusals.",
    systems=("S2", "S3"),
    fields=(
        Field("inspections_used", "Inspections it has accepted this calendar year", unit="inspections", high=1_000.0),
        Field("inspections_made", "Inspections it has made in the client's country this calendar year", unit="inspections",
              high=1_000.0),
        Field("inspection_in", "Days until its inspectors enter", unit="days", high=100.0, default=np.nan,
              missing="none on their way"),
        Field("inspections_closed", "Days for which the client's country stays closed to inspectors", (), "days", 0, 10_000),
        Field("inspection_refused", "Whether it turned inspectors away today, pleading force majeure", unit="0/1"),
        Field("inspecting", "Whether inspectors are at work in the client's country today", (), "0/1"),
        Field("evaluations_used", "Evaluation visits it has accepted this calendar year", unit="visits", high=1_000.0),
        Field("verified", "How much of what was declared has lately been verified on the spot", ()),
    ),
    impulses=(
        Impulse("inspect", "Asks for an inspection in the client's country", unit="0/1"),
        Impulse("evaluate", "Asks for an evaluation visit to a unit of the client", unit="0/1"),
        Impulse("close_to_inspections", "Closes its country to inspectors for a while, pleading force majeure", unit="0/1"),
    ),
    phases={"adjudicate": adjudicate},
    needs=("client",),
    parameters=(
        Parameter("passive_quota", 3.0, "Inspections a year that a state has to accept", "a year", None,
                  ("F-A5-inspections-3",), "", 0.0, 100.0),
        Parameter("same_state", 1.0, "Inspections a year that a state has to accept from the same state", "a year", None,
                  ("F-A5-inspections-3",), "", 0.0, 100.0),
        Parameter("entry_days", 2.0, "Days from the request to the entry of the team", "days", None,
                  ("F-A5-request", "F-A5-reply-24"), "36 hours, counted in whole days", 1.0, 30.0),
        Parameter("evaluation_quota", 2.0, "Evaluation visits a year that the client has to accept", "a year",
                  {"uniform": {"low": 1.0, "high": 3.0}}, ("F-A5-evaluation",),
                  "one for every 60 units reported; a small army reports some 60 to 180", 0.0, 15.0),
        Parameter("bilateral", 1.0, "Further visits a year for each neighbour that has an agreement", "a year", None,
                  ("F-A5-bilateral",), "counted for every front-line state, though not all have one", 0.0, 15.0),
        Parameter("closed_days", 60.0, "Days for which a plea of force majeure closes the country", "days",
                  {"lognormal": {"median": 60.0, "sigma": 0.5}}, ("F-A5-refusal-2022", "F-A5-covid"),
                  "a refusal of January 2022 covered weeks; the epidemic served for two years", 1.0, 5_000.0),
        Parameter("verified_inspection", 0.4, "What an inspection verifies", "", {"beta": {"mean": 0.4, "sd": 0.1}},
                  ("F-A5-team", "F-A5-area"), "four people, two days, an army's area; sensitive points closed", 0.0, 1.0),
        Parameter("verified_evaluation", 0.1, "What an evaluation visit verifies", "", {"beta": {"mean": 0.1, "sd": 0.04}},
                  ("F-A5-evaluation-time",), "one unit in one working day", 0.0, 1.0),
        Parameter("verified_half_life", 45.0, "Half-life of what was verified", "days",
                  {"lognormal": {"median": 45.0, "sigma": 0.4}}, (), "units move within weeks; judged", 1.0, 5_000.0),
    ),
    sources=("F-A5-inspections-3", "F-A5-evaluation", "F-A5-refusal", "cbc-poland-nato-monitor-call-openness"),
)  # fmt: skip
