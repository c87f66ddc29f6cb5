"""The 95 % intervals that the package prints hold a known truth in 92 to 98 % of three hundred studies, or more where that is said."""

from __future__ import annotations

import pytest

from tests.covering import ENTRIES, LEAST, Entry, covered

STUDIES = 300


@pytest.mark.parametrize("entry", [pytest.param(one, id=f"{one.estimator}: {one.of}") for one in ENTRIES])
def test_intervals_hold_the_truth(entry: Entry) -> None:
    found = covered(entry, STUDIES)
    assert found.good, f"{found.share:.3f} of the {found.told} studies that have an interval"


def test_the_register_is_not_content_with_any_interval() -> None:
    by_name = {(one.estimator, one.of): one for one in ENTRIES}
    honest = by_name["mean", "log-normal, sigma 1.5, 1,000 runs"]
    narrow = Entry(
        "half",
        "as wide",
        honest.truth,
        lambda rng, n: ((i.mean - i.half / 2, i.mean + i.half / 2) for i in honest.studies(rng, n)),
    )  # type: ignore[union-attr]
    assert covered(narrow, STUDIES).share < LEAST
    assert not covered(narrow, STUDIES).good
