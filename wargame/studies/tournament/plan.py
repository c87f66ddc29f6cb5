"""From the actors of a tournament to its cases: every combination of their policies, on the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, allowed, did_you_mean, got, mistake
from wargame.scenario.schema import Scenario
from wargame.studies.sweep.plan.case_names import shown
from wargame.studies.sweep.plan.designs import relabelled, split
from wargame.studies.sweep.plan.planning import plan_sweep
from wargame.studies.sweep.plan.study import MOST_SCENARIOS, Opener, Study

MEASURE = "payoff_{actor}"


@dataclass(frozen=True)
class Player:
    """An actor of a tournament: its alternatives, and the measure that it wants more of (less of, when ``sign`` is -1)."""

    actor: str
    name: str
    alternatives: tuple[str, ...]
    measure: str
    sign: int = 1

    @property
    def path(self) -> str:
        """The lever that sets its policy."""
        return policy_path(self.actor)

    @property
    def wants(self) -> str:
        """The measure as it is written after ``--payoff``."""
        return f"{'-' if self.sign < 0 else ''}{self.measure}"


def policy_path(actor: str) -> str:
    """Return the path that sets an actor's policy."""
    return f"actors.{actor}.policy"


def plan_tournament(
    base: Bound, open_with: Opener, actors: Sequence[str], *, runs: int, seed: int = 0, policies: Sequence[str] = (),
    payoffs: Sequence[str] = (), uncertain: bool = False, block: int = 1000,
) -> tuple[Study, tuple[Player, ...]]:  # fmt: skip
    """Return the study of a tournament and its players.

    ``policies`` are texts ``ACTOR=p,q,r`` (``p+q``: two policies joined), ``payoffs`` texts ``ACTOR=MEASURE`` or
    ``ACTOR=-MEASURE`` (less is better). Without them an actor's alternatives are the values of the scenario's levers on its
    policy, or else every policy of the same family that fits it; its payoff is ``payoff_ACTOR``. Raises :class:`InputError`.
    """
    _check_actors(base.scenario, actors)
    chosen = _by_actor("--policies", policies, actors)
    wanted = _by_actor("--payoff", payoffs, actors)
    measures = {actor: _measure(base, actor, wanted.get(actor, "")) for actor in actors}
    levers = {
        actor: _chosen(base, open_with, actor, chosen[actor]) if actor in chosen else _offered(base, open_with, actor)
        for actor in actors
    }
    if (count := prod(map(len, levers.values()))) > MOST_SCENARIOS:
        what = f"{count:,} combinations of policies; at most {MOST_SCENARIOS} are allowed: choose fewer with --policies ACTOR=p,q"
        raise mistake(what, file="--actors")
    vary = {policy_path(actor): list(values) for actor, values in levers.items()}
    study = plan_sweep(base, open_with, runs=runs, seed=seed, vary=vary, uncertain=uncertain, block=block)
    return study, players_of(study, measures)


def players_of(study: Study, measures: Mapping[str, tuple[str, int]]) -> tuple[Player, ...]:
    """Return the players of a study that is a tournament; ``measures`` are their payoffs, as name and sign."""
    return tuple(
        Player(actor, study.base.scenario.actors[actor].name, tuple(map(shown, lever.values)), *measures[actor])
        for lever in study.design.levers
        if (actor := lever.path.split(".")[1])
    )


def signed(text: str) -> tuple[str, int]:
    """Return the measure and the sign of a payoff as it is written after ``--payoff``."""
    return text.removeprefix("-").strip(), -1 if text.startswith("-") else 1


def _check_actors(scenario: Scenario, actors: Sequence[str]) -> None:
    for actor in actors:
        if actor not in scenario.actors:
            near = did_you_mean(actor, scenario.actors) or f"; allowed: {allowed(scenario.actors)}"
            raise mistake(f'unknown actor "{actor}"{near}', file="--actors")
    if len(set(actors)) < len(actors):
        raise mistake(f"the same actor twice (got {','.join(actors)})", file="--actors")
    if len(actors) < 2:
        raise mistake(f"expected two actors or more, such as {','.join(list(scenario.actors)[:2])} (got {got(','.join(actors))})",
                      file="--actors")  # fmt: skip


def _by_actor(flag: str, texts: Sequence[str], actors: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        actor, equals, written = text.partition("=")
        actor, written = actor.strip(), written.strip()
        if not equals or not written:
            raise mistake(f"expected ACTOR={'p,q,r' if flag == '--policies' else 'MEASURE'} (got {got(text)})", file=flag)
        if actor not in actors:
            near = did_you_mean(actor, actors) or f"; allowed: {allowed(actors)}"
            raise mistake(f'"{actor}" is none of the actors of the tournament{near}', file=flag)
        if actor in found:
            raise mistake("given twice", file=f"{flag} {actor}")
        found[actor] = written
    return found


def _measure(base: Bound, actor: str, written: str) -> tuple[str, int]:
    name, sign = signed(written or MEASURE.format(actor=actor))
    known = [measure.name for measure in base.measures]
    if name not in known:
        if written:
            near = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f'unknown measure "{name}"{near}', file=f"--payoff {actor}")
        what = f"{base.scenario.name} has no measure {name}; say what {actor} wants with --payoff {actor}=MEASURE (or -MEASURE, "
        raise mistake(f"{what}if less is better); measures: {allowed(known)}", file="--actors")
    return name, sign


def _chosen(base: Bound, open_with: Opener, actor: str, written: str) -> tuple[Any, ...]:
    """Return the policies that the user has named for an actor, each tried in the scenario."""
    flag, found = f"--policies {actor}", []
    for part in split(written):
        names = [name.strip().replace("-", "_") for name in part.strip().strip("[]").replace("+", ",").split(",")]
        for name in names:
            if name not in base.scenario.policies:
                near = did_you_mean(name, base.scenario.policies) or f"; allowed: {allowed(base.scenario.policies)}"
                raise mistake(f'unknown policy "{name}"{near}', file=flag)
        value: Any = names[0] if len(names) == 1 else names
        if value in found:
            raise mistake(f"{shown(value)} is given twice", file=flag)
        try:
            open_with({policy_path(actor): value})
        except InputError as error:
            raise InputError(relabelled(error, flag)) from None
        found.append(value)
    return _enough(actor, found)


def _offered(base: Bound, open_with: Opener, actor: str) -> tuple[Any, ...]:
    """Return the policies that the scenario's levers set for an actor; without any, those of its family that fit it."""
    levers = [lever for lever in base.scenario.levers.values() if lever.path == policy_path(actor)]
    named = [value for lever in levers for value in lever.values]
    if named:
        return _enough(actor, [value for i, value in enumerate(named) if value not in named[:i]])
    return _enough(actor, [name for name in _family(base, actor) if _fits(open_with, actor, name)])


def _family(base: Bound, actor: str) -> list[str]:
    """Return the policies that an actor follows or might: its own, and those that extend one that its own is made of."""
    own = [name.replace("-", "_") for name in base.scenario.actors[actor].policy]
    made_of = set(base.joined[base.cast.actors.index(actor)].names)
    kin = [name for name, policy in base.scenario.policies.items() if made_of & set(policy.extends)]
    return list(dict.fromkeys([*(own if len(own) == 1 else ()), *kin]))


def _fits(open_with: Opener, actor: str, name: str) -> bool:
    try:
        open_with({policy_path(actor): name})
    except InputError:
        return False
    return True


def _enough(actor: str, values: Sequence[Any]) -> tuple[Any, ...]:
    if len(values) < 2:
        what = f"expected two policies or more to choose from (got {', '.join(map(shown, values)) or 'none'})"
        raise mistake(f"{what}; name them: --policies {actor}=p,q", file=f"--policies {actor}")
    return tuple(values)
