"""The 95 % intervals that the package prints hold a known truth in 92 to 98 % of three hundred studies, or more where that is said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.covering import ENTRIES, LEAST, Entry, covered
from wargame.studies.statistics.missing import Interval

STUDIES = 300


@pytest.mark.parametrize("entry", [pytest.param(one, id=f"{one.estimator}: {one.of}") for one in ENTRIES])
def test_intervals_hold_the_truth(entry: Entry) -> None:
    found = covered(entry, STUDIES)
    assert found.good, f"{found.share:.3f} of the {found.told} studies that have an interval"


def test_the_register_is_not_content_with_any_interval() -> None:
    by_name = {(one.estimator, one.of): one for one in ENTRIES}
    honest = by_name["mean", "log-normal, sigma 1.5, 1,000 runs"]

    def halved(rng: np.random.Generator, studies: int) -> Iterator[tuple[float, float]]:
        for one in honest.studies(rng, studies):
            assert isinstance(one, Interval)
            yield one.mean - one.half / 2, one.mean + one.half / 2

    narrow = Entry("half as wide", honest.of, honest.truth, halved)
    assert covered(narrow, STUDIES).share < LEAST
    assert not covered(narrow, STUDIES).good
