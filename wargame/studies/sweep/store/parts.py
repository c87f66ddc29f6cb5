"""Parts of a sweep on disk: one block each, written under a temporary name and renamed.

A part is three files: ``NAME.npz`` with what is kept of the days, then ``NAME.parquet`` with a row per run, then ``NAME.sum``
with the hashes of both. A block is done when the third is there and says what the others are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from wargame.engine.types import Array
from wargame.results.files import digest, kind_of, opened, read_text, write_text, written
from wargame.results.listing import PARTS
from wargame.results.parquet import read_table, write_table
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.plan.study import Study
from wargame.studies.sweep.plan.until import parse_until
from wargame.studies.sweep.play.blocks import Days, PlayedBlock
from wargame.studies.sweep.play.histograms import Counts

_ENDS = (".npz", ".parquet", ".sum")
_MOST_SUM = 1_000


@dataclass(frozen=True)
class Reply:
    """What a worker says of a block it has written: the measures that stopping looks at."""

    watched: Mapping[str, Array]


def part_file(folder: Path, block: Block) -> Path:
    """Return the file with the runs of a block."""
    return folder / PARTS / f"{block.name}.parquet"


def days_file(folder: Path, block: Block) -> Path:
    """Return the file with the days of a block."""
    return folder / PARTS / f"{block.name}.npz"


def write_part(study: Study, folder: Path, played: PlayedBlock) -> Reply:
    """Write a block and return what stopping needs of it. Raises OSError; what was there before stays."""
    block = played.block
    columns = {"case": block.cases(), "replication": block.replications(), **played.uncertain, **played.measures}
    _write_days(days_file(folder, block), played.days)
    write_table(part_file(folder, block), columns)
    write_text(sum_file(folder, block), _sums(folder, block))
    return Reply({name: played.measures[name] for name in watched(study)})


def sum_file(folder: Path, block: Block) -> Path:
    """Return the file with the hashes of a block's other files."""
    return folder / PARTS / f"{block.name}.sum"


def _sums(folder: Path, block: Block) -> str:
    return "".join(f"{digest(path)} {path.lstat().st_size}\n" for path in (days_file(folder, block), part_file(folder, block)))


def watched(study: Study) -> tuple[str, ...]:
    """Return the measures that stopping looks at."""
    return tuple(dict.fromkeys(parse_until(text).measure for text in study.design.until))


def _write_days(path: Path, days: Days) -> None:
    more: dict[str, np.ndarray[Any, np.dtype[Any]]] = {}
    for i, counts in enumerate(days.counts):
        more |= {
            f"cell{i}": counts.cell.astype(np.int32), f"key{i}": counts.key.astype(np.int16),
            f"count{i}": counts.count.astype(np.int32),
        }  # fmt: skip
    if days.values is not None:
        more["values"] = days.values
    with written(path) as (number, _), os.fdopen(os.dup(number), "wb") as file:
        more |= {"levels": days.levels.astype(np.int32), "kept": days.kept, "columns": np.array(days.columns, np.int64)}
        np.savez(file, allow_pickle=False, **more)


def read_days(folder: Path, block: Block) -> Days:
    """Return the days of a block as written. Raises OSError when the file is broken."""
    try:
        return _read_days(folder, block)
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise OSError(f"{PARTS}/{block.name}.npz cannot be read: {error}") from None


def _read_days(folder: Path, block: Block) -> Days:
    with (
        opened(days_file(folder, block)) as number,
        os.fdopen(os.dup(number), "rb") as file,
        np.load(file, allow_pickle=False) as found,
    ):
        groups = sum(name.startswith("cell") for name in found.files)
        counts = tuple(
            Counts(*(found[f"{what}{i}"].astype(np.int64) for what in ("cell", "key", "count"))) for i in range(groups)
        )
        return Days(
            found["levels"].astype(np.int64), found["kept"], tuple(int(i) for i in found["columns"]),
            found["values"] if "values" in found.files else None, counts,
        )  # fmt: skip


def read_reply(study: Study, folder: Path, block: Block) -> Reply:
    """Return what a worker would have said of a block that is there already. Raises OSError."""
    names = watched(study)
    found = read_table(part_file(folder, block), names) if names else {}
    return Reply({name: np.asarray(found[name], dtype=np.float64) for name in names})


def done_already(folder: Path, blocks: Sequence[Block]) -> set[str]:
    """Return the names of the blocks that are there, by the names of their files."""
    there = {path.name for path in (folder / PARTS).iterdir()} if (folder / PARTS).is_dir() else set()
    return {block.name for block in blocks if all(f"{block.name}{end}" in there for end in _ENDS)}


def damaged(folder: Path, blocks: Sequence[Block]) -> list[str]:
    """Return the names of the blocks that are there and are not what was written: cut short, changed, or no files."""
    return [block.name for block in blocks if not _sound(folder, block)]


def _sound(folder: Path, block: Block) -> bool:
    try:
        told = [line.split() for line in read_text(sum_file(folder, block), _MOST_SUM).splitlines()]
        sizes = [int(size) for _, size in told]
        found = [digest(path(folder, block), size) for path, size in zip((days_file, part_file), sizes, strict=True)]
    except (OSError, ValueError):
        return False
    return found == [kept for kept, _ in told]


def take_away(folder: Path, block: Block) -> None:
    """Take the files of a block away, so that it is played again. Raises OSError."""
    for place in (sum_file(folder, block), part_file(folder, block), days_file(folder, block)):
        if kind_of(place) == "a folder":
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
