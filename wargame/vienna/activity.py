"""What is adjudicated: forces, the parts of an activity, and the units in which a reading counts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from math import inf
from typing import Literal

from wargame.vienna.rules import Rules, Together

Kind = Literal["land", "transfer"]
Observers = Literal["invited", "voluntary", "none"]
Never = Literal["never"]
Notice = date | Never | None


@dataclass(frozen=True)
class Forces:
    """Numbers of people, pieces of equipment and fixed-wing sorties; nought where nothing is stated."""

    troops: float = 0.0
    tanks: float = 0.0
    acv: float = 0.0
    artillery: float = 0.0
    airborne: float = 0.0
    amphibious: float = 0.0
    sorties: float = 0.0

    def __post_init__(self) -> None:
        for name, value in self.stated().items():
            if not 0.0 <= value < inf:
                raise ValueError(f"{name} must be a number from 0 (got {value})")

    def stated(self) -> dict[str, float]:
        """Return the quantities other than nought by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != 0.0}

    def of(self, quantity: str) -> float:
        """Return one quantity by name."""
        return float(getattr(self, quantity))


def total(many: Iterable[Forces]) -> Forces:
    """Return the sum, quantity by quantity."""
    together = list(many)
    return Forces(**{f.name: sum(getattr(one, f.name) for one in together) for f in fields(Forces)})


@dataclass(frozen=True)
class Sender:
    """A state that sends forces to another's territory: its share of the part, and its own notice."""

    state: str
    declared: Forces | None
    true: Forces | None = None
    notified: Notice = None


@dataclass(frozen=True)
class Part:
    """One declared part of an activity.

    ``declared`` None: the numbers are withheld. ``true`` None: taken to be as declared. ``notified``: the day
    of the host's notice, ``never``, or None for not known (yet). ``observers`` ``voluntary``: some were let
    in, which is not the invitation of Chapter VI; None for not known (yet). ``snap``: said to have begun
    without warning its troops; ``truly_snap`` None: as said. ``hours``: how long it lasts, by default from
    the first day to the last, both included.
    """

    name: str
    start: date
    end: date
    declared: Forces | None
    true: Forces | None = None
    host: str = ""
    kind: Kind = "land"
    area: str = ""
    notified: Notice = None
    observers: Observers | None = None
    snap: bool = False
    truly_snap: bool | None = None
    hours: float | None = None
    air_listed: bool | None = None
    senders: tuple[Sender, ...] = ()

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"{self.name or 'the part'} ends on {self.end}, before it starts on {self.start}")

    @property
    def lasts(self) -> float:
        """Hours from start to end."""
        return self.hours if self.hours is not None else 24.0 * ((self.end - self.start).days + 1)

    @property
    def actual(self) -> Forces | None:
        """The true forces: as declared where nothing else is known, None where the numbers are withheld and
        unknown.
        """
        return self.true if self.true is not None else self.declared


@dataclass(frozen=True)
class Activity:
    """An exercise in one or more parts.

    ``true``: the true forces of the whole where only the total is known; it overrides the parts.
    ``one_command``: the parts stand under one operational command, so that they are one activity in
    substance.
    """

    name: str
    parts: tuple[Part, ...]
    true: Forces | None = None
    one_command: bool = True

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("an activity has at least one part")
        if self.true is not None and not self.one_command:
            raise ValueError("a true total for the whole needs one_command: true")


@dataclass(frozen=True)
class Unit:
    """What one reading holds against the levels: a part or a whole.

    ``lead``: days from notice to start, ``-inf`` never notified, None not known. ``observers``: invited or
    not, None not known. ``declared``: what was declared for it (withheld numbers count as nought): a notice
    of an activity below every level discharges no duty. ``unknown``: the forces are withheld and nothing else
    is known.
    """

    name: str
    kind: Kind
    forces: Forces
    declared: Forces
    lead: float | None
    observers: bool | None
    snap: bool
    hours: float
    started: bool
    unknown: bool = False
    air_listed: bool | None = None
    parts: int = 1
    senders: tuple[tuple[str, Forces, float | None], ...] = field(default=())


def lead_days(notified: Notice, start: date, judged_on: date | None) -> float | None:
    """Return the days from notice to start: ``-inf`` for never, None when not known on that day."""
    if notified is None or (isinstance(notified, date) and judged_on is not None and notified > judged_on):
        return None
    return -inf if notified == "never" else float((start - notified).days)


def least_lead(leads: Iterable[float | None]) -> float | None:
    """Return the lead of parts together: never if one was never notified, not known if one is not known, else
    the shortest.
    """
    known = list(leads)
    if -inf in known:
        return -inf
    given = [lead for lead in known if lead is not None]
    return min(given) if len(given) == len(known) else None


def all_invited(many: Iterable[bool | None]) -> bool | None:
    """Return False if observers were kept from one part, None if one is not known, else True."""
    known = list(many)
    return False if False in known else None if None in known else True


def invited(observers: Observers | None) -> bool | None:
    """Return whether this is the invitation of Chapter VI; a voluntary visit is not."""
    return None if observers is None else observers == "invited"


def together(parts: Sequence[tuple[date, date, Forces]], how: Together) -> Forces:
    """Return the forces of dated parts counted together: added up, or each quantity at its busiest day."""
    if how == "sum" or len(parts) == 1:
        return total(forces for _, _, forces in parts)
    days = {start for start, _, _ in parts}
    loads = [total(forces for start, end, forces in parts if start <= day <= end) for day in days]
    return Forces(**{f.name: max(getattr(load, f.name) for load in loads) for f in fields(Forces)})


def span_hours(parts: Sequence[Part]) -> float:
    """Return how long parts last together: the longest when they share their dates, else from the first start
    to the last end.
    """
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    if all((part.start, part.end) == (first, last) for part in parts):
        return max(part.lasts for part in parts)
    return max(24.0 * ((last - first) + timedelta(days=1)).days, max(part.lasts for part in parts))


def letter_units(activity: Activity, rules: Rules, judged_on: date | None) -> list[Unit]:
    """Return the units of the letter: declared numbers, per part or (``scope`` whole) together."""
    if rules.scope == "whole" and activity.one_command:
        return [_unit(activity.name, group, False, rules, judged_on) for group in by_kind(activity.parts)]
    return [_unit(part.name, [part], False, rules, judged_on) for part in activity.parts]


def substance_units(activity: Activity, rules: Rules, judged_on: date | None) -> list[Unit]:
    """Return the units of the substance: true numbers, of the whole where it stands under one command."""
    if not activity.one_command:
        return [_unit(part.name, [part], True, rules, judged_on) for part in activity.parts]
    groups = by_kind(activity.parts)
    return [
        _unit(activity.name, group, True, rules, judged_on, activity.true if group is groups[0] else None) for group in groups
    ]


def by_kind(parts: Iterable[Part]) -> list[list[Part]]:
    """Return the parts in groups of one kind, land activities first: a transfer moves troops that are counted
    where they exercise.
    """
    many = list(parts)
    groups = [[part for part in many if part.kind == kind] for kind in ("land", "transfer")]
    return [group for group in groups if group]


def _unit(
    name: str,
    parts: list[Part],
    true: bool,
    rules: Rules,
    judged_on: date | None,
    total: Forces | None = None,
) -> Unit:
    start = min(part.start for part in parts)
    forces = [part.actual if true else part.declared for part in parts]
    counted = [(part.start, part.end, one or Forces()) for part, one in zip(parts, forces, strict=True)]
    declared = together([(part.start, part.end, part.declared or Forces()) for part in parts], rules.together)
    snaps = [part.truly_snap if true and part.truly_snap is not None else part.snap for part in parts]
    return Unit(
        name=name or parts[0].name,
        kind=parts[0].kind,
        forces=total if total is not None else together(counted, rules.together),
        declared=declared,
        lead=least_lead(lead_days(part.notified, start, judged_on) for part in parts),
        observers=all_invited(invited(part.observers) for part in parts),
        snap=all(snaps),
        hours=span_hours(parts),
        started=judged_on is None or judged_on >= start,
        unknown=total is None and all(one is None for one in forces),
        parts=len(parts),
        air_listed=all_invited(part.air_listed for part in parts),
        senders=_shares(parts, true, start, rules, judged_on),
    )


def _shares(
    parts: list[Part], true: bool, start: date, rules: Rules, judged_on: date | None
) -> tuple[tuple[str, Forces, float | None], ...]:
    """Return every sending state's share of the parts together and the lead of its notices."""
    found: dict[str, list[tuple[Part, Sender]]] = {}
    for part in parts:
        for sender in part.senders:
            found.setdefault(sender.state, []).append((part, sender))
    shares = []
    for state, sent in sorted(found.items()):
        dated = [
            (part.start, part.end, (one.true if true and one.true is not None else one.declared) or Forces())
            for part, one in sent
        ]
        lead = least_lead(lead_days(one.notified, start, judged_on) for _, one in sent)
        shares.append((state, together(dated, rules.together), lead))
    return tuple(shares)
