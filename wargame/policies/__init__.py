"""How actors choose: a registry of kinds of policy, one file per kind."""

from __future__ import annotations

from wargame.policies.base import Maker
from wargame.policies.chance import Chance
from wargame.policies.logit import Logit
from wargame.policies.scripted import Scripted

KINDS: dict[str, Maker] = {
    "logit": Logit,
    "random": Chance,
    "scripted": Scripted,
}
