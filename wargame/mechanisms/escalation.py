"""Escalation: tension, the ladder on each track, unintended steps, attack on the alliance (S21).

What it does. Tension sums up the day. On each track (a border, a theatre, the inside of a state) the crisis
stands on a rung of a ladder that the scenario describes: a rung's condition puts the track there, its hold
keeps it there for a while, then it comes down one step at a time. Besides, things slip: a step up that nobody
ordered, the likelier the higher the track already stands.

Equations. Per day:

    t*  = clip(kT mean(T front line) + kQ q + kX x + kP P + kE mean(emergency) + kW [war]
           + kU U (1 - O/2), 0, 1)
    t'  = clip(relax(t, t*, up or down) + uI [incident] + uC [clash] + push + noise, 0, 1)
    C_k = highest level of a rung of track k whose condition holds and is known to hold (mechanisms/rungs.py)
    E_k' = C_k                      if C_k >= E_k   (held for the rung's hold days from the last day the condition held)
           E_k - 1                  if C_k < E_k and the hold is over (then ``step_days`` on every step further down)
    up_k   = odds_up + s r^E_k (1 + o O_k) (1 + c E) (1 - l L) (1 - m R)   probability of an unintended step up, below the top
    down_k = odds_down                                       probability of a step down by luck
    P(war with the alliance | clash at a member's border) = w (1/2 + t) (1 - m R)

``O_k`` is 1 on the day after something that nobody decided (a rung of track k marked as not deliberate) has begun: an incident
is the occasion on which a crisis slips. ``U`` turmoil after a fall of the client's regime, ``O`` how firmly the alliance has
said that it stays out, ``q`` highest hostile rhetoric of patron and client, ``x`` highest exercise activity near the border,
``P`` pressure on the target, ``E`` (with ``c``) the client's erraticism, ``L`` hotline (mean of patron, client and alliance),
``R`` mean clarity of the front line's rules of engagement.

One uniform number per track and day decides both: up below ``up``, down above ``1 - down``. With ``slip =
0``, an empty ladder, a very long ``step_days`` and ``absorbing = 1``, a track started at ``start`` is the
birth-death chain on 0..``top`` with constant odds, whose absorption probabilities are known: ``P(top | i) =
(1 - (q/p)^i)/(1 - (q/p)^N)``.

Assumptions. Causes act at once, calm comes by degrees. An unintended step never reaches a track's highest rung, if
that is somebody's decision (nor more than ``top``, 8 of 9): war with the alliance is ordered, or comes out of a
clash, and nobody takes a country over by mistake. Its odds are kept small because the sources call it very unlikely
and none of some hundred logged serious encounters became one.

Sources: `odr-escalation-hard-to-control`, `odr-conflicts-defy-intentions`, `odr-brinkmanship-suits-regime`,
`odr-troops-risk-entanglement`, `cbc-no-imminent-attack-on-nato`, `wapo-stoltenberg-no-imminent-threat`,
`ft-unauthorised-misunderstanding`, `cbc-routine-drill-tense-context`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, highest, mean, power, relax
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import Mechanism
from wargame.mechanisms.escalation_parameters import PARAMETERS
from wargame.mechanisms.incidents import borders
from wargame.mechanisms.rungs import noticed
from wargame.mechanisms.unmodelled import shock
from wargame.scenario.schema import Rung
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World


def _over(w: World, name: str, roles: tuple[str, ...]) -> list[Array]:
    """Return the rows of a field for the actors of some roles, each actor once; one row of zeros when there are none."""
    rows = sorted({i for role in roles for i in w.cast.group(role)})
    return [w[name][i] for i in rows] or [np.zeros(w.runs)]


def begin(w: World) -> None:
    """Every track stands at its starting level and stays there for a step's time."""
    p = w.parameters("escalation")
    w["esc"][:] = np.maximum(w["esc"], p["start"])
    w["rung_left"][:] = np.where(w["esc"] > 0, p["step_days"], 0.0)
    w["esc_max"][:] = highest(w["esc"]) if w.cast.tracks else 0.0


def _caution(w: World) -> Array:
    """Return what erratic leaders, open channels and clear rules make of the odds of a slip, shape ``(runs,)``."""
    p = w.parameters("escalation")
    erratic = mean(_over(w, "erraticism", ("client",)))
    hotline, clear = mean(_over(w, "hotline", ("patron", "client", "alliance"))), mean(_over(w, "roe_clarity", ("frontline",)))
    calm = (1.0 - p["hotline_gain"] * hotline) * (1.0 - p["roe_gain"] * clear)
    return (1.0 + p["erratic_gain"] * erratic) * calm


def _ordered(w: World) -> Array:
    """Return the level below each track's highest rung, shape ``(tracks, 1)``, where that rung is somebody's decision."""
    limits = []
    for track in w.cast.tracks:
        rungs = [rung for rung in w.scenario.ladder.values() if rung.track == track]
        top = max(rungs, key=lambda rung: rung.level, default=None)
        limits.append([float(top.level) - 1.0 if top is not None and top.deliberate else 9.0])
    return np.array(limits)


def friction(w: World) -> None:
    """Unintended steps have happened or not, and so has an attack on the alliance."""
    p, esc = w.parameters("escalation"), w["esc"]
    if w.cast.tracks:
        luck = w.draws.uniforms([f"escalation.step.{track}" for track in w.cast.tracks], w.tick)
        slip = p["slip"] * power(p["slip_growth"], esc) * (1.0 + p["occasion_gain"] * w["occasion"])
        up = p["odds_up"] + slip * _caution(w)
        top = np.minimum(p["top"], _ordered(w))
        free = (p["absorbing"] < 0.5) | ((esc > 0) & (esc < top))
        rises, falls = free & (luck < up) & (esc < top), free & (luck >= 1.0 - p["odds_down"]) & (esc > 0)
        esc += rises * 1.0 - falls * 1.0
        w["rung_left"][:] = np.where(rises | falls, p["step_days"], w["rung_left"])
        w["unintended"][:] += rises.sum(axis=0)
        for k, track in enumerate(w.cast.tracks):
            w.say(
                "rung",
                rises[k],
                "{track}: the crisis slips to level {level:.0f} without anybody's order",
                seen=(),
                public="{track}: the crisis slips to level {level:.0f}",
                reason="control is lost more easily the higher it stands (odds today {odds:.4f})",
                sources=("odr-escalation-hard-to-control", "odr-conflicts-defy-intentions"),
                track=w.scenario.tracks[track],
                level=esc[k],
                odds=up[k],
            )
    _attack(w)


def _attack(w: World) -> None:
    p, attacked = w.parameters("escalation"), w["attack_alliance"]
    members = list(w.cast.group("members"))
    if not members:
        return
    ordered = highest(w["invasion"][members]) > 0
    exposed = [i for i in borders(w) if i in members]
    clash: Mask = w["clash"][exposed].max(axis=0, initial=0.0) > 0
    spiral = np.zeros(w.runs, dtype=bool)
    if clash.any():  # the draw would not be used
        clear = mean(_over(w, "roe_clarity", ("frontline",)))
        chance = p["war_from_clash"] * (0.5 + w["tension"]) * (1.0 - p["roe_gain"] * clear)
        spiral = clash & (w.draws.uniform("escalation.war", w.tick) < chance)
    started = (ordered | spiral) & (attacked == 0)
    attacked[:] = np.maximum(attacked, ordered | spiral)
    if started.any():
        w.say(
            "outcome",
            started & ordered,
            "The alliance is attacked",
            seen="all",
            reason="an order of the patron",
            sources=("cbc-no-imminent-attack-on-nato",),
        )
        w.say(
            "outcome",
            started & ~ordered,
            "A clash at the border grows into war with the alliance",
            seen="all",
            reason="nobody ordered it",
            sources=("odr-conflicts-defy-intentions", "ft-unauthorised-misunderstanding"),
        )


def _tension(w: World) -> None:
    p, tension = w.parameters("escalation"), w["tension"]
    war = (highest(_over(w, "invasion", ("target", "members"))) > 0) * 1.0
    aim = clip01(
        p["tension_threat"] * mean(_over(w, "threat", ("frontline",)))
        + p["tension_rhetoric"] * highest(_over(w, "rhetoric", ("patron", "client")))
        + p["tension_exercise"] * highest(_over(w, "exercise_near", ("frontline", "target")))
        + p["tension_pressure"] * mean(_over(w, "pressure", ("target",)))
        + p["tension_emergency"] * mean(_over(w, "emergency", ("frontline",)))
        + p["tension_war"] * war
        + p["tension_turmoil"] * w["turmoil"] * (1.0 - 0.5 * w["staying_out"])
    )
    rate = np.where(aim > tension, 1.0 / p["rise_days"], 1.0 / p["fall_days"])
    happened = highest(_over(w, "incident", ("frontline", "target"))) > 0
    clashed = highest(_over(w, "clash", ("frontline", "target"))) > 0
    happening = p["incident_shock"] * happened + p["clash_shock"] * clashed
    tension[:] = clip01(
        relax(tension, aim, rate) + happening + w.impulse("tension") + shock(w, "escalation.news", p["noise"], rate)
    )


def _climb(w: World, k: int, rungs: list[Rung], truth: Mask) -> None:
    """Set the level of one track from the rungs whose conditions hold today."""
    p, esc, left = w.parameters("escalation"), w["esc"][k], w["rung_left"][k]
    level = np.array([float(rung.level) for rung in rungs])[:, None]
    hold = np.array([float(rung.hold) for rung in rungs])[:, None]
    caused: Array = np.where(truth, level, 0.0).max(axis=0, initial=0.0)
    days: Array = np.where(truth & (level == caused), hold, 0.0).max(axis=0, initial=0.0)
    before = esc.copy()
    pushed = np.clip(esc + np.round(np.maximum(w.impulse("escalate")[k], 0.0)), 0.0, 9.0)
    ordered = pushed > esc
    undecided = np.array([float(not rung.deliberate) for rung in rungs])[:, None]
    accident: Array = np.where(truth, undecided, 0.0).max(axis=0, initial=0.0)
    w["occasion"][k] = np.maximum(accident - w["accident"][k], 0.0)
    w["accident"][k] = accident
    held = np.maximum(pushed, caused)
    renewed = (caused >= pushed) & (caused > 0)
    remaining = np.where(ordered, p["step_days"], left - 1.0) - p["calm_days"] * np.maximum(w.impulse("calm")[k], 0.0)
    steps_down = ~renewed & (remaining <= 0) & (held > 0)
    esc[:] = np.where(steps_down, held - 1.0, held)
    left[:] = np.where(renewed, days, np.where(steps_down, p["step_days"], np.maximum(remaining, 0.0)))
    left[esc == 0] = 0.0
    if w.listener is not None:
        _tell(w, k, rungs, truth, before)


def _tell(w: World, k: int, rungs: list[Rung], truth: Mask, before: Array) -> None:
    esc, track = w["esc"][k], w.scenario.tracks[w.cast.tracks[k]]
    risen = esc > before
    told = np.zeros(w.runs, dtype=bool)
    for rung, holds in zip(rungs, truth, strict=True):
        here = risen & ~told & holds & (esc == rung.level)
        w.say(
            "rung",
            here,
            "{track}: level {level}, {label}",
            seen=(),
            public=True,
            reason="{cause} ({how}; the rung lasts {hold} days once its cause has gone)",
            sources=rung.source,
            track=track,
            level=rung.level,
            label=rung.label,
            hold=rung.hold,
            how="somebody's decision" if rung.deliberate else "nobody's decision",
            cause=rung.says or rung.when,
        )
        told = told | here
    w.say(
        "rung",
        risen & ~told,
        "{track}: raised to level {level:.0f}",
        seen="all",
        reason="an order or an inject of today",
        sources=("odr-brinkmanship-suits-regime",),
        track=track,
        level=esc,
    )
    w.say(
        "rung",
        esc < before,
        "{track}: down to level {level:.0f}",
        seen="all",
        reason="what held it on level {before:.0f} is over",
        sources=("ft-perceptions-stabilised",),
        track=track,
        level=esc,
        before=before,
    )


def drift(w: World) -> None:
    """Tension is a day older; every track stands where today's causes and holds put it."""
    _tension(w)
    if not w.cast.tracks:
        return
    names = sorted(w.scenario.ladder)
    truth = noticed(w, w.ladder(w.state) != 0.0)
    for k, track in enumerate(w.cast.tracks):
        rows = [j for j, name in enumerate(names) if w.scenario.ladder[name].track == track]
        _climb(w, k, [w.scenario.ladder[names[j]] for j in rows], truth[rows])
    w["esc_max"][:] = np.maximum(w["esc_max"], highest(w["esc"]))


_LEVEL = (
    Disclosure(
        ("rung_left", "accident", "occasion"), "coarse", "a level lasts some days and then goes down: the day shows, late"
    ),
    Disclosure(("*",), "luck", "a condition over hidden things is noticed with a chance a day (notice_days)"),
)

MECHANISM = Mechanism(
    name="escalation",
    says="Tension, the level of the crisis on each track, unintended steps, attack on the alliance.",
    systems=("S21",),
    fields=(
        Field(
            "tension",
            "Tension in the region",
            (),
            default=0.1,
            tells=(Disclosure(("threat",), "luck", "tension moves by itself too (noise)"),),
        ),
        Field("esc", "Level of the crisis on this track", ("track",), "0-9", high=9.0, tells=_LEVEL),
        Field("esc_max", "Highest level on any track so far", (), "0-9", high=9.0, tells=_LEVEL),
        Field("rung_left", "Days this level still lasts without a cause", ("track",), "days", high=1e9, seen="nobody"),
        Field("accident", "Something that nobody decided holds the track up today", ("track",), "0/1", seen="nobody"),
        Field("occasion", "It began today", ("track",), "0/1", seen="nobody"),
        Field("unintended", "Unintended steps up so far", (), "steps", high=1e6, seen="nobody", whole=True),
        Field("attack_alliance", "The alliance has been attacked", (), "0/1"),
    ),
    impulses=(
        Impulse("tension", "Raises (or lowers) tension", ()),
        Impulse("calm", "Shortens the time this track keeps its level", ("track",)),
        Impulse("escalate", "Raises this track by so many levels", ("track",), "levels"),
    ),
    begin=begin,
    phases={"friction": friction, "drift": drift},
    parameters=PARAMETERS,
    sources=(
        "odr-troops-risk-entanglement",
        "odr-brinkmanship-suits-regime",
        "odr-escalation-hard-to-control",
        "odr-conflicts-defy-intentions",
        "cbc-routine-drill-tense-context",
        "cbc-no-imminent-attack-on-nato",
    ),
)
