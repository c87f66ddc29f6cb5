"""Events that a facilitator makes up: what they may push, and how they enter a history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import allowed, did_you_mean, mistake
from wargame.scenario.schema import Inject, InjectOrder
from wargame.scenario.values import Quantity

Json = dict[str, Any]
JUDGEMENT = "made up by the facilitator of a game"


@dataclass(frozen=True)
class SafePush:
    """An impulse that a made-up event may use: in words, and from what to what it may push in a day."""

    label: str
    low: float
    high: float
    step: float


# Each is a change of mood, money, forces or standing that the mechanisms take in on any day. Left out is what decides a game in
# one stroke (an attack, the fall of the regime, a takeover, the alliance's case of defence) and what belongs to a procedure of
# its own (asks and answers, the clock of consultations): those are given as orders.
SAFE_PUSHES: Mapping[str, SafePush] = {
    "tension": SafePush("tension in the region rises or falls", -0.2, 0.2, 0.01),
    "relations": SafePush("relations between the patron and the West improve or worsen", -0.2, 0.2, 0.01),
    "rhetoric": SafePush("its words grow hostile or moderate", -0.5, 0.5, 0.05),
    "reassure": SafePush("it reassures the others in public", 0.0, 0.5, 0.05),
    "protest": SafePush("protest at home", 0.0, 0.5, 0.05),
    "legitimacy": SafePush("legitimacy at home is gained or lost", -0.2, 0.2, 0.01),
    "elite_loyalty": SafePush("elites and security forces rally or defect", -0.2, 0.2, 0.01),
    "alignment": SafePush("a signal of loyalty to the patron, or of distance", -0.2, 0.2, 0.01),
    "gesture_west": SafePush("a gesture that reopens the way to the West", 0.0, 0.3, 0.05),
    "loan": SafePush("credit arrives", 0.0, 1500.0, 100.0),
    "sanctions": SafePush("new sanctions against it, or relief", -0.2, 0.3, 0.05),
    "migration": SafePush("migrants are brought to the border, or sent home", -0.5, 0.5, 0.05),
    "vigilance": SafePush("its watchfulness rises or falls", -0.2, 0.3, 0.05),
    "suppress": SafePush("pressure on those who report troop movements", -0.3, 0.3, 0.05),
    "incident": SafePush("an incident at its border", 0.0, 3.0, 1.0),
    "unauthorised": SafePush("an act at its border that nobody ordered", 0.0, 1.0, 1.0),
    "provoke": SafePush("a provocation at its border", 0.0, 0.5, 0.05),
    "restraint": SafePush("its border troops are held back", 0.0, 0.5, 0.05),
    "posture": SafePush("its forces in the theatre are reinforced or thinned out", -0.1, 0.1, 0.01),
    "counter_exercise": SafePush("it holds an exercise of its own", 0.0, 1.0, 0.1),
    "pressure": SafePush("pressure is put on it, or taken off", -0.3, 0.3, 0.05),
    "norm_defence": SafePush("it speaks up for military openness", 0.0, 0.5, 0.05),
    "norm_breach": SafePush("it breaks the rules of military openness", 0.0, 0.5, 0.05),
    "publish": SafePush("it publishes what it believes it sees", 0.0, 1.0, 0.25),
    "reinforce": SafePush("troops of the patron arrive at a place, or leave it", -3000.0, 3000.0, 250.0),
}


@dataclass(frozen=True)
class FreeInject:
    """An event that no list has. ``to``: who hears of it (actors or roles, ``("all",)``, or nobody). ``pushes``: impulse -> row
    (an actor, a role, a place, ``world``) -> amount. ``orders`` are given in the actors' place, under the usual conditions.
    """

    title: str
    text: str = ""
    to: tuple[str, ...] = ("all",)
    pushes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    orders: tuple[InjectOrder, ...] = ()

    def spec(self, date: dt.date) -> Inject:
        """Return it as an entry of the MSEL on a day."""
        impulses = {
            name: {row: Quantity(value=float(amount)) for row, amount in rows.items()} for name, rows in self.pushes.items()
        }
        heard = None if self.to == ("all",) else self.to
        return Inject(title=self.title, text=self.text, date=date, seen_by=heard, impulses=impulses, orders=self.orders,
                      judgement=JUDGEMENT)  # fmt: skip

    def data(self, date: dt.date) -> Json:
        """Return it as plain data of a scenario file."""
        found: Json = {"title": self.title, "text": self.text, "date": date.isoformat(), "judgement": JUDGEMENT}
        if self.to != ("all",):
            found["seen_by"] = list(self.to)
        if self.pushes:
            found["impulses"] = {name: {row: float(amount) for row, amount in rows.items()} for name, rows in self.pushes.items()}
        if self.orders:
            found["orders"] = [order.model_dump(exclude_none=True) for order in self.orders]
        return found


def safe_pushes(bound: Bound) -> list[Json]:
    """Return the impulses that a made-up event may use here: ``impulse``, ``label``, ``unit``, ``low``, ``high``, ``step`` and
    the ``rows`` it may go to, each ``{"row", "name"}``.
    """
    found = []
    for name, safe in SAFE_PUSHES.items():
        declared = bound.layout.fields.get(f"impulse.{name}")
        if declared is not None:
            span = {"low": safe.low, "high": safe.high, "step": safe.step}
            rows = [{"row": row, "name": said} for row, said in _rows(bound, declared.axes)]
            found.append({"impulse": name, "label": safe.label, "unit": declared.unit, **span, "rows": rows})
    return found


def _rows(bound: Bound, axes: Sequence[str]) -> list[tuple[str, str]]:
    scenario = bound.scenario
    if not axes:
        return [("world", "everywhere")]
    if axes[0] == "site":
        return [(name, scenario.sites[name].name) for name in bound.cast.sites if scenario.sites[name].military]
    return [(name, scenario.actors[name].name) for name in bound.cast.actors] if axes[0] == "actor" else []


def check_free(bound: Bound, free: FreeInject) -> None:
    """Raise :class:`InputError` for a push that a made-up event may not give, or not so much of it."""
    for name, rows in free.pushes.items():
        safe = SAFE_PUSHES.get(name)
        if safe is None:
            near = did_you_mean(name, SAFE_PUSHES) or f"; allowed: {allowed(SAFE_PUSHES)}"
            raise mistake(f'an event of the facilitator may not push "{name}"{near}', file="event")
        for amount in rows.values():
            if not safe.low <= amount <= safe.high:
                raise mistake(f"{name} must lie between {safe.low:g} and {safe.high:g} (got {amount:g})", file="event")
