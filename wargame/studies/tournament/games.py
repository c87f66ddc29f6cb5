"""Finite games in normal form: best replies, equilibria in pure and in mixed strategies, regret, and a file for Gambit.

Payoffs are one array ``(players, *alternatives)``: ``payoffs[i][a, b]`` is what player ``i`` gets when the first player takes
alternative ``a`` and the second ``b``. Nothing here knows where payoffs come from, or how sure they are.

A mixed equilibrium of two players is found by enumerating the vertices of both best-response polytopes and pairing those at
which every alternative is either unused or a best reply. In a game without ties that gives every equilibrium; in one with ties
it gives the extreme ones, of which all others are mixtures.

Source: Nash, "Non-cooperative games", Annals of Mathematics 54 (1951); Mangasarian, "Equilibrium points of bimatrix games",
SIAM J. 12 (1964); Avis, Rosenberg, Savani & von Stengel, "Enumeration of Nash equilibria for two-player games", Economic Theory
42 (2010); Savage, "The theory of statistical decision", JASA 46 (1951), for regret.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from wargame.engine.types import Array, Mask

TIE = 1e-9  # of the range of a player's payoffs: what is nearer is the same
MOST_SYSTEMS = 200_000  # of linear equations solved for one polytope
Profile = tuple[int, ...]


@dataclass(frozen=True)
class MixedEquilibrium:
    """An equilibrium of two players in mixed strategies: what share each gives to its alternatives, and the payoffs."""

    shares: tuple[tuple[float, ...], tuple[float, ...]]
    payoffs: tuple[float, float]

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return all(max(own) > 1 - TIE for own in self.shares)


def regrets(payoffs: Array) -> Array:
    """Return what each player would gain by changing to its best reply, at every profile; the shape of ``payoffs``."""
    return np.stack([own.max(axis=player, keepdims=True) - own for player, own in enumerate(payoffs)])


def ties(payoffs: Array) -> Array:
    """Return for each player how near two payoffs are that count as the same, shape ``(players, 1, …, 1)``."""
    axes = tuple(range(1, payoffs.ndim))
    return np.asarray(TIE * (payoffs.max(axis=axes, keepdims=True) - payoffs.min(axis=axes, keepdims=True)))


def best_replies(payoffs: Array) -> Mask:
    """Return where each player's alternative is a best reply to those of the others; the shape of ``payoffs``."""
    found: Mask = regrets(payoffs) <= ties(payoffs)
    return found


def pure_equilibria(payoffs: Array) -> list[Profile]:
    """Return the profiles at which nobody gains by changing alone, in order."""
    return [tuple(map(int, place)) for place in np.argwhere(best_replies(payoffs).all(axis=0))]


def mixed_equilibria(first: Array, second: Array) -> list[MixedEquilibrium] | None:
    """Return the extreme equilibria of a game of two players, pure ones among them; payoffs are ``(rows, columns)`` each.

    None where the game is too large for enumerating: more than ``MOST_SYSTEMS`` systems of equations.
    """
    rows, columns = first.shape
    if math.comb(rows + columns, min(rows, columns)) > MOST_SYSTEMS:
        return None
    a, b = _positive(first), _positive(second)
    # Labels 0 … rows-1 are the first player's alternatives, the rest the second's.
    mine = list(_vertices(b.T, own=range(rows), others=range(rows, rows + columns)))
    theirs = list(_vertices(a, own=range(rows, rows + columns), others=range(rows)))
    everything = frozenset(range(rows + columns))
    found: dict[tuple[int, ...], MixedEquilibrium] = {}
    for x, unused in mine:
        for y, unanswered in theirs:
            if unused | unanswered == everything:
                key = tuple(round(share * 1e7) for share in (*x, *y))
                payoffs = (float(x @ first @ y), float(x @ second @ y))
                found.setdefault(key, MixedEquilibrium((_plain(x), _plain(y)), payoffs))
    return [found[key] for key in sorted(found, reverse=True)]


def _positive(payoffs: Array) -> Array:
    """Return payoffs brought to the range from 1 to 2, which changes no equilibrium."""
    span = float(payoffs.max() - payoffs.min())
    return np.asarray((payoffs - payoffs.min()) / span + 1.0 if span > 0 else np.ones_like(payoffs))


def _plain(shares: Array) -> tuple[float, ...]:
    return tuple(0.0 if share < TIE else float(share) for share in shares)


def _vertices(matrix: Array, own: range, others: range) -> Iterator[tuple[Array, frozenset[int]]]:
    """Yield the vertices of ``x >= 0, matrix x <= 1`` but for 0, as shares, each with the labels of what is tight there."""
    count = len(own)
    sides = np.vstack([-np.eye(count), matrix])
    bounds = np.concatenate([np.zeros(count), np.ones(len(others))])
    labels = np.array([*own, *others])
    seen: set[tuple[int, ...]] = set()
    for chosen in combinations(range(len(sides)), count):
        tight = sides[list(chosen)]
        if abs(float(np.linalg.det(tight))) < TIE:
            continue
        x = np.linalg.solve(tight, bounds[list(chosen)])
        slack = bounds - sides @ x
        if slack.min() < -TIE or x.sum() < TIE:
            continue
        x = np.maximum(x, 0.0)
        key = tuple(round(value * 1e9) for value in x)
        if key not in seen:
            seen.add(key)
            yield x / x.sum(), frozenset(labels[np.abs(slack) <= TIE].tolist())


def nfg(title: str, players: Sequence[str], alternatives: Sequence[Sequence[str]], payoffs: Array) -> str:
    """Return a game as a strategic-form file of Gambit: names of players and strategies, and an outcome for every profile.

    The first player's strategy changes fastest, as the format has it.
    """
    shape = payoffs.shape[1:]
    order = [place[::-1] for place in np.ndindex(*shape[::-1])]
    lines = [f"NFG 1 R {_quoted(title)} {{ {' '.join(map(_quoted, players))} }}", ""]
    lines += [f"{{ {{ {' '.join(map(_quoted, alternatives[0]))} }}"]
    lines += [f"{{ {' '.join(map(_quoted, own))} }}" for own in alternatives[1:]]
    lines += ["}", "", "{"]
    for place in order:
        named = ", ".join(own[i] for own, i in zip(alternatives, place, strict=True))
        lines.append(f"{{ {_quoted(named)} {', '.join(repr(float(own[place])) for own in payoffs)} }}")
    lines += ["}", " ".join(str(i) for i in range(1, len(order) + 1)), ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
