"""Everything that is wrong with a scenario, in one pass.

Reading stops at shapes that are wrong, and meaning at names that are: so what is wrong is taken out of the data, and the rest is
looked at again, until nothing new is found. What only follows from the taking out is not told.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TypeAlias

from wargame.binding.bind import bind
from wargame.errors import InputError, Mistake
from wargame.scenario.files.marks import Path
from wargame.scenario.layers import JoinedLayers
from wargame.scenario.load import Loaded, read_unchecked
from wargame.scenario.recovery import Removals, take_out, valid
from wargame.scenario.sets import parse_path

Sets: TypeAlias = Mapping[str, object] | Sequence[str]
Source: TypeAlias = str | FilePath | JoinedLayers
ROUNDS = 8


def mistakes_of(source: Source, sets: Sets = ()) -> list[Mistake]:
    """Return everything that is wrong with a scenario, at its places in the files; nothing if it can be played."""
    return sorted(set(_everything(source, sets)))


def _everything(source: Source, sets: Sets) -> Iterator[Mistake]:
    try:
        read = read_unchecked(source, sets)
    except InputError as error:
        yield from error.mistakes
        return
    data, taken = copy.deepcopy(read.resolved), Removals()
    yield from read.mistakes
    for _ in range(ROUNDS):
        scenario, faults = valid(data, read, taken)
        yield from faults
        if scenario is None:
            return
        try:
            bind(Loaded(scenario, data, read.marks, "", read.joined.files))
            return
        except InputError as error:
            yield from taken.own(error.mistakes)
            changed = [take_out(data, _path(one), taken) for one in error.mistakes]
            if not any(changed):
                return


def _path(one: Mistake) -> Path:
    try:
        return parse_path(one.path) if one.path else ()
    except InputError:  # an odd name, which the shape refuses
        return ()
