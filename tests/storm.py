"""What comes of a mutated scenario file: refused in clean lines, or played, always within seconds and never with a traceback."""

from __future__ import annotations

import signal
import tempfile
import traceback
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.mutants import mutant
from wargame.binding.opening import open_scenario
from wargame.binding.remarks.remarks import remarks
from wargame.errors import InputError, Mistake
from wargame.simulation.play import play_block, play_one
from wargame.simulation.record import fingerprint

SECONDS = 20
DAYS = 5
RUNS = 3
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # what turns the direction of writing
LONGEST = 2_500  # characters of a line of a message


@dataclass(frozen=True)
class Fate:
    """What came of a mutant: ``refused``, ``played``, or a fault (``traceback``, ``hang``, ``message``) with what was seen."""

    number: int
    kind: str
    seen: str = ""  # the fingerprint of what was played, the first message of what was refused, or the fault


class Hang(BaseException):
    """A mutant took too long."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise :class:`Hang` inside the block when it takes more of the processor's time; of the main thread."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise Hang

    old = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


def fate(number: int, folder: Path, *, trace: bool = False) -> Fate:
    """Write the mutant of a number into a folder, read it, and play it for a few days if it is accepted; with ``trace`` a full
    history as well.
    """
    file = folder / "mutant.yaml"
    file.write_bytes(mutant(number))
    try:
        with limited(SECONDS):
            return _fate(number, file, trace)
    except Hang:
        return Fate(number, "hang", f"more than {SECONDS} s")
    except InputError as error:
        return _refused(number, error.mistakes, str(error).replace(f"{folder}/", ""))
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Fate(number, "traceback", f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})")


def _fate(number: int, file: Path, trace: bool) -> Fate:
    opened = open_scenario(file)
    said = remarks(opened.loaded, opened.bound)
    if opened.loaded.scenario.horizon > DAYS:
        opened = open_scenario(file, {"horizon": DAYS}, spares=False)
    bound = opened.bound
    if said and unclean("\n".join(map(str, said)), len(said)):
        return Fate(number, "message", repr("\n".join(map(str, said))))
    played = fingerprint([play_block(bound, seed=number, runs=RUNS)])
    if trace and play_one(bound, seed=number).measures.keys() != {one.name for one in bound.measures}:
        return Fate(number, "traceback", "a history without its measures")
    return Fate(number, "played", played)


def _refused(number: int, mistakes: list[Mistake], text: str) -> Fate:
    fault = unclean(text, len(mistakes))
    return Fate(number, "message", f"{fault}: {text[:300]!r}") if fault else Fate(number, "refused", text.partition("\n")[0])


def unclean(text: str, lines: int) -> str:
    """Return what is wrong with a message of so many mistakes: control characters, further lines, lines that never end."""
    told = text.split("\n")
    if len(told) != lines:
        return f"{len(told)} lines for {lines} mistakes"
    if bad := sorted(
        {f"U+{ord(sign):04X}" for line in told for sign in line if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    ):
        return f"control characters {', '.join(bad)}"
    longest = max(map(len, told))
    return f"a line of {longest} characters" if longest > LONGEST else ""


def fates(numbers: Iterable[int], *, trace_every: int = 0) -> Iterator[Fate]:
    """Yield what comes of the mutants of some numbers."""
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            yield fate(number, Path(folder), trace=bool(trace_every) and number % trace_every == 0)


def counted(found: dict[int, Fate], plain: dict[int, Fate]) -> dict[str, Any]:
    """Return how many mutants came to what, and the faults; ``plain`` is the same storm without compiled code."""
    kinds = [one.kind for one in found.values()]
    differ = [n for n, one in plain.items() if (one.kind, one.seen) != (found[n].kind, found[n].seen)]
    return {
        "mutants": len(found), "refused": kinds.count("refused"), "played": kinds.count("played"), "tracebacks": kinds.count("traceback"),
        "hangs": kinds.count("hang"), "unclean messages": kinds.count("message"), "different bits": len(differ),
        "faults": [one for one in found.values() if one.kind not in ("refused", "played")] + [plain[n] for n in differ],
    }  # fmt: skip
