"""A discovery in words: a sentence per box, the way down as a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wargame.studies.discovery.discovering import Discovery, FoundBox
from wargame.studies.discovery.judging import LEAST_LIFT
from wargame.studies.discovery.prim import Box, Input, Limit
from wargame.studies.statistics import Estimate
from wargame.studies.sweep.find.telling import number

_ROWS = 12  # of the way down that are shown


def words(one: Input, limit: Limit) -> str:
    """Return one limit in words."""
    if limit.kept is not None:
        names = [one.names[i] for i in sorted(limit.kept)]
        return f"{one.path} {names[0]}" if len(names) == 1 else f"{one.path} {', '.join(names[:-1])} or {names[-1]}"
    low, high = number(limit.low), number(limit.high)
    if limit.low == limit.high:
        return f"{one.path} {low}"
    if np.isfinite(limit.low) and np.isfinite(limit.high):
        return f"{one.path} from {low} to {high}"
    return f"{one.path} of at least {low}" if np.isfinite(limit.low) else f"{one.path} of at most {high}"


def joined(found: Discovery, box: Box) -> str:
    """Return a box in words."""
    parts = [words(found.table.inputs[place], limit) for place, limit in box.limits.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(found: Discovery, one: FoundBox) -> str:
    """Return what a box says: coverage, limits, density, lift, and the share among all runs; all from the held-out half."""
    return (
        f"Of the runs in which {found.table.condition.text}, {_percent(one.coverage)} (coverage) have {joined(found, one.box)}; "
        f"of the runs in that box {_percent(one.density)} (density) do, {_times(one.lift)} (lift) as often as the "
        f"{_share(one.base)} of all."
    )


def _percent(one: Estimate) -> str:
    """Return a share with its interval, in whole per cent; what is not all, or not none, is not called so."""
    return f"{_share(one.value)} [{_share(one.low).removesuffix(' %')} to {_share(one.high).removesuffix(' %')}]"


def _share(value: float) -> str:
    rounded = 99 if 0.99 < value < 1.0 else 1 if 0.0 < value < 0.01 else round(100 * value)
    return f"{rounded:.0f} %"


def _times(one: Estimate) -> str:
    return f"{one.value:.2f} times [{one.low:.2f} to {one.high:.2f}]"


def verdict(found: Discovery) -> str:
    """Return what is said where no box means something."""
    text, one = found.table.condition.text, found.tried
    if not one.box.limits:
        inputs = "what was varied is what it reads itself" if not found.table.open else (
            f"no box of the inputs holds more of the runs in which {text} than chance would put there"
        )  # fmt: skip
        return f"Nothing found: {inputs}."
    full = found.base > 1 / LEAST_LIFT
    hint = f"; of so many a box cannot hold {LEAST_LIFT:g} times as many: ask for the runs in which it is not so" if full else ""
    return (
        f"Nothing found that means something: the best box of one half ({joined(found, one.box)}) has {_percent(one.density)} of "
        f"runs in which {text} on the other half, {_times(one.lift)} (lift) as often as the {_share(one.base)} of all: "
        f"{one.judgement.weak}{hint}."
    )


def condition(found: Discovery) -> str:
    """Return what was looked for, how often it holds, and in how many runs nobody can say."""
    table = found.table
    why = f" ({table.condition.why})" if table.condition.why else ""
    share = f"{int(table.interest.sum()):,} of {len(table.interest):,} runs, {100 * found.base:.0f} %"
    gone = f"; in {table.missing:,} more it is missing, and they are neither" if table.missing else ""
    return f"of interest: {table.condition.text}{why}: {share}{gone}"


def named_again(found: Discovery) -> str:
    """Return which inputs were left out, for a box on them would name the input again; empty where none was."""
    names = [found.table.inputs[place].path for place in found.table.again]
    return f"left out, for the condition reads what it sets: {', '.join(names)}" if names else ""


def lines(found: Discovery) -> Iterator[str]:
    """Yield what was found, its limits with their strength, and the way down."""
    table = found.table
    yield f"{table.measure}: {table.says}"
    yield condition(found)
    yield (
        f"{len(table.inputs)} inputs; boxes found on half of the {table.shared}s, judged on the other half "
        f"({len(found.held):,} runs); [95 % interval]"
    )
    if found.table.again:
        yield named_again(found)
    yield ""
    for index, one in enumerate(found.boxes, 1):
        yield f"{f'Box {index}: ' if len(found.boxes) > 1 else ''}{sentence(found, one)}"
        for r in one.restrictions:
            yield f"    {words(table.inputs[r.place], r.limit)}: {strength(r.chance, r.repeated)}"
    if not found.boxes:
        yield verdict(found)
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
