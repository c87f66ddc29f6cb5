"""S13 Instrumentalised migration: a border opened in anger, people massed, neighbours that fence and declare emergencies.

What it does. The client's use of the instrument follows its orders and, with a lag, its resentment of new sanctions: of those
agreed and in force, whatever exceeds the level it has got used to. A level that stays as it is brings nobody. Whatever the
motive, flights and visas have to be arranged before people come; to lay the instrument down takes a day. Open air routes bring
people in, who mass near the border and try it day after day; some get across, some are flown home, more of them when the
instrument is laid down. Attempts are shared out over the front-line neighbours by the border they offer. Fences and troops
build up over weeks; an emergency lapses unless it is kept.

Equations (client's use U, resentment Z, level it is used to A, use by order O, massed M persons; state i with share b_i,
fortification f_i; time in days; u today's orders, u+ and u- their positive and negative part)::

    A'   = relax(A, sanctions, 1/t_z),   Z' = y max(sanctions - A', 0)      sanctions: in force and pending, at most 1
    O'   = relax(O, 0, 1/t_z) + u,       U' = relax(U, z Z' + O', 1/t_u) + u-
    A_i  = a M b_i (1 - d f_i)                          attempts a day expected at i
    M'   = M + c U - sum_i A_i s (1 - f_i) - M (k_0 + k_1 (1 - U))        arrivals and returns by random loads of l people
    flow_i = A_i exp(v n_i - v^2/2)                     n_i standard normal: weather, guards, arrivals

Calibration (one front-line state with the longest border, b = 0.75): attempts of 3,500, 7,500-7,700, 17,300-17,500, 8,900 and
838-1,700 from August to December 2021 (F-E5-aug to F-E5-dec) come out within a third when the instrument is pushed in
September and October and laid down in mid-November; about 7,000 were in the country then (F-E5-in-belarus).

Assumptions. Shares are scenario data (``border_share`` in an actor's initial values; only proportions matter; equal if none is
given). Whether people are pushed or let through (D12) is one number, the intensity c. That the answer is to what is new follows
the sources: they call the wave of 2021 an answer to the sanctions of that summer, not to sanctions as such.

Sources: `cbc-hybrid-war-as-retribution`, `wapo-migrants-retaliation`, `wapo-migrants-unguarded-border`,
`cbc-migrants-pushed-accusation`, `ft-migrants-tens-of-thousands`, `cbc-poland-fence-troops`, `cbc-poland-emergency-two-areas`,
`cbc-poland-emergency-kept-for-zapad`, `ft-poland-emergency`.
"""

from __future__ import annotations

import numpy as np

from wargame.engine.numeric import clip01, exp, relax, total
from wargame.engine.types import Array
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.mechanisms.unmodelled import loads
from wargame.world.fields import Disclosure, Field, Impulse
from wargame.world.world import World

_MASSED = (2_000.0, 5_000.0, 10_000.0)


def begin(w: World) -> None:
    """Make border shares add up to one, and let instrument and massed people start in balance with resentment.

    Sanctions are old news on the first morning but for what a given ``resentment`` speaks of.
    """
    client, front = w.cast.group("client")[0], list(w.cast.group("frontline"))
    if front:
        share = np.maximum(w["border_share"][front], 0.0)
        offered = total(share)
        equal = np.full_like(share, 1.0 / len(front))
        w["border_share"][front] = np.where(offered > 0.0, share / np.where(offered > 0.0, offered, 1.0), equal)
    given = w.scenario.actors[w.cast.actors[client]].initial
    if "accustomed" not in given:
        w["accustomed"][client] = _imposed(w, client) - w["resentment"][client] / w.parameters("migration")["sting"]
    if "instrument" not in given:
        w["instrument"][client] = clip01(w.parameters("migration")["retaliation"] * w["resentment"][client])
    if "massed" not in w.scenario.initial:
        name, load = f"migration.before.{w.cast.actors[client]}", w.parameters("migration")["load"]
        w["massed"][:] = loads(w, name, massed_target(w, client, front), load)


def attempts(w: World, front: list[int]) -> Array:
    """Return the attempts a day expected at each front-line state, shape ``(front, runs)``."""
    p = w.parameters("migration")
    drawn = w["border_share"][front] * (1.0 - p["deterred"] * w["fortification"][front])
    expected: Array = p["attempt_rate"] * w["massed"] * drawn
    return expected


def massed_target(w: World, client: int, front: list[int]) -> Array:
    """Return the number massed at which arrivals and departures balance today, shape ``(runs,)``."""
    p = w.parameters("migration")
    use, fence = w["instrument"][client], w["fortification"][front]
    across = w["border_share"][front] * (1.0 - p["deterred"] * fence) * (1.0 - fence) if front else fence
    through = total(across) if front else np.zeros(w.runs)
    leaving: Array = p["attempt_rate"] * p["success"] * through + p["return_rate"] + p["return_idle"] * (1.0 - use)
    balance: Array = p["intensity"] * use / leaving
    return balance


def drift(w: World) -> None:
    """Move instrument, people, fences and emergencies one day on."""
    p = w.parameters("migration")
    client, front = w.cast.group("client")[0], list(w.cast.group("frontline"))
    massed = w["massed"].copy()
    imposed = _imposed(w, client)
    w["accustomed"][client] = relax(w["accustomed"][client], imposed, 1.0 / p["resent_days"])
    w["resentment"][client] = clip01(p["sting"] * np.maximum(imposed - w["accustomed"][client], 0.0))
    order = w.impulse("migration")[client]
    w["ordered_use"][client] = clip01(relax(w["ordered_use"][client], 0.0, 1.0 / p["resent_days"]) + order)
    wanted = clip01(p["retaliation"] * w["resentment"][client] + w["ordered_use"][client])
    use = relax(w["instrument"][client], wanted, 1.0 / p["use_days"])
    w["instrument"][client] = clip01(use + np.minimum(order, 0.0))
    _fortify(w, front)
    crossing = _border(w, front) if front else np.zeros(w.runs)
    who = w.cast.actors[client]
    use = w["instrument"][client]
    arriving = loads(w, f"migration.arrivals.{who}", p["intensity"] * use, p["load"])
    leaving = massed * (p["return_rate"] + p["return_idle"] * (1.0 - use))
    home = loads(w, f"migration.returns.{who}", leaving, p["load"])
    w["massed"][:] = np.maximum(massed + arriving - crossing - home, 0.0)
    _emergency(w)
    if w.listener is not None:
        _report(w, client, massed)


def _imposed(w: World, client: int) -> Array:
    """Return sanctions in force and agreed, at most 1, shape ``(runs,)``."""
    return clip01(w["sanctions"][client] + w["sanctions_pending"][client])


def _border(w: World, front: list[int]) -> Array:
    """Book today's attempts at every front-line state; return how many people get across, shape ``(runs,)``."""
    p = w.parameters("migration")
    expected = attempts(w, front)
    normal = w.draws.normals([f"migration.flow.{w.cast.actors[i]}" for i in front], w.tick)
    w["migrant_flow"][front] = expected * exp(p["flow_noise"] * normal - 0.5 * p["flow_noise"] ** 2)
    w["migrants_total"][:] += total(w["migrant_flow"][front])
    surging = w["surge"][front]
    on, off = expected >= p["surge_at"], expected < 0.5 * p["surge_at"]
    w["surge"][front] = np.where(on, 1.0, np.where(off, 0.0, surging))
    if w.listener is not None:
        for k, i in enumerate(front):
            w.say("outcome", (surging[k] <= 0.0) & on[k],
                  "Migrants surge at the border of {who}: about {flow:,.0f} attempts a day, {massed:,.0f} people massed.",
                  seen="all", actor=i, reason="The border is open from the other side, in answer to sanctions.",
                  sources=("wapo-migrants-retaliation", "cbc-migration-surge"),
                  who=w.scenario.actors[w.cast.actors[i]].name, flow=expected[k], massed=w["massed"])  # fmt: skip
    return p["success"] * total(expected * (1.0 - w["fortification"][front]))


def _fortify(w: World, front: list[int]) -> None:
    if not front:
        return
    p = w.parameters("migration")
    works = np.clip(w["fortifying"][front] + w.impulse("fortify")[front], -1.0, 1.0)
    today = (1.0 - exp(-1.0 / p["fortify_days"])) * works
    w["fortification"][front] = clip01(w["fortification"][front] + today)
    w["fortifying"][front] = works - today


def _emergency(w: World) -> None:
    """Declare, keep, lift or let lapse; ``emergency_left`` counts the days an emergency still has to run."""
    p = w.parameters("migration")
    push, standing = w.impulse("emergency"), w["emergency"] > 0.0
    left = np.where(standing & (w["emergency_left"] <= 0.0), p["emergency_days"], w["emergency_left"])
    left = np.where(push > 0.0, p["emergency_days"], np.where(push < 0.0, 0.0, np.maximum(left - 1.0, 0.0)))
    now = left > 0.0
    w["emergency_left"][:] = left
    w["emergency"][:] = now
    if w.listener is not None:
        for i, name in enumerate(w.cast.actors):
            who = w.scenario.actors[name].name
            w.say("outcome", now[i] & ~standing[i], "{who} declares a state of emergency at its border.", seen="all", actor=i,
                  reason="About {flow:,.0f} attempts to cross were counted today.",
                  sources=("cbc-poland-emergency-two-areas", "ft-poland-emergency"), who=who,
                  flow=w["migrant_flow"][i])  # fmt: skip
            w.say("outcome", ~now[i] & standing[i], "The state of emergency at the border of {who} ends.", seen="all", actor=i,
                  who=who)  # fmt: skip


def _report(w: World, client: int, before: Array) -> None:
    who = w.scenario.actors[w.cast.actors[client]].name
    for level in _MASSED:
        w.say("outcome", (before < level) & (w["massed"] >= level),
              "More than {level:,.0f} people are massed at the borders of {who}.", seen=(client,), public=True, actor=client,
              reason="The instrument is used at {use:.0%}; sanctions stand at {sanctions:.2f}.",
              sources=("ft-migrants-tens-of-thousands", "cbc-hybrid-war-as-retribution"), who=who, level=level,
              use=w["instrument"][client], sanctions=w["sanctions"][client])  # fmt: skip


def _size(name: str, value: float, unit: str, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, unit, {"lognormal": {"median": value, "sigma": 0.35}}, source, why, low=0.0)


def _share(name: str, value: float, says: str, why: str, *source: str) -> Parameter:
    return Parameter(name, value, says, "share", {"beta": {"mean": value, "sd": 0.1}}, source, why, 0.0, 1.0)


_MONTHS = "fitted to the monthly attempts of August to December 2021"

PARAMETERS = (
    _size("intensity", 420.0, "persons/day", "people brought in at full use of the instrument",
          _MONTHS + "; pushed or let through (D12) is this number", "F-E5-oct", "F-E5-in-belarus",
          "cbc-migrants-pushed-accusation", "wapo-migrants-unguarded-border"),
    _size("attempt_rate", 0.105, "1/day", "attempts per massed person and day", "577 attempts a day with some 7,000 massed",
          "F-E5-oct", "F-E5-in-belarus"),
    _share("success", 0.15, "share of attempts that succeed at an unfortified border",
           "most were turned back even before the fence", "F-E5-lithuania"),
    _size("return_rate", 0.012, "1/day", "share massed that goes home on a day of full use", _MONTHS),
    _size("return_idle", 0.07, "1/day", "share added on a day without use", "the camp was emptied in days, the rest in weeks",
          "F-C-2021-11-18", "F-E5-dec"),
    _size("sting", 4.0, "1", "resentment per unit of new sanctions",
          "a quarter of the full range at one stroke is the utmost insult; the summer of 2021 brought about a fifth",
          "wapo-ryanair-sanctions", "F-C-2021-06-24"),
    _share("retaliation", 0.55, "use of the instrument that the utmost resentment settles at by itself",
           "a quarter of the possible use in September 2021, when somewhat less than half of the utmost was left; the rest is "
           "done by order", "cbc-hybrid-war-as-retribution", "wapo-migrants-retaliation"),
    _size("resent_days", 90.0, "days", "time constant with which sanctions are got used to, and orders given in answer fade",
          "in September the migrants are still called an answer to the sanctions of May and June: about a quarter of a year",
          "wapo-migrants-retaliation", "wapo-ryanair-sanctions"),
    _size("use_days", 45.0, "days", "time constant with which use follows resentment and orders",
          "air routes and visas take a month or two to organise", "wapo-migrants-retaliation"),
    _share("deterred", 0.4, "share of attempts that a complete fence deters", "attempts went on after the fence stood",
           "F-E5-2024", "cbc-poland-fence-troops"),
    _size("fortify_days", 30.0, "days", "time constant of fences and border troops", "wire within weeks, a wall in months",
          "cbc-poland-fence-troops", "F-D3-poland-border"),
    _size("flow_noise", 0.25, "log", "day-to-day spread of attempts", "601 on the highest day of September's end",
          "F-C-2021-10-01"),
    _size("load", 200.0, "persons", "people who come or go together", "a flight; one took 431 home", "F-C-2021-11-18"),
    _size("surge_at", 200.0, "persons/day", "attempts a day at one state that count as a surge",
          "between August (113 a day) and September (250 a day)", "F-E5-aug", "F-E5-sep"),
    _size("emergency_days", 60.0, "days", "days an emergency runs unless it is kept", "thirty days, prolonged by sixty",
          "F-C-2021-09-02"),
)  # fmt: skip

MECHANISM = Mechanism(
    name="migration",
    says="New sanctions turn into migrants with a lag; neighbours fence and declare emergencies.",
    systems=("S13",),
    fields=(
        Field("instrument", "How far the actor uses migrants as an instrument.", seen="owner"),
        Field("resentment", "How far new sanctions are felt as something to be repaid.", seen="owner"),
        Field("ordered_use", "Use of the instrument that standing orders aim at.", seen="owner"),
        Field("accustomed", "Level of sanctions that the actor has got used to.", low=-1.0, seen="owner"),
        Field("border_share", "Share of the attempts that the actor's border draws."),
        Field("migrant_flow", "Attempts to cross into the actor today.", ("actor",), "persons/day", 0, 1e6),
        Field("migrants_total", "Attempts so far.", (), "persons", 0, 1e9),
        Field("massed", "People massed near the borders.", (), "persons", 0, 1e7,
              tells=(Disclosure(("instrument", "resentment", "ordered_use", "accustomed"), "luck",
                           "people come and go by flights, and nobody counts them one by one (load)"),)),
        Field("surge", "Whether attempts at the actor's border surge.", unit="0/1"),
        Field("fortification", "Fences and troops at the actor's border."),
        Field("fortifying", "Fences and troops ordered and not yet in place.", low=-1.0),
        Field("emergency", "Whether the actor keeps a state of emergency at its border.", unit="0/1"),
        Field("emergency_left", "Days the emergency still has to run.", ("actor",), "days", 0, 9999),
    ),
    impulses=(
        Impulse("migration", "use of the instrument by order (negative: it is laid down)",
                answers="{amount} > 0 or {row}.instrument > 0.01", otherwise="nobody is being sent to the border"),
        Impulse("fortify", "fences and troops ordered"),
        Impulse("emergency", "an emergency is declared or kept (+1) or lifted (-1)", unit="-1/+1",
                answers="{amount} > 0 or {row}.emergency > 0.5", otherwise="there is no state of emergency"),
    ),
    phases={"drift": drift},
    begin=begin,
    needs=("client",),
    parameters=PARAMETERS,
    sources=("cbc-hybrid-war-as-retribution", "wapo-migrants-retaliation", "cbc-poland-emergency-two-areas",
             "F-E5-oct", "F-E5-in-belarus"),
)  # fmt: skip
