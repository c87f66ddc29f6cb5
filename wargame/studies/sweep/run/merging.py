"""Joining shards: folders that each hold some blocks of the same sweep become one result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wargame.errors import InputError, Mistake
from wargame.results.files import shell_word, unwritable
from wargame.studies.sweep.plan.designs import blocks
from wargame.studies.sweep.store.folder import Folder, alone, begin, check_versions, design_of, finish, reopen, study_of
from wargame.studies.sweep.store.parts import damaged, done_already


def merge(folders: Sequence[Path], out: Path | None, *, place: Path, command: str) -> Folder:
    """Write the result of shards into ``out`` (or a new folder named like ``place``) and return it; the shards stay as they are.

    Raises :class:`InputError` when they are not of one sweep, or blocks are missing.
    """
    found = [reopen(path) for path in folders]
    first = found[0]
    for other in found[1:]:
        for key, what in (("scenario_hash", "scenario"), ("design", "design")):
            if other.manifest.get(key) != first.manifest.get(key):
                raise _wrong(other.path, f"is of another sweep: not the {what} of {first.path}")
    for one in found:
        if one.complete:
            raise _wrong(one.path, "is complete already: nothing to merge")
        check_versions(one)
    study = study_of(first.path)
    design = design_of(first)
    everything = blocks(study.kin, design.block, 0, design.runs)
    places: dict[str, Path] = {}
    for one in found:
        there = done_already(one.path, everything)
        if broken := damaged(one.path, [block for block in everything if block.name in there]):
            again = f"play it again with: wargame sweep --resume {shell_word(one.path)}"
            raise _wrong(one.path, f"{len(broken):,} of its blocks are damaged ({broken[0]}); {again}")
        places |= dict.fromkeys(there, one.path)
    if missing := [block.name for block in everything if block.name not in places]:
        shards = ", ".join(str(one.manifest.get("shard") or "no shard") for one in found)
        lost = f"{len(missing):,} of {len(everything):,} blocks are missing (there are shards {shards})"
        raise _wrong(first.path, f"{lost}: not every shard was given, or one is not done")
    started = dt.datetime.now(dt.UTC)
    folder = begin(out or place, study, kind="sweep", command=command, started=started, shard="", beside=out is None)
    with alone(folder.path), _refusing(folder.path):
        return finish(folder, study, everything, places, {"until": [], "merged": [str(one.path) for one in found]})


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from None


def _wrong(path: Path, what: str) -> InputError:
    return InputError([Mistake(str(path), 0, 0, "", what)])
