"""The actors of the subset as idiomatic Mesa: their rules, what they feel and what they do, in scalar Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mesa

LN2 = 0.6931471805599453


def clip(x: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return x held between two numbers."""
    return min(max(x, low), high)


def relax(x: float, target: float, rate: float) -> float:
    """Return x a day closer to a target."""
    return x + (1.0 - math.exp(-rate)) * (target - x)


def logistic(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    return 1.0 / (1.0 + math.exp(-x))


class Rule:
    """A candidate order: what it does, when it may be considered, and how attractive it is."""

    def __init__(self, action: str, weight: Callable[[Actor], float], when: Callable[[Actor], bool] | None = None,
                 target: str = "") -> None:  # fmt: skip
        self.action, self.weight, self.when, self.target = action, weight, when, target


def long_ago(action: str, days: int) -> Callable[[Actor], bool]:
    """Return a condition: more than so many days since the actor last took an action."""
    return lambda a: a.since.get(action, 9999) > days


RULES: dict[str, list[list[Rule]]] = {
    "russia": [
        [Rule("threaten", lambda a: 1.1 * a.threat - 0.6 + 0.4 * a.model.by_name["nato"].vigilance),
         Rule("reassure", lambda a: 0.5 - a.threat + 0.3 * a.model.tension, long_ago("reassure", 13))],
        [Rule("provoke", lambda a: 0.8 * a.threat - 0.7 * a.hotline,
              lambda a: a.model.tension > 0.3 and a.since.get("provoke", 9999) > 20, "poland"),
         Rule("restrain", lambda a: 0.9 * a.model.tension - 0.5 * a.threat)],
        [Rule("calm", lambda a: 0.8 * a.model.tension - 0.2, lambda a: a.model.tracks["border"].level > 2)],
    ],
    "belarus": [
        [Rule("threaten", lambda a: 0.9 * a.threat + 0.4 * a.erraticism - 0.7),
         Rule("reassure", lambda a: 0.2 - 0.5 * a.rhetoric, lambda a: a.model.tension > 0.4)],
        [Rule("provoke", lambda a: 0.8 * a.erraticism * a.model.tension + 0.3 * a.rhetoric - 0.3, long_ago("provoke", 13),
              "lithuania"),
         Rule("restrain", lambda a: 0.5 * a.model.tension - 0.3)],
    ],
    "nato": [
        [Rule("reassure", lambda a: 0.6 * a.model.tension - 0.2 * a.threat, lambda a: a.model.tension > 0.3)],
        [Rule("watch", lambda a: 1.2 * a.threat - 0.8 * a.vigilance),
         Rule("drill", lambda a: a.threat + 0.5 * max(a.model.by_name["russia"].rhetoric, a.model.by_name["belarus"].rhetoric)
              - 0.7, lambda a: a.since.get("drill", 9999) > 27 and a.threat > 0.4)],
        [Rule("calm", lambda a: 0.7 * a.model.tension - 0.1, lambda a: a.model.tension > 0.35)],
    ],
    "ukraine": [
        [Rule("threaten", lambda a: 0.4 * a.threat - 0.4)],
        [Rule("watch", lambda a: a.threat - 0.7 * a.vigilance),
         Rule("drill", lambda a: 0.9 * a.threat - 0.5, long_ago("drill", 20))],
    ],
}  # fmt: skip
RULES["poland"] = RULES["lithuania"] = [
    [Rule("threaten", lambda a: 0.7 * a.threat - 0.6 + 0.2 * a.model.by_name["belarus"].rhetoric)],
    [Rule("watch", lambda a: 1.1 * a.threat - 0.6 * a.vigilance),
     Rule("restrain", lambda a: 0.4 + 0.5 * a.roe_clarity - 0.4 * a.threat, lambda a: a.incident > 0 or a.model.tension > 0.5)],
    [Rule("calm", lambda a: 0.5 * a.model.tension - 0.3 * a.threat, lambda a: a.model.tension > 0.5)],
]  # fmt: skip


class Actor(mesa.Agent):
    """A state or the alliance."""

    def __init__(self, model: Any, name: str, first: dict[str, float], temperature: float) -> None:
        super().__init__(model)
        self.name, self.temperature = name, temperature
        for field, value in first.items():
            setattr(self, field, value)
        self.rules = RULES[name]
        self.since: dict[str, int] = {}
        self.push: dict[str, float] = {}
        self.counter_exercise = self.incident = self.clash = self.exercise_near = self.force_near = 0.0
        self.urgent = False

    def decide(self) -> None:
        """Choose one order per channel by quantal response."""
        if self.model.day % 7 and not self.urgent:
            return
        for channel in self.rules:
            best, top = None, self.temperature * self.gumbel()
            for rule in channel:
                if rule.when is None or rule.when(self):
                    score = rule.weight(self) + self.temperature * self.gumbel()
                    if score > top:
                        best, top = rule, score
            if best is not None:
                self.model.table.append((self, best))

    def gumbel(self) -> float:
        """Draw a standard Gumbel number."""
        return -math.log(-math.log(self.random.random()))

    def talk(self) -> None:
        """Rhetoric, reassurance and credibility are a day older."""
        p = self.model.parameters["rhetoric"]
        base = p["tone"] * self.threat
        if self.name == "belarus":
            base += p["enemy_need"] * (1.0 - self.legitimacy)
        self.rhetoric = clip(relax(self.rhetoric, base, LN2 / p["half_life"]) + self.push.get("rhetoric", 0.0))
        self.reassurance = clip(relax(self.reassurance, 0.0, LN2 / p["half_life"]) + self.push.get("reassure", 0.0))
        self.credibility = clip(relax(self.credibility, p["credibility_norm"], 1.0 / p["credibility_days"]))

    def watch(self) -> None:
        """Vigilance and counter-exercises are a day older."""
        p = self.model.parameters["posture"]
        aim = clip(p["vigilance_base"] + p["vigilance_threat"] * self.threat + p["vigilance_anomaly"] * self.model.anomaly)
        rate = 1.0 / p["rise_days"] if aim > self.vigilance else 1.0 / p["fall_days"]
        self.vigilance = clip(relax(self.vigilance, aim, rate) + self.push.get("vigilance", 0.0))
        faded = self.counter_exercise * 0.5 ** (1.0 / p["counter_half_life"])
        self.counter_exercise = clip(faded + self.push.get("counter_exercise", 0.0))

    def settle(self, aim: float) -> None:
        """Move the sense of threat towards its aim."""
        p = self.model.parameters["threat"]
        rate = 1.0 / p["rise_days"] if aim > self.threat else 1.0 / p["fall_days"]
        shock = p["incident_shock"] * min(self.incident, 1.0) + p["clash_shock"] * self.clash
        self.threat = clip(relax(self.threat, aim, rate) + shock)

    def border(self, far: float) -> None:
        """Incidents and clashes at its border have happened today or not."""
        model, p = self.model, self.model.parameters["incidents"]
        push = self.push.get("provoke", 0.0) - self.push.get("restraint", 0.0) - far
        self.provoked = clip(self.provoked * 0.5 ** (1.0 / p["provoked_half_life"]) + push, -1.0, 1.0)
        density = clip(p["density_base"] + p["density_exercise"] * self.exercise_near
                       + p["density_force"] * self.force_near / (self.force_near + p["force_half"]))  # fmt: skip
        erratic = 1.0 + p["erratic_gain"] * model.by_name["belarus"].erraticism
        natural = (p["rate"] * density * (p["tension_floor"] + model.tension) * erratic
                   * (1.0 + p["exercise_boost"] * self.exercise_near))  # fmt: skip
        rate = natural * math.exp(-p["restraint_gain"] * max(-self.provoked, 0.0)) + p["provoked_rate"] * max(self.provoked, 0.0)
        none, luck = math.exp(-rate), self.random.random()
        self.incident = float((luck > none) + (luck > none + none * rate) + (luck > none + none * rate + none * rate * rate / 2))
        clear = self.roe_clarity + p["far_side"] * (model.by_name["belarus"].roe_clarity - self.roe_clarity)
        act, worse = self.random.random(), self.random.random()
        rogue = self.incident > 0 and act < p["unauthorised_share"] * (1.0 - p["roe_unauthorised"] * clear)
        chance = p["clash_share"] * (1.0 - p["roe_severity"] * clear) * erratic * (0.5 + model.tension)
        chance *= p["unauthorised_severity"] if rogue else 1.0
        self.clash = float(self.incident > 0 and worse < chance)
        model.incidents += self.incident
