"""Building the limit and calling it."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from candidates import NAMES
from figures import STATE

HERE = Path(__file__).parent


def flat(numbers: dict[str, Any]) -> dict[str, float]:
    """Return the numbers under the names that limit.c uses, in the order of its indices."""
    found = {f"{m}_{name}": value for m, values in numbers["parameters"].items() for name, value in values.items()}
    found |= {f"temperature_{actor}": value for actor, value in numbers["temperature"].items()}
    found |= {f"reach_{actor}": value for actor, value in numbers["reach"].items()}
    places = ("baranovichi", "brest", "grodno")
    found |= {f"near_{a}" if i == 0 else f"near_{place}_{a}": numbers["near"][place][a]
              for i, place in enumerate(places) for a in numbers["reach"]}  # fmt: skip
    return found | {"tension": numbers["tension"], "relations": numbers["relations"]}


def build(numbers: dict[str, Any], folder: Path) -> Callable[[int, int, int], np.ndarray[Any, np.dtype[np.float64]]]:
    """Return ``play(seed, first, count)`` of the compiled limit: measures ``(14, count)``."""
    values = flat(numbers)
    header = "enum { " + ", ".join(values) + " };\n"
    (folder / "indices.h").write_text(header, encoding="utf-8")
    library = folder / "limit.so"
    flags = ["-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, f"-I{folder}", str(HERE / "limit.c"), "-o", str(library), "-lm"], check=True)
    code = ctypes.CDLL(str(library))
    parameters = np.array(list(values.values()))
    start = np.array([[first[field] for first in numbers["actors"].values()] for field in STATE])
    pointer = ctypes.POINTER(ctypes.c_double)

    def play(seed: int, first: int, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        out = np.empty((len(NAMES), count))
        arguments = [a.ctypes.data_as(pointer) for a in (parameters, start, out)]
        code.play(arguments[0], arguments[1], ctypes.c_uint64(seed), ctypes.c_long(first), ctypes.c_long(count), arguments[2])
        return out

    return play
