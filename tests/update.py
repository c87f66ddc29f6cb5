"""Golden histories and fingerprints of every shipped scenario and of the theatre of the tests.

``python -m tests.update`` makes them again and says what changed; nothing else writes them. When numbers changed, the
changelog must say so.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import cache
from math import isnan
from pathlib import Path

from tests.strait import STRAIT
from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.report.history.narrate import as_text, timeline
from wargame.scenario.load import load, shipped
from wargame.simulation.play import play_block, play_one

HERE = Path(__file__).parent
TRANSCRIPTS = HERE / "transcripts"
FINGERPRINTS = HERE / "fingerprints"
SEED = 0
RUNS = 5
DIGITS = 9
MOST_DAYS = 400


def sources() -> dict[str, Path]:
    """Return every scenario that has golden files, by name: the shipped ones and the theatre of the tests."""
    return {**shipped(), "strait": STRAIT}


@cache
def open_scenario(name: str) -> Bound:
    """Return one of them, bound; of one that lasts for years, its first 400 days."""
    loaded = load(sources()[name])
    if loaded.scenario.horizon > MOST_DAYS:
        loaded = load(sources()[name], sets={"horizon": MOST_DAYS})
    return bind(loaded)


def transcript(bound: Bound) -> str:
    """Return the history of seed 0, replication 0, as the terminal tells it."""
    return as_text(timeline(play_one(bound, seed=SEED)))


def fingerprint(bound: Bound) -> str:
    """Return the measures of the first runs of seed 0 to nine significant digits, as JSON text.

    A measure that is missing is null. Nine digits, because the last bits of exp and log are the mathematical library's own: the file holds on other machines.
    """
    values = play_block(bound, seed=SEED, runs=RUNS)
    measures = {
        name: [None if isnan(value) else float(f"{value:.{DIGITS}g}") for value in row] for name, row in sorted(values.items())
    }
    return json.dumps({"seed": SEED, "runs": RUNS, "measures": measures}, indent=1, ensure_ascii=False) + "\n"


def golden(name: str) -> dict[Path, str]:
    """Return the golden files of a scenario as they should be now."""
    bound = open_scenario(name)
    return {TRANSCRIPTS / f"{name}.txt": transcript(bound), FINGERPRINTS / f"{name}.json": fingerprint(bound)}


def measures_of(text: str) -> Mapping[str, list[float]]:
    """Return the measures in a fingerprint file."""
    found: Mapping[str, list[float]] = json.loads(text)["measures"]
    return found


def _change(path: Path, old: str, new: str) -> str:
    """Return in a few words how a golden file changed."""
    if path.suffix == ".json":
        before, after = measures_of(old), measures_of(new)
        moved = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        return f"{len(moved)} of {len(after)} measures: {', '.join(moved[:6])}{' …' if len(moved) > 6 else ''}"
    lines = [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]
    gone = sum(line[0] == "-" for line in lines)
    return f"{gone} lines gone, {len(lines) - gone} lines new"


def main() -> None:
    """Write every golden file again, take away those of scenarios that are no more, and say what changed."""
    wanted: dict[Path, str] = {}
    for name in sorted(sources()):
        wanted |= golden(name)
    told = 0
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if old != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path.relative_to(HERE)}: {'new' if old is None else _change(path, old, text)}")
            told += 1
    for folder in (TRANSCRIPTS, FINGERPRINTS):
        for path in sorted(set(folder.iterdir()) - set(wanted)):
            path.unlink()
            print(f"{path.relative_to(HERE)}: taken away, its scenario is no more")
            told += 1
    print("nothing changed" if not told else f"{told} files changed; if numbers did, say so in CHANGELOG.md")


if __name__ == "__main__":
    main()
