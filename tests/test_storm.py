"""Mutated scenario files: refused in clean lines or played, with the same bits in compiled code and in plain NumPy.

``python benchmarks/mutants.py`` is the same storm in full, 10,000 mutants.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.amount import amount
from tests.mutants import mutant
from tests.storm import Fate, counted, fates, unclean
from wargame.errors import InputError, Mistake

ROOT = Path(__file__).parent.parent
FIRST = 50_000


def test_mutants_are_refused_in_clean_lines_or_played_with_the_same_bits() -> None:
    many = amount(20, 300)
    found = {one.number: one for one in fates(range(FIRST, FIRST + many), trace_every=20)}
    accepted = [number for number, one in found.items() if one.kind == "played"]
    code = "import sys; from tests.storm import fates\nfor one in fates(map(int, sys.argv[1:])): print(one.number, one.kind, one.seen)"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, accepted)], env={**os.environ, "WARGAME_PLAIN": "1"}, cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    plain = {int(number): Fate(int(number), kind, seen) for number, kind, seen in map(str.split, done.stdout.splitlines())}
    counts = counted(found, plain)
    assert counts.pop("faults") == []
    assert counts["refused"] + counts["played"] == many
    assert counts["played"] == len(plain) > many // 20, "a storm in which nothing is accepted tries nothing"
    assert counts["refused"] > many // 4


def test_a_mutant_is_a_function_of_its_number() -> None:
    assert [mutant(n) for n in range(40)] == [mutant(n) for n in range(40)]
    assert len({mutant(n) for n in range(200)}) > 190


@pytest.mark.parametrize("what", ["a\x1b[31m", "a\nb", "a\u202eb", "a\x00", "x" * 100_000, "\x9b", "a\u2028b", "\ud800"])
def test_the_storm_would_see_a_message_that_is_not_clean(what: str) -> None:
    assert unclean(f"mine.yaml:1:1: {what}", 1)
    assert not unclean(str(InputError([Mistake("mine.yaml", 1, 1, what, what)])), 1)


def test_the_storm_would_see_other_bits() -> None:
    assert counted({1: Fate(1, "played", "a")}, {1: Fate(1, "played", "b")})["different bits"] == 1
    assert counted({1: Fate(1, "hang", "x")}, {})["faults"]
