"""What observers make of their beliefs: sums, opacity, trust and published numbers. Part of the mechanism *detection*, whose
docstring defines it."""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, highest, log, total
from wargame.engine.types import Array, Mask
from wargame.mechanisms.estimates import revise
from wargame.mechanisms.tables import ExerciseTable, Indices, Tables, indices, strength
from wargame.world.world import World

TENTH = 1.2816  # a tenth of a normal distribution lies beyond so many spreads on either side
FRESH = 14.0  # days for which a published number counts
WEEKLY = 2  # day of the week, counted from the start, on which numbers are published
SURPRISE = (0.6, 0.1)  # chance of an undeclared force, or of more than declared, if the declarer deceives, and if not (D16)
SILENCE = (0.5, 0.25)  # the same for withheld numbers


def sum_up(w: World, t: Tables) -> None:
    """Write every observer's totals and opacity."""
    rows = np.ix_(t.observers, t.sites)
    seen, sd = w["seen_troops"][rows], w["belief_sd"][rows]
    guests, doubt = _added(seen, sd, t.client_sites)
    others, doubt_elsewhere = _added(seen, sd, t.other_sites)
    everywhere, spread = guests + others, doubt / np.maximum(guests, 1.0)
    unsure = (doubt + doubt_elsewhere) / np.maximum(everywhere, 1.0)
    hidden = total(seen[:, i] for i in t.hidden_sites) if len(t.hidden_sites) else np.zeros_like(guests)
    near = w["proximity"]
    w["seen_force"][t.observers] = total(seen[:, i] * near[site, t.observers] for i, site in enumerate(t.sites))
    w["seen_guest"][t.observers] = guests
    w["seen_low"][t.observers] = guests * exp(-TENTH * spread)
    w["seen_high"][t.observers] = guests * exp(TENTH * spread)
    w["opacity"][t.observers] = _opacity(w, t, everywhere, unsure, hidden)


def opening_error(w: World, sites: Indices) -> Array:
    """Return by how much what is known of permanent strengths errs (log), shape ``(sites, runs)``: for all, and for good."""
    luck = w.draws.normals([f"detection.opening.{w.cast.sites[site]}" for site in sites], 0)
    error: Array = w.parameters("detection")["opening"] * luck
    return error


def _added(seen: Array, sd: Array, positions: Indices) -> tuple[Array, Array]:
    """Return strength and strength times spread, summed over some places, each of shape ``(observers, runs)``."""
    if not len(positions):
        nobody = np.zeros((seen.shape[0], seen.shape[2]))
        return nobody, nobody
    return total(seen[:, i] for i in positions), total(seen[:, i] * sd[:, i] for i in positions)


def own_forces(w: World, t: Tables, patron: int) -> None:
    """Give the patron exact knowledge of its forces, and the client of those on its soil."""
    troops = w["troops"][t.sites, patron]
    knows = [(patron, indices(list(range(len(t.sites)))))]
    if t.client is not None:
        knows.append((t.client, t.client_sites))
    for actor, positions in knows:
        sites = t.sites[positions]
        w["known"][actor, sites] = 1.0
        w["belief_mean"][actor, sites] = log(np.maximum(troops[positions], 1.0))
        w["belief_sd"][actor, sites] = 0.01
        w["seen_troops"][actor, sites] = troops[positions]
        w["seen_force"][actor] = total(troops[i] * w["proximity"][t.sites[i], actor] for i in positions)
        for name in ("seen_guest", "seen_low", "seen_high"):
            w[name][actor] = w["guest_troops"]


def learn_trust(w: World, t: Tables, surprised: Mask) -> None:
    """Revise the trust in declarations by what turned up today: unlisted places, withheld numbers, more troops than declared."""
    trust = w["trust"][t.observers]
    trust = np.where(surprised, 1.0 - revise(1.0 - trust, *SURPRISE), trust)
    for exercise in t.exercises:
        if t.patron not in (exercise.host, exercise.guest):
            continue
        if w.tick == exercise.announced:
            quiet = w["withheld"][exercise.index] > 0.0
            trust = np.where(quiet, 1.0 - revise(1.0 - trust, *SILENCE), trust)
        if w.tick > exercise.end and exercise.host == t.client:
            trust = _compare(w, t, exercise, trust)
    w["trust"][t.observers] = np.clip(trust, 0.02, 0.98)


def publish(w: World, t: Tables, who: Mask) -> None:
    """Let the observers of ``who``, shape ``(observers, runs)``, publish their numbers of today."""
    before, now = w["published"][t.observers], number(w, t)
    w["published"][t.observers] = np.where(who, now, before)
    w["published_days"][t.observers] = np.where(who, 0.0, w["published_days"][t.observers])
    changed = who & (~(before > 0.0) | (now > 1.33 * before) | (now < 0.75 * before))
    _say(w, t, changed, now)
    _spread(w, t)


def weekly(w: World, t: Tables) -> None:
    """Age published numbers by a day; once a week alliance and independent experts publish theirs."""
    w["published_days"][:] = np.minimum(w["published_days"] + 1.0, 20_000.0)
    if w.tick % 7 == WEEKLY:
        regular = [w.cast.role("alliance"), w.cast.role("opposition")]
        mine = np.array([actor in regular for actor in t.observers])
        publish(w, t, mine[:, None] & (w["seen_guest"][t.observers] >= w.parameters("detection")["publish_above"]))
    else:
        _spread(w, t)


def number(w: World, t: Tables) -> Array:
    """Return what every observer would publish today, shape ``(observers, runs)``."""
    p, seen, admitted = w.parameters("detection"), w["seen_guest"][t.observers], _admitted(w, t)
    spread = np.maximum(w["seen_high"][t.observers] / np.maximum(seen, 1.0), 1.0)
    lean = log(spread) / TENTH + p["worst_case"] * w["opacity"][t.observers]
    independent = np.isin(t.observers, w.cast.group("opposition"))[:, None]
    least = np.maximum(seen, admitted)
    return np.maximum(least * exp(np.where(independent, -p["reserve"], p["caution"]) * lean), admitted)


def _admitted(w: World, t: Tables) -> Array:
    """Return how many of the patron's troops are in the client's country by now as its own declarations have it."""
    found = np.zeros(w.runs)
    for exercise in t.exercises:
        if exercise.host == t.client:
            found = found + w["exercise_level"][exercise.index] * _declared_guests(w, t, exercise)
    return found


def _declared_guests(w: World, t: Tables, exercise: ExerciseTable) -> Array:
    """Return how many of the patron's troops are declared in the host's country."""
    said = np.zeros(w.runs)
    for part in exercise.parts:
        if part.country == exercise.host and t.patron is not None:
            true = np.maximum(w["part_troops"][part.index], 1.0)
            said = said + w["declared_troops"][part.index] * strength(w, part, t.patron) / true
    return said


def _opacity(w: World, t: Tables, seen: Array, spread: Array, hidden: Array) -> Array:
    p = w.parameters("detection")
    withheld, untold = np.zeros(w.runs), np.zeros(w.runs)
    for exercise in t.exercises:
        if {exercise.host, exercise.guest} & {t.patron, t.client}:
            i = exercise.index
            on_foot = (w["exercise_level"][i] > 0.0) | ((w.tick >= exercise.announced) & (w["days_to_start"][i] >= 0.0))
            withheld = np.maximum(withheld, np.where(on_foot, w["withheld"][i], 0.0))
            untold = np.maximum(untold, np.where(on_foot, 1.0 - w["details"][i], 0.0))
    doubt = p["opacity_spread"] * spread / (spread + 0.5) * seen / (seen + 2_000.0)
    unlisted = p["opacity_unlisted"] * hidden / (seen + 1_000.0)
    hidden_facts = p["opacity_withheld"] * withheld + p["opacity_details"] * untold * (1.0 - w["verified"])
    sides = [i for i in (t.patron, t.client) if i is not None]
    told, refused = highest(w["explained"][sides]), highest(w["stonewalled"][sides])
    return clip01((doubt + unlisted + hidden_facts) * (1.0 - p["relief"] * told) + p["opacity_stonewalled"] * refused)


def _compare(w: World, t: Tables, exercise: ExerciseTable, trust: Array) -> Array:
    """Hold what was seen at the end of an exercise against what was declared."""
    said = _declared_guests(w, t, exercise)
    judged = (w["days_since_end"][exercise.index] == 1.0) & (said > 0.0)
    if not judged.any():
        return trust
    sites = t.sites[t.client_sites]
    standing = total((w["garrison"][sites, t.patron] + w["contingent"][sites, t.patron]) * exp(opening_error(w, sites)))
    low = w["seen_low"][t.observers]
    more = low > said + standing
    surprised = 1.0 - revise(1.0 - trust, *SURPRISE)
    as_said = 1.0 - revise(1.0 - trust, 1.0 - SURPRISE[0], 1.0 - SURPRISE[1])
    alliance = w.cast.role("alliance")
    for i in np.flatnonzero(t.observers == alliance):
        w.say("belief", judged & more[i], "{alliance} is sure that more soldiers came to {name} than were declared: at least "
              "{low:,.0f} against {said:,.0f}.", seen="own", actor=alliance, sources=("wapo-stoltenberg-vigilant-undercounts",),
              alliance=w.scenario.actors[w.cast.actors[t.observers[i]]].name, name=exercise.name, low=low[i],
              said=said + standing)  # fmt: skip
    return np.where(judged, np.where(more, surprised, as_said), trust)


def _spread(w: World, t: Tables) -> None:
    numbers = w["published"][t.observers]
    fresh = (numbers > 0.0) & (w["published_days"][t.observers] <= FRESH)  # which holds of no number that there is not
    low, high = np.full(w.runs, np.inf), np.zeros(w.runs)
    for row, counts in zip(numbers, fresh, strict=True):
        low = np.minimum(low, np.where(counts, row, np.inf))
        high = np.maximum(high, np.where(counts, row, 0.0))
    some = high > 0.0
    w["public_low"][:], w["public_high"][:] = np.where(some, low, np.nan), np.where(some, high, np.nan)
    w["est_spread"][:] = np.where(some, np.minimum(high / np.maximum(low, 1.0), 1_000.0), np.nan)


def _say(w: World, t: Tables, changed: Mask, now: Array) -> None:
    if w.listener is None or t.client is None or t.patron is None:
        return
    names = [w.scenario.actors[w.cast.actors[i]].name for i in (t.patron, t.client)]
    experts = w.cast.group("opposition")
    for i, actor in enumerate(t.observers):
        w.say("message", changed[i], "By the estimate of {who}, about {number:,.0f} soldiers of {patron} are in {client}.",
              seen="all", actor=int(actor),
              reason="officials publish the upper side of what they believe, independent experts the lower",
              sources=("odr-porotnikov-10000",) if actor in experts else ("odr-stoltenberg-30000",),
              who=w.scenario.actors[w.cast.actors[actor]].name, patron=names[0], client=names[1],
              number=np.round(now[i], -2))  # fmt: skip
