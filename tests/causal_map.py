"""The causal map of the source documents as a table: every arrow with a sign, and how a run shows it.

An arrow is tested by two arms that share their luck, replication by replication. The arms differ in ``change`` alone: path ->
(low, high). ``given`` is the same in both. A path is a state field held all through the play (``client.repression``, a role or an
actor, a site or an exercise, dot, field), a number of the scenario (``parameters.incidents.rate``), or a setting of its file
(``exercises.zapad.enabled``, true or a word). ``see`` is an expression over the true state, averaged over the days played. The
policies of the flagship scenario go on deciding in both arms, except where ``given`` or ``change`` holds what they would move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Arrow:
    """One arrow of the map: more of ``cause`` gives more (+1) or less (-1) of ``effect``."""

    cause: str
    sign: int
    effect: str
    change: Mapping[str, tuple[Any, Any]]
    see: str
    given: Mapping[str, Any] = field(default_factory=dict)
    days: int = 42

    @property
    def name(self) -> str:
        """How the map writes it: ``REP + SAN``."""
        return f"{self.cause} {'+' if self.sign > 0 else '-'} {self.effect}"


MAP = """
VOTE + REP    REP + SAN     REP - LEG     REP - WEST    SAN - WEST    WEST - DEP    SAN + MIG     MIG + SAN     MIG + FORT
LEG - NEED    NEED + RHET   RHET + TENS   TENS + LEG    TENS - PROT   PROT - STAB   PROT + REP    LEG + STAB    DEP + LOAN
LOAN + STAB   STAB - DEP    STAB - BASE   DEP + BASE    HEDGE - BASE  HEDGE - DEP   ARMS - MIL    DEP + MIL     MIL - BASE
MIL + DEP     EXER + MIL    EXER + LING   EXER - PROT   LING + BASE   REL + SEC     THR13 + SEC   NORM - SEC    SEC - NORM
SEC + THREAT  SEC + SPREAD  OSINT - SPREAD OSINT + SUPP SUPP - OSINT  SPREAD + THREAT EXER + THREAT BASE + THREAT FORT + INC
TENS + INC    ERR + INC     ROE - INC     INC + TENS    THREAT + NPOST NPOST + RTHR RTHR + EXER   RTHR + BASE   THREAT + REL
UKRN + PRESS  EXER + PRESS  LING + PRESS  PRESS + UCTR  UCTR + TENS   PRESS + INV   TENS + INV    STAB - COLL   COLL + BASE
COLL + TENS
"""  # the signs of the map; "STAB - COLL" is its arrow "below threshold"

DRILL = ("exercises.zapad.enabled", (False, True))
PRESENCE = "grodno.basing + brest.basing + baranovichi.basing"
AGENDA = " + ".join(
    f"agreed({item})" for item in ("training_centre", "rotation", "permanent_base", "rotation_brest", "permanent_base_brest")
)
FORTIFIED = "mean(frontline.fortification) + mean(frontline.emergency)"
ACCIDENTS = "total(frontline.unauthorised) + total(frontline.clash)"
INCIDENTS = "total(frontline.incident_rate)"
THREAT = "mean(frontline.threat)"
MANY = {"parameters.incidents.rate": 0.6}  # incidents are rare; with many of them a few weeks show what they do
WAR = {
    "actors.russia.policy": ["coercer"],
    "russia.intent": 1.0,
    "parameters.pressure.required_force": 3000.0,
    "exercises.zapad.parts.belarus.troops": 30000.0,
    "exercises.zapad.parts.belarus.contingents.russia": 0.8,
}  # a patron that may attack a little, with the force for it
BASE = {"actors.russia.policy": ["kremlin"], "policies.kremlin.let.formality": 0.95, "policies.kremlin.let.sufficiency": 1.0}
HIDDEN = {"exercises.zapad.parts.belarus.undeclared_sites": ["brestsky", "domanovsky"]}

ARROWS = (
    # The regime and the West
    Arrow("VOTE", 1, "REP", {"actors.belarus.initial.protest": (0.1, 0.5)}, "client.repression",
          {"actors.belarus.initial.repression": 0.4}),
    Arrow("PROT", 1, "REP", {"client.protest": (0.1, 0.3)}, "client.repression", {"actors.belarus.initial.repression": 0.5}),
    Arrow("REP", 1, "SAN", {"client.repression": (0.55, 0.9)}, "client.sanctions + client.sanctions_pending"),
    Arrow("REP", -1, "LEG", {"client.repression": (0.7, 0.8)}, "client.legitimacy"),
    Arrow("REP", -1, "WEST", {"client.repression": (0.7, 0.8)}, "client.west_option"),
    Arrow("SAN", -1, "WEST", {"client.sanctions": (0.5, 0.6)}, "client.west_option"),
    Arrow("WEST", -1, "DEP", {"client.west_option": (0.05, 0.15)}, "client.dependence"),
    Arrow("SAN", 1, "MIG", {"client.sanctions": (0.4, 0.6)}, "total(frontline.migrant_flow)"),
    Arrow("MIG", 1, "SAN", {"frontline.migrant_flow": (10.0, 100.0)}, "client.sanctions + client.sanctions_pending"),
    Arrow("MIG", 1, "FORT", {"frontline.migrant_flow": (10.0, 100.0)}, FORTIFIED),
    Arrow("LEG", -1, "NEED", {"client.legitimacy": (0.2, 0.3)}, "client.rhetoric"),
    Arrow("NEED", 1, "RHET", {"policies.minsk.let.enemy_need": (0.4, 0.7)}, "client.rhetoric"),
    Arrow("RHET", 1, "TENS", {"client.rhetoric": (0.4, 0.5)}, "tension"),
    Arrow("TENS", 1, "LEG", {"tension": (0.2, 0.3)}, "client.legitimacy"),
    Arrow("TENS", -1, "PROT", {"tension": (0.3, 0.4)}, "client.protest"),
    Arrow("PROT", -1, "STAB", {"client.protest": (0.05, 0.1)}, "client.stability"),
    Arrow("LEG", 1, "STAB", {"client.legitimacy": (0.2, 0.25)}, "client.stability"),
    # a loan follows a signature, and terms are haggled over for months; without that a few months show what dependence does
    Arrow("DEP", 1, "LOAN", {"client.dependence": (0.6, 0.9)}, "client.loans", {"parameters.bargaining.haggle_days": 5.0}, days=168),
    Arrow("LOAN", 1, "STAB", {"client.credit": (0.4, 0.5)}, "client.stability"),
    Arrow("STAB", -1, "DEP", {"client.stability": (0.5, 0.6)}, "client.dependence"),
    Arrow("STAB", -1, "COLL", {"client.stability": (0.05, 0.4)}, "max(client.collapsed, client.intervention, client.takeover)"),
    # Presence and integration
    # the ladder itself: where the regime all but falls, the patron takes its presence and nothing is asked for or signed
    Arrow("STAB", -1, "BASE", {"client.stability": (0.15, 0.85)}, PRESENCE, days=84),
    Arrow("DEP", 1, "BASE", {"client.dependence": (0.6, 0.9)}, AGENDA),
    Arrow("HEDGE", -1, "BASE", {"client.hedging": (0.1, 0.9)}, AGENDA, days=84),
    Arrow("HEDGE", -1, "DEP", {"client.hedging": (0.3, 0.5)}, "client.dependence", {"actors.belarus.initial.dependence": 0.6}),
    Arrow("ARMS", -1, "MIL", {"client.arms_days": (200.0, 20.0)}, "client.integ_mil"),
    Arrow("DEP", 1, "MIL", {"client.dependence": (0.7, 0.8)}, "client.integ_mil"),
    Arrow("MIL", -1, "BASE", {"client.integ_mil": (0.5, 0.8)}, "asked(permanent_base) + agreed(permanent_base)",
          {**BASE, "client.dependence": 0.8}, days=84),
    Arrow("MIL", 1, "DEP", {"client.integ_mil": (0.6, 0.7)}, "client.dependence"),
    Arrow("LING", 1, "BASE", {"zapad.stay_share": (0.05, 0.6)}, "brestsky.basing + obuz_lesnovsky.basing",
          {"parameters.basing.linger_days": 20.0}, days=84),
    Arrow("COLL", 1, "BASE", {"client.intervention": (0.0, 1.0)}, PRESENCE, days=84),
    Arrow("COLL", 1, "TENS", {"client.takeover": (0.0, 1.0)}, "tension", days=84),
    # The exercise
    Arrow("EXER", 1, "MIL", dict([DRILL]), "client.integ_mil"),
    Arrow("EXER", 1, "LING", dict([DRILL]), "guest_troops", days=84),
    Arrow("EXER", -1, "PROT", dict([DRILL]), "client.protest"),
    Arrow("EXER", 1, "THREAT", dict([DRILL]), THREAT),
    Arrow("EXER", 1, "PRESS", dict([DRILL]), "ukraine.pressure"),
    # Secrecy and what is seen
    Arrow("REL", 1, "SEC", {"initial.relations": (-0.4, -0.8)}, "-transparency_index"),
    Arrow("THR13", 1, "SEC", {"parameters.declaration.observe_level": (25000.0, 13000.0)}, "zapad.declaration_ratio"),
    Arrow("NORM", -1, "SEC", {"initial.norm_strength": (0.3, 0.6)}, "-transparency_index"),
    Arrow("SEC", -1, "NORM", {"exercises.zapad.declaration": ("honest", "strategic")}, "norm_strength"),
    Arrow("SEC", 1, "THREAT", {"exercises.zapad.declaration": ("honest", "withheld")}, THREAT),
    Arrow("SEC", 1, "SPREAD", {"exercises.zapad.declaration": ("honest", "withheld")}, "est_spread"),
    # while they come and stay; when they leave, the numbers of two weeks are those of different days, and a good watch sees it first
    Arrow("OSINT", -1, "SPREAD", {"sensors.satellites.rate": (0.05, 0.5)}, "est_spread", days=18),
    # tension is held: a find also alarms the neighbours, which by way of fear, protest and repression lowers suppression a very little
    Arrow("OSINT", 1, "SUPP", {"sensors.satellites.finds_sites": (0.0, 0.1)}, "client.suppression", {**HIDDEN, "tension": 0.4}),
    Arrow("SUPP", -1, "OSINT", {"client.suppression": (0.2, 0.7)}, "opposition.seen_low / opposition.seen_high"),
    Arrow("SPREAD", 1, "THREAT", {"frontline.belief_sd": (0.2, 0.3)}, THREAT),
    Arrow("BASE", 1, "THREAT", {"grodno.basing_public": (2.0, 3.0)}, THREAT),
    # Accidents
    Arrow("FORT", 1, "INC", {"frontline.fortification": (0.2, 0.3)}, INCIDENTS),
    Arrow("TENS", 1, "INC", {"tension": (0.3, 0.4)}, INCIDENTS),
    Arrow("ERR", 1, "INC", {"client.erraticism": (0.5, 0.6)}, INCIDENTS),
    Arrow("ROE", -1, "INC", {"frontline.roe_clarity": (0.3, 0.9)}, ACCIDENTS, MANY),
    Arrow("INC", 1, "TENS", {"parameters.incidents.rate": (0.1, 0.6)}, "tension"),
    # The alliance
    Arrow("THREAT", 1, "NPOST", {"nato.threat": (0.4, 0.5), "members.threat": (0.4, 0.5)}, "nato.posture"),
    Arrow("NPOST", 1, "RTHR", {"nato.posture": (0.5, 0.6)}, "patron.threat"),
    Arrow("RTHR", 1, "EXER", {"patron.threat": (0.6, 0.8)}, "patron.posture"),
    Arrow("MIRROR", 1, "BASE", {"mirror": (0.3, 0.9)}, AGENDA, days=84),
    Arrow("THREAT", 1, "REL", {"members.threat": (0.3, 0.4)}, "-relations"),
    # The target
    Arrow("UKRN", 1, "PRESS", {"target_progress": (0.2, 0.3)}, "ukraine.pressure"),
    Arrow("LING", 1, "PRESS", {"zapad.stay_share": (0.05, 0.6)}, "ukraine.pressure", days=84),
    Arrow("PRESS", 1, "UCTR", {"ukraine.pressure": (0.2, 0.6)}, "ukraine.counter_exercise",
          {"ukraine.exercise_near": 0.4, "anomaly": 0.45, "policies.kyiv.let.drill_back": 0.1}, days=84),
    Arrow("UCTR", 1, "TENS", {"ukraine.counter_exercise": (0.0, 1.0)}, "tension"),
    Arrow("PRESS", 1, "INV", {"ukraine.pressure": (0.0, 1.0)}, "ukraine.invasion > 0", WAR),
    Arrow("TENS", 1, "INV", {"tension": (0.2, 1.0)}, "ukraine.invasion > 0", WAR),
)  # fmt: skip

BESIDES = {"MIRROR + BASE"}  # what the label of RTHR + BASE says: the pull to match the alliance's forward presence

LEFT_OUT = {
    "RTHR + BASE": "what the patron asks for follows its pull to mirror, and that the other side's posture, not its own threat",
}
