"""The subset as idiomatic Mesa: one model per run, actors and places as objects, scalar Python, ``mesa.batch_run``.

It follows ``subset.yaml`` and the equations at the head of the mechanisms it uses; luck comes from Mesa's own generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mesa
from mesa_actors import Actor, Rule, clip, logistic, relax

START, END, DEPLOY, WITHDRAW = 11, 17, 14, 14  # days of the exercise, as in subset.yaml
TROOPS, GUESTS = 20000.0, 0.6
PLACES = {"grodno": 0.4, "brest": 0.3, "baranovichi": 0.3}
GARRISON = {("baranovichi", "belarus"): 3000.0, ("baranovichi", "russia"): 500.0}
MARKERS = 2.0


class Track:
    """A ladder of escalation."""

    def __init__(self, rungs: list[tuple[int, int, Callable[[Subset], bool]]]) -> None:
        self.rungs, self.level, self.left = rungs, 0.0, 0.0


class Subset(mesa.Model):
    """One run."""

    def __init__(self, seed: int | None = None, numbers: dict[str, Any] | None = None) -> None:
        super().__init__(seed=seed)
        assert numbers is not None
        self.numbers, self.parameters = numbers, numbers["parameters"]
        self.day, self.tension, self.relations = 0, numbers["tension"], numbers["relations"]
        self.by_name = {n: Actor(self, n, first, numbers["temperature"][n]) for n, first in numbers["actors"].items()}
        self.borders = [self.by_name[n] for n in ("lithuania", "poland", "ukraine")]
        self.members = [self.by_name[n] for n in ("lithuania", "poland")]
        self.tracks = {
            "border": Track([(1, 7, lambda m: m.by_name["russia"].rhetoric > 0.5 or m.by_name["belarus"].rhetoric > 0.5),
                             (2, 7, lambda m: m.tension > 0.45),
                             (3, 10, lambda m: any(a.incident > 0 for a in m.members)),
                             (5, 21, lambda m: any(a.clash > 0 for a in m.members))]),
            "theatre": Track([(1, 7, lambda m: m.by_name["ukraine"].counter_exercise > 0.3),
                              (3, 10, lambda m: m.by_name["ukraine"].incident > 0)]),
        }  # fmt: skip
        self.troops: dict[tuple[str, str], float] = {}
        self.coming: dict[tuple[str, str], float] = {}
        self.table: list[tuple[Actor, Rule]] = []
        self.anomaly = self.guests = self.incidents = self.unintended = 0.0
        self.exercise = 0.0
        self.attacked = False
        self.sums = dict.fromkeys(("tension", "threat", "rhetoric", "guests", "border"), 0.0)
        self.tension_max = self.guests_max = self.esc_max = 0.0
        self.datacollector = mesa.DataCollector(model_reporters=dict(MEASURES))

    def level_at(self, day: float) -> float:
        """Return how active the exercise is on a day."""
        rising = clip((day - START + DEPLOY + 1) / (DEPLOY + 1))
        return rising * max(1.0 - max(day - END, 0.0) / (WITHDRAW + 1), 0.0)

    def step(self) -> None:
        """Play one day."""
        for actor in self.agents:
            actor.push = {}
            actor.since = {action: days + 1 for action, days in actor.since.items()}
        self.push = 0.0
        self.move()
        self.agents.do("decide")
        self.adjudicate()
        self.friction()
        self.drift()
        for name in ("russia", "belarus"):
            self.by_name[name].urgent = self.tension > 0.7
        for actor in self.members:
            actor.urgent = actor.incident > 0
        self.measure()
        self.day += 1
        self.datacollector.collect(self)
        self.running = self.day < self.numbers["days"]

    def move(self) -> None:
        """The exercise a day on; troops on their way to it and home."""
        p = self.parameters["forces"]
        self.exercise = self.level_at(self.day)
        ahead = clip((self.day + self.parameters["exercises"]["lead"] - START + DEPLOY + 1) / (DEPLOY + 1))
        level = ahead if self.day <= END else self.exercise
        for actor in self.agents:
            actor.exercise_near = 1.0 - (1.0 - self.exercise * self.numbers["reach"][actor.name])
        want = {}
        for place, share in PLACES.items():
            for owner, part in (("russia", GUESTS), ("belarus", 1.0 - GUESTS)):
                want[place, owner] = TROOPS * level * part * share + GARRISON.get((place, owner), 0.0)
        if self.day == 0:
            self.troops, self.coming = dict(want), dict.fromkeys(want, 0.0)
        luck = math.exp(p["rail_noise"] * self.random.gauss(0.0, 1.0) - 0.5 * p["rail_noise"] ** 2)
        railway, home = p["trains_per_day"] * p["troops_per_train"] * luck, p["home_rate"] * luck
        for owner, capacity in (("russia", railway), ("belarus", home)):
            mine = [pair for pair in want if pair[1] == owner]
            need, going, turned = {}, {}, {}
            for pair in mine:
                have = self.troops[pair] + self.coming[pair]
                need[pair] = max(want[pair] - have, 0.0)
                excess = max(have - want[pair], 0.0)
                turned[pair] = min(self.coming[pair], excess)
                going[pair] = excess - turned[pair]
            come = min(1.0, capacity / max(sum(need.values()), 1.0))
            leave = min(1.0, capacity / max(sum(going.values()), 1.0))
            for pair in mine:
                coming = self.coming[pair] - turned[pair] + need[pair] * come
                arrived = coming * (1.0 - math.exp(-1.0 / p["travel"]))
                self.troops[pair] = max(self.troops[pair] + arrived - going[pair] * leave, 0.0)
                self.coming[pair] = coming - arrived
        self.guests = sum(troops for (_, owner), troops in self.troops.items() if owner == "russia")
        for actor in self.agents:
            actor.force_near = sum(troops * self.numbers["near"][place][actor.name] for (place, _), troops in self.troops.items())

    def adjudicate(self) -> None:
        """Orders take effect."""
        for actor, rule in self.table:
            actor.since[rule.action] = 0
            match rule.action:
                case "threaten":
                    pushes = [(actor, "rhetoric", 0.15)]
                case "reassure":
                    pushes = [(actor, "reassure", 0.2), (actor, "rhetoric", -0.1)]
                case "watch":
                    pushes = [(actor, "vigilance", 0.1)]
                case "drill":
                    pushes = [(actor, "counter_exercise", 0.8)]
                case "provoke":
                    pushes = [(self.by_name[rule.target], "provoke", 0.4)]
                case "restrain":
                    pushes = [(actor, "restraint", 0.4)]
                case _:
                    pushes = []
                    self.push -= 0.03
            for who, what, size in pushes:
                who.push[what] = who.push.get(what, 0.0) + size
        self.table = []

    def friction(self) -> None:
        """Incidents, unintended steps, war out of a clash."""
        far = sum(self.by_name[n].push.get("restraint", 0.0) for n in ("belarus", "russia"))
        for actor in self.borders:
            actor.border(far)
        p = self.parameters["escalation"]
        hotline = sum(self.by_name[n].hotline for n in ("belarus", "nato", "russia")) / 3
        clear = sum(a.roe_clarity for a in self.members) / 2
        caution = ((1.0 + p["erratic_gain"] * self.by_name["belarus"].erraticism)
                   * (1.0 - p["hotline_gain"] * hotline) * (1.0 - p["roe_gain"] * clear))  # fmt: skip
        for track in self.tracks.values():
            luck = self.random.random()
            up = p["odds_up"] + p["slip"] * p["slip_growth"] ** track.level * caution
            free = p["absorbing"] < 0.5 or 0 < track.level < p["top"]
            if free and luck < up and track.level < p["top"]:
                track.level, track.left = track.level + 1, p["step_days"]
                self.unintended += 1
            elif free and luck >= 1.0 - p["odds_down"] and track.level > 0:
                track.level, track.left = track.level - 1, p["step_days"]
        if any(a.clash > 0 for a in self.members):
            chance = p["war_from_clash"] * (0.5 + self.tension) * (1.0 - p["roe_gain"] * clear)
            self.attacked = self.attacked or self.random.random() < chance

    def drift(self) -> None:
        """Slow variables."""
        for actor in self.agents:
            actor.talk()
        self.fear()
        for name in ("lithuania", "nato", "poland", "ukraine"):
            self.by_name[name].watch()
        self.escalate()

    def fear(self) -> None:
        """Anomaly, memory and threat."""
        p, by = self.parameters["threat"], self.by_name
        before = self.anomaly
        odd = self.exercise * min(MARKERS / 6.0, 1.0)
        self.anomaly = max(odd, before * 0.5 ** (1.0 / p["anomaly_half_life"]))
        words = (by["belarus"].rhetoric + by["russia"].rhetoric) / 2
        comfort = sum(by[n].reassurance * by[n].credibility for n in ("belarus", "russia")) / 2
        merging = -p["integration"] * p["integration_usual"] - p["economy"] * p["economy_usual"]
        for name in ("lithuania", "nato", "poland", "ukraine"):
            actor = by[name]
            front = name in ("lithuania", "poland")
            kept = actor.memory * 0.5 ** (1.0 / p["memory_half_life"])
            actor.memory = clip(kept + p["surprise"] * (max(self.anomaly - before, 0.0) + actor.clash))
            worry = (p["exercise"] * actor.exercise_near + p["anomaly"] * self.anomaly + p["rhetoric"] * words + p["memory"] * actor.memory
                     + p["erraticism"] * by["belarus"].erraticism * front + merging + p["intent"] * p["intent_doubt"]
                     - p["reassurance"] * comfort)  # fmt: skip
            weight = p["alliance"] if name == "nato" else p["front_line"]
            actor.settle(logistic(p["base"] + weight * worry))
        counter = max(by[n].counter_exercise for n in ("lithuania", "nato", "poland", "ukraine"))
        vigilance = (by["lithuania"].vigilance + by["poland"].vigilance) / 2
        doings = p["patron_posture"] * clip(by["nato"].posture) + p["patron_vigilance"] * vigilance
        doings += p["patron_counter"] * counter
        aim = logistic(p["patron_base"] + p["spiral_to_patron"] * doings + p["patron_relations"] * (1.0 - self.relations) / 2.0)
        for name in ("belarus", "russia"):
            by[name].settle(aim)

    def escalate(self) -> None:
        """Tension and the ladder."""
        p, by = self.parameters["escalation"], self.by_name
        aim = clip(p["tension_threat"] * (by["lithuania"].threat + by["poland"].threat) / 2
                   + p["tension_rhetoric"] * max(by["belarus"].rhetoric, by["russia"].rhetoric)
                   + p["tension_exercise"] * max(a.exercise_near for a in self.borders))  # fmt: skip
        rate = 1.0 / p["rise_days"] if aim > self.tension else 1.0 / p["fall_days"]
        shock = (p["incident_shock"] * any(a.incident > 0 for a in self.borders)
                 + p["clash_shock"] * any(a.clash > 0 for a in self.borders))  # fmt: skip
        self.tension = clip(relax(self.tension, aim, rate) + shock + self.push)
        for track in self.tracks.values():
            holding = [(level, hold) for level, hold, when in track.rungs if when(self)]
            caused = max((level for level, _ in holding), default=0)
            held, left = max(track.level, caused), track.left - 1.0
            if caused >= track.level and caused > 0:
                track.level, track.left = held, max(hold for level, hold in holding if level == caused)
            elif left <= 0 and held > 0:
                track.level, track.left = held - 1.0, p["step_days"]
            else:
                track.level, track.left = held, max(left, 0.0)
            if track.level == 0:
                track.left = 0.0
            self.esc_max = max(self.esc_max, track.level)

    def measure(self) -> None:
        """Take the day into account."""
        now = {"tension": self.tension, "threat": self.by_name["nato"].threat, "rhetoric": self.by_name["belarus"].rhetoric,
               "guests": self.guests, "border": self.tracks["border"].level}  # fmt: skip
        for name, value in now.items():
            self.sums[name] += value
        self.tension_max, self.guests_max = max(self.tension_max, self.tension), max(self.guests_max, self.guests)

    def mean(self, name: str) -> float:
        """Return the mean of a variable over the days."""
        return self.sums[name] / self.numbers["days"]


MEASURES: dict[str, Callable[[Subset], float]] = {
    "tension_end": lambda m: m.tension,
    "tension_mean": lambda m: m.mean("tension"),
    "tension_max": lambda m: m.tension_max,
    "threat_poland": lambda m: m.by_name["poland"].threat,
    "threat_russia": lambda m: m.by_name["russia"].threat,
    "threat_mean": lambda m: m.mean("threat"),
    "rhetoric_belarus": lambda m: m.mean("rhetoric"),
    "vigilance_nato": lambda m: m.by_name["nato"].vigilance,
    "guests_max": lambda m: m.guests_max,
    "guests_mean": lambda m: m.mean("guests"),
    "incidents": lambda m: m.incidents,
    "esc_max": lambda m: m.esc_max,
    "border_mean": lambda m: m.mean("border"),
    "unintended": lambda m: m.unintended,
}
