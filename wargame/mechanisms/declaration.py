"""Declarations: what is said of an exercise, what the Vienna Document makes of it, and what becomes of the norm.

What it does. On the day an exercise is announced its host says how many troops take part in each part p, by one of four
strategies (``level`` is the observation level, ``cap = 100 floor((1 - margin) level / 100)``):

* honest: ``declared_p = N_p``, the true strength;
* strategic: the parts in one country together stay below the level, ``declared_p = N_p min(1, cap / sum N)``: true where there is
  nothing to hide, just below the level where there is (R1);
* split: every part by itself stays below it, ``declared_p = min(N_p, cap)``;
* withheld: no number, only the claim of being within the limits. A part that is not declared at all is passed over in silence;
  an exercise without a declared part is *concealed*.

A rule that is worth little is not even gamed: the weaker the norm N on the day of the announcement, the likelier a state that
would have kept below the level gives no number at all, P(withheld) = ``silence max(0, 1 - N/heeded)``. Who means to be honest is.

``declared_total`` is what the press is told: the headline if there is one, else the sum. ``details`` (0-1: types, equipment,
areas) is what the strategy allows, cut by secrecy: ``d (1 - secrecy max(0, -relations) (1 - norm/2))``; worse relations mean more
secrecy (R3), and honest declarations keep all. ``declaration_ratio`` says how far the truth exceeds what was said, in the scope
in which it exceeds it most: true over declared strength in the host's country, or of the whole over all that was said of it (so
that parts passed over in silence count). Where numbers are withheld it is taken over the level that is claimed to be kept; it is
missing where nothing was said.

Verdicts come from :mod:`wargame.vienna`: the *letter* holds declared numbers against the levels (per part, or of the whole where
``count_whole`` is 1: D4), the *substance* true ones (of the whole where it stands under one command). A number at the level
counts as reaching it unless ``strictly_above`` is 1. A visit below the level is voluntary and not the observation that may be
due. The norm N falls by ``erosion * severity * (1 - answer)`` of itself when an exercise ends in evasion or breach, with ``answer
= 1 - e^(-defence * defended)`` for what others said against it (impulse ``norm_defence``), and mends by ``repair (1 - N)`` when
duties were met. A request for an explanation that is left without one, or inspectors turned away, wear it by the share
``unexplained`` of a breach, an explanation that satisfies mends it as duties met do.

``transparency_index`` (0-1) is the weighted geometric mean of seven components c of the exercise now announced or on foot (of
the least transparent if there are several; it keeps its value afterwards), ``prod max(c, least)^(weight / sum of weights)``:
numbers (declared/true in the host's country), scope (declared/true over all parts), notice (days/42), places (share of troops in
the host's country at listed places or garrisons), details, observers (1 where due and let in, 1/2 for a visit below the level),
openness (1 - suppression). It is geometric because one does not make up for another: an exercise of a four-year calendar,
announced in time, was judged neither open nor predictable for its numbers. ``transparency_class``: 0 full
(numbers and places true, details, 42 days, observers, in the calendar); 1 honest but partial; 2 threshold gaming (below the
true number, or split); 3 numbers withheld; 4 withheld, with places off the list and suppression at least ``active``; 5
concealed.

Assumptions. The declaration is made once, with full knowledge of the plan. Equipment is declared like troops.

Sources: `wapo-vienna-threshold-13000`, `wapo-declaration-just-under-limit`, `wapo-zapad21-belarus-declared-12800`,
`cling-2017-numbers-games`, `cling-zapad-is-a-bundle`, `odr-numbers-withheld`, `odr-officials-claim-within-limits`,
`cbc-secrecy-from-bad-relations`, `wapo-mae-violation-normalised`, `wapo-mae-little-allies-can-do`,
`wapo-mae-not-transparent-predictable`, `ft-quadrennial`,
`cling-vienna-politically-binding`; facts A2, A3 (levels), B2 (declared and actual numbers); classes: mechanisms 5.3.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import NOTICE_DAYS, ExerciseTable, places, tables
from wargame.mechanisms.transparency import rate
from wargame.mechanisms.verdicts import judge
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

BELOW, MET, LATE, EVADED, BREACHED = 0.0, 3.0, 4.0, 5.0, 6.0
DETAILS = {"honest": 1.0, "strategic": 0.6, "split": 0.5, "withheld": 0.1}


def begin(w: World) -> None:
    """Fix what is true of every exercise, and make the declarations that lie before the scenario's start."""
    for exercise in tables(w).exercises:
        i, troops = exercise.index, w["part_troops"]
        if not exercise.parts:
            continue
        w["true_total"][i] = total(troops[p.index] for p in exercise.parts)
        here = [troops[p.index] for p in exercise.parts if p.country == exercise.host]
        w["true_host"][i] = total(here) if here else 0.0
        w["listed_share"][i] = _listed_share(w, exercise)
        w["observers"][i] = float(exercise.plan.observers_invited)
        if exercise.announced < w.tick:
            _declare(w, exercise)
            judge(w, exercise, np.ones(w.runs, dtype=np.bool_))


def move(w: World) -> None:
    """Declare what is announced today, judge what is running, and rate the transparency of what is on foot."""
    t = tables(w)
    for exercise in t.exercises:
        i = exercise.index
        if exercise.concealed and w.tick >= exercise.start - exercise.deploy:
            w["withheld"][i] = 1.0
        if w.tick == exercise.announced:
            _declare(w, exercise)
            _tell(w, exercise)
        over = w["days_since_end"][i] == 1.0
        due = (w["exercise_active"][i] > 0.0) | over | (w.tick == exercise.announced)
        if due.any():
            judge(w, exercise, due)
        _norm(w, exercise, over)
    rate(w)


def adjudicate(w: World) -> None:
    """Take invitations to observers, breaches of the norm and its defence."""
    p, norm = w.parameters("declaration"), w["norm_strength"]
    invited = w.impulse("invite_observers")
    for exercise in tables(w).exercises:
        asked = np.maximum(invited[exercise.host], invited[exercise.guest]) > 0.0
        open_now = (w["exercise_active"][exercise.index] > 0.0) | (exercise.announced <= w.tick < exercise.start)
        new = asked & open_now & (w["observers"][exercise.index] < 1.0)
        w["observers"][exercise.index] = np.where(new, 1.0, w["observers"][exercise.index])
        w.say("signal", new, "Observers are invited to {name}.", seen="all", actor=exercise.host, name=exercise.name,
              sources=("odr-vienna-2011-information-exchange",))  # fmt: skip
    breach = np.clip(total(w.impulse("norm_breach")), 0.0, 1.0)
    spoken = np.maximum(total(w.impulse("norm_defence")), 0.0)
    w["norm_defended"][:] = w["norm_defended"] * exp(-1.0 / p["memory"]) + spoken
    refused = np.clip(total(w["consultation_breach"]) + total(w["inspection_refused"]), 0.0, 1.0)
    kept = np.clip(total(w["consultation_kept"]), 0.0, 1.0)
    worn = norm * (1.0 - p["erosion"] * np.minimum(breach + p["unexplained"] * refused, 1.0))
    norm[:] = np.clip(worn + (p["voice"] * spoken + p["repair"] * kept) * (1.0 - norm), 0.0, 1.0)


def _listed_share(w: World, exercise: ExerciseTable) -> Array:
    """Return the share of the troops in the host's country at places named in the declaration or known as garrisons."""
    garrisons = set() if exercise.concealed else set(tables(w).garrisoned.tolist())
    named, held = np.zeros(w.runs), np.zeros(w.runs)
    for part in exercise.parts:
        if part.country == exercise.host and len(part.sites):
            openly = part.listed | np.array([int(site) in garrisons for site in part.sites])
            troops, share = w["part_troops"][part.index], places(w, part)
            held = held + troops * total(share)
            named = named + troops * total(share * openly[:, None])
    return np.where(held > 0.0, named / np.maximum(held, 1e-9), float(not exercise.concealed))


def _declare(w: World, exercise: ExerciseTable) -> None:
    """Write down what is said of an exercise."""
    p, i, strategy = w.parameters("declaration"), exercise.index, exercise.strategy
    cap = 100.0 * np.floor((1.0 - w["exercise_margin"][i]) * p["observe_level"] / 100.0)
    truth = {part.index: w["part_troops"][part.index] for part in exercise.parts if part.declared}
    by_country: dict[int, list[int]] = {}
    for part in exercise.parts:
        if part.declared:
            by_country.setdefault(part.country, []).append(part.index)
    for members in by_country.values():
        together = total(truth[n] for n in members)
        for n in members:
            w["declared_troops"][n] = _said(strategy, truth[n], together, cap)
    quiet = np.full(w.runs, strategy == "withheld")
    if strategy in ("strategic", "split"):
        chance = p["silence"] * np.maximum(1.0 - w["norm_strength"] / p["heeded"], 0.0)
        quiet = w.draws.uniform(f"declaration.silence.{w.cast.exercises[i]}", 0) < chance
        for part in exercise.parts:
            w["declared_troops"][part.index] = np.where(quiet, 0.0, w["declared_troops"][part.index])
    w["withheld"][i] = 1.0 * quiet
    host = [w["declared_troops"][n] for n in by_country.get(exercise.host, [])]
    w["declared_host"][i] = total(host) if host else 0.0
    whole = total(w["declared_troops"][n] for n in truth) if truth else np.zeros(w.runs)
    headline = w["exercise_headline"][i] * float(strategy in ("strategic", "split")) * (1.0 - w["withheld"][i])
    w["declared_total"][i] = np.where(headline > 0.0, headline, whole)
    w["notice_days"][i] = max(exercise.notice, 0.0)
    bad = np.maximum(-w["relations"], 0.0) * (1.0 - 0.5 * w["norm_strength"])
    cut = 0.0 if strategy == "honest" else p["secrecy"] * bad
    w["details"][i] = np.where(quiet, DETAILS["withheld"], DETAILS[strategy]) * np.clip(1.0 - cut, 0.0, 1.0)
    claimed = np.where(w["withheld"][i] > 0.0, p["observe_level"], w["declared_host"][i])
    everywhere = np.where(w["withheld"][i] > 0.0, 0.0, w["true_total"][i] / np.maximum(w["declared_total"][i], 1.0))
    ratio = np.maximum(w["true_host"][i] / np.maximum(claimed, 1.0), everywhere)
    w["declaration_ratio"][i] = np.where(claimed > 0.0, np.minimum(ratio, 1_000.0), np.nan)


def _said(strategy: str, truth: Array, together: Array, cap: Array) -> Array:
    """Return the declared strength of a part whose country declares ``together`` in truth."""
    if strategy == "honest":
        return truth
    if strategy == "strategic":
        return truth * np.minimum(1.0, cap / np.maximum(together, 1.0))
    if strategy == "split":
        return np.minimum(truth, cap)
    return np.zeros_like(truth)


def _tell(w: World, exercise: ExerciseTable) -> None:
    i, quiet = exercise.index, w["withheld"][exercise.index] > 0.0
    w.say("signal", ~quiet, "{name}: {declared:,.0f} troops are declared in the host's country, {total:,.0f} in all; in truth "
          "{true:,.0f} are to exercise there.", seen=(exercise.host, exercise.guest),
          public="{name}: {declared:,.0f} troops are declared in the host's country, {total:,.0f} in all.",
          actor=exercise.host, sources=("wapo-declaration-just-under-limit",),
          reason="a {strategy} declaration; the observation level is {level:,.0f}", name=exercise.name,
          declared=w["declared_host"][i], total=w["declared_total"][i], true=w["true_host"][i], strategy=exercise.strategy,
          level=w.parameters("declaration")["observe_level"])  # fmt: skip
    w.say("signal", quiet, "{name}: no number is given, only that limits are kept; in truth {true:,.0f} troops are to exercise "
          "in the host's country.", seen=(exercise.host, exercise.guest),
          public="{name}: no number is given, only that limits are kept.", actor=exercise.host,
          sources=("odr-numbers-withheld", "odr-officials-claim-within-limits"),
          name=exercise.name, true=w["true_host"][i])  # fmt: skip
    if exercise.notice < NOTICE_DAYS:
        w.say("signal", True, "Notice of {name} comes {days:.0f} days ahead; {due} would be due above the notification level.",
              seen="all", actor=exercise.host, sources=("X-VD-NOTIFY",), name=exercise.name, days=max(exercise.notice, 0.0),
              due=NOTICE_DAYS)  # fmt: skip


def _norm(w: World, exercise: ExerciseTable, over: Array) -> None:
    """Let the norm answer to how an exercise ended."""
    i, p, norm = exercise.index, w.parameters("declaration"), w["norm_strength"]
    letter, substance = w["verdict_letter"][i], w["verdict_substance"][i]
    evaded = (letter < LATE) & (substance >= LATE)
    severity = np.where(letter >= BREACHED, 1.0, np.where(evaded, 0.7, np.where(letter == LATE, 0.5, 0.0)))
    severity = np.where((w["withheld"][i] > 0.0) & (substance >= LATE), 1.0, severity)
    answer = 1.0 - exp(-p["defence"] * w["norm_defended"])
    worn = norm * (1.0 - p["erosion"] * severity * (1.0 - answer))
    mended = norm + p["repair"] * (1.0 - norm) * ((letter == MET) & (substance <= MET))
    norm[:] = np.where(over, np.where(severity > 0.0, worn, mended), norm)


def _weight(name: str, value: float, sources: tuple[str, ...], who: str) -> Parameter:
    return Parameter(f"weight_{name}", value, f"Weight of {name} in the transparency index", "",
                     {"lognormal": {"median": value, "sigma": 0.3}}, sources,
                     f"one for each independent voice that finds fault with it: {who}", 0.0, 10.0)  # fmt: skip


_DECLARED = (Disclosure(("part_troops",), "deed", "the host says it: what it declares, true or not"),)

MECHANISM = Mechanism(
    name="declaration",
    says="What is declared of an exercise, the verdict of the Vienna Document, and the strength of the norm.",
    systems=("S2",),
    fields=(
        Field("declared_troops", "Declared strength of a part", ("part",), "persons", 0, 1e7, tells=_DECLARED),
        Field("declared_host", "Declared strength in the host's country", ("exercise",), "persons", 0, 1e7, tells=_DECLARED),
        Field("declared_total", "Total given to the press", ("exercise",), "persons", 0, 1e12, tells=_DECLARED),
        Field("true_host", "True strength planned in the host's country", ("exercise",), "persons", 0, 1e12, seen="nobody"),
        Field("true_total", "True strength planned in all parts", ("exercise",), "persons", 0, 1e12, seen="nobody"),
        Field("withheld", "Are numbers withheld?", ("exercise",)),
        Field("details", "How much of types, equipment and areas is told", ("exercise",)),
        Field("listed_share", "Share of troops in the host's country at places named in the declaration", ("exercise",),
              seen="nobody"),
        Field("notice_days", "Days from notice to start", ("exercise",), "days", 0, 20_000, np.nan, missing="no notice yet",
              whole=True),
        Field("observers", "Are observers let in?", ("exercise",)),
        Field("obs_obligatory", "Do the declared numbers oblige to let observers in?", ("exercise",)),
        Field("verdict_letter", "Verdict by declared numbers (wargame.vienna codes 0-6)", ("exercise",), "code", 0, 6),
        Field("verdict_substance", "Verdict by true numbers (wargame.vienna codes 0-6)", ("exercise",), "code", 0, 6,
              seen="nobody"),
        Field("declaration_ratio", "True over declared strength where they differ most", ("exercise",), "", 0, 1_000, np.nan,
              "nobody", "none declared"),
        Field("transparency_index", "Transparency of the exercise on foot, or of the last", (), default=np.nan, seen="nobody",
              missing="none yet"),
        Field("transparency_class", "Class T0 (full) to T5 (concealed) of the exercise on foot, or of the last", (), "class",
              0, 5, np.nan, "nobody", missing="none yet"),
        Field("norm_strength", "Strength of the norm of military transparency", (), default=0.5,
              tells=(Disclosure(("verdict_substance",), "coarse", "a verdict comes out when the exercise is over"),)),
        Field("norm_defended", "What has lately been said in the norm's defence", (), "", 0, 1e6),
    ),
    phases={"move": move, "adjudicate": adjudicate},
    begin=begin,
    parameters=(
        Parameter("notify_level", 9_000.0, "Troops from which an activity is notified", "persons", None,
                  ("X-VD-NOTIFY",), "", 100.0, 1e6),
        Parameter("observe_level", 13_000.0, "Troops from which an activity is opened to observers", "persons", None,
                  ("wapo-vienna-threshold-13000", "X-VD-OBS"), "", 200.0, 1e6),
        Parameter("strictly_above", 0.0, "1: duties arise only above the level, 0: at it (D4)", "", None,
                  ("wapo-vienna-threshold-13000", "X-VD-OBS"), "the documents word it both ways", 0.0, 1.0),
        Parameter("count_whole", 0.0, "1: the letter counts all parts together, 0: each by itself (D4)", "", None,
                  ("cling-zapad-is-a-bundle", "odr-limits-can-be-manipulated"), "the dispute itself", 0.0, 1.0),
        Parameter("secrecy", 0.8, "How much bad relations cut details", "", {"beta": {"mean": 0.8, "sd": 0.1}},
                  ("cbc-secrecy-from-bad-relations",), "size judged", 0.0, 1.0),
        Parameter("erosion", 0.12, "Share of the norm an unanswered breach wears away", "share",
                  {"lognormal": {"median": 0.12, "sigma": 0.5}}, ("wapo-mae-violation-normalised",),
                  "from .70 in 2017 to .50 in 2021 in a few large exercises; the speed is not in the documents", 0.0, 1.0),
        Parameter("silence", 1.0, "Chance of giving no number where the norm is worth nothing", "share",
                  {"uniform": {"low": 0.5, "high": 1.0}}, ("odr-numbers-withheld", "cling-vienna-politically-binding"),
                  "it binds by politics alone; the documents give the direction", 0.0, 1.0),
        Parameter("heeded", 0.5, "Strength of the norm from which a number is always given", "0-1",
                  {"beta": {"mean": 0.5, "sd": 0.05}}, ("wapo-zapad21-belarus-declared-12800", "odr-numbers-withheld"),
                  "given as a rule up to 2021 (0.50), left out by February 2022 (0.35)", 0.01, 1.0),
        Parameter("unexplained", 0.3, "Breach that a refusal to explain or to be inspected amounts to", "share",
                  {"beta": {"mean": 0.3, "sd": 0.1}}, ("X-CH3-UKR-2021", "F-A5-refusal-2022", "cling-vienna-politically-binding"),
                  "one of several duties, and the less visible one", 0.0, 1.0),
        Parameter("defence", 0.2, "How far others' words blunt a breach", "", {"lognormal": {"median": 0.2, "sigma": 0.5}},
                  ("wapo-mae-little-allies-can-do", "cling-vienna-politically-binding"), "small: allies can do little",
                  0.0, 10.0),
        Parameter("voice", 0.005, "What an act of defence adds to the norm at once", "share",
                  {"lognormal": {"median": 0.005, "sigma": 0.5}}, ("wapo-mae-little-allies-can-do",), "smaller still", 0.0, 1.0),
        Parameter("memory", 60.0, "Time for which words in its defence count", "days",
                  {"lognormal": {"median": 60.0, "sigma": 0.4}}, (), "a season of diplomacy; judged", 1.0, 5_000.0),
        Parameter("repair", 0.02, "What an exercise that met its duties mends", "share",
                  {"lognormal": {"median": 0.02, "sigma": 0.5}}, ("wapo-vienna-purpose",),
                  "trust is slower built than lost; judged", 0.0, 1.0),
        Parameter("active", 0.5, "Suppression from which it counts as active (class 4)", "",
                  {"uniform": {"low": 0.4, "high": 0.6}}, ("odr-authorities-limit-information",), "half of the scale", 0.0, 1.0),
        Parameter("least", 0.05, "What a component counts of which nothing at all was told", "0-1",
                  {"uniform": {"low": 0.02, "high": 0.1}}, ("wapo-mae-not-transparent-predictable", "ft-quadrennial"),
                  "one does not make up for another, yet an index of 0 is for an exercise of which nothing is known", 1e-6, 1.0),
        _weight("numbers", 3.0, ("wapo-declaration-just-under-limit", "wapo-landsbergis-unknowns", "odr-numbers-withheld",
                                 "odr-less-transparent"), "the Washington Post, Landsbergis, Ilyash"),
        _weight("scope", 4.0, ("wapo-stoltenberg-vigilant-undercounts", "wapo-mae-clear-violation", "cling-2017-numbers-games",
                               "cling-numbers-games-tension", "cling-zapad-is-a-bundle"),
                "Stoltenberg, Mae, Clingendael and the panel it cites"),
        _weight("notice", 2.0, ("wapo-spring-buildup-unannounced", "odr-unscheduled"), "the Washington Post, Ilyash"),
        _weight("places", 2.0, ("wapo-landsbergis-unknowns", "odr-units-off-declared-sites"), "Landsbergis, Ilyash"),
        _weight("details", 2.0, ("wapo-landsbergis-unknowns", "odr-less-transparent"), "Landsbergis, Ilyash"),
        _weight("observers", 1.0, ("cbc-poland-nato-monitor-call-openness",), "officials of a neighbour and of the alliance"),
        _weight("openness", 1.0, ("odr-authorities-limit-information",), "Ilyash"),
    ),
    impulses=(
        Impulse("norm_defence", "Naming a violation, demanding transparency"),
        Impulse("invite_observers", "Letting observers in to an exercise announced or running", answers="{unfinished}",
                otherwise="no drill of ours is ahead or running"),
        Impulse("norm_breach", "A breach of the norm outside exercises"),
    ),
    sources=("wapo-vienna-threshold-13000", "wapo-declaration-just-under-limit", "cling-zapad-is-a-bundle",
             "odr-numbers-withheld"),
)  # fmt: skip
