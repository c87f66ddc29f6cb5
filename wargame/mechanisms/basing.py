"""S6 Basing ladder: from visits to a permanent base, step by step, with consent, in disguise.

What it does. Every site in the client's country stands on a rung: 0 visits, 1 technical facilities, 2 training centre, 3
near-permanent rotation, 4 permanent base, 5 absorbed. A rung becomes the goal when its item is agreed, when the patron's
troops have lingered long enough, when an inject says so, or after an intervention or takeover. Building up takes time; the
public sees a disguised rung one lower than it is, until somebody sees through it. Being seen through does not end the
label: neither side admits to the step, whatever analysts call it.

Equations (site s, time in days)::

    goal_s  = max(goal_s, level_j agreed_j at s, 3 if lingering >= t_rot, 3 successor of the patron's, 4 intervened,
              5 taken over) + u;   0 once a successor has turned West and neither help was sent nor power taken
    b_s'    = min(goal, b_s + v/T(rung above b_s))  below the goal;  max(goal, b_s - 1/t_leave)  above it
    basing  = floor(b)                              v = 1, or haste after an intervention or takeover
    public  = basing if undisguised or seen through, else at least basing - 1
    P(seen through) = (1 - exp(-1/t_see)) (1 - suppression/2)      a day, while the rung is above what is known
    contingent = max(strength(rung, agreed items) - lingering troops, 0)        technical facilities add no troops

Assumptions. Lingering troops count towards the contingent of a rung. Acquiescence in lingering is the consent to
rotation: a client that does not want it asks the troops to leave, which ends the lingering. Distances matter to
others (``threat``), not here. After a fall that leaves a successor of the patron's, an intervention or a takeover the
goal holds at sites where the patron already stands or for which it has asked. A successor that turns West ends the stay: its
country is lost as a buffer, and what it hosted goes home rung by rung.

Sources: `cbc-three-training-centres`, `cbc-training-centre-base-in-disguise`, `cbc-training-centres-are-maximum`,
`cbc-no-admission-of-permanent-presence`, `cbc-armenia-base-template`, `cbc-bases-grodno-brest-baranovichi`,
`cling-mirror-efp-rotation`, `cling-framework-suffices`, `cling-russian-facilities`, `cling-extreme-scenarios`,
`wapo-no-russian-bases`; build-up of the first training centre: F-C-2021-03-05, F-C-2021-08-28.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import exp, highest
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

RUNGS = (
    "visits only",
    "technical facilities",
    "a joint training centre",
    "a near-permanent rotation of troops",
    "a permanent base",
    "absorption into the patron's forces",
)
_DAYS = ("days_facility", "days_centre", "days_rotation", "days_base", "days_absorbed")
_TROOPS = ("troops_centre", "troops_rotation", "troops_base", "troops_absorbed")  # from rung 2
_TINY = 1e-9  # so that a hundred steps of 1/100 count as one


def client_sites(w: World) -> list[int]:
    """Return the sites in the client's country."""
    client = w.cast.group("client")[0]
    return [i for i, country in enumerate(w.cast.site_country) if country == client]


def _basing_items(w: World) -> list[tuple[int, int, Array, bool]]:
    """Return index, site, level (shape ``(runs,)``) and disguise of every basing item."""
    found = []
    for i, name in enumerate(w.cast.items):
        item = w.scenario.items[name]
        if item.kind == "basing" and item.site is not None:
            found.append((i, w.cast.sites.index(item.site), w["item_level"][i], item.disguise))
    return found


def begin(w: World) -> None:
    """Take the levels the scenario gives as built and, where it says nothing else, as publicly known."""
    w["basing_goal"][:] = w["basing"]
    for item, site, level, hidden in _basing_items(w):  # what was agreed before the first day is built, or is being built
        to_build = (w["agreed"][item] > 0.0) & (w["basing_goal"][site] < level)
        w["basing_goal"][site] = np.where(to_build, level, w["basing_goal"][site])
        w["disguised"][site] = np.where(to_build, float(hidden), w["disguised"][site])
    w["basing_build"][:] = w["basing"]
    w["basing_counted"][:] = w["agreed"]
    for i, name in enumerate(w.cast.sites):
        if "basing_public" not in w.scenario.sites[name].initial:
            w["basing_public"][i] = w["basing"][i]
    sites = client_sites(w)
    if sites:
        w["basing_state"][:] = highest(w["basing"][sites])
        w["basing_start"][:] = w["basing_state"]
        _contingents(w)


def drift(w: World) -> None:
    """Set goals, build towards them, station troops, and let disguises be seen through."""
    sites = client_sites(w)
    if not sites:
        return
    before, known = w["basing"][sites], w["basing_public"][sites]
    _goals(w, sites)
    _build(w, sites)
    _contingents(w)
    _publicity(w, sites)
    w["basing_state"][:] = highest(w["basing"][sites])
    w["basing_increment"][:] = w["basing_state"] - w["basing_start"]
    quiet = (w["disguised"][sites] > 0.0) | (w["basing"][sites] > w["basing_public"][sites])
    w["basing_covert"][:] = highest((w["basing"][sites] >= w["basing_state"]) * quiet)
    if w.listener is not None:
        _report(w, sites, before, known)


def _goals(w: World, sites: list[int]) -> None:
    p = w.parameters("basing")
    client, patron = w.cast.group("client")[0], w.cast.group("patron")[0]
    goal, disguised = w["basing_goal"], w["disguised"]
    if (w["agreed"] != w["basing_counted"]).any():
        for item, site, level, hidden in _basing_items(w):
            signed = (w["agreed"][item] > 0.0) & (w["basing_counted"][item] <= 0.0)
            new = signed & (goal[site] < level)
            goal[site] = np.where(new, level, goal[site])
            disguised[site] = np.where(new, float(hidden), disguised[site])
            w["seen_through"][site] = np.where(new, 0.0, w["seen_through"][site])
        w["basing_counted"][:] = w["agreed"]
    lingering = w["linger"][sites, patron] >= p["linger_troops"]
    w["linger_days"][sites] = np.where(lingering, np.minimum(w["linger_days"][sites] + 1.0, 9999.0), 0.0)
    rotation = (w["linger_days"][sites] >= p["linger_days"]) & (goal[sites] < 3.0)
    goal[sites] = np.where(rotation, 3.0, goal[sites])
    w["basing_build"][sites] = np.where(rotation, 3.0, w["basing_build"][sites])
    disguised[sites] = np.where(rotation, 1.0, disguised[sites])
    w["seen_through"][sites] = np.where(rotation, 0.0, w["seen_through"][sites])
    seized = np.where(w["takeover"][client] > 0.0, 5.0, np.where(w["intervention"][client] > 0.0, 4.0, 0.0))
    installed = (w["collapsed"][client] > 0.0) & (w["successor_west"][client] <= 0.0)
    seized = np.maximum(seized, np.where(installed, 3.0, 0.0))
    if seized.any():
        wanted = {site for _, site, _, _ in _basing_items(w)}
        stands = np.array([[site in wanted] for site in sites]) | (w["basing"][sites] >= 1.0)
        goal[sites] = np.where(stands, np.maximum(goal[sites], seized), goal[sites])
    shown_out = (w["successor_west"][client] > 0.0) & (w["intervention"][client] <= 0.0) & (w["takeover"][client] <= 0.0)
    goal[sites] = np.where(shown_out, 0.0, goal[sites])
    goal[sites] = np.clip(goal[sites] + w.impulse("basing")[sites], 0.0, 5.0)


def _build(w: World, sites: list[int]) -> None:
    p = w.parameters("basing")
    client = w.cast.group("client")[0]
    built, goal = w["basing_build"][sites], w["basing_goal"][sites]
    if (built == goal).all():
        w["basing"][sites] = np.floor(built + _TINY)
        return
    rung = np.floor(built + _TINY)
    days = p[_DAYS[4]] + np.zeros_like(built)
    for level, name in reversed(list(enumerate(_DAYS[:4]))):
        days = np.where(rung <= level, p[name], days)
    seized = (w["takeover"][client] > 0.0) | (w["intervention"][client] > 0.0)
    pace = np.where(seized, p["haste"], 1.0) / days
    up = np.minimum(built + pace, goal)
    down = np.maximum(built - 1.0 / p["leave_days"], goal)
    w["basing_build"][sites] = np.where(built < goal, up, down)
    w["basing"][sites] = np.floor(w["basing_build"][sites] + _TINY)


def _contingents(w: World) -> None:
    """Station the troops of every rung reached, less those who linger at the site anyway."""
    p = w.parameters("basing")
    patron = w.cast.group("patron")[0]
    sites = client_sites(w)
    basing = w["basing"]
    strength = np.zeros_like(basing)
    for rung, name in enumerate(_TROOPS, start=2):
        strength[sites] = np.where(basing[sites] >= rung, p[name], strength[sites])
    for item, site, level, _ in _basing_items(w):
        standing = (w["agreed"][item] > 0.0) & (basing[site] == level)
        strength[site] = np.where(standing & (w["item_troops"][item] > 0.0), w["item_troops"][item], strength[site])
    w["contingent"][sites, patron] = np.maximum(strength[sites] - w["linger"][sites, patron], 0.0)


def _publicity(w: World, sites: list[int]) -> None:
    p = w.parameters("basing")
    client = w.cast.group("client")[0]
    unseen = (w["disguised"][sites] > 0.0) & (w["seen_through"][sites] <= 0.0)
    hidden = unseen & (w["basing"][sites] > w["basing_public"][sites])
    if hidden.any():  # otherwise the luck of the day is of no use
        names = [f"basing.seen_through.{w.cast.sites[i]}" for i in sites]
        chance = (1.0 - exp(-1.0 / p["see_days"])) * (1.0 - 0.5 * w["suppression"][client])
        seen = hidden & (w.draws.uniforms(names, w.tick) < chance)
        w["seen_through"][sites] = np.where(seen, 1.0, w["seen_through"][sites])
        unseen = unseen & ~seen
    basing = w["basing"][sites]
    lower = np.maximum(np.minimum(w["basing_public"][sites], basing), np.maximum(basing - 1.0, 0.0))
    w["basing_public"][sites] = np.where(unseen, lower, basing)


def _report(w: World, sites: list[int], before: Array, known: Array) -> None:
    patron = w.cast.group("patron")[0]
    who = w.scenario.actors[w.cast.actors[patron]].name
    for k, site in enumerate(sites):
        place = w.scenario.sites[w.cast.sites[site]].name
        now = w["basing"][site]
        for level in range(1, 6):
            values = {"who": who, "place": place, "rung": RUNGS[level]}
            w.say("outcome", (before[k] < level) & (now >= level), "At {place} {who} now has {rung}.",
                  seen="parties", actor=patron,
                  reason="Agreed or tolerated earlier and built up over weeks; {troops:,.0f} troops belong to it.",
                  sources=("cbc-russia-seeks-military-foothold", "cling-mirror-efp-rotation"),
                  troops=w["contingent"][site, patron], **values)  # fmt: skip
            learnt = (known[k] < level) & (w["basing_public"][site] >= level) & (before[k] >= level)
            through = learnt & (w["seen_through"][site] > 0.0)
            w.say("belief", through, "It becomes known that {who} has {rung} at {place}, under another label.",
                  seen="all", actor=patron, reason="The disguise was seen through.",
                  sources=("cbc-training-centre-base-in-disguise",), **values)  # fmt: skip
            w.say("outcome", (before[k] >= level) & (now < level), "{who} gives up {rung} at {place}.",
                  seen="parties", actor=patron, **values)  # fmt: skip


def _days(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.35}}, source, why, low=1.0)


def _men(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "persons", {"lognormal": {"median": value, "sigma": 0.3}}, source, why, low=0.0)


PARAMETERS = (
    _days("days_facility", 14.0, "from visits to technical facilities", "equipment and a few crews", "cling-russian-facilities"),
    _days("days_centre", 28.0, "from technical facilities to a training centre",
          "agreed in March 2021, troops came late in August: planning took months, the move itself weeks",
          "F-C-2021-03-05", "F-C-2021-08-28"),
    _days("days_rotation", 35.0, "from a training centre to rotation", "barracks exist; a first battalion must come by rail",
          "cling-mirror-efp-rotation"),
    _days("days_base", 120.0, "from rotation to a permanent base", "housing, depots and a treaty",
          "cbc-armenia-base-template"),
    _days("days_absorbed", 180.0, "from a permanent base to absorption", "command and law have to follow",
          "odr-belarus-absorbed-into-russian-military"),
    _days("leave_days", 30.0, "for giving up one rung", "a contingent goes home by rail within a month",
          "cling-extreme-scenarios"),
    Parameter("haste", 8.0, "how many times faster the patron builds up after an intervention or takeover", "",
              {"lognormal": {"median": 8.0, "sigma": 0.3}}, ("cling-extreme-scenarios",),
              "troops come first, treaties later", low=1.0),
    _days("linger_days", 90.0, "of lingering after which it counts as rotation", "the alliance's battlegroups rotate half-yearly",
          "cling-mirror-efp-rotation", "cbc-lingering-more-likely"),
    _men("linger_troops", 300.0, "lingering at a site that can become a rotation", "a reinforced company",
         "cbc-lingering-more-likely"),
    _men("troops_centre", 400.0, "guest troops of a training centre", "air-defence battalion and instructors",
         "cbc-training-centre-air-defence", "F-C-2021-08-28"),
    _men("troops_rotation", 1200.0, "guest troops of a rotation", "mirrors the alliance's battlegroups of 1,000 to 1,500",
         "cling-mirror-efp-rotation", "F-D3-efp-2021"),
    _men("troops_base", 4000.0, "guest troops of a permanent base", "a few thousand soldiers, as in Armenia",
         "cbc-armenia-base-template"),
    _men("troops_absorbed", 8000.0, "guest troops at an absorbed site", "twice a base", "cling-extreme-scenarios"),
    _days("see_days", 45.0, "until a disguise is seen through", "analysts called the centre a base within weeks",
          "cbc-training-centre-base-in-disguise"),
)  # fmt: skip

_BUILT = (
    Disclosure(("basing_build", "basing_counted", "linger", "linger_days", "seen_through"), "own",
          "patron and client know what is built, for which item and who stays there"),
)  # fmt: skip

MECHANISM = Mechanism(
    name="basing",
    says="The basing ladder at every site: agreed steps build up over weeks, often under another label.",
    systems=("S6",),
    fields=(
        Field("basing", "Rung of the basing ladder reached at the site.", ("site",), "0-5", 0, 5, seen="parties", tells=_BUILT,
              whole=True),
        Field("basing_goal", "Rung that is being built up to.", ("site",), "0-5", 0, 5, seen="parties", tells=_BUILT),
        Field("basing_build", "How far the build-up has come, in rungs.", ("site",), "0-5", 0, 5, seen="nobody"),
        Field("basing_public", "Rung publicly known.", ("site",), "0-5", 0, 5, whole=True,
              tells=(Disclosure(("basing", "basing_build", "basing_goal", "disguised", "agreed"), "coarse",
                           "an open base shows its rung, a disguised one a rung less until it is seen through (by chance)"),)),
        Field("basing_state", "Highest rung in the client's country.", (), "0-5", 0, 5, seen="nobody", whole=True),
        Field("basing_counted", "Whether the item's rung has become a goal.", ("item",), "0/1", seen="nobody"),
        Field("basing_start", "Highest rung on the first day.", (), "0-5", 0, 5, seen="nobody", whole=True),
        Field("basing_increment", "Rungs gained since the first day.", (), "rungs", -5, 5, seen="nobody", whole=True),
        Field("basing_covert", "Whether the highest rung goes under another label or is not publicly known.", (), "0/1",
              seen="nobody"),
        Field("disguised", "Whether the rung goes under another label.", ("site",), "0/1", seen="parties", tells=_BUILT),
        Field("seen_through", "Whether the public sees through that label.", ("site",), "0/1", seen="nobody"),
        Field("contingent", "Troops stationed there.", ("site", "actor"), "persons", 0, 1e6, 0.0, "nobody", tells=_BUILT),
        Field("linger_days", "Days the patron's troops have lingered.", ("site",), "days", 0, 9999, seen="nobody"),
    ),
    impulses=(Impulse("basing", "the goal at the site is raised (or lowered)", ("site",), "rungs"),),
    phases={"drift": drift},
    begin=begin,
    needs=("client", "patron"),
    parameters=PARAMETERS,
    sources=("cbc-training-centres-are-maximum", "cbc-armenia-base-template", "cling-mirror-efp-rotation",
             "cling-framework-suffices", "cbc-training-centre-base-in-disguise"),
)  # fmt: skip
