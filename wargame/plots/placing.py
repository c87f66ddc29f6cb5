"""Labels on a map: each near its place, none over another, none over the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 240
PAD = 0.02  # inches between two blocks


@dataclass(frozen=True)
class Block:
    """A symbol with its words: width and height in inches."""

    width: float
    height: float
    lines: tuple[str, ...]
    fixed: bool = False  # others move out of its way
    flip: bool = False  # the symbol stands at the right, words at its left


def place(
    blocks: Sequence[Block], anchors: Sequence[tuple[float, float]], frame: tuple[float, float, float, float]
) -> list[tuple[float, float]]:  # fmt: skip
    """Return the lower left corner of every block, in inches, near its anchor.

    Blocks that overlap push each other apart (fixed ones stay), a weak spring pulls each back to its anchor, and the
    frame (left, bottom, right, top) holds them all. The same input gives the same places.
    """
    at = [
        [x if b.fixed else x - b.width + 0.1 if b.flip else x - 0.1, y - b.height / 2]
        for (x, y), b in zip(anchors, blocks, strict=True)
    ]
    home = [tuple(corner) for corner in at]
    for step in range(ROUNDS):
        pull = 0.06 * (1 - step / ROUNDS)
        for corner, (x, y) in zip(at, home, strict=True):
            corner[0] += pull * (x - corner[0])
            corner[1] += pull * (y - corner[1])
        _push_apart(blocks, at)
        _hold(blocks, at, frame)
    for _ in range(40):
        _push_apart(blocks, at)
        _hold(blocks, at, frame)
    return [(x, y) for x, y in at]


def crowded(anchors: Sequence[tuple[float, float]], reach: float = 0.9, band: float = 0.22) -> list[bool]:
    """Return for every anchor whether words would stand better at its left: a neighbour at the right and none at the left."""
    found = []
    for x, y in anchors:
        beside = [other - x for other, height in anchors if abs(height - y) < band and 0.02 < abs(other - x) < reach]
        found.append(any(gap > 0 for gap in beside) and not any(gap < 0 for gap in beside))
    return found


def _push_apart(blocks: Sequence[Block], at: list[list[float]]) -> None:
    for i, one in enumerate(blocks):
        for j in range(i + 1, len(blocks)):
            other = blocks[j]
            dx = at[j][0] + other.width / 2 - at[i][0] - one.width / 2
            dy = at[j][1] + other.height / 2 - at[i][1] - one.height / 2
            over_x = (one.width + other.width) / 2 + PAD - abs(dx)
            over_y = (one.height + other.height) / 2 + PAD - abs(dy)
            if over_x > 0 and over_y > 0:
                axis, over, way = (0, over_x, dx) if over_x < 0.6 * over_y else (1, over_y, dy)
                shift = 0.5 * over * (1 if way >= 0 else -1)
                at[i][axis] -= 0.0 if one.fixed else 2 * shift if other.fixed else shift
                at[j][axis] += 0.0 if other.fixed else 2 * shift if one.fixed else shift


def _hold(blocks: Sequence[Block], at: list[list[float]], frame: tuple[float, float, float, float]) -> None:
    left, bottom, right, top = frame
    for block, corner in zip(blocks, at, strict=True):
        corner[0] = min(max(corner[0], left + 0.04), right - block.width - 0.04)
        corner[1] = min(max(corner[1], bottom + 0.12), top - block.height - 0.06)
