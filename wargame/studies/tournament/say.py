"""A tournament in words, for the terminal and the report, and as data: JSON, a table, a file for Gambit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wargame.scenario.words import percent
from wargame.studies.sweep.find.results import Results
from wargame.studies.tournament.find import CLEARLY, ON_MEANS, WEAKLY, Change, Dominance, Equilibrium, Tournament
from wargame.studies.tournament.games import MixedEquilibrium, Profile, nfg
from wargame.studies.words import between, number

SMALL = 0.02  # of the middle payoff: a player whose payoffs differ less hardly cares
_MOST = 6  # equilibria, rivals or mixtures told one by one
_ROWS = 40  # profiles in the terminal
_HOW = {
    CLEARLY: "",
    ON_MEANS: "; that is so on the means, and luck may hide the opposite",
    WEAKLY: ", or gets as much",
}


def policies(t: Tournament, profile: Profile) -> str:
    """Return a profile in words: ``Actor policy, Actor policy``."""
    return ", ".join(f"{player.name} {player.alternatives[i]}" for player, i in zip(t.players, profile, strict=True))


def finding(t: Tournament) -> list[str]:
    """Return what the tournament found, as sentences; the first is the one to remember."""
    return [*_equilibria(t), *_dominant(t), *_dilemma(t), *_mixing(t), *_small(t)]


def _equilibria(t: Tournament) -> Iterator[str]:
    found = t.equilibria
    what = "pair of policies" if len(t.players) == 2 else "combination of policies"
    if not found:
        yield (
            f"No {what} is stable: whatever the actors do, one of them would gain by changing alone "
            f"(so in {percent(t.none)} of {len(t.resampled):,} resamples of the luck)."
        )
        if near := [one for one in t.stable if one.share >= 0.05][:1]:
            yield f"The nearest to one is {policies(t, near[0].profile)}: stable in {percent(near[0].share)} of the resamples."
        return
    if len(found) == 1:
        yield f"One {what} is stable: {policies(t, found[0].profile)}. {_sure(t, found[0])}"
        return
    yield f"{len(found)} {what.replace('pair', 'pairs').replace('combination', 'combinations')} are stable, on the means."
    for one in found[:_MOST]:
        yield f"{policies(t, one.profile)}: {_sure(t, one)}"
    if len(found) > _MOST:
        yield f"And {len(found) - _MOST} more, in the table."


def _sure(t: Tournament, one: Equilibrium) -> str:
    """Return how sure an equilibrium is."""
    who = "Neither" if len(t.players) == 2 else "None of them"
    lead = f"{who} gains by changing alone; it stays so in {percent(one.share)} of the resamples"
    if one.clear:
        return f"{lead}, and every change clearly loses."
    same = [change for change in one.rivals if change.same]
    near = [change for change in one.rivals if not change.same]
    parts = []
    if same:
        parts.append(f"{_listed(t, same)} would give the same in every run")
    if near:
        parts.append(f"{_listed(t, near)} may do as well: the interval of the difference takes in 0")
    return f"{lead}, but {'; '.join(parts)}."


def _listed(t: Tournament, changes: list[Change]) -> str:
    shown = [f"{t.players[c.player].name} {t.players[c.player].alternatives[c.to]}" for c in changes[:_MOST]]
    more = f" and {len(changes) - _MOST} more" if len(changes) > _MOST else ""
    return ", ".join(shown) + more


def _dominant(t: Tournament) -> Iterator[str]:
    for i, player in enumerate(t.players):
        if (best := t.dominant(i)) is not None:
            yield f"{player.name} does best with {player.alternatives[best[0]]} whatever the others do{_HOW[best[1]]}."


def _dilemma(t: Tournament) -> Iterator[str]:
    for one in t.equilibria[:_MOST]:
        if better := t.better_for_all(one.profile):
            lead = f"At {policies(t, one.profile)} " if len(t.equilibria) > 1 else "There "
            yield f"{lead}all of them get less than they could: with {policies(t, better[0])} every one clearly gets more."


def _mixing(t: Tournament) -> Iterator[str]:
    mixed = [one for one in t.mixed or () if not one.pure]
    if mixed and not t.equilibria:
        yield f"In mixed policies there is a balance: {mixture(t, mixed[0])}."


def _small(t: Tournament) -> Iterator[str]:
    for player, own in zip(t.players, t.means, strict=True):
        spread, middle = float(own.max() - own.min()), abs(float(np.median(own)))
        if spread < SMALL * middle:
            yield (
                f"All of it moves the payoff of {player.name} by {number(spread)} at most, "
                f"from {number(float(own.min()))} to {number(float(own.max()))}: it hardly matters to it."
            )


def mixture(t: Tournament, one: MixedEquilibrium) -> str:
    """Return an equilibrium in mixed policies in words."""
    parts = []
    for player, shares in zip(t.players, one.shares, strict=True):
        own = [
            f"{name} {100 * share:.0f} %" if share < 1 else name
            for name, share in zip(player.alternatives, shares, strict=True)
            if share > 0
        ]
        parts.append(f"{player.name} {', '.join(own)}")
    return "; ".join(parts)


def dominance(t: Tournament, one: Dominance) -> str:
    """Return a dominance in words."""
    player = t.players[one.player]
    least = "never less, sometimes more" if one.how == WEAKLY else f"by {number(one.least)} or more"
    return (
        f"{player.name}: {player.alternatives[one.worse]} is dominated by {player.alternatives[one.better]} ({one.how}; {least})"
    )


def lines(results: Results, t: Tournament) -> Iterator[str]:
    """Yield the tournament for the terminal."""
    yield results.study.base.scenario.title
    luck = ", uncertainties drawn" if results.study.design.uncertain else ""
    yield f"{len(results.cases)} combinations of policies on the same luck, {t.replications:,} replications of each{luck}"
    for player in t.players:
        more = " (less is better)" if player.sign < 0 else ""
        yield f"  {player.name} wants {player.measure}{more}: {results.says(player.measure)}"
    yield ""
    yield "* best reply to the others' policies; = stable: a best reply of all"
    wide = max(len(policies(t, profile)) for profile in t.profiles())
    for profile in list(t.profiles())[:_ROWS]:
        parts = []
        for i, player in enumerate(t.players):
            own = t.payoff(i, profile)
            mark = "*" if t.replies[i][profile] else " "
            parts.append(f"{player.name} {number(own.mean)}{mark} ({between(own)})")
        stable = "=" if t.replies[(slice(None), *profile)].all() else " "
        yield f"  {stable} {policies(t, profile):<{wide}}  {'   '.join(parts)}"
    if len(results.cases) > _ROWS:
        yield f"  and {len(results.cases) - _ROWS} more in the result folder"
    yield ""
    for one in t.dominated:
        yield dominance(t, one)
    for other in t.stable:
        if not other.best and other.share > 0:
            yield f"not ruled out: {policies(t, other.profile)} (stable in {percent(other.share)} of the resamples)"
    yield f"{'Regret: what a policy costs':<42} {'mean':>8} {'worst':>8} {'least':>8}  (least: what it gets at worst)"
    for i, player in enumerate(t.players):
        for row in t.regret(i):
            name = f"{player.name} {player.alternatives[row.alternative]}"
            yield f"  {name:<40} {number(row.mean):>8} {number(row.worst):>8} {number(row.least):>8}"
    yield ""
    yield from finding(t)


def as_json(t: Tournament) -> dict[str, Any]:
    """Return the tournament as JSON values."""
    return {
        "actors": [
            {"actor": p.actor, "name": p.name, "policies": list(p.alternatives), "payoff": p.wants} for p in t.players
        ],
        "profiles": [_profile(t, profile) for profile in t.profiles()],
        "equilibria": [_stable(t, one) for one in t.stable if one.best],
        "not_ruled_out": [_stable(t, one) for one in t.stable if not one.best],
        "no_equilibrium": t.none,
        "mixed": None if t.mixed is None else [
            {
                "shares": {
                    player.actor: dict(zip(player.alternatives, own, strict=True))
                    for player, own in zip(t.players, one.shares, strict=True)
                },
                "payoffs": {player.actor: own for player, own in zip(t.players, one.payoffs, strict=True)},
                "pure": one.pure,
            }
            for one in t.mixed
        ],
        "dominated": [
            {
                "actor": t.players[one.player].actor, "policy": t.players[one.player].alternatives[one.worse],
                "by": t.players[one.player].alternatives[one.better], "how": one.how, "least": one.least,
            }
            for one in t.dominated
        ],
        "regret": {
            player.actor: {
                player.alternatives[row.alternative]: {"mean": row.mean, "worst": row.worst, "guaranteed": row.least}
                for row in t.regret(i)
            }
            for i, player in enumerate(t.players)
        },
        "finding": " ".join(finding(t)),
    }  # fmt: skip


def named(t: Tournament, profile: Profile) -> dict[str, str]:
    """Return a profile as policy by actor."""
    return {player.actor: player.alternatives[i] for player, i in zip(t.players, profile, strict=True)}


def _profile(t: Tournament, profile: Profile) -> dict[str, Any]:
    return {
        "policies": named(t, profile),
        "payoffs": {player.actor: t.payoff(i, profile).as_json() for i, player in enumerate(t.players)},
        "best_reply": {player.actor: bool(t.replies[i][profile]) for i, player in enumerate(t.players)},
        "regret": {player.actor: float(t.regrets[i][profile]) for i, player in enumerate(t.players)},
        "share": float(t.shares[profile]),
    }


def _stable(t: Tournament, one: Equilibrium) -> dict[str, Any]:
    return {
        "policies": named(t, one.profile), "clear": one.clear, "share": one.share,
        "rivals": [
            {
                "actor": t.players[change.player].actor, "policy": t.players[change.player].alternatives[change.to],
                "difference": change.gain.as_json(), "same_in_every_run": change.same,
            }
            for change in one.rivals
        ],
    }  # fmt: skip


def table(t: Tournament) -> Mapping[str, Any]:
    """Return the payoffs as a table: one row per profile and actor, its case, the policy of every actor, and the numbers."""
    rows = [(case, profile, i) for case, profile in enumerate(t.profiles()) for i in range(len(t.players))]
    means = [t.payoff(i, profile) for _, profile, i in rows]
    return {
        "case": np.array([case for case, _, _ in rows], dtype=np.int64),
        **{
            player.path: [player.alternatives[profile[place]] for _, profile, _ in rows] for place, player in enumerate(t.players)
        },
        "actor": [t.players[i].actor for _, _, i in rows],
        "payoff": [t.players[i].wants for _, _, i in rows],
        **{name: np.array([getattr(one, name) for one in means], dtype=np.float64) for name in ("mean", "sd", "low", "high")},
        "n": np.array([one.n for one in means], dtype=np.int64),
        "regret": np.array([float(t.regrets[i][profile]) for _, profile, i in rows]),
        "best_reply": np.array([bool(t.replies[i][profile]) for _, profile, i in rows]),
        "stable_share": np.array([float(t.shares[profile]) for _, profile, _ in rows]),
    }


def gambit(t: Tournament, title: str) -> str:
    """Return the mean payoffs as a game for Gambit."""
    return nfg(title, [player.name for player in t.players], [player.alternatives for player in t.players], t.means)
