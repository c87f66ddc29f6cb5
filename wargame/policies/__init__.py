"""How actors choose: a registry of kinds of policy, one file per kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from wargame.policies.base import Maker, Policy
from wargame.policies.chance import Chance
from wargame.policies.human import Human
from wargame.policies.logit import Logit
from wargame.policies.rollout import Rollout
from wargame.policies.scripted import Scripted
from wargame.scenario.schema import Policy as PolicySpec

KINDS: dict[str, Maker] = {
    "human": Human,
    "logit": Logit,
    "random": Chance,
    "rollout": Rollout,
    "scripted": Scripted,
}


def make_policy(kind: str, staff: str, spec: PolicySpec, turns: Mapping[dt.date, Sequence[object]]) -> Policy:
    """Return a policy of a kind; of kind ``human`` one whose staff is of another kind, with the days decided by hand."""
    return Human(spec, KINDS[staff](spec), turns) if kind == "human" else KINDS[kind](spec)
