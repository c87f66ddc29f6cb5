"""What a scenario fixes about exercises, places and observers, as indices: worked out once, read every day.

Nothing here differs from run to run. Numbers that may (strengths, shares, margins) stay in the state and are read there.
"""

from __future__ import annotations

import datetime as dt
import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wargame.engine.draws import name_key
from wargame.engine.numeric import total
from wargame.engine.types import Array
from wargame.scenario.schema import Exercise
from wargame.world.cast import Cast
from wargame.world.world import World

Indices = NDArray[np.intp]
NEVER = 9999  # a day that does not come
STRIDE = 3  # every place is looked at each third day
NOTICE_DAYS = 42  # prior notice of the Vienna Document (X-VD-NOTIFY), taken to be kept where no date is given
OBSERVING_ROLES = ("alliance", "members", "frontline", "distant", "target", "opposition", "sanctioners")


@dataclass(frozen=True)
class PartTable:
    """One part of an exercise: where it is held and by whom."""

    index: int  # row on the part axis
    country: int
    declared: bool
    sites: Indices
    listed: NDArray[np.bool_]  # (sites,): was the place named in the declaration?
    owners: Indices  # actors whose troops take part; the country itself is the last


@dataclass(frozen=True)
class ExerciseTable:
    """One exercise: its days counted from the scenario's start, and how it is declared."""

    index: int
    name: str
    host: int
    guest: int
    start: int
    end: int
    announced: int  # NEVER: not at all
    notice: float  # days from notice to start; -inf: none
    deploy: int
    withdraw: int
    strategy: str
    concealed: bool  # no part of it is declared
    plan: Exercise
    parts: tuple[PartTable, ...]
    host_sites: Indices  # its places in the host's country
    listed_sites: Indices  # its places named in the declaration


@dataclass(frozen=True)
class Tables:
    """Everything about a scenario's exercises, places and observers that no run changes."""

    exercises: tuple[ExerciseTable, ...]
    sites: Indices  # places where forces may come to be: the only ones the mechanisms of forces and detection look at
    hidden: Indices  # places that some exercise uses without naming them
    troops_site: Indices  # (pairs,) site of every (site, owner) that may hold troops
    troops_owner: Indices
    movements: tuple[tuple[bool, Indices], ...]  # (abroad?, pairs) that share a transport capacity
    arrivals: Indices  # pairs of the patron's troops in the client's country
    abroad: tuple[tuple[int, Indices], ...]  # (owner, its pairs outside its own country)
    observers: Indices  # actors that watch, patron and client left out
    viewers: tuple[tuple[int, ...], ...]  # the different sets of sensors that observers see
    viewer: Indices  # (observers,) which of these sets is an observer's
    public_sensors: tuple[int, ...]
    garrisoned: Indices  # places where patron or client have a permanent garrison
    patron: int | None
    client: int | None
    client_sites: Indices  # positions within ``sites`` that lie in the client's country
    other_sites: Indices  # positions of the others
    hidden_sites: Indices  # positions of places that some exercise uses without naming them
    looks: tuple[Indices, ...]  # the places looked at on each day of a cycle; a place's turn depends on its name alone


_kept: dict[int, tuple[weakref.ref[Cast], Tables]] = {}


def tables(w: World) -> Tables:
    """Return the tables of a world's scenario, made on first use."""
    kept = _kept.get(id(w.cast))
    if kept is None or kept[0]() is not w.cast:
        key = id(w.cast)
        kept = (weakref.ref(w.cast, lambda _: _kept.pop(key, None)), _tables(w))
        _kept[key] = kept
    return kept[1]


def shares(w: World, part: PartTable) -> Array:
    """Return what share of a part's troops each of its owners sends, shape ``(owners, runs)``: what no contingent covers is
    the country's own."""
    given: Array = w["part_share"][part.index, part.owners]
    guests = total(given[:-1]) if len(part.owners) > 1 else np.zeros(w.runs)
    given[-1] = np.maximum(1.0 - guests, 0.0)
    return given


def places(w: World, part: PartTable) -> Array:
    """Return what share of a part's troops trains at each of its places, shape ``(sites, runs)``."""
    found: Array = w["part_place"][part.index, part.sites]
    return found


def strength(w: World, part: PartTable, owner: int) -> Array:
    """Return the true strength one owner brings to a part, shape ``(runs,)``."""
    among = np.flatnonzero(part.owners == owner)
    if not len(among):
        return np.zeros(w.runs)
    sent: Array = w["part_troops"][part.index] * shares(w, part)[among[0]]
    return sent


def indices(values: list[int]) -> Indices:
    """Return indices as an array that is one even when there are none."""
    return np.array(values, dtype=np.intp)


def _tables(w: World) -> Tables:
    cast = w.cast
    exercises = tuple(_exercise(w, i, name) for i, name in enumerate(cast.exercises))
    patron, client = cast.role("patron"), cast.role("client")
    sites = _sites_in_play(w, exercises, patron, client)
    garrisoned = {site for site, owners in _garrisons(w).items() if {patron, client} & set(owners)}
    named, hidden = set(garrisoned), set[int]()
    for exercise in exercises:
        for part in exercise.parts:
            named |= {int(s) for s, listed in zip(part.sites, part.listed, strict=True) if listed}
            hidden |= {int(s) for s, listed in zip(part.sites, part.listed, strict=True) if not listed}
    pairs = _pairs(w, exercises, sites, patron, client)
    watching = {actor for role in OBSERVING_ROLES for actor in cast.group(role)}
    observers = sorted(watching - {patron, client})
    views = [_sensors_of(w, actor) for actor in observers]
    viewers = tuple(sorted(set(views)))
    return Tables(
        exercises=exercises,
        sites=indices(sites),
        hidden=indices(sorted(hidden - named)),
        troops_site=indices([site for site, _ in pairs]),
        troops_owner=indices([owner for _, owner in pairs]),
        movements=_movements(cast, pairs),
        arrivals=indices([i for i, (s, o) in enumerate(pairs) if o == patron and cast.site_country[s] == client]),
        abroad=_abroad(cast, pairs),
        observers=indices(observers),
        viewers=viewers,
        viewer=indices([viewers.index(one) for one in views]),
        public_sensors=tuple(i for i, name in enumerate(cast.sensors) if w.scenario.sensors[name].public),
        garrisoned=indices(sorted(garrisoned)),
        patron=patron,
        client=client,
        client_sites=indices([i for i, site in enumerate(sites) if cast.site_country[site] == client]),
        other_sites=indices([i for i, site in enumerate(sites) if cast.site_country[site] != client]),
        hidden_sites=indices([i for i, site in enumerate(sites) if site in hidden - named]),
        looks=tuple(indices([site for site in sites if _turn(cast, site) == turn]) for turn in range(STRIDE)),
    )


def _exercise(w: World, index: int, name: str) -> ExerciseTable:
    plan, cast = w.scenario.exercises[name], w.cast
    parts = tuple(_part(w, i, name, index) for i in range(len(cast.parts)) if cast.part_exercise[i] == index)
    concealed = not any(part.declared for part in parts)
    host = cast.actors.index(plan.host)
    start = w.day_of(plan.start)
    announced, notice = _announced(w, plan, concealed)
    return ExerciseTable(
        index=index,
        name=plan.name,
        host=host,
        guest=cast.actors.index(plan.guest),
        start=start,
        end=w.day_of(plan.end),
        announced=announced,
        notice=notice,
        deploy=plan.deploy,
        withdraw=plan.withdraw,
        strategy=plan.declaration,
        concealed=concealed,
        plan=plan,
        parts=parts,
        host_sites=indices(sorted({int(s) for part in parts for s in part.sites if cast.site_country[s] == host})),
        listed_sites=indices(sorted({int(s) for part in parts for s in part.sites[part.listed]})),
    )


def _announced(w: World, plan: Exercise, concealed: bool) -> tuple[int, float]:
    if concealed:
        return NEVER, -np.inf
    default = dt.timedelta(days=NOTICE_DAYS if plan.scheduled and not plan.no_notice else 0)
    day = plan.announced or plan.start - default
    return w.day_of(day), float((plan.start - day).days)


def _part(w: World, index: int, exercise: str, number: int) -> PartTable:
    cast = w.cast
    plan = w.scenario.exercises[exercise].parts[cast.parts[index].split(".", 1)[1]]
    sites = sorted(cast.sites.index(site) for site in plan.sites)
    unnamed = {cast.sites.index(site) for site in plan.undeclared_sites}
    country = cast.part_country[index]
    guests = sorted({cast.actors.index(owner) for owner in plan.contingents} - {country})
    return PartTable(
        index=index,
        country=country,
        declared=plan.declared,
        sites=indices(sites),
        listed=np.array([plan.declared and site not in unnamed for site in sites], dtype=np.bool_),
        owners=indices([*guests, country]),
    )


def _turn(cast: Cast, site: int) -> int:
    return name_key(f"detection.turn.{cast.sites[site]}") % STRIDE


def _sensors_of(w: World, actor: int) -> tuple[int, ...]:
    """Return the sensors whose reports reach an actor."""
    cast, name = w.cast, w.cast.actors[actor]
    roles = {role for role, members in cast.roles.items() if actor in members}
    found = []
    for i, sensor in enumerate(cast.sensors):
        plan = w.scenario.sensors[sensor]
        if plan.public or not plan.seen_by or name in plan.seen_by or roles & set(plan.seen_by):
            found.append(i)
    return tuple(found)


def _garrisons(w: World) -> dict[int, list[int]]:
    """Return the owners of the permanent garrisons by site."""
    cast = w.cast
    return {
        i: sorted(cast.actors.index(owner) for owner in w.scenario.sites[site].garrison)
        for i, site in enumerate(cast.sites)
        if w.scenario.sites[site].garrison
    }


def _sites_in_play(w: World, exercises: tuple[ExerciseTable, ...], patron: int | None, client: int | None) -> list[int]:
    cast, scenario = w.cast, w.scenario
    found = {int(site) for exercise in exercises for part in exercise.parts for site in part.sites}
    found |= {cast.sites.index(item.site) for item in scenario.items.values() if item.site is not None}
    found |= {site for site, owners in _garrisons(w).items() if {patron, client} & set(owners)}
    for i, name in enumerate(cast.sites):
        site = scenario.sites[name]
        if (cast.site_country[i] == client and site.military) or site.initial:
            found.add(i)
    return sorted(found)


def _pairs(
    w: World, exercises: tuple[ExerciseTable, ...], sites: list[int], patron: int | None, client: int | None
) -> list[tuple[int, int]]:
    found = {
        (int(site), int(owner))
        for exercise in exercises
        for part in exercise.parts
        for site in part.sites
        for owner in part.owners
    }
    found |= {(site, owner) for site, owners in _garrisons(w).items() for owner in owners}
    if patron is not None:
        found |= {(site, patron) for site in sites}
    if client is not None:
        found |= {(site, client) for site in sites if w.cast.site_country[site] == client}
    return sorted(found)


def _movements(cast: Cast, pairs: list[tuple[int, int]]) -> tuple[tuple[bool, Indices], ...]:
    groups: dict[tuple[int, bool], list[int]] = {}
    for i, (site, owner) in enumerate(pairs):
        groups.setdefault((owner, cast.site_country[site] != owner), []).append(i)
    return tuple((abroad, indices(members)) for (_, abroad), members in sorted(groups.items()))


def _abroad(cast: Cast, pairs: list[tuple[int, int]]) -> tuple[tuple[int, Indices], ...]:
    away: dict[int, list[int]] = {}
    for i, (site, owner) in enumerate(pairs):
        if cast.site_country[site] != owner:
            away.setdefault(owner, []).append(i)
    return tuple((owner, indices(members)) for owner, members in sorted(away.items()))
