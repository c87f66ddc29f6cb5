"""The shape of a scenario file. Meaning (do the names exist, may this actor see that?) is checked by ``wargame.binding``."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from wargame.scenario.measure import Measure
from wargame.scenario.values import (
    Channel,
    Date,
    Days,
    Flag,
    Formula,
    Name,
    Names,
    Number,
    Quantity,
    Real,
    Shape,
    Sourced,
    Text,
    Whole,
    taken_away,
)

SCHEMA = 1
RESERVED = frozenset({"case", "replication", "run"})  # columns of every table of measures


class Actor(Sourced):
    """A state or bloc."""

    name: Text
    short: Annotated[str, Field(max_length=6)]
    says: Text = ""
    goals: tuple[Text, ...] = ()
    constraints: tuple[Text, ...] = ()
    policy: Names = ()
    temperature: Number | None = None
    persistence: Number | None = None  # days that a leaning lasts, on average
    decide_every: Days | None = None
    urgent: Formula = False  # over its own view: must it decide again the next morning?
    initial: dict[Name, Number] = {}
    notes: dict[Name, Text] = {}


class Site(Sourced):
    """A place where forces may be, or a town that distances are measured to."""

    name: Text
    lat: Real = Field(ge=-90, le=90)
    lon: Real = Field(ge=-180, le=180)
    country: Name
    kind: Literal["capital", "town", "range", "airfield", "base", "facility", "garrison", "staging", "port"]
    military: Flag = True
    garrison: dict[Name, Number] = {}  # actor -> troops permanently there
    initial: dict[Name, Number] = {}


class Sensor(Sourced):
    """A way in which strength on the ground becomes known."""

    name: Text
    rate: Number  # reports a day and place
    noise: Number  # standard deviation of the log of the reported strength
    bias: Number  # mean error of the log of the reported strength
    floor: Number  # troops below which nothing is seen
    suppressible: Number  # share of the reports that full suppression takes away
    finds_sites: Number  # chance a day of finding an undeclared place of 1,000 troops
    seen_by: Names = ()  # actors or roles; empty: everybody
    public: Flag = False
    official: Flag = False  # a government's own figures: public perhaps, but nobody outside can check them


class Item(Sourced):
    """A thing one state asks of another: a basing step, an integration step, a concession."""

    name: Text
    kind: Literal["basing", "military", "economic"]
    level: Real = Field(ge=0, le=5)  # rung of the basing ladder, or depth of the integration package (I0-I4)
    site: Name | None = None
    troops: Number | None = None
    value: Number
    cost: Number
    step: Number  # what acceptance adds to military or economic integration
    initial: dict[Name, Number] = {}  # its state on the first morning: agreed: 1, asked: 1
    disguise: Flag = False


class Part(Sourced):
    """One declared part of an exercise, under one operational command in one country."""

    country: Name
    declared: Flag = True
    troops: Number  # true strength in the part, all nations
    tanks: Number | None = None
    acv: Number | None = None
    artillery: Number | None = None
    airborne: Number | None = None
    contingents: dict[Name, Number] = {}  # owner -> share of the part's troops
    sites: dict[Name, Number] = {}  # site -> share of the part's troops
    undeclared_sites: Names = ()


class Exercise(Sourced):
    """A planned or unplanned exercise: what is true, and how it is declared."""

    name: Text
    enabled: Flag = True
    says: Text = ""
    host: Name
    guest: Name
    start: Date
    end: Date
    announced: Date | None = None
    scheduled: Flag = True
    no_notice: Flag = False
    framework: Text = ""
    storyline: Text = ""
    declaration: Literal["honest", "strategic", "split", "withheld"] = "strategic"
    margin: Number  # share by which a strategic declaration stays below the observation level
    headline: Number | None = None  # the total given to the press, all parts
    purposes: dict[Literal["readiness", "pressure", "foothold", "control", "cover"], Number] = {}
    markers: tuple[Name, ...] = ()
    deploy: Days = 14
    withdraw: Days = 14
    observers_invited: Flag = False
    one_command: Flag = False
    parts: dict[Name, Part]

    @model_validator(mode="after")
    def _ordered(self) -> Exercise:
        if self.end < self.start:
            raise ValueError(f"end must not come before start (got start {self.start}, end {self.end})")
        return self


class Push(Shape):
    """What an action or an inject adds to an impulse: on whose row, and how much."""

    to: Literal["own", "target", "item", "site", "world", "track"] = "own"
    track: Name | None = None  # with to: track; without a name it goes to every track
    add: Number


def _push(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return {"add": value}
    return {"add": value} if isinstance(value, dict) and "value" in value else value


Pushes = dict[Name, Annotated[Push, BeforeValidator(_push, json_schema_input_type=float | Quantity | Push)]]


class Action(Sourced):
    """An entry of the menu, in one DIME channel."""

    channel: Channel
    says: Text  # what is done, for the timeline: "imposes sanctions on {target}"
    by: Names = ()  # actors or roles that may order it; empty: everybody
    needs: tuple[Literal["target", "item", "site"], ...] = ()
    public: Flag = True
    legal: Formula = True  # over the true state: may it take effect?
    consent: Name | None = None  # the role whose members must agree
    quorum: Number | None = None  # share of that role's members that must agree
    agrees: Formula | None = None  # over each member's own view: does it agree?
    impulses: Pushes = {}
    goldstein: Real | None = None


class Rule(Sourced):
    """One candidate order of a policy. What it leaves out it takes from the rule of its name that its policy inherits."""

    action: Name | None = None
    target: Name | None = None
    item: Name | None = None
    site: Name | None = None
    size: Number | None = None
    when: Formula = True
    weight: Formula | None = None  # needed, unless it is inherited
    says: Text = ""


Rules = dict[Name, Annotated[Rule | None, BeforeValidator(taken_away)]]  # null takes an inherited rule away


class ScriptedOrder(Shape):
    date: Date
    action: Name
    target: Name | None = None
    item: Name | None = None
    site: Name | None = None


class HandOrder(Shape):
    """An order given by somebody who plays: an entry of the menu with its aims; ``size`` times what the menu says."""

    action: Name
    target: Name | None = None
    item: Name | None = None
    site: Name | None = None
    size: Real = Field(default=1.0, gt=0, le=100)
    reason: Text = ""
    granted: Flag = False  # by whoever runs the game: it takes effect whatever the conditions and consents


class Policy(Sourced):
    """How an actor chooses its orders."""

    kind: Name = "logit"
    says: Text = ""
    extends: Names = ()
    disagreement: Names = ()  # D1..D15 of the register this variant takes a side in
    temperature: Number | None = None
    persistence: Number | None = None  # days that a leaning lasts, on average
    let: dict[Name, Annotated[Number | None, BeforeValidator(taken_away)]] = {}
    diplomatic: Rules = {}
    informational: Rules = {}
    military: Rules = {}
    economic: Rules = {}
    hold: dict[Channel, Formula | None] = {}
    orders: tuple[ScriptedOrder, ...] = ()
    turns: dict[Date, tuple[HandOrder, ...]] = {}  # of kind human: orders by hand of a day; [] holds
    horizon: Days | None = Field(default=None, gt=0, le=365)  # of kind rollout: how far it looks ahead
    futures: int | None = Field(default=None, ge=1, le=1_000)  # of kind rollout: how many futures it imagines of each order
    payoff: Formula | None = None  # of kind rollout: what it wants at the end of each


class InjectOrder(Shape):
    actor: Name
    action: Name
    target: Name | None = None
    item: Name | None = None
    site: Name | None = None


class Inject(Sourced):
    """An entry of the master scenario events list: dated, conditional on the true state, or dated and conditional."""

    title: Text
    text: Text = ""
    date: Date | None = None
    when: Formula | None = None  # over the true state; without a date it fires once, on the first day it holds
    actor: Name | None = None
    enabled: Flag = True
    seen_by: Names | None = None  # actors or roles that hear of it; left out: everybody; []: nobody
    urgent: Names = ()  # actors (or roles) that must decide again the next morning
    impulses: dict[Name, dict[str, Number]] = {}  # impulse -> row (actor, role, item, site, "world") -> amount
    orders: tuple[InjectOrder, ...] = ()

    @model_validator(mode="after")
    def _either(self) -> Inject:
        if self.date is None and self.when is None:
            raise ValueError("an inject has a date, a when, or both (it happens on its date if the when holds)")
        return self


class Rung(Sourced):
    """A step of the escalation ladder on one track, and what puts the track there."""

    track: Name
    level: Whole = Field(ge=0, le=9)
    label: Text
    says: Text = ""  # the cause in words, for the timeline; without it the condition is quoted
    when: Formula  # over the true state
    hold: Days = 7  # how long the rung lasts after its cause has gone
    deliberate: Flag = True


class Lever(Shape):
    path: str
    values: tuple[Any, ...] = ()
    says: Text = ""


class Watched(Shape):
    """A variable kept day by day, for trajectories and figures."""

    value: Formula
    label: Text
    unit: str = ""


class Scenario(Sourced):
    """A whole scenario, after its layers are joined."""

    schema_: Whole = Field(alias="schema", default=SCHEMA)
    name: Name
    title: Text
    question: Text = ""
    summary: Text = ""
    start: Date
    horizon: Days = Field(gt=0, le=12_000)
    decide_every: Days = Field(default=7, gt=0)
    lead_in: Days = Field(default=0, ge=0, le=1_000)  # actors have been choosing for so long before the start
    observer: Name | None = None
    roles: dict[Name, Names] = {}
    tracks: dict[Name, Text] = {}
    actors: dict[Name, Actor] = Field(min_length=1, max_length=64)
    sites: dict[Name, Site] = Field(default={}, max_length=400)
    sensors: dict[Name, Sensor] = Field(default={}, max_length=32)
    items: dict[Name, Item] = Field(default={}, max_length=64)
    exercises: dict[Name, Exercise] = Field(default={}, max_length=64)
    mechanisms: dict[Name, Flag] = {}
    parameters: dict[Name, dict[Name, Number]] = {}
    initial: dict[Name, Number] = {}
    actions: dict[Name, Action] = Field(default={}, max_length=400)
    policies: dict[Name, Policy] = Field(default={}, max_length=200)
    injects: dict[Name, Inject] = Field(default={}, max_length=2_000)
    ladder: dict[Name, Rung] = Field(default={}, max_length=200)
    measures: dict[str, Measure] = Field(default={}, max_length=400)
    watch: dict[Name, Watched] = Field(default={}, max_length=200)
    uncertainties: tuple[str, ...] = ()
    levers: dict[Name, Lever] = {}

    def __repr__(self) -> str:
        """Return what it is in a line: the whole of it is millions of characters."""
        return f"Scenario({self.name}: {self.title}, {self.start}, {self.horizon} days, {len(self.actors)} actors)"

    __str__ = __repr__

    @model_validator(mode="after")
    def _within_the_calendar(self) -> Scenario:
        if self.start.toordinal() + self.horizon > dt.date.max.toordinal():
            raise ValueError(f"the scenario must end before the year 10000 (got start {self.start} and {self.horizon} days)")
        for name in self.measures:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name.replace("{actor}", "actor")) or len(name) > 60:
                raise ValueError(f"a measure is named in lower-case letters, digits and underscores (got {name!r})")
            if name in RESERVED:
                raise ValueError(f"no measure may be called {name!r}: result tables have a column of that name")
        return self

    def interval(self, actor: str) -> int:
        """Return the days between two decisions of an actor."""
        return self.actors[actor].decide_every or self.decide_every

    @property
    def end(self) -> dt.date:
        """The last day played."""
        return self.start + dt.timedelta(days=self.horizon - 1)
