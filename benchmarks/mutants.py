"""A storm of mutated scenario files: ``python benchmarks/mutants.py [HOW MANY] [FIRST] [PROCESSES]``.

Every mutant is read; what is accepted is played, in compiled code and again in plain NumPy, and the bits are compared. Prints
its counts: tracebacks, hangs, unclean messages and different bits should all be 0.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.storm import Fate, counted, fates  # noqa: E402

CHUNK = 250


def chunk(first: int, count: int) -> None:
    """Play a part of the storm and print each fate as a line of JSON."""
    for one in fates(range(first, first + count), trace_every=10):
        print(json.dumps([one.number, one.kind, one.seen]), flush=True)


def played(first: int, count: int, plain: bool) -> subprocess.Popen[str]:
    """Begin a part of the storm in a process of its own."""
    env = {**os.environ, **({"WARGAME_PLAIN": "1"} if plain else {})}
    command = [sys.executable, __file__, "--chunk", str(first), str(count)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def gathered(process: subprocess.Popen[str], first: int, count: int) -> dict[int, Fate]:
    """Return the fates of a part; of one that a signal ended, the mutant that did it is a traceback."""
    out, _ = process.communicate()
    found = {number: Fate(number, kind, seen) for number, kind, seen in map(json.loads, out.splitlines())}
    missing = [number for number in range(first, first + count) if number not in found]
    return found | ({missing[0]: Fate(missing[0], "traceback", f"ended with {process.returncode}")} if missing else {})


def main() -> None:
    """Run the storm and print what came of it."""
    many, start, processes = (
        [*map(int, sys.argv[1:4]), 10_000, 0, 2][i] if i < len(sys.argv) - 1 else (10_000, 0, 2)[i] for i in range(3)
    )
    began = time.monotonic()
    found: dict[int, Fate] = {}
    plain: dict[int, Fate] = {}
    jobs = [(n, min(CHUNK, start + many - n), mode) for n in range(start, start + many, CHUNK) for mode in (False, True)]
    while jobs:
        batch = [(*job, played(*job)) for job in jobs[:processes]]
        jobs = jobs[processes:]
        for first, count, mode, process in batch:
            (plain if mode else found).update(gathered(process, first, count))
        faults = [one for one in found.values() if one.kind not in ("refused", "played")]
        print(
            f"{len(plain):,} of {many:,} after {time.monotonic() - began:.0f} s, {len(faults)} faults",
            file=sys.stderr,
            flush=True,
        )
    result = counted(found, plain)
    for one in result.pop("faults"):
        print(f"{one.number}: {one.kind}: {one.seen}")
    print(", ".join(f"{count:,} {what}" for what, count in result.items()) + f", {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--chunk"]:
        chunk(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
