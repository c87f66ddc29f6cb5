"""Scenario files: found, read strictly, layered, changed by ``--set``, checked against the schema.

Meaning (do the names exist, may this actor see that?) is checked by ``wargame.binding``, with the marks from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from pydantic import ValidationError

from wargame.errors import InputError, Mistake
from wargame.scenario.layers import Joined, find, join, shipped
from wargame.scenario.marks import Marks, Path, plain
from wargame.scenario.new import new_text
from wargame.scenario.schema import SCHEMA, Scenario
from wargame.scenario.sets import Request, changed, parse_path, parse_set
from wargame.scenario.text import dump, json_schema
from wargame.scenario.wording import faults_of

__all__ = [
    "Loaded", "Marks", "dump", "find", "json_schema", "load", "new_text", "parse_path", "parse_set", "shipped",
]  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A scenario as it will be played, and where every part of it was written.

    ``resolved`` is the plain data after layers and changes: dumped and loaded alone it gives the same scenario.
    ``text_hash`` is the SHA-256 of that data ("scenario_hash"); it depends on neither key order nor file names.
    ``files`` are the files read, lowest layer first.
    """

    scenario: Scenario
    resolved: dict[str, object]
    marks: Marks
    text_hash: str
    files: tuple[FilePath, ...]


def load(source: str | FilePath | Joined, *, sets: Mapping[str, object] | Sequence[str] = ()) -> Loaded:
    """Return a scenario by path, or by the bare name of a shipped one, with the changes of ``sets`` made. Layers that are joined
    already spare those who make many changes to one scenario the reading.

    ``sets`` is a sequence of ``PATH=VALUE`` or a mapping from path to a value. Raises :class:`InputError` with every
    mistake that can be found: of reading and layering alone when a layer cannot be read, of the shape as well otherwise.
    """
    joined = source if isinstance(source, Joined) else join(find(source))
    after = changed(joined.tree, sets)
    data = plain(after.tree)
    assert isinstance(data, dict)
    resolved = {"schema": SCHEMA, **data}
    marks = Marks(after.tree)
    mistakes = joined.mistakes + after.mistakes
    try:
        scenario = Scenario.model_validate(resolved)
    except ValidationError as error:
        faults = faults_of(error, resolved, marks)
        raise InputError(mistakes + _of_sets(faults, after.requests) + _of_shape(faults, after.requests, joined)) from None
    if mistakes:
        raise InputError(mistakes)
    return Loaded(scenario, resolved, marks, text_hash(resolved), joined.files)


def _of_sets(faults: list[tuple[Path, Mistake]], requests: list[Request]) -> list[Mistake]:
    """Return one mistake for every change that went below something unknown and made what the schema refuses."""
    return [one.mistake() for one in requests if one.unknown and any(_below(path, one) for path, _ in faults)]


def _of_shape(faults: list[tuple[Path, Mistake]], requests: list[Request], joined: Joined) -> list[Mistake]:
    """Return the other faults, without those at a place that the reader has already complained about."""
    places = {(one.file, one.line, one.column) for one in joined.mistakes}
    rest = [mistake for path, mistake in faults if not any(_below(path, one) for one in requests)]
    return [one for one in rest if (one.file, one.line, one.column) not in places]


def _below(path: Path, request: Request) -> bool:
    return bool(request.unknown) and path[: len(request.unknown)] == request.unknown


def text_hash(resolved: Mapping[str, object]) -> str:
    """Return the SHA-256 of resolved data as canonical JSON: keys sorted, numbers that are equal written alike."""
    text = json.dumps(_canonical(resolved), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
