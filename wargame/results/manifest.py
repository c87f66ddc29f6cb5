"""The manifest of a result folder: what it holds, as models with bounds, and a seal that shows when it was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator

from wargame.errors import InputError, Mistake
from wargame.results.files import finite, write_text
from wargame.results.reading import Strict, modelled, read_json

MANIFEST = "manifest.json"
FORMAT = 2
SWEEPS = ("sweep", "compare", "tournament")
STUDY = "sensitivity"
MOST_RUNS = 2**53  # of a count: below it every whole number is a float, above it nothing was ever played
MOST_CASES = 20_000

Count = Annotated[int, Field(ge=0, le=MOST_RUNS)]
Some = Annotated[int, Field(ge=1, le=MOST_RUNS)]
Seed = Annotated[int, Field(ge=0, lt=2**64)]
Line = Annotated[str, Field(max_length=100_000)]
Word = Annotated[str, Field(max_length=1_000)]
Hash = Word  # one that is none is another one, which a proof finds


class _Lever(Strict):
    path: Word
    values: Annotated[list[Any], Field(min_length=1, max_length=MOST_CASES)] | None = None
    low: float | int = 0.0
    high: float | int = 0.0


class _Case(Strict):
    case: Count
    name: Line
    settings: Annotated[list[Annotated[list[Any], Field(min_length=2, max_length=2)]], Field(max_length=1_000)]

    @field_validator("settings")
    @classmethod
    def _paths(cls, settings: list[list[Any]]) -> list[list[Any]]:
        if not all(isinstance(path, str) for path, _ in settings):
            raise ValueError("expected pairs of a path and a value")
        return settings


class _File(Strict):
    bytes: Count
    sha256: Hash


class StoredDesign(Strict):
    """A design as it is stored."""

    cases: Annotated[list[_Case], Field(min_length=1, max_length=MOST_CASES)]
    runs: Some
    seed: Seed
    uncertain: bool
    block: Some
    levers: Annotated[list[_Lever], Field(max_length=1_000)]
    method: Literal["full", "lhs", "sobol"]
    until: Annotated[list[Word], Field(max_length=1_000)]
    keep: Count
    exact: bool
    named: bool


class StoredQuestion(Strict):
    """What a sensitivity study was asked, as it is stored."""

    method: Word
    samples: Count
    replications: Some
    seed: Seed
    measures: Annotated[list[Word], Field(max_length=10_000)]
    vary: Annotated[list[Line], Field(max_length=1_000)]
    factors: Annotated[list[Line], Field(max_length=10_000)]


class _Head(Strict):
    """What every manifest says; what commands add besides is kept as it is, under the seal."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False)
    format: Literal[2]
    kind: Literal["run", "sweep", "compare", "tournament", "sensitivity"]
    scenario: Word
    scenario_hash: Hash
    seed: Seed
    replication: Count
    runs: Count
    fingerprint: Hash
    measures: Annotated[dict[Word, Any], Field(max_length=10_000)]
    command: Line
    versions: Annotated[dict[Word, Word], Field(max_length=100)]
    started: Word
    finished: Word = ""
    complete: bool
    files: Annotated[dict[Line, _File], Field(max_length=10_000)]
    seal: Hash


class _Run(_Head):
    measures: Annotated[dict[Word, float | int | None], Field(max_length=10_000)]
    uncertain: bool = False


class _Sweep(_Head):
    measures: Annotated[dict[Word, dict[Word, Any]], Field(max_length=10_000)]
    replications: Count
    cases: Annotated[int, Field(ge=1, le=MOST_CASES)]
    design: StoredDesign
    shard: Annotated[str, Field(pattern=r"^(\d{1,9}/\d{1,9})?$")]
    report: bool = True


class _Study(_Head):
    measures: Annotated[dict[Word, dict[Word, Any]], Field(max_length=10_000)]
    replications: Some
    points: Some
    question: StoredQuestion
    factors: Annotated[list[dict[Word, Any]], Field(max_length=10_000)]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder, which fits its model. Raises :class:`InputError`; of the seal it says nothing."""
    path = folder / MANIFEST
    try:
        found = read_json(path)
    except FileNotFoundError:
        raise InputError([Mistake(str(folder), 0, 0, "", f"no result folder: it has no {MANIFEST}")]) from None
    if not isinstance(found, dict):
        raise InputError([Mistake(str(path), 0, 0, "", "is no manifest of this program")])
    if isinstance(found.get("format"), int) and found["format"] != FORMAT and isinstance(found.get("kind"), str):
        raise InputError([Mistake(str(path), 0, 0, "format", _other_format(found))])
    kind = found.get("kind")
    model = _Sweep if kind in SWEEPS else _Study if kind == STUDY else _Run if kind == "run" else _Head
    modelled(model, found, str(path))
    return found


def _other_format(found: Mapping[str, Any]) -> str:
    versions = found.get("versions")
    by = versions.get("wargame") if isinstance(versions, dict) else None
    made = f" (written by wargame {by[:40]}, code {str(versions.get('code'))[:40]})" if isinstance(by, str) and versions else ""
    return f"format {found['format']}{made}; this program reads format {FORMAT}: play it anew, or use that version"


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write a manifest under its seal, and return it. Raises OSError."""
    plain = {key: finite(value) for key, value in manifest.items() if key != "seal"}
    sealed = {**plain, "seal": seal_of(plain)}
    write_text(folder / MANIFEST, json.dumps(sealed, indent=2, allow_nan=False) + "\n")
    return sealed


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of everything else that a manifest says."""
    told = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def contradictions(path: Path, manifest: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what a manifest says that cannot be, by the rest of it or by its seal."""
    file = str(path / MANIFEST)
    for key, said, other in _counts(manifest):
        if said != other:
            yield Mistake(file, 0, 0, key, f"expected {other}, as the rest of the manifest says (got {said})")
    if manifest.get("seal") != seal_of(manifest):
        yield Mistake(file, 0, 0, "seal", "it has been changed since it was written")


def _counts(told: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield what is said twice: the key, what it says, what the rest says."""
    kind = told["kind"]
    if kind == "run":
        yield "runs", told["runs"], 1
    elif kind == STUDY:
        yield "seed", told["seed"], told["question"]["seed"]
        yield "replications", told["replications"], told["question"]["replications"]
        yield "runs", told["runs"], told["points"] * told["replications"]
        yield "replication", told["replication"], 0
    else:
        design = told["design"]
        yield "seed", told["seed"], design["seed"]
        yield "cases", told["cases"], len(design["cases"])
        counted = [one["case"] for one in design["cases"]] == [*range(len(design["cases"]))]
        yield "design.cases", "another order" if not counted else "0, 1, 2 …", "0, 1, 2 …"
        yield "runs", told["runs"], told["replications"] * told["cases"]
        yield "replication", told["replication"], 0
        yield "replications", told["replications"], min(told["replications"], design["runs"])
