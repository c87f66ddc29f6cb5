"""The contract of a policy: from an actor's view to its choice. Nothing else goes in, nothing else comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wargame.scenario.schema import Policy as PolicySpec
from wargame.world.menu import Choice
from wargame.world.view import View


@dataclass(frozen=True)
class Traits:
    """What is true of a kind of policy; the contract test holds it to it."""

    says: str
    stochastic: bool
    needs_rules: bool
    traced: bool = True  # it can be played on symbols (see wargame.engine.program): its choice is a formula of the view
    weighs: bool = False  # by the weights of its rules, so that a choice has the chance that quantal response gives it


class Policy(Protocol):
    """Chooses, in every run of the view at once, at most one order per DIME channel."""

    traits: Traits

    def choose(self, view: View) -> Choice:
        """Return the choice; the view is not changed, and the choice of a run depends on that run alone."""


class Maker(Protocol):
    """Makes a policy of its kind from its entry in the scenario (already joined with what it extends)."""

    traits: Traits

    def __call__(self, spec: PolicySpec) -> Policy: ...
