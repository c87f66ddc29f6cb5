"""95 % intervals of indices hold the known truth in 92 to 98 % of studies: of the ladder, of a rare and of a heavy-tailed measure."""

from __future__ import annotations

import math

import pytest

import wargame as wg
from tests.amount import LONG
from tests.covering_indices import PROCESSES, Size, coverage, truths

STUDIES = 300 if LONG else 100
ERROR = 0.0 if LONG else 0.02  # of so few studies
UP, DOWN = "parameters.escalation.odds_up", "parameters.escalation.odds_down"


@pytest.mark.parametrize(
    ("name", "method", "size"),
    [
        ("end_day", "morris", (10, 10)), ("reached_top", "morris", (10, 10)), ("lognormal", "morris", (10, 40)),
        ("rare", "morris", (40, 40)), ("end_day", "morris", (40, 40)),
        ("reached_top", "sobol", (128, 10)), ("end_day", "sobol", (512, 50)), ("lognormal", "sobol", (128, 40)),
        ("rare", "sobol", (512, 50)),
    ],
)  # fmt: skip
def test_intervals_hold_the_truth_as_often_as_they_say(name: str, method: str, size: Size) -> None:
    found = coverage(PROCESSES[name], method, size, STUDIES)
    given = [share for _, share in found.values()]
    held = sum(one * share for one, share in found.values()) / sum(given)
    assert min(given) > 0.5
    assert 0.92 - ERROR <= held <= 0.98 + ERROR


@pytest.mark.parametrize(("name", "method", "size"), [("rare", "morris", (10, 10)), ("rare", "sobol", (128, 10))])
def test_where_too_little_happens_there_is_no_interval(name: str, method: str, size: Size) -> None:
    found = coverage(PROCESSES[name], method, size, 40)
    assert max(share for _, share in found.values()) <= 0.05


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_the_command_finds_what_the_bench_finds(method: str) -> None:
    """Played by the engine, studies of the ladder hold the truth too: of 20 studies of 4 indices at most 10 miss."""
    known = {
        name: dict(zip((UP, DOWN), values, strict=True)) for name, values in truths(PROCESSES["reached_top"], method).items()
    }
    missed = given = 0
    ladder = wg.load("birth_death_ladder")
    for seed in range(20 if LONG else 6):
        vary = {UP: "0.3..0.6", DOWN: "0.2..0.4"}
        told = wg.sensitivity(ladder, method=method, seed=seed, vary=vary, measures=["reached_top"]).indices
        for name, by_factor in known.items():
            for factor, truth in by_factor.items():
                row = told[(told["index"] == name) & (told["factor"] == factor)]
                low, high = (float(row[end].iloc[0]) for end in ("low", "high"))
                given += math.isfinite(low)
                missed += math.isfinite(low) and not low <= truth <= high
    assert given >= (40 if LONG else 12)
    assert missed <= (10 if LONG else 4)
