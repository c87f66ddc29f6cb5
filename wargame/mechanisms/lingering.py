"""Lingering: how much of a force that came for an exercise stays when it is over.

What it does. For each exercise, ``peak_guest`` P (persons) is the largest strength its guest had at its places in the host's
country (garrisons, agreed contingents and reinforcements not counted). On the day after the end the share that is to stay is

    ``stay = 1 - (1 - ordered) (1 - logistic(b))``,
    ``b = base + u unscheduled + f foothold + g pressure - r (readiness - 0.45) + c precedent + k (tension - 0.4) + z``
    and, on a client's soil, ``+ d (dependence - 0.5) - h hedging``; on its own soil ``+ o``,

with ``ordered`` what the patron's orders to leave troops behind added up to (impulse ``leave_troops``), foothold, pressure and
readiness the weights of those purposes, which compete (D5: who came to train goes home to his garrison), ``precedent`` (0-1)
the memory of forces that stayed before, and z a normal number with spread ``noise``. From then on ``linger`` (persons at a
place) is ``stay P`` spread as the exercise was; orders change it: leaving more behind raises it up to what is still there; on
the client's soil ``withdraw`` and ``recall`` cut it, and the client's request to leave (``ask_to_leave``) cuts it in proportion
to its autonomy ``1 - dependence``; otherwise it fades at ``fade`` a day. ``linger_share`` is what is still there over the peak;
its values 30 and 90 days after an end are kept, and the latter becomes the next precedent.
``equipment_left`` is the share of kit that stays: ``max(ordered kit, sqrt(stay))``, since kit stays more readily than men.

Assumptions. Whether forces stay does not depend on whether an attack follows: an attack is decided elsewhere and no term of it
stands here. Weights are judgements, set so that three cases come out right in order: the exercise of 2017 (all left), that
of autumn 2021 (left but for the training centre), the build-up of spring 2021 (most stayed). Their spread is
swept, never presented as found.

Sources: `cbc-lingering-more-likely`, `wapo-ukraine-spring-kit-left`, `wapo-analysts-warn-stationing`,
`cling-minsk-reluctance-weaker`, `cling-minsk-sovereignty-brakes`, `ft-pukhov-goal-readiness`, `cling-zapad-functions`;
facts B (which forces stayed), B1 (4 of 16 stayed).
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, logistic, or_else, power, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.tables import ExerciseTable, Indices, Tables, indices, places, strength, tables
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

USUAL = 0.4  # tension of the cases by which the base was judged: spring and autumn of 2021
USUAL_READINESS = 0.45  # weight of readiness among the purposes of the scheduled exercise of 2021
GONE = 0.02  # share of the peak below which a force counts as withdrawn


def begin(w: World) -> None:
    """Settle what stayed of exercises that ended before the scenario starts."""
    t = tables(w)
    for exercise in t.exercises:
        if w.tick > exercise.end:
            w["peak_guest"][exercise.index] = planned(w, exercise)
            _decide(w, t, exercise, np.ones(w.runs, dtype=np.bool_))
            came = w["peak_guest"][exercise.index] >= 1.0
            w["linger_share"][exercise.index] = np.where(came, w["stay_share"][exercise.index], np.nan)
    _place(w, t)


def move(w: World) -> None:
    """Measure what is there, decide on the first day after an end what stays, and note the marks of 30 and 90 days."""
    t = tables(w)
    fade = exp(-w.parameters("lingering")["fade"])
    for exercise in t.exercises:
        i = exercise.index
        after = w["days_since_end"][i]
        if w.tick >= exercise.start - exercise.deploy:
            _measure(w, exercise, after)
        if w.tick > exercise.end:
            _decide(w, t, exercise, after == 1.0)
            w["stay_share"][i] *= np.where(after > 1.0, fade, 1.0)
            _mark(w, exercise, after)
    _place(w, t)


def adjudicate(w: World) -> None:
    """Take the orders to leave troops or kit, to withdraw, and the client's request to leave."""
    t = tables(w)
    w["recall"][:] = 0.0
    if t.patron is None:
        return
    more, kit = w.impulse("leave_troops")[t.patron], w.impulse("leave_equipment")[t.patron]
    home = np.clip(w.impulse("withdraw")[t.patron], 0.0, 1.0)
    asked = np.zeros(w.runs)
    if t.client is not None:
        autonomy = 1.0 - w["dependence"][t.client]
        asked = np.clip(w.impulse("ask_to_leave")[t.client] * autonomy, 0.0, 1.0)
    keep = (1.0 - home) * (1.0 - asked)
    w["recall"][:] = 1.0 - keep
    for exercise in t.exercises:
        if exercise.guest != t.patron:
            continue
        i, on_foot = exercise.index, w["exercise_level"][exercise.index] > 0.0
        over = w["days_since_end"][i] >= 0.0
        there = np.maximum(or_else(w["linger_share"][i], 0.0), w["stay_share"][i])
        abroad = exercise.host == t.client  # nobody asks a force to leave its own country
        raised = np.minimum(w["stay_share"][i] + np.maximum(more, 0.0), np.where(over, there, 1.0))
        kept = np.where(on_foot | over, raised, w["stay_share"][i])
        w["stay_share"][i] = np.clip(kept * keep if abroad else kept, 0.0, 1.0)
        left = np.minimum(w["equipment_left"][i] + np.maximum(kit, 0.0) * (on_foot | over), 1.0)
        w["equipment_left"][i] = left * (1.0 - home) if abroad else left


def planned(w: World, exercise: ExerciseTable) -> Array:
    """Return the strength the guest was to have in the host's country, shape ``(runs,)``."""
    return _spread(w, exercise)[1]


def _spread(w: World, exercise: ExerciseTable) -> tuple[Array, Array]:
    """Return the guest's planned strength at each of the exercise's places in the host's country, and their sum."""
    plan = w.zeros(len(exercise.host_sites))
    position = {int(site): i for i, site in enumerate(exercise.host_sites)}
    for part in exercise.parts:
        here = [i for i, site in enumerate(part.sites) if int(site) in position]
        if here:
            rows = indices([position[int(part.sites[i])] for i in here])
            plan[rows] += places(w, part)[here] * strength(w, part, exercise.guest)
    return plan, total(plan) if len(plan) else np.zeros(w.runs)


def _measure(w: World, exercise: ExerciseTable, after: Array) -> None:
    i, sites, guest = exercise.index, exercise.host_sites, exercise.guest
    if not len(sites):
        return
    present = np.maximum(total(w["troops"][sites, guest]) - total(_permanent(w, sites, guest)), 0.0)
    peak = w["peak_guest"][i]
    during = (w["exercise_level"][i] > 0.0) & ~(after > 1.0)
    peak[:] = np.where(during, np.maximum(peak, present), peak)
    counts = (after >= 0.0) & (peak >= 1.0)
    w["linger_share"][i] = np.where(counts, np.minimum(present / np.maximum(peak, 1.0), 1.0), np.nan)


def _permanent(w: World, sites: Indices, owner: int) -> Array:
    standing: Array = w["garrison"][sites, owner] + w["contingent"][sites, owner]
    patron = w.cast.role("patron")
    return standing + w["reinforcement"][sites] if owner == patron else standing


def _decide(w: World, t: Tables, exercise: ExerciseTable, where: Mask) -> None:
    p, i = w.parameters("lingering"), exercise.index
    pull = p["base"] + p["unscheduled"] * (not exercise.plan.scheduled) + p["precedent"] * w["stay_precedent"]
    pull = pull + p["foothold"] * w["exercise_foothold"][i] + p["pressure"] * w["exercise_pressure"][i]
    pull = pull + p["crisis"] * (w["tension"] - USUAL) - p["readiness"] * (w["exercise_readiness"][i] - USUAL_READINESS)
    if exercise.host == t.client:
        pull = pull + p["dependence"] * (w["dependence"][t.client] - 0.5) - p["hedging"] * w["hedging"][t.client]
    if exercise.host == exercise.guest:
        pull = pull + p["own_soil"]
    drawn = logistic(pull + p["noise"] * w.draws.normal(f"lingering.stay.{w.cast.exercises[i]}", 0))
    stay = 1.0 - (1.0 - w["stay_share"][i]) * (1.0 - drawn)
    w["stay_share"][i] = np.where(where, stay, w["stay_share"][i])
    kit = np.maximum(w["equipment_left"][i], power(stay, 0.5))
    w["equipment_left"][i] = np.where(where, kit, w["equipment_left"][i])


def _place(w: World, t: Tables) -> None:
    linger = w["linger"]
    linger[:] = 0.0
    for exercise in t.exercises:
        if w.tick > exercise.end and len(exercise.host_sites):
            plan, whole = _spread(w, exercise)
            staying = w["stay_share"][exercise.index] * w["peak_guest"][exercise.index]
            staying = np.where(w["days_since_end"][exercise.index] >= 0.0, staying, 0.0)
            here = (exercise.host_sites, exercise.guest)
            linger[here] = np.maximum(linger[here], plan / np.maximum(whole, 1.0) * staying)


def _mark(w: World, exercise: ExerciseTable, after: Array) -> None:
    share, peak = w["linger_share"][exercise.index], w["peak_guest"][exercise.index]
    counts = peak >= 1.0
    for days, name in ((30, "linger_share_30"), (90, "linger_share_90")):
        now = (after == days) & counts
        w[name][:] = np.where(now, share, w[name])
        w.say("move", now, "{days} days after {exercise}, {there:,.0f} of its {peak:,.0f} guest soldiers are still there "
              "({share:.0%}).", seen="parties", actor=exercise.guest,
              sources=("wapo-ukraine-spring-kit-left", "cbc-lingering-more-likely"),
              days=days, exercise=exercise.name, there=share * peak, peak=peak, share=share)  # fmt: skip
    late, p = (after == 90) & counts, w.parameters("lingering")
    learnt = w["stay_precedent"] + p["learning"] * (or_else(share, 0.0) - w["stay_precedent"])
    w["stay_precedent"][:] = np.where(late, learnt, w["stay_precedent"])
    last = (share <= GONE) & counts & (after == exercise.withdraw + 2)
    w.say("move", last, "The guests of {exercise} have gone home.", seen="parties", actor=exercise.guest,
          sources=("cbc-lingering-more-likely",), exercise=exercise.name)  # fmt: skip


def _weight(name: str, value: float, says: str, source: tuple[str, ...], why: str) -> Parameter:
    return Parameter(name, value, says, "logit", {"lognormal": {"median": value, "sigma": 0.4}}, source, why, 0.0, 20.0)


_PLAN = ("part_place", "part_share", "part_troops", "exercise_foothold", "exercise_pressure", "exercise_readiness")

MECHANISM = Mechanism(
    name="lingering",
    says="What part of the forces that came for an exercise stays behind.",
    systems=("S5",),
    fields=(
        Field("stay_share", "Share of the guest's force that is to stay", ("exercise",), seen="nobody"),
        Field("linger", "Troops that stay at a place after an exercise", ("site", "actor"), "persons", 0, 1e6, seen="nobody",
              tells=(Disclosure((*_PLAN, "peak_guest", "stay_share", "stay_precedent"), "own",
                           "who leaves troops behind knows how many and where"),)),
        Field("peak_guest", "Largest strength of the guest at the exercise", ("exercise",), "persons", 0, 1e6, seen="nobody"),
        Field("linger_share", "Share of the guest's peak strength still there after the end", ("exercise",), default=np.nan,
              seen="nobody", missing="not over, or nobody came"),
        Field("linger_share_30", "That share 30 days after the exercise that ended last", (), "share", default=np.nan,
              seen="nobody", missing="not yet"),
        Field("linger_share_90", "That share 90 days after the exercise that ended last", (), "share", default=np.nan,
              seen="nobody", missing="not yet"),
        Field("equipment_left", "Share of the guest's kit that stays", ("exercise",), seen="nobody"),
        Field("stay_precedent", "Memory of forces that stayed after earlier exercises", (), default=0.3, seen="nobody"),
        Field("recall", "Share of lingering and reinforcing troops ordered home today", (), seen="nobody"),
    ),
    phases={"move": move, "adjudicate": adjudicate},
    begin=begin,
    parameters=(
        Parameter("base", -3.9, "Pull to stay with every other term at nought", "logit",
                  {"normal": {"mean": -3.9, "sd": 0.5}}, ("cbc-lingering-more-likely",),
                  "routine exercises with a client that hedges leave almost nothing behind (facts B)",
                  -20.0, 20.0),
        _weight("unscheduled", 1.5, "Pull of an exercise outside the calendar", ("odr-unscheduled",),
                "kit of the unscheduled spring of 2021 stayed, the guests of the scheduled drill of 2017 left"),
        _weight("foothold", 1.5, "Pull of the purpose of a foothold", ("wapo-analysts-warn-stationing",), "size judged"),
        _weight("pressure", 1.5, "Pull of the purpose of pressure", ("odr-pressure-on-ukraine", "wapo-ukraine-spring-kit-left"),
                "size judged"),
        _weight("readiness", 0.75, "Pull home of the purpose of readiness", ("ft-pukhov-goal-readiness", "cling-zapad-functions"),
                "half of what a foothold pulls the other way; size judged"),
        _weight("precedent", 1.5, "Pull of forces having stayed before", ("wapo-ukraine-spring-kit-left",), "size judged"),
        _weight("crisis", 1.5, "Pull of a crisis under way", ("wapo-ukraine-spring-kit-left", "odr-troops-risk-entanglement"),
                "sign inferred: who is in a quarrel keeps his troops at hand; size judged"),
        _weight("own_soil", 1.5, "Pull of needing nobody's consent", ("wapo-ukraine-spring-kit-left",), "size judged"),
        _weight("dependence", 2.0, "Pull of the client's dependence", ("cling-minsk-reluctance-weaker",),
                "sign inferred, size judged"),
        _weight("hedging", 1.5, "Brake of the client's hedging", ("cling-minsk-sovereignty-brakes",),
                "sign inferred, size judged"),
        Parameter("noise", 0.8, "Spread of the decision between like cases", "logit",
                  {"lognormal": {"median": 0.8, "sigma": 0.3}}, (),
                  "the cases known in 2021 differ among themselves: 2008 and the spring of 2021 stayed", 0.0, 5.0),
        Parameter("fade", 0.001, "Rate at which lingering troops drift home", "1/day",
                  {"lognormal": {"median": 0.001, "sigma": 0.5}}, ("wapo-ukraine-spring-kit-left",),
                  "kit of the spring of 2021 was still there in September; an eighth goes in four months", 0.0, 1.0),
        Parameter("learning", 0.5, "How far one case moves the precedent", "share", {"beta": {"mean": 0.5, "sd": 0.15}}, (),
                  "a fresh case weighs as much as all before it; judged", 0.0, 1.0),
    ),
    impulses=(
        Impulse("leave_troops", "Share of its force the patron orders to stay"),
        Impulse("withdraw", "Share of lingering and reinforcing troops the patron orders home", answers="guest_troops >= 1",
                otherwise="no troops of ours are there"),
        Impulse("leave_equipment", "Share of the kit the patron orders to stay"),
        Impulse("ask_to_leave", "The client's insistence that guests leave", answers="guest_troops >= 1",
                otherwise="no guest troops are in the country"),
    ),
    needs=("patron",),
    sources=("cbc-lingering-more-likely", "wapo-ukraine-spring-kit-left", "wapo-analysts-warn-stationing"),
)  # fmt: skip
