"""What is left of a scenario's data when what is wrong is taken out of it, so that all the rest can be looked at too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from wargame.errors import Mistake
from wargame.scenario.files.marks import Path, path_text
from wargame.scenario.load import UncheckedScenario
from wargame.scenario.schema import Scenario
from wargame.scenario.schema_paths import is_map

ROUNDS = 40
_STAND_INS: dict[str, object] = {"name": "unnamed", "title": "Untitled", "start": "2000-01-01", "horizon": 365}
_MISSING = re.compile(r'missing key "([a-z]+)"')
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass
class Removals:
    """What was taken out: a mistake that only follows from that is none of the author's."""

    names: set[str] = field(default_factory=set)  # of entries
    paths: set[str] = field(default_factory=set)
    heirs: set[str] = field(default_factory=set)  # paths of policies whose bases were taken away
    recast: bool = False  # who may see and order what is another question now

    def follows(self, one: Mistake) -> bool:
        """Return whether a mistake may only be there because something was taken out."""
        said = re.split("; (?:did you mean|allowed|known)", one.what)[0]
        words = {word for quoted in _QUOTED.findall(said) for word in re.split(r"\W+", quoted)}
        above = any(path == one.path or path.startswith((f"{one.path}.", f"{one.path}[")) for path in self.paths if one.path)
        below = any(one.path.startswith(f"{path}.") for path in self.heirs)
        blind = self.recast and ("cannot see" in one.what or "may not order" in one.what)
        return above or below or blind or bool(words & self.names)

    def own(self, mistakes: Sequence[Mistake]) -> list[Mistake]:
        """Return the mistakes that are the author's."""
        return [one for one in mistakes if not self.follows(one)]


def valid(data: dict[str, Any], read: UncheckedScenario, taken: Removals) -> tuple[Scenario | None, list[Mistake]]:
    """Return the scenario that is left of data once whatever has a wrong shape is taken out of it, and the mistakes on the way.

    None where nothing is left that could be looked at. The data is changed.
    """
    found: list[Mistake] = []
    for _ in range(ROUNDS):
        try:
            return Scenario.model_validate(data), found
        except ValidationError as error:
            faults = read.faults(error, data)
            found += taken.own([mistake for _, mistake in faults])
            mended = [_mended(data, path, mistake, taken) for path, mistake in sorted(faults, key=_last_first, reverse=True)]
            if not all(mended):
                return None, found
    return None, found


def _last_first(fault: tuple[Path, Mistake]) -> list[tuple[bool, str, int]]:
    return [
        (isinstance(part, int), "" if isinstance(part, int) else part, part if isinstance(part, int) else 0) for part in fault[0]
    ]


def _mended(data: dict[str, Any], path: Path, mistake: Mistake, taken: Removals) -> bool:
    if path:
        if len(path) == 1 and path[0] in _STAND_INS:
            data[str(path[0])] = _STAND_INS[str(path[0])]
            return True
        return take_out(data, path, taken) or path_text(path) in taken.paths
    missing = _MISSING.match(mistake.what)
    if missing and missing[1] in _STAND_INS:
        data[missing[1]] = _STAND_INS[missing[1]]
        return True
    return False


def take_out(data: dict[str, Any], path: Path, taken: Removals) -> bool:
    """Take what stands at a path, or at the nearest path above it, out of the data; return whether anything was changed."""
    if path[:1] == ("roles",) and len(path) > 1:
        return _recast(data, str(path[1]), taken)
    while path and not _there(data, path):
        if path_text(path) in taken.paths:
            return False
        path = path[:-1]
    if len(path) < 2:
        return False
    above: Any = data
    for part in path[:-1]:
        above = above[part]
    del above[path[-1]]
    taken.paths.add(path_text(path))
    if is_map(path[:-1]) and (len(path) == 2 or path[-2] == "let"):
        taken.names.add(str(path[-1]))
    if path[-1] == "extends":
        taken.heirs.add(path_text(path[:-1]))
    return True


def _recast(data: dict[str, Any], role: str, taken: Removals) -> bool:
    """Cast a role with actors that exist, so that what is said of it can be looked at."""
    actors, roles = data.get("actors"), data.get("roles")
    if not isinstance(actors, dict):
        return False
    if not isinstance(roles, dict):
        roles = data["roles"] = {}
    old = roles.get(role)
    named = [old] if isinstance(old, str) else old if isinstance(old, list) else []
    members = [name for name in named if isinstance(name, str) and name in actors]
    new = [role] if role in actors else members or list(actors)[:1]
    roles[role] = new
    taken.recast = True
    taken.names.add(role)
    taken.paths.add(path_text(("roles", role)))
    return bool(new) and new != old


def _there(data: Any, path: Path) -> bool:
    for part in path:
        known = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if not known:
            return False
        data = data[part]
    return True
