"""Shared shapes. The runs axis is last, always; aliases name the axes before it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Runs: TypeAlias = Array  # (runs,)
PerActor: TypeAlias = Array  # (actors, runs)
PerSite: TypeAlias = Array  # (sites, runs)
RunMask: TypeAlias = Mask  # (runs,)
Words: TypeAlias = NDArray[np.uint64]  # (runs,) of 64-bit words
