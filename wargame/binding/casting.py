"""The roles that mechanisms and the shipped library speak of, and what to say when nobody is cast in one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wargame.errors import Mistake

ROLES: Mapping[str, str] = {
    "patron": "the state that gives protection and credit",
    "client": "the state that depends on the patron",
    "alliance": "the alliance on the other side",
    "members": "the alliance's members in the theatre",
    "frontline": "the states at the border of client and patron",
    "distant": "the states that watch from afar",
    "sanctioners": "those that can impose sanctions",
    "target": "the state that the patron presses",
    "opposition": "the client's opposition",
}
_CAST = re.compile("cannot see|may not order")  # what depends on who is cast
_SPOKEN = re.compile(r'(?:(?:unknown (?:name|role|actor or role|row of this impulse)|nobody is cast as) "|\(got )([a-z_]+)')


def uncast(one: Mistake, cast: set[str]) -> str:
    """Return the role that a mistake comes from nobody being cast in, or ""."""
    spoken = _SPOKEN.search(one.what)
    return spoken[1] if spoken and spoken[1] in ROLES and spoken[1] not in cast else ""


def gathered(mistakes: Sequence[Mistake], places: Mapping[str, Mistake], cast: set[str]) -> list[Mistake]:
    """Return mistakes with one for each role that nobody is cast in, not one at each of the places that speak of it; ``places``
    are mistakes at the place where each role would be cast.
    """
    roles: dict[str, list[Mistake]] = {}
    rest: list[Mistake] = []
    for one in sorted(set(mistakes)):
        role = uncast(one, cast)
        (roles.setdefault(role, []) if role else rest).append(one)
    rest += [one for found in roles.values() if len(found) == 1 for one in found]
    roles = {role: found for role, found in roles.items() if len(found) > 1}
    if not roles:
        return sorted(rest)
    rest = [one for one in rest if not _CAST.search(one.what)]
    return [*rest, *(_line(role, found, places[role]) for role, found in roles.items())]


def _line(role: str, found: Sequence[Mistake], place: Mistake) -> Mistake:
    first = found[0]
    where = f"{first.file}:{first.line}:{first.column}: {first.path}" if first.line else first.path
    what = (
        f'nobody is cast as "{role}" ({ROLES[role]}), of whom {len(found)} places speak (first {where}); '
        f"cast an actor, {role}: [ACTOR], or leave out what speaks of it"
    )
    return Mistake(place.file, place.line, place.column, place.path, what)
