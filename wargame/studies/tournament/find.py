"""A tournament of policies: what every actor gets at every combination of policies, and what follows from it.

Luck is shared by all combinations, so whether one policy is better than another is judged by the mean of their paired differences
with its 95 % interval: *clearly* better where the interval leaves out 0, or where it is better in every run. An equilibrium of
the means may be one by luck alone; how often it remains one when the replications are drawn again with replacement says how far
to trust it.

Source: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993); Walsh, Das, Tesauro & Kephart, "Analyzing complex
strategic interactions in multi-agent systems", AAAI workshop (2002), for games made of simulations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from wargame.engine.draws import Draws
from wargame.engine.types import Array
from wargame.errors import mistake
from wargame.scenario.display import Display, Facts, counted, listed
from wargame.scenario.words import percent
from wargame.studies.statistics.missing import Interval, of_difference, of_mean, of_share
from wargame.studies.sweep.find.results import Results
from wargame.studies.sweep.plan.study import shares
from wargame.studies.tournament.games import (
    MixedEquilibrium,
    Profile,
    best_replies,
    mixed_equilibria,
    pure_equilibria,
    regrets,
    ties,
)
from wargame.studies.tournament.plan import Player

RESAMPLES = 1000
GROUPS = 1000  # of more replications, as many groups are resampled
CLEARLY, ON_MEANS, WEAKLY = "clearly", "on the means", "weakly"


@dataclass(frozen=True)
class Change:
    """One actor alone takes another policy: what it gains by that (below 0: loses), over paired runs."""

    player: int
    to: int
    gain: Interval

    @property
    def better(self) -> bool:
        """Whether it clearly gains."""
        return self.gain.sign > 0

    @property
    def worse(self) -> bool:
        """Whether it clearly loses."""
        return self.gain.sign < 0

    @property
    def same(self) -> bool:
        """Whether the two give the same in every run."""
        return self.gain.mean == 0 and self.gain.sd == 0


@dataclass(frozen=True)
class Equilibrium:
    """A combination that nobody clearly gains by leaving alone.

    ``best``: an equilibrium of the mean payoffs. ``share``: of the resamples in which it is one. ``rivals``: the changes that
    luck may hide: those whose interval does not lie below 0.
    """

    profile: Profile
    best: bool
    share: float
    rivals: tuple[Change, ...]

    @property
    def clear(self) -> bool:
        """Whether every change clearly loses."""
        return not self.rivals


@dataclass(frozen=True)
class Dominance:
    """A policy that another is better than whatever the others do: ``how`` sure, ``least`` the smallest mean difference."""

    player: int
    worse: int
    better: int
    how: str
    least: float


@dataclass(frozen=True)
class Regret:
    """What a policy may cost its actor against the best reply, over the combinations of the others: mean and worst; and the
    least it gets (its guarantee).
    """

    player: int
    alternative: int
    mean: float
    worst: float
    least: float


@dataclass(frozen=True, repr=False)
class Tournament(Display):
    """Payoffs of a tournament: ``samples[player][profile]`` holds one number per replication."""

    players: tuple[Player, ...]
    samples: Array  # (players, *alternatives, replications)
    binary: tuple[bool, ...]  # which payoffs are 0 or 1

    def _facts(self) -> Facts:
        told = {player.actor: f"{listed(player.alternatives)} (wants {player.wants})" for player in self.players}
        return f"Tournament: {counted(self.replications, 'run')} of every combination of policies", told

    @property
    def shape(self) -> Profile:
        """How many alternatives each player has."""
        return tuple(len(player.alternatives) for player in self.players)

    @property
    def replications(self) -> int:
        """Replications of every profile."""
        return int(self.samples.shape[-1])

    def profiles(self) -> Iterator[Profile]:
        """Yield every profile in the order of the cases."""
        yield from np.ndindex(*self.shape)

    @cached_property
    def means(self) -> Array:
        """Mean payoffs, shape ``(players, *alternatives)``."""
        return np.asarray(self.samples.mean(axis=-1))

    def payoff(self, player: int, profile: Profile) -> Interval:
        """Return a player's mean payoff with its interval."""
        return (of_share if self.binary[player] else of_mean)(self.samples[player][profile])

    @cached_property
    def regrets(self) -> Array:
        """What each player would gain by its best reply, shape ``(players, *alternatives)``."""
        return regrets(self.means)

    @cached_property
    def replies(self) -> Any:
        """Where each player's policy is a best reply on the means, shape ``(players, *alternatives)``."""
        return best_replies(self.means)

    def change(self, profile: Profile, player: int, to: int) -> Change:
        """Return what a player gains at a profile by taking another policy."""
        other = (*profile[:player], to, *profile[player + 1 :])
        here, there = self.samples[player][profile], self.samples[player][other]
        return Change(player, to, of_difference(here, there, share=self.binary[player]))

    def changes(self, profile: Profile) -> Iterator[Change]:
        """Yield every change that one player alone can make at a profile."""
        for player, count in enumerate(self.shape):
            for to in range(count):
                if to != profile[player]:
                    yield self.change(profile, player, to)

    @cached_property
    def stable(self) -> tuple[Equilibrium, ...]:
        """The profiles that nobody clearly gains by leaving: equilibria of the means first, the surest first."""
        pure, found = set(pure_equilibria(self.means)), []
        for profile in self.profiles():
            every = list(self.changes(profile))
            if profile in pure or not any(change.better for change in every):
                rivals = tuple(change for change in every if not change.worse)
                found.append(Equilibrium(profile, profile in pure, float(self.shares[profile]), rivals))
        return tuple(sorted(found, key=lambda one: (not one.best, -one.share, one.profile)))

    @property
    def equilibria(self) -> tuple[Equilibrium, ...]:
        """The equilibria of the mean payoffs in pure strategies."""
        return tuple(one for one in self.stable if one.best)

    @cached_property
    def resampled(self) -> Any:
        """Where each profile is an equilibrium in each resample of the replications, shape ``(resamples, *alternatives)``."""
        groups = min(self.replications, GROUPS)
        edges = np.linspace(0, self.replications, groups + 1).round().astype(np.int64)
        sums = np.add.reduceat(self.samples, edges[:-1], axis=-1)
        sizes = np.diff(edges)
        luck = Draws(0, range(groups))
        near = ties(self.means)
        found = np.empty((RESAMPLES, *self.shape), dtype=np.bool_)
        for b in range(RESAMPLES):
            drawn = np.floor(luck.uniform("bootstrap.tournament", b) * groups).astype(np.int64)
            count = np.bincount(drawn, minlength=groups)
            means = (sums * count).sum(axis=-1) / (sizes * count).sum()
            found[b] = (regrets(means) <= near).all(axis=0)
        return found

    @cached_property
    def shares(self) -> Array:
        """The share of the resamples in which each profile is an equilibrium, shape ``alternatives``."""
        return np.asarray(self.resampled.mean(axis=0))

    @property
    def none(self) -> float:
        """The share of the resamples that have no equilibrium in pure strategies."""
        axes = tuple(range(1, self.resampled.ndim))
        return float(1.0 - self.resampled.any(axis=axes).mean())

    @cached_property
    def mixed(self) -> tuple[MixedEquilibrium, ...] | None:
        """The extreme equilibria of two players, pure ones among them; None for more players, or too large a game."""
        if len(self.players) != 2:
            return None
        found = mixed_equilibria(self.means[0], self.means[1])
        return None if found is None else tuple(found)

    @cached_property
    def dominated(self) -> tuple[Dominance, ...]:
        """The policies that another one dominates, each with the one that does it most surely."""
        found = []
        for player, count in enumerate(self.shape):
            for worse in range(count):
                over = [one for better in range(count) if better != worse and (one := self._dominance(player, worse, better))]
                if over:
                    found.append(min(over, key=lambda one: ((CLEARLY, ON_MEANS, WEAKLY).index(one.how), -one.least)))
        return tuple(found)

    def _dominance(self, player: int, worse: int, better: int) -> Dominance | None:
        own = np.moveaxis(self.means[player], player, 0)
        difference = own[better] - own[worse]
        near = float(ties(self.means)[player].item())
        if difference.min() < -near or difference.max() <= near:
            return None
        least = float(difference.min())
        if least <= near:
            return Dominance(player, worse, better, WEAKLY, max(least, 0.0))
        at = (profile for profile in self.profiles() if profile[player] == worse)
        sure = all(self.change(profile, player, better).better for profile in at)
        return Dominance(player, worse, better, CLEARLY if sure else ON_MEANS, least)

    def dominant(self, player: int) -> tuple[int, str] | None:
        """Return the policy that dominates all others of a player, and how surely; None when there is none."""
        count = self.shape[player]
        for better in range(count):
            over = [self._dominance(player, worse, better) for worse in range(count) if worse != better]
            if all(over):
                how = [one.how for one in over if one is not None]
                return better, next(one for one in (WEAKLY, ON_MEANS, CLEARLY) if one in how)
        return None

    def regret(self, player: int) -> list[Regret]:
        """Return the regrets of a player's policies."""
        lost = np.moveaxis(self.regrets[player], player, 0).reshape(self.shape[player], -1)
        got = np.moveaxis(self.means[player], player, 0).reshape(self.shape[player], -1)
        return [
            Regret(player, i, float(lost[i].mean()), float(lost[i].max()), float(got[i].min())) for i in range(self.shape[player])
        ]

    def better_for_all(self, profile: Profile) -> list[Profile]:
        """Return the profiles at which every player clearly gets more than at this one."""
        return [
            other
            for other in self.profiles()
            if all(
                of_difference(own[profile], own[other], share=share).sign > 0
                for own, share in zip(self.samples, self.binary, strict=True)
            )
        ]


def _check_payoff(results: Results, player: Player) -> None:
    table = results.table(player.measure)
    gone = np.isnan(table)
    if gone.any():
        worst = int(gone.mean(axis=1).argmax())
        what = (
            f"{player.measure} is {results.spec(player.measure).absent} in {percent(float(gone.mean()))} of the runs "
            f"({percent(float(gone[worst].mean()))} with {results.cases[worst].name}), and a payoff must be a number in "
            "every run; say in the scenario what it is worth there, or take another measure"
        )
        raise mistake(what, file=f"--payoff {player.actor}")


def tournament_of(results: Results, players: tuple[Player, ...]) -> Tournament:
    """Return the tournament in the results of its sweep, whose cases are the profiles in order.

    Raises :class:`InputError` for a payoff that is missing in some run: what it is worth then is for the scenario to say.
    """
    for player in players:
        _check_payoff(results, player)
    shape = tuple(len(player.alternatives) for player in players)
    samples = [player.sign * results.table(player.measure).reshape(*shape, -1) for player in players]
    known = shares(results.study)
    return Tournament(players, np.stack(samples), tuple(player.measure in known and player.sign > 0 for player in players))
