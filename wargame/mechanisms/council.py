"""The alliance's council: members that differ, consultations (Article 4), and when an attack counts as one on all (Article 5).

What it does. Members do not see the same danger, and they do not need the same danger to say yes: each has a bar of its own, and
the council decides by a quorum (all of them, by default). A member that feels threatened may call the council together, which
makes all of them watch more closely. What happens at a member's border is weighed: an incident is none of the alliance's
business, a clash is, an attack is an attack on all once the council says so.

Equations. Per day, for a member i::

    bar_i  = given + sigma z_i                                    drawn once per run and member, by its name
    G_i'   = max(G_i 2^(-1/h_G), g_c clash_i, [i attacked or the alliance at war])        gravity of what was done to it, 0-1
    K'     = K 2^(-1/h_K) + k (members that call the council today)                           solidarity, 0-1
    ripe   = max_i G_i >= a (threshold of an armed attack)
    A5     = 1 once the council has so decided while it was ripe

``consent_bar`` is for the ``agrees`` of actions (``threat + 0.5 * tension >= 0.4 + consent_bar``); ``council_quorum`` replaces an
action's own quorum where it is lower and more than one is asked. Solidarity adds to the vigilance of all (mechanism
*posture*); collective defence speeds up reinforcements (*reinforcement*) and raises posture (by the order that invokes it).

Assumptions. Consensus is unanimity of those cast as members; distant members that are not cast are taken to go along. Threat,
which differs between members, carries most of the disagreement; the bars carry habit, money and geography.

Sources: `cling-nato-2014-package`, `wapo-mae-little-allies-can-do`, `ft-four-nato-battalions`,
`wapo-stoltenberg-no-imminent-threat`, `ft-unauthorised-misunderstanding`, `ft-less-alarm-than-2017`,
`cbc-muzyka-more-concerned`, F-D3-nrf. The documents mention neither article; consultation after a clash is treaty practice.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, highest, power, total
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

LONGEST = 20_000.0  # days that are counted


def begin(w: World) -> None:
    """Draw every member's bar, and set the quorum of the council."""
    p, members = w.parameters("council"), list(w.cast.group("members"))
    w["council_quorum"][:] = p["quorum"]
    if members:
        luck = w.draws.normals([f"council.bar.{w.cast.actors[i]}" for i in members], 0)
        w["consent_bar"][members] = np.clip(w["consent_bar"][members] + p["disagreement"] * luck, -1.0, 1.0)


def drift(w: World) -> None:
    """What was done to members, calls of the council and solidarity are a day older."""
    p, members = w.parameters("council"), list(w.cast.group("members"))
    days = w["article_4_days"]
    called = w.impulse("article_4") > 0.0
    days[:] = np.where(called, 0.0, np.minimum(days + 1.0, LONGEST))
    callers = total(1.0 * called[members]) if members else np.zeros(w.runs)
    w["article_4_calls"][:] += callers
    w["solidarity"][:] = clip01(w["solidarity"] * power(0.5, 1.0 / p["solidarity_half_life"]) + p["call"] * callers)
    if not members:
        return
    attacked = (w["invasion"][members] > 0.0) | (w["attack_alliance"] > 0.0)
    before = w["armed_attack"][members]
    faded = before * power(0.5, 1.0 / p["gravity_half_life"])
    w["armed_attack"][members] = clip01(np.maximum(np.maximum(faded, p["clash"] * w["clash"][members]), 1.0 * attacked))
    ripe = highest(w["armed_attack"][members]) >= p["threshold"]
    newly = ripe & (w["article_5_ripe"] <= 0.0)
    w["article_5_ripe"][:] = ripe
    invoked = (w.impulse("article_5") > 0.0) & (ripe | (w["article_5"] > 0.0))
    first = invoked & (w["article_5"] <= 0.0)
    w["article_5"][:] = np.maximum(w["article_5"], invoked)
    if w.listener is None:
        return
    for i in members:
        w.say("message", called[i], "{name} calls the council together under Article 4",
              seen="own", public=True, actor=i, reason="its sense of threat stands at {threat:.2f}",
              sources=("cling-nato-2014-package",),
              name=w.scenario.actors[w.cast.actors[i]].name, threat=w["threat"][i])  # fmt: skip
    w.say(
        "verdict",
        newly,
        "What was done to a member now amounts to an armed attack",
        seen="all",
        actor=w.cast.role("alliance"),
        reason="the council has to say whether it is an attack on all",
        sources=("ft-unauthorised-misunderstanding",),
    )
    w.say("outcome", first, "The council holds it for an attack on all of them (Article 5)",
          seen="all", actor=w.cast.role("alliance"), reason="the members that had to agree agreed",
          sources=("cbc-no-imminent-attack-on-nato",))  # fmt: skip


MECHANISM = Mechanism(
    name="council",
    says="The alliance's council: members' bars and quorum, consultations under Article 4, the threshold of Article 5.",
    systems=("S17", "S21"),
    fields=(
        Field("consent_bar", "How much more alarm it wants to see before it agrees to a step of the alliance", unit="-1 to 1",
              low=-1.0),
        Field("council_quorum", "Share of the members whose consent suffices in the council", (), default=1.0),
        Field("article_4_days", "Days since it called the council together", unit="days", high=LONGEST, default=np.nan,
              missing="never"),
        Field("article_4_calls", "Calls of the council so far", (), "calls", 0, 1e6),
        Field("solidarity", "How much the members' consultations have drawn them together", ()),
        Field("armed_attack", "How far what was lately done to it amounts to an armed attack"),
        Field("article_5_ripe", "Whether the council may hold something for an attack on all", (), "0/1"),
        Field("article_5", "Whether it holds it for an attack on all", (), "0/1"),
    ),
    impulses=(
        Impulse("article_4", "Calls the council together", unit="0/1"),
        Impulse("article_5", "The council holds what was done for an attack on all", (), "0/1"),
    ),
    begin=begin,
    phases={"drift": drift},
    parameters=(
        Parameter("quorum", 1.0, "Share of the members whose consent suffices: 1 consensus, 0.5 majority (a variant)", "share",
                  None, ("cling-nato-2014-package",), "the council decides by consensus; a majority is a thought experiment",
                  0.0, 1.0),
        Parameter("disagreement", 0.05, "Spread of the members' bars", "", {"lognormal": {"median": 0.05, "sigma": 0.5}},
                  ("ft-less-alarm-than-2017", "cbc-muzyka-more-concerned"),
                  "members read the same facts differently; a tenth of what separates calm from alarm", 0.0, 1.0),
        Parameter("call", 0.25, "Solidarity added by one member's call", "", {"lognormal": {"median": 0.25, "sigma": 0.4}}, (),
                  "four calls at once are the most there is; judged", 0.0, 1.0),
        Parameter("solidarity_half_life", 21.0, "Half-life of what a consultation leaves", "days",
                  {"lognormal": {"median": 21.0, "sigma": 0.4}}, (), "three weeks of attention; judged", 1.0, 1_000.0),
        Parameter("clash", 0.4, "Gravity of an armed clash at its border", "", {"beta": {"mean": 0.4, "sd": 0.1}},
                  ("ft-unauthorised-misunderstanding",), "serious, and below an attack; judged", 0.0, 1.0),
        Parameter("gravity_half_life", 14.0, "Half-life of the gravity of what was done", "days",
                  {"lognormal": {"median": 14.0, "sigma": 0.4}}, (), "two weeks of crisis talks; judged", 1.0, 1_000.0),
        Parameter("threshold", 0.8, "Gravity from which it amounts to an armed attack", "",
                  {"beta": {"mean": 0.8, "sd": 0.06}}, (), "no single clash reaches it at its default gravity; judged", 0.05,
                  1.0),
    ),
    sources=("cling-nato-2014-package", "wapo-mae-little-allies-can-do", "ft-less-alarm-than-2017", "cbc-muzyka-more-concerned"),
)  # fmt: skip
