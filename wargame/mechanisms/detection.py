"""Detection: what observers come to believe about the patron's strength, place by place.

What it does. An observer's belief about the patron's troops at a place is a log-normal: mean m (``belief_mean``) and spread s
(``belief_sd``) of the logarithm, with expectation ``seen_troops = e^(m + s^2/2)`` where the place is ``known``. Places named in a
declaration and garrisons are known; an unlisted place stays unknown until a sensor the observer sees finds it, or it becomes
public. What stands permanently at open places is known from the start with the spread ``opening``, an error that all share.
Every place is looked at each third day (a third of the places a day). On that day, for a place with T troops,

* drift: ``s^2 <- s^2 + 3 q^2``, with q larger while an exercise deploys or withdraws; s is held within [0.12, 1.5];
* sensor k reports with chance ``1 - e^(-3 rate_k thin)`` where the place is known, and finds it with chance ``1 - e^(-3 finds_k
  thin min(T/1000, 5))`` where it is not; ``thin = 1 - suppressible_k U`` with U the suppression in the place's country. The
  report is ``y = ln T + bias_k + e_k + noise_k z``: e_k is the sensor's lasting error (spread ``lasting``), z its error of the
  day. Below the sensor's ``floor`` it says "next to nothing" (a quarter of the floor, with twice the noise);
* a declaration counts once, when the exercise opens: ``y = ln(declared strength at the place)``, spread ``claim / trust``;
* observers, where let in, see listed places with spread ``visit``, two days in five; an inspection (mechanism *inspections*)
  sees known places with spread ``inspection``, its report goes to all, and it may come upon unlisted ones; visitors whom a host
  lets in of itself (*consultation*) see as much in proportion to its openness, and come upon nothing.

Signals enter by one normal-normal update, ``1/s'^2 = 1/s^2 + sum 1/v_j``, ``m' = m + s'^2 sum (y_j - m)/v_j`` (docking D16 for
its two-valued twin, which moves ``trust``). Observers do not correct for bias: official sources run high, independent ones low.

Per observer: ``seen_guest`` G is the expectation summed over places in the client's country, ``seen_low`` and ``seen_high`` =
``G e^(-+1.28 S)`` with S the mean spread weighted by strength; ``seen_force`` weights places by proximity; ``trust`` is the
chance that declarations are honest, revised when an unlisted place turns up, when numbers are withheld, and at the end of an
exercise by whether ``seen_low`` exceeds what was declared; ``opacity = w_s S/(S + 1/2) A/(A + 2000) + w_w
withheld + w_u (believed at unlisted places)/(A + 1000) + w_d (1 - details)(1 - verified)``, with A and S over all places; the
second and fourth count while an exercise is on foot. What patron or client have lately explained takes the share ``relief *
explained`` off, what they refused to explain adds ``w_x stonewalled``.

Published numbers (``published``, persons) start from G, or from what the host itself declares to be there by now if that is more:
officials (all but the opposition) give the cautious upper side, ``G e^(caution (S + worst_case opacity))``; independent experts
(the opposition and the open sources it stands for) the lower, ``G e^(-reserve (S + worst_case opacity))``, yet no less than what
is declared, because declarations are known to err low. So what is hidden drives them apart, and most where numbers are withheld.
Alliance and opposition publish weekly from ``publish_above`` on, anyone when it orders so (impulse ``publish``, which also
makes the places it knows public). ``est_spread`` is the largest over the smallest number of the last two weeks, so it falls when
spreads and opacity fall.

Patron and client know the patron's strength exactly, the client on its own soil.

Assumptions. Errors at different places add up fully (spread of a sum = weighted mean of spreads), which is on the safe side.
Looking each third day stands for looking daily at a third of the rate; a place's turn depends on its name.

Sources: `odr-stoltenberg-30000`, `odr-porotnikov-10000`, `odr-experts-more-cautious`, `odr-railway-trains-sevenfold`,
`odr-flagstok-abandoned-airbase`, `odr-satellite-40-50km`, `cbc-satellite-tracking`, `odr-flagstok-blocked-at-once`,
`wapo-stoltenberg-vigilant-undercounts`, `wapo-nontransparency-worry`, `wapo-landsbergis-unknowns`; visits: facts A3, A5.
"""

from __future__ import annotations

from math import log

import numpy as np

from wargame.engine.numeric import or_else
from wargame.engine.types import Array, Mask
from wargame.mechanisms.assessment import learn_trust, opening_error, own_forces, publish, sum_up, weekly
from wargame.mechanisms.base import ConditionalHook, HookSequence, Mechanism
from wargame.mechanisms.detection_parameters import PARAMETERS
from wargame.mechanisms.estimates import combine, expected, log_strength, split
from wargame.mechanisms.sensing import Observations, claims, observe, visits
from wargame.mechanisms.tables import STRIDE, Tables, tables
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

LEAST, MOST = 0.12, 1.5  # bounds of the spread of a belief
FRESH_MEAN, FRESH_SD = log(500.0), 1.0  # what is expected of a place just found, before its first report
NOTABLE = 100.0  # troops from which a place off the list is worth finding


def begin(w: World) -> None:
    """Draw the sensors' lasting errors, and let everybody know what stands in garrison."""
    t = tables(w)
    names = [f"detection.lasting.{sensor}" for sensor in w.cast.sensors]
    if names:
        w["sensor_error"][:] = w.parameters("detection")["lasting"] * w.draws.normals(names, 0)
    if t.patron is None or not len(t.sites):
        return
    own_forces(w, t, t.patron)
    if len(t.observers):
        _opening(w, t, t.patron)
        sum_up(w, t)


def detect(w: World) -> None:
    """Look at a third of the places, revise beliefs, and sum them up."""
    t = tables(w)
    w["found_today"][:] = 0.0
    if t.patron is None or not len(t.sites):
        return
    own_forces(w, t, t.patron)
    if not len(t.observers):
        return
    if w.tick == 0:  # contingents of bases are in place only now
        _opening(w, t, t.patron)
    where = t.looks[w.tick % STRIDE]
    surprised = np.zeros((len(t.observers), w.runs), dtype=np.bool_)
    if len(where):
        seen = observe(w, t, t.patron, where)
        _go_public(w, t, seen)
        surprised = _revise(w, t, t.patron, seen)
    _count_hidden(w, t, t.patron)
    sum_up(w, t)
    learn_trust(w, t, surprised)
    weekly(w, t)


def inspect(w: World) -> None:
    """Carry out inspections and visits."""
    t = tables(w)
    if t.patron is not None and len(t.observers) and len(t.sites):
        shown = w["consultation_visit"][t.client] if t.client is not None else np.zeros(w.runs)
        _inspect(w, t, t.patron, np.maximum(w["inspecting"], shown))


def publish_orders(w: World) -> None:
    """Publish what is ordered to be published."""
    t = tables(w)
    if t.patron is not None and len(t.observers) and len(t.sites):
        ordered = w.impulse("publish")[t.observers] > 0.0
        _reveal(w, t, ordered)
        publish(w, t, ordered)


adjudicate = HookSequence((
    ConditionalHook(("inspecting", "consultation_visit"), inspect), ConditionalHook(("impulse.publish",), publish_orders),
))  # fmt: skip


def _opening(w: World, t: Tables, patron: int) -> None:
    """Let everybody know what stands permanently at places that are openly known."""
    rows = np.ix_(t.observers, t.sites)
    based = w["basing_public"][t.sites] > 0.0
    known = np.maximum(_open(w, t)[:, None], based)
    standing = w["garrison"][t.sites, patron] + based * w["contingent"][t.sites, patron]
    w["belief_mean"][rows] = log_strength(standing) + opening_error(w, t.sites)
    w["belief_sd"][rows] = w.parameters("detection")["opening"]
    w["known"][rows] = known
    w["seen_troops"][rows] = known * expected(w["belief_mean"][rows], w["belief_sd"][rows])


def _open(w: World, t: Tables) -> Mask:
    """Return which places in play are openly known: garrisons, and what has been declared by now."""
    known = np.zeros(len(w.cast.sites), dtype=np.bool_)
    known[t.garrisoned] = True
    for exercise in t.exercises:
        if w.tick >= exercise.announced:
            known[exercise.listed_sites] = True
    result: Mask = known[t.sites]
    return result


def _revise(w: World, t: Tables, patron: int, seen: Observations) -> Mask:
    """Enter a day's signals into beliefs; return which observers came upon an unlisted place, shape ``(observers, runs)``."""
    p, rows, sites = w.parameters("detection"), np.ix_(t.observers, seen.sites), seen.sites
    listed = _open(w, t)[np.searchsorted(t.sites, sites)][:, None]
    before, mean, sd = w["known"][rows], w["belief_mean"][rows], w["belief_sd"][rows]
    openly = listed | (w["public_site"][sites] > 0.0) | (w["basing_public"][sites] > 0.0)
    known = np.maximum(np.maximum(before, openly), seen.found[t.viewer])
    new = known > before
    mean = np.where(new & ~listed, FRESH_MEAN, mean)
    sd = np.where(new, np.where(listed, MOST, FRESH_SD), sd)
    sd = np.minimum(np.sqrt(sd * sd + STRIDE * _drift(w, t) ** 2), MOST)
    precision, score = seen.precision[t.viewer], seen.score[t.viewer]
    claimed, said = claims(w, t, patron, sites)
    trusted = said * (w["trust"][t.observers] / p["claim"])[:, None, :] ** 2
    visited, there = visits(w, t, patron, sites)
    sure = there / (p["visit"] * p["visit"])
    precision = (precision + trusted + sure) * known
    score = (score + trusted * claimed + sure * visited) * known
    mean, sd = combine(mean, sd, precision, score)
    sd = np.maximum(sd, LEAST)
    w["known"][rows], w["belief_mean"][rows], w["belief_sd"][rows] = known, mean, sd
    w["report_age"][rows] = np.where(precision > 0.0, 0.0, np.minimum(w["report_age"][rows] + STRIDE, 20_000.0))
    w["seen_troops"][rows] = known * expected(mean, sd)
    off_list = np.isin(sites, t.hidden)[:, None]
    found: Mask = np.any(new & off_list & ~listed, axis=1)
    return found


def _drift(w: World, t: Tables) -> Array:
    """Return how much doubt grows in a day, shape ``(runs,)``: most of all while forces move of which little was told."""
    p, untold = w.parameters("detection"), np.zeros(w.runs)
    for exercise in t.exercises:
        level = w["exercise_level"][exercise.index]
        moving = (level > 0.0) & (level < 1.0)
        untold = np.maximum(untold, np.where(moving, 1.0 - w["details"][exercise.index], 0.0))
    return p["drift"] + np.maximum(p["drift_moving"] - p["drift"], 0.0) * untold


def _go_public(w: World, t: Tables, seen: Observations) -> None:
    """Publish unlisted places that a public sensor finds; a base that everybody knows of is no find."""
    listed = _open(w, t)[np.searchsorted(t.sites, seen.sites)]
    for i, site in enumerate(seen.sites):
        if listed[i]:
            continue
        untold = (w["public_site"][site] < 1.0) & (w["basing_public"][site] <= 0.0)
        for sensor in t.public_sensors:
            found = seen.finds[sensor, i] & untold
            untold = untold & ~found
            plan = w.scenario.sensors[w.cast.sensors[sensor]]
            _tell(w, t, int(site), found, plan.name, ("odr-flagstok-abandoned-airbase", *plan.source))


def _reveal(w: World, t: Tables, ordered: Mask) -> None:
    """Make public the unlisted places known to those who publish."""
    listed = _open(w, t)
    for i, site in enumerate(t.sites):
        if not listed[i]:
            for j, actor in enumerate(t.observers):
                found = ordered[j] & (w["known"][actor, site] > 0.0) & (w["public_site"][site] < 1.0)
                found &= ~np.isnan(w["hidden_days"][site]) & (w["basing_public"][site] <= 0.0)
                who = w.scenario.actors[w.cast.actors[actor]].name
                _tell(w, t, int(site), found, who, ("cbc-satellite-tracking",))


def _tell(w: World, t: Tables, site: int, found: Mask, who: str, sources: tuple[str, ...]) -> None:
    if not found.any():
        return
    days = or_else(w["hidden_days"][site], 0.0)
    w["public_site"][site] = np.where(found, 1.0, w["public_site"][site])
    w["found_today"][:] += found & (w.cast.site_country[site] == t.client)
    w["detect_lag"][:] = np.where(found & np.isnan(w["detect_lag"]), days, w["detect_lag"])
    patron = w.scenario.actors[w.cast.actors[t.patron]].name if t.patron is not None else ""
    place = w.scenario.sites[w.cast.sites[site]].name
    w.say("signal", found, "{who}: soldiers of {patron} are at {site}, which no declaration lists; they came "
          "{days:.0f} days ago.", seen="parties",
          public="{who}: soldiers of {patron} are at {site}, which no declaration lists.", actor=t.patron, sources=sources,
          who=who, patron=patron, site=place, days=days)  # fmt: skip


def _count_hidden(w: World, t: Tables, patron: int) -> None:
    """Count the days for which troops have been at places that nobody has made public."""
    off = t.sites[~_open(w, t)]
    there = (w["troops"][off, patron] >= NOTABLE) & (w["basing_public"][off] <= 0.0)
    days = w["hidden_days"][off]
    counting = (there | ~np.isnan(days)) & (w["public_site"][off] < 1.0)
    w["hidden_days"][off] = np.where(counting, np.minimum(or_else(days, -1.0) + 1.0, 20_000.0), days)


def _inspect(w: World, t: Tables, patron: int, inspecting: Array) -> None:
    """Enter the report of an inspection in the client's country, which goes to all."""
    p, sites = w.parameters("detection"), t.sites[t.client_sites]
    if not len(sites):
        return
    chance, error = split(w.draws.uniforms([f"detection.inspection.{w.cast.sites[s]}" for s in sites], w.tick))
    rows = np.ix_(t.observers, sites)
    troops = w["troops"][sites, patron]
    upon = (chance < p["comes_upon"] * w["inspecting"]) & (troops >= NOTABLE)
    known = np.maximum(w["known"][rows], upon)
    fresh = known > w["known"][rows]
    mean, sd = np.where(fresh, FRESH_MEAN, w["belief_mean"][rows]), np.where(fresh, FRESH_SD, w["belief_sd"][rows])
    precision = known * inspecting / (p["inspection"] * p["inspection"])
    after, less = combine(mean, sd, precision, precision * (log_strength(troops) + p["inspection"] * error))
    touched = precision > 0.0
    w["known"][rows] = known
    w["belief_mean"][rows] = np.where(touched, after, mean)
    w["belief_sd"][rows] = np.where(touched, np.maximum(less, LEAST), sd)
    w["report_age"][rows] = np.where(touched, 0.0, w["report_age"][rows])
    w["seen_troops"][rows] = known * expected(w["belief_mean"][rows], w["belief_sd"][rows])


_STATIONED = ("garrison", "contingent")
_REPORTS = (
    Disclosure(
        ("troops", "sensor_error", *_STATIONED), "luck", "reports come by chance and err, and so does what one opens with"
    ),
    Disclosure(("part_place", "part_share", "garrison"), "deed", "a declaration says what stands where"),
    Disclosure(("troops", "guest_troops"), "own", "the patron knows its own troops, the client those on its soil"),
)
_NUMBERS = (
    Disclosure(("seen_guest", "seen_high", "seen_troops", "belief_mean", "belief_sd", "known", "opacity", "trust"), "deed",
          "an observer publishes what it makes of its reports"),
    Disclosure(("troops", "sensor_error", *_STATIONED), "deed", "the reports of the same morning go into what is published"),
    Disclosure(("part_share", "part_troops"), "deed", "a declaration says whose troops take part"),
)  # fmt: skip
_FOUND = (
    Disclosure(("troops",), "luck", "a place off the list is found by chance"),
    Disclosure(("known", "hidden_days"), "deed", "whoever publishes names the places it knows of"),
)


def _observer(
    name: str, says: str, unit: str = "persons", high: float = 1e7, default: float = 0.0, tells: tuple[Disclosure, ...] = _REPORTS
) -> Field:
    return Field(name, says, ("actor",), unit, 0, high, default, "owner", tells=tells)


def _place(name: str, says: str, unit: str, low: float, high: float, default: float = 0.0) -> Field:
    return Field(name, says, ("actor", "site"), unit, low, high, default, "owner", tells=_REPORTS)


MECHANISM = Mechanism(
    name="detection",
    says="What observers come to believe about the patron's strength, place by place, and what is published of it.",
    systems=("S3",),
    fields=(
        _place("known", "Is the place known to hold, or be able to hold, the patron's troops?", "0-1", 0, 1),
        _place("belief_mean", "Believed strength of the patron at a place: mean of the logarithm", "log persons", -10, 20, 2.3),
        _place("belief_sd", "Believed strength of the patron at a place: spread of the logarithm", "log persons", 0, 5, 1.5),
        Field("report_age", "Days since the last report about a place", ("actor", "site"), "days", 0, 20_000, np.nan, "owner",
              "no report yet", tells=_REPORTS),
        _place("seen_troops", "Expected strength of the patron at a known place", "persons", 0, 1e9),
        _observer("seen_guest", "Expected strength of the patron in the client's country", high=1e10),
        _observer("seen_low", "Strength it exceeds with nine chances in ten", high=1e10),
        _observer("seen_high", "Strength it stays below with nine chances in ten", high=1e12),
        _observer("seen_force", "Expected strength of the patron, weighted by how near it is", high=1e10),
        _observer("opacity", "How much is hidden or in doubt", "0-1", 1),
        _observer("trust", "Chance that the patron's declarations are honest", "0-1", 1, 0.5,
                  (Disclosure(("troops", "sensor_error", *_STATIONED), "luck", "it follows from reports, which err"),
                   Disclosure(("part_share", "part_troops"), "deed", "a declaration says whose troops take part"))),
        Field("published", "Number an observer last published", ("actor",), "persons", 0, 1e12, np.nan, missing="none yet",
              tells=_NUMBERS),
        Field("published_days", "Days since it was published", ("actor",), "days", 0, 20_000, np.nan, missing="none yet"),
        Field("public_low", "Smallest number published in the last two weeks", (), "persons", 0, 1e12, np.nan, missing="none",
              tells=_NUMBERS),
        Field("public_high", "Largest number published in the last two weeks", (), "persons", 0, 1e12, np.nan, missing="none",
              tells=_NUMBERS),
        Field("est_spread", "Largest over smallest number published in the last two weeks", (), "", 1, 1_000, np.nan,
              missing="no estimate", tells=_NUMBERS),
        Field("public_site", "Has the place become public although no declaration lists it?", ("site",), tells=_FOUND),
        Field("hidden_days", "Days for which troops have been at an unlisted place before it became public", ("site",),
              "days", 0, 20_000, np.nan, "nobody", missing="none"),
        Field("found_today", "Unlisted places in the client's country made public today", (), "count", 0, 400, tells=_FOUND),
        Field("detect_lag", "Days from first troops to publicity at the first unlisted place that became public", (),
              "days", 0, 20_000, np.nan, "nobody", missing="none", whole=True),
        Field("sensor_error", "Lasting error of a sensor (log)", ("sensor",), "", -20, 20, 0.0, "nobody"),
    ),
    phases={"detect": detect, "adjudicate": adjudicate},
    begin=begin,
    parameters=PARAMETERS,
    impulses=(
        Impulse("publish", "Publishing what one believes, with the places one knows"),
    ),
    needs=("patron",),
    sources=("odr-stoltenberg-30000", "odr-porotnikov-10000", "odr-experts-more-cautious", "odr-flagstok-abandoned-airbase"),
)  # fmt: skip
