"""Scenarios opened: read, changed by ``--set``, and bound. What a change has made wrong is told of the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wargame.binding.bind import bind
from wargame.binding.bound import Bound
from wargame.binding.everything import Sets, Source, mistakes_of
from wargame.errors import InputError, Mistake
from wargame.scenario.files.marks import SET
from wargame.scenario.load import Loaded, load
from wargame.scenario.sets import as_pairs

MOST = 5  # follow-on mistakes of one change that are told; of more, how many there are


@dataclass(frozen=True)
class Opened:
    """A scenario as it was read, with the place of every part, and as it is played."""

    loaded: Loaded
    bound: Bound


def open_scenario(source: Source, sets: Sets = (), *, spares: bool = True) -> Opened:
    """Return a scenario by path or name, with the changes of ``sets`` made, read and bound.

    Raises :class:`InputError` with every mistake; one that only a change brings about has ``--set`` and the path of the change
    as its place.
    """
    try:
        loaded = load(source, sets=sets)
        return Opened(loaded, bind(loaded, spares=spares))
    except InputError as error:
        found = mistakes_of(source, sets) or error.mistakes
        aside = [one for one in found if one.file != SET]
        raise InputError(_blamed(found, source, as_pairs(sets)) if sets and aside else found) from None


def _blamed(mistakes: Sequence[Mistake], source: Source, sets: Sequence[str | tuple[str, object]]) -> list[Mistake]:
    """Return mistakes, each that the files alone do not have told of the first change that brings it about."""
    before = set(mistakes_of(source))
    found = [one for one in mistakes if one.file == SET or one in before]
    rest = [one for one in mistakes if one.file != SET and one not in before]
    for count, change in enumerate(sets, 1):
        now = {*rest} if count == len(sets) else {*mistakes_of(source, sets[:count])}  # type: ignore[arg-type]
        path = change.partition("=")[0].strip() if isinstance(change, str) else change[0]
        found += _told(path, [one for one in rest if one in now])
        rest = [one for one in rest if one not in now]
    return found


def _told(path: str, mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Return the mistakes that a change brings about, as mistakes of the change."""
    found = [_of_change(path, one) for one in mistakes[:MOST]]
    more = len(mistakes) - MOST
    return [*found, *([Mistake(SET, 0, 0, path, f"… and {more} more mistakes that come of it")] if more > 0 else [])]


def _of_change(path: str, one: Mistake) -> Mistake:
    if one.path == path or one.path.startswith((f"{path}.", f"{path}[")):
        return Mistake(SET, 0, 0, one.path, one.what)
    place = f" ({one.file}:{one.line}:{one.column})" if one.line else ""
    return Mistake(SET, 0, 0, path, f"then {one.path}: {one.what}{place}" if one.path else f"then {one.what}{place}")
