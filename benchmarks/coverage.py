"""How often the 95 % intervals that the package prints hold the truth: ``python benchmarks/coverage.py [STUDIES] [WORD]``.

Each line is an estimator on a process whose truth is known: the share of the studies (2,000 unless told otherwise) whose interval
holds it, with the Monte Carlo error of that share, and how many studies had an interval at all. ``WORD`` picks entries whose name
has it.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import covering_boxes, covering_indices
from tests.covering import ENTRIES, covered

EVERYTHING = (*ENTRIES, *covering_indices.ENTRIES, *covering_boxes.ENTRIES)


def main(studies: int = 2000, word: str = "") -> None:
    """Print the register with its figures."""
    print("| estimator | of | covers | studies with an interval | |\n|---|---|---|---|---|")
    for entry in EVERYTHING:
        if word in f"{entry.estimator} {entry.of}":
            start = time.process_time()
            found = covered(entry, studies)
            error = math.sqrt(found.share * (1 - found.share) / max(found.told, 1))
            told = f"{found.told:,} of {found.studies:,}"
            print(
                f"| {entry.estimator} | {entry.of} | {100 * found.share:.1f} % ± {100 * error:.1f} | {told} | {entry.wide} |",
                flush=True,
            )
            print(f"  {time.process_time() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*(int(one) if one.isdecimal() else one for one in sys.argv[1:]))  # type: ignore[arg-type]
