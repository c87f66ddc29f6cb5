"""A discovery in words: a sentence per box, the way down as a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wargame.studies.discovery.boxes import condition, named_again, sentence, verdict, words
from wargame.studies.discovery.find import Discovery

_ROWS = 12  # of the way down that are shown


def lines(found: Discovery) -> Iterator[str]:
    """Yield what was found, its limits with their strength, and the way down."""
    table = found.table
    yield f"{table.measure}: {table.says}"
    yield condition(table)
    yield (
        f"{len(table.inputs)} inputs; boxes found on half of the {table.shared}s, judged on the other half "
        f"({len(found.held):,} runs); [95 % interval]"
    )
    if found.table.again:
        yield named_again(table)
    yield ""
    for index, one in enumerate(found.boxes, 1):
        yield f"{f'Box {index}: ' if len(found.boxes) > 1 else ''}{sentence(table, one)}"
        for r in one.restrictions:
            yield f"    {words(table.inputs[r.place], r.limit)}: {strength(r.chance, r.repeated)}"
    if not found.boxes:
        yield verdict(table, found.tried)
    yield ""
    yield from trajectory(found)


def strength(chance: float, repeated: float) -> str:
    """Return how far one limit is to be believed."""
    told = "below 0.001" if chance < 0.001 else f"{chance:.3f}"
    return f"quasi-p {told}; restricted in {100 * repeated:.0f} % of half-samples"


def trajectory(found: Discovery) -> Iterator[str]:
    """Yield the way down as a table: some of its steps, the chosen one among them."""
    steps = found.shown.trajectory
    yield "step  inputs  coverage  density    mass   (on the half that was searched)"
    wanted = {0, found.shown.number, len(steps) - 1, *np.linspace(0, len(steps) - 1, _ROWS).astype(int).tolist()}
    for i in sorted(wanted):
        one = steps[i]
        mark = "  chosen" if i == found.shown.number else ""
        yield f"{i:>4}  {len(one.box.limits):>6}  {one.coverage:>7.0%}  {one.density:>7.0%}  {one.mass:>6.0%}{mark}"
