"""Scenario files: found, read strictly, layered, changed by ``--set``, checked against the schema.

Meaning (do the names exist, may this actor see that?) is checked by ``wargame.binding``, with the marks from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from wargame.errors import InputError, Mistake
from wargame.scenario.faults import faults_of
from wargame.scenario.files.marks import Marks, Path, path_text, plain
from wargame.scenario.layers import JoinedLayers, find, join, shipped
from wargame.scenario.new import new_text
from wargame.scenario.schema import SCHEMA, Scenario
from wargame.scenario.serialise import dump, json_schema
from wargame.scenario.sets import Request, apply_changes, parse_path, parse_set

__all__ = [
    "Loaded", "Marks", "dump", "find", "json_schema", "load", "new_text", "parse_path", "parse_set", "shipped",
]  # fmt: skip


@dataclass(frozen=True)
class UncheckedScenario:
    """A scenario's data with its layers joined and its changes made, before its shape is checked."""

    resolved: dict[str, Any]
    marks: Marks
    mistakes: list[Mistake]  # of reading, layering and changing
    requests: list[Request]
    joined: JoinedLayers

    def faults(self, error: ValidationError, data: object) -> list[tuple[Path, Mistake]]:
        """Return what the schema found wrong: one mistake for every change that went below something unknown and made what the
        schema refuses, and the others but for those at a place that the reader has already complained about.
        """
        faults = faults_of(error, data, self.marks)
        places = {(one.file, one.line, one.column) for one in self.joined.mistakes if one.line}
        found = []
        for path, mistake in faults:
            asked = next((one for one in self.requests if _below(path, one)), None)
            if asked is not None:
                found.append((path, asked.mistake()))
            elif (mistake.file, mistake.line, mistake.column) not in places:
                found.append((path, mistake))
        return found

    def loaded(self) -> Loaded:
        """Return the scenario. Raises :class:`InputError` with every mistake of shape."""
        try:
            scenario = Scenario.model_validate(self.resolved)
        except ValidationError as error:
            faults = dict.fromkeys(mistake for _, mistake in self.faults(error, self.resolved))
            raise InputError([*self.mistakes, *faults]) from None
        if self.mistakes:
            raise InputError(self.mistakes)
        changed = tuple(path_text(one.path) for one in self.requests)
        return Loaded(scenario, self.resolved, self.marks, text_hash(self.resolved), self.joined.files, changed)


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
    changed: tuple[str, ...] = ()  # paths of ``sets``


def load(source: str | FilePath | JoinedLayers, *, sets: Mapping[str, object] | Sequence[str] = ()) -> Loaded:
    """Return a scenario by path, or by the bare name of a shipped one, with the changes of ``sets`` made. Layers that are joined
    already spare those who make many changes to one scenario the reading.

    ``sets`` is a sequence of ``PATH=VALUE`` or a mapping from path to a value. Raises :class:`InputError` with every
    mistake that can be found: of reading and layering alone when a layer cannot be read, of the shape as well otherwise.
    """
    return read_unchecked(source, sets).loaded()


def read_unchecked(source: str | FilePath | JoinedLayers, sets: Mapping[str, object] | Sequence[str] = ()) -> UncheckedScenario:
    """Return a scenario read and changed; raises :class:`InputError` when a layer cannot be read."""
    joined = source if isinstance(source, JoinedLayers) else join(find(source))
    after = apply_changes(joined.tree, sets)
    data = plain(after.tree)
    assert isinstance(data, dict)
    return UncheckedScenario(
        {"schema": SCHEMA, **data}, Marks(after.tree), joined.mistakes + after.mistakes, after.requests, joined
    )


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
