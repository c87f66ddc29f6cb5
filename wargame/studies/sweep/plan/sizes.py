"""How large a sweep may be: what would take for ever is refused before anything is made of it."""

from __future__ import annotations

from wargame.errors import mistake

MOST_RUNS = 10**9  # of all cases: weeks on one processor, and the most that a cluster was thought of
MOST_BLOCKS = 10**6


def amount(count: int) -> str:
    """Return a whole number of any size in words: with commas, or its order of magnitude."""
    return f"{count:,}" if count < 10**15 else f"about 10^{len(str(count)) - 1}"


def check_size(runs: int, cases: int, block: int) -> None:
    """Raise :class:`wargame.errors.InputError` for a sweep that would take for ever; nothing has been made of it yet."""
    if runs * cases > MOST_RUNS:
        of = f" of {cases:,} cases" if cases > 1 else ""
        raise mistake(f"{amount(runs)} replications{of} are more than the {MOST_RUNS:,} runs that are allowed", file="--runs")
    if runs * cases > MOST_BLOCKS * block:
        what = f"{block:,} makes more than {MOST_BLOCKS:,} blocks of {runs * cases:,} runs; take a larger one"
        raise mistake(what, file="--block")
