"""Risk reduction under Chapter III: requests for an explanation, replies, meetings, visits, and what silence costs (S2).

What it does. A state that sees unusual activity asks another for an explanation. The one asked has 48 hours to reply: in full,
formally but emptily, or not at all. Who is not satisfied calls a meeting, and then a joint meeting of all; the one asked comes
or stays away. It may host a visit at any time. The stages are those of :mod:`wargame.vienna.chapter_three`, whose clock is
played here in all runs at once: an event of a day happens at noon, and a day is judged when it ends.

Equations. On a day, for the state asked, with q the quality of its reply (0-1), h half-lives in days::

    insufficient if q < q_s, else satisfied and closed
    E' = E 2^(-1/h_E) + q_today (replied) + e_m (meeting attended) + e_j (joint meeting attended) + e_v v (visit hosted)
    W' = W 2^(-1/h_W) + w_n (48 hours passed without reply) + w_f (1 - q/q_s) (reply too empty) + w_a (stayed away)
    B  = b_n (no reply) + b_a (stayed away) + b_f (1 - q/q_s) (reply too empty)          breach of today, 0-1
    C' = C 2^(-1/h_C) + c B                                                              standing reputational cost, 0-1

``explained`` E cuts what others find opaque and adds to the transparency index, ``stonewalled`` W makes things more opaque,
``consultation_breach`` B wears the norm and credibility (mechanisms *detection*, *declaration*, *rhetoric*), and a consultation
that ends in satisfaction (``consultation_kept``) mends the norm. The one asked, and all who have asked, decide again the
morning after anything has moved (``consultation_alarm``): the 48-hour clock. A consultation in which nothing has moved for
``dormant`` days is over, and a new request may be made.

Assumptions. Requests of several states to one state about one activity are one consultation, as on 9 February 2022. The chair
convenes a meeting on the last day allowed unless the states sit down earlier. Nobody can be made to answer: the procedure has
no sanction but the cost in reputation. The five documents do not know the procedure; its rules come from outside facts.

Sources: X-VD-CH3, X-CH3-UKR-2021, X-CH3-BALTIC-2022, X-VOLUNTARY-OBS-2022; facts A6, A7 (F-A6-reply-48, F-A6-meeting-48,
F-A6-joint-meeting, F-A6-voluntary-visits, F-A7-attendance); `cling-vienna-politically-binding`, `wapo-mae-little-allies-can-do`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, highest, power
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import ConditionalHook, HookSequence, Mechanism, Parameter
from wargame.mechanisms.clockwork import FINDINGS, WORDS, Clocks, follows
from wargame.vienna.chapter_three import What
from wargame.vienna.rules import DEFAULT
from wargame.world.fields import Field, Impulse
from wargame.world.world import World

_END_OF_DAY = 0.4999
_MEETINGS: tuple[tuple[What, str], ...] = (("meeting", "meeting"), ("joint_meeting", "joint"))


def clocks(w: World) -> Clocks:
    """Return the clocks of all actors, on their fields."""
    return Clocks(w["consultation_stage"], w["consultation_since"], {name: w[f"consultation_{name}"] for name in FINDINGS})


_NEEDED_WHERE = ("consultation_stage", "impulse.explanation_request", "impulse.attend")


def begin_day(w: World) -> None:
    """Forget yesterday, let clocks that have long stood still be quiet again, and note who asks for explanations."""
    c, p = clocks(w), w.parameters("consultation")
    w["consultation_visit"][:] = 0.0
    w["consultation_breach"][:], w["consultation_kept"][:], w["consultation_alarm"][:] = 0.0, 0.0, 0.0
    _fade(w)
    dormant = (c.stage > 0.0) & (w.tick - c.since > p["dormant"])
    c.stage[:] = np.where(dormant, 0.0, c.stage)
    left = np.maximum(w["consultation_asks"] - 1.0, 0.0)
    w["consultation_asks"][:] = np.where(w.impulse("explanation_ask") > 0.0, p["memory"], left)


def adjudicate(w: World) -> None:
    """Take today's requests, replies, calls, meetings and visits, let deadlines pass, and count what all of it is worth."""
    c, p, day = clocks(w), w.parameters("consultation"), w.tick
    names = ("explanation_request", "explanation_reply", "meeting_call", "joint_call", "meet", "attend", "visit", "satisfied")
    push = {name: w.impulse(name) for name in names}
    before, allowed = c.stage.copy(), p["hours"] / 24.0
    c.lapse(day, allowed)
    done = _events(w, c, push, allowed)
    silent = c.lapse(day + _END_OF_DAY, allowed) & c.at("reply_overdue")
    _weigh(w, push, done, silent)
    moved = c.stage != before
    _alarm(w, moved)
    if w.listener is not None:
        _report(w, c, moved, done, silent)


def _fade(w: World) -> None:
    p = w.parameters("consultation")
    for name, half_life in (("explained", "explained_half_life"), ("stonewalled", "stonewalled_half_life"),
                            ("censure", "censure_half_life")):  # fmt: skip
        if w[name].any():
            w[name][:] = w[name] * power(0.5, 1.0 / p[half_life])


def _events(w: World, c: Clocks, push: dict[str, Array], allowed: Array) -> dict[str, Mask]:
    """Let the events of today happen, in the order of the procedure; return where each did."""
    p, day = w.parameters("consultation"), w.tick
    done = {"request": c.take("request", push["explanation_request"] > 0.0, day)}
    quality = np.clip(push["explanation_reply"], 0.0, 1.0)
    done["reply"] = c.take("reply", quality > 0.0, day)
    enough = quality >= p["satisfies"]
    done["insufficient"] = c.take("judged_insufficient", done["reply"] & ~enough, day)
    done["content"] = c.take("satisfied", done["reply"] & enough, day)
    done["call"] = c.take("call_meeting", push["meeting_call"] > 0.0, day)
    intention = w["consultation_attends"]
    intention[:] = np.where(push["attend"] != 0.0, np.sign(push["attend"]), intention)
    comes = intention > 0.0
    for what, called in _MEETINGS:
        open_call = c.at(f"{called}_called", f"{called}_overdue")
        sits = open_call & ((push["meet"] > 0.0) | (day - c.since >= np.floor(allowed)))
        held = c.take(what, sits, day, comes)
        done[what], done[f"{what}_absent"] = held & comes, held & ~comes
        intention[:] = np.where(held, 0.0, intention)
        if what == "meeting":
            done["joint_call"] = c.take("call_joint", push["joint_call"] > 0.0, day)
    done["visit"] = c.take("visit", push["visit"] > 0.0, day)
    done["closed"] = c.take("satisfied", push["satisfied"] > 0.0, day) | done["content"]
    return done


def _weigh(w: World, push: dict[str, Array], done: dict[str, Mask], silent: Mask) -> None:
    """Count what was explained, what was refused, and what that costs."""
    p = w.parameters("consultation")
    quality = np.clip(push["explanation_reply"], 0.0, 1.0)
    emptiness = done["insufficient"] * np.maximum(1.0 - quality / p["satisfies"], 0.0)
    absent = 1.0 * (done["meeting_absent"] | done["joint_meeting_absent"])
    openness = done["visit"] * clip01(push["visit"])
    w["explained"][:] = clip01(
        w["explained"] + quality * done["reply"] + p["told_at_meeting"] * done["meeting"]
        + p["told_at_joint"] * done["joint_meeting"] + p["told_on_visit"] * openness
    )  # fmt: skip
    w["stonewalled"][:] = clip01(
        w["stonewalled"] + p["wall_silence"] * silent + p["wall_empty"] * emptiness + p["wall_absence"] * absent
    )
    breach = clip01(p["breach_silence"] * silent + p["breach_absence"] * absent + p["breach_empty"] * emptiness)
    w["consultation_breach"][:] = breach
    w["consultation_kept"][:] = done["closed"]
    w["consultation_visit"][:] = openness
    w["censure"][:] = clip01(w["censure"] + p["cost"] * breach)


def _alarm(w: World, moved: Mask) -> None:
    """Make those concerned decide again tomorrow: the state asked, and everybody who has asked within the last weeks."""
    anything = highest(moved * 1.0)
    w["consultation_alarm"][:] = np.maximum(moved * 1.0, anything * (w["consultation_asks"] > 0.0))


_TELL = (
    ("reply", "{who} replies to the request for an explanation.", "reply", "a reply is due and is to answer what was asked"),
    ("insufficient", "{who}'s reply is found insufficient.", "reply", "it came in time and says too little"),
    ("call", "A meeting with {who} about its explanation is called.", "meeting", "it has to be convened within 48 hours"),
    ("meeting", "{who} attends the meeting about its explanation.", "meeting", "attendance is all that the rule can ask"),
    ("meeting_absent", "{who} stays away from the meeting about its explanation.", "meeting", "there is no sanction for it"),
    ("joint_call", "A joint meeting of all participating states about {who} is called.", "joint", "either side may call it"),
    ("joint_meeting", "{who} attends the joint meeting of all participating states.", "joint", "it may recommend, by consensus"),
    ("joint_meeting_absent", "{who} stays away from the joint meeting of all.", "joint", "there is no sanction for staying away"),
    ("visit", "{who} hosts a voluntary visit to dispel concern.", "visit", "a visit below the levels is a gesture and no duty"),
    ("closed", "Those who asked {who} for an explanation are satisfied; the consultation is closed.", "reply",
     "the questions have been answered"),
)  # fmt: skip


def _report(w: World, c: Clocks, moved: Mask, done: dict[str, Mask], silent: Mask) -> None:
    concerned = (moved | done["visit"]).any(axis=1)
    for i in np.flatnonzero(concerned):
        who = w.scenario.actors[w.cast.actors[i]].name
        w.say("message", done["request"][i],
              "An explanation of unusual military activity is requested of {who} (para. {paragraph}); a reply is due in "
              "{hours:.0f} hours.",
              seen="all", actor=int(i), reason="what is seen is unscheduled or undeclared, and somebody feels unsafe",
              sources=("X-VD-CH3", "F-A6-reply-48"), who=who, paragraph=DEFAULT["ch3.reply"].paragraph,
              hours=w.parameters("consultation")["hours"])  # fmt: skip
        w.say("verdict", silent[i], "{who} lets {hours:.0f} hours pass without a reply (para. {paragraph}).",
              seen="all", actor=int(i), reason="nothing but its name is at stake",
              sources=("X-VD-CH3", "X-CH3-UKR-2021"), who=who,
              paragraph=DEFAULT["ch3.reply"].paragraph, hours=w.parameters("consultation")["hours"])  # fmt: skip
        for key, fact, rule, why in _TELL:
            w.say("message", done[key][i], fact + " (para. {paragraph})", seen="all", actor=int(i), reason=why,
                  sources=("X-VD-CH3", "X-CH3-BALTIC-2022"), who=who, paragraph=DEFAULT[f"ch3.{rule}"].paragraph)  # fmt: skip


def _size(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "", {"lognormal": {"median": value, "sigma": 0.4}}, source, why, 0.0, 1.0)


def _days(name: str, value: float, says: str, why: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.4}}, (), why, 1.0, 10_000.0)


def _finding(name: str, says: str) -> Field:
    return Field(f"consultation_{name}", says, unit="code", high=float(len(WORDS[name]) - 1))


MECHANISM = Mechanism(
    name="consultation",
    says="Requests for an explanation under Chapter III, replies, meetings and visits, and what silence costs.",
    systems=("S2", "S3"),
    fields=(
        Field("consultation_stage", "Stage of the request made to it: 0 quiet, 1 awaiting its reply, 2 overdue, 3 answered, 4 "
              "not satisfied, 5 meeting called, 6 overdue, 7 held, 8 boycotted, 9 joint meeting called, 10 overdue, 11 held, "
              "12 visit hosted, 13 closed", unit="code", high=13.0),
        Field("consultation_since", "Day on which this stage began", unit="day", high=20_000.0, default=np.nan,
              missing="never asked"),
        _finding("reply", "Its reply: 0 not due, 1 open, 2 in time, 3 late, 4 none"),
        _finding("content", "The reply's content: 0 not judged, 1 insufficient, 2 satisfied"),
        _finding("meeting", "The meeting: 0 not called, 1 called, 2 attended, 3 not attended"),
        _finding("joint", "The joint meeting: 0 not called, 1 called, 2 attended, 3 not attended"),
        Field("consultation_visited", "Whether it has hosted a voluntary visit since it was asked", unit="0/1"),
        Field("consultation_attends", "What it has said about coming to the next meeting: 1 comes, -1 stays away, 0 nothing",
              unit="-1 to 1", low=-1.0),
        Field("consultation_visit", "Openness of a voluntary visit that it hosts today"),
        Field("consultation_breach", "How badly it failed its duty to explain today"),
        Field("consultation_kept", "Whether those who asked it were satisfied today", unit="0/1"),
        Field("consultation_asks", "Days for which it still counts as one of those who ask", unit="days", high=10_000.0),
        Field("consultation_alarm", "Whether a consultation it has a part in has moved today", unit="0/1"),
        Field("explained", "What it has lately explained of its activity"),
        Field("stonewalled", "How far it has lately refused to explain"),
        Field("censure", "Reputational cost of what it refused to explain"),
    ),
    impulses=(
        Impulse("explanation_ask", "Asks some state for an explanation", unit="0/1"),
        Impulse("explanation_request", "Is asked for an explanation", unit="0/1"),
        Impulse("explanation_reply", "Replies, with so much in it (0-1)", answers=follows("reply"),
                otherwise="no request for an explanation waits for a reply"),
        Impulse("meeting_call", "Is called to a meeting about its explanation", unit="0/1", answers=follows("call_meeting"),
                otherwise="no request for an explanation has gone so far that a meeting can be called"),
        Impulse("joint_call", "Is called to a joint meeting of all", unit="0/1", answers=follows("call_joint"),
                otherwise="no request for an explanation has gone so far that a joint meeting can be called"),
        Impulse("meet", "The meeting called about it sits today, before the last day allowed", unit="0/1",
                answers=follows("meeting", "joint_meeting"), otherwise="no meeting has been called"),
        Impulse("attend", "Says that it will come to the meeting (+1) or not (-1)", unit="-1 to 1",
                answers=follows("meeting", "joint_meeting"), otherwise="no meeting has been called"),
        Impulse("visit", "Hosts a voluntary visit, so open (0-1)"),
        Impulse("satisfied", "Those who asked it are satisfied", unit="0/1", answers=follows("satisfied"),
                otherwise="no explanation has been asked for and given"),
    ),
    phases={"adjudicate": HookSequence((begin_day, ConditionalHook(_NEEDED_WHERE, adjudicate)))},
    parameters=(
        Parameter("hours", 48.0, "Time for a reply, and for convening a meeting", "hours", None,
                  ("X-VD-CH3", "F-A6-reply-48", "F-A6-meeting-48"), "", 24.0, 10_000.0),
        Parameter("satisfies", 0.6, "Quality from which a reply satisfies those who asked", "",
                  {"beta": {"mean": 0.6, "sd": 0.1}}, ("X-CH3-BALTIC-2022",),
                  "a reply without numbers, equipment and a plan of return did not; more than half of what is asked", 0.05, 1.0),
        Parameter("memory", 28.0, "Days for which who has asked is concerned by what follows", "days", None,
                  ("F-A6-full-ladder",), "the fastest full sequence took a week; four times that", 1.0, 365.0),
        Parameter("dormant", 60.0, "Days without an event after which a consultation is over", "days",
                  {"lognormal": {"median": 60.0, "sigma": 0.3}}, (), "by then nobody expects more of it", 5.0, 10_000.0),
        _size("told_at_meeting", 0.1, "What is explained by coming to the meeting", "one came and added nothing",
              "F-A7-attendance", "X-CH3-BALTIC-2022"),
        _size("told_at_joint", 0.05, "What is explained by coming to the joint meeting", "statements for the record",
              "F-A6-joint-meeting"),
        _size("told_on_visit", 0.35, "What a fully open voluntary visit explains", "places are shown, numbers need not be",
              "X-VOLUNTARY-OBS-2022", "F-A6-voluntary-visits"),
        _size("wall_silence", 0.5, "Refusal felt when no reply comes", "half of the scale", "X-CH3-UKR-2021"),
        _size("wall_empty", 0.25, "Refusal felt when a reply says nothing", "half of silence", "X-CH3-BALTIC-2022"),
        _size("wall_absence", 0.35, "Refusal felt when the chair stays empty", "between both", "X-CH3-BALTIC-2022"),
        _size("breach_silence", 0.6, "Breach of not replying", "a reply is the one clear duty", "X-VD-CH3"),
        _size("breach_absence", 0.4, "Breach of staying away", "no sanction for absence", "F-A6-outcome"),
        _size("breach_empty", 0.2, "Breach of a reply that says nothing", "in time and not in content", "X-CH3-BALTIC-2022"),
        _size("cost", 0.3, "Reputational cost of a full breach", "felt, and bearable", "cling-vienna-politically-binding",
              "wapo-mae-little-allies-can-do"),
        _days("explained_half_life", 30.0, "Half-life of an explanation", "the facts explained change within a month or two"),
        _days("stonewalled_half_life", 30.0, "Half-life of the impression left by a refusal", "as of an explanation"),
        _days("censure_half_life", 365.0, "Half-life of the reputational cost", "quoted for a year or two"),
    ),
    sources=("X-VD-CH3", "X-CH3-UKR-2021", "X-CH3-BALTIC-2022", "X-VOLUNTARY-OBS-2022", "cling-vienna-politically-binding"),
)  # fmt: skip
