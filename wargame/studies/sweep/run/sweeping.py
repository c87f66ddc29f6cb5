"""Playing a study from start to end: in memory or into a folder, all at once or until it is known well enough."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from wargame.engine.types import Array
from wargame.errors import InputError, Interrupted, Mistake, WargameError
from wargame.results.files import shell_word, unwritable
from wargame.simulation.record import fingerprint
from wargame.studies.progress import Progress, duration, print_line
from wargame.studies.sweep.find import courses
from wargame.studies.sweep.find.results import Results
from wargame.studies.sweep.plan.designs import Block, blocks
from wargame.studies.sweep.plan.planning import check_targets
from wargame.studies.sweep.plan.study import Study, kinds
from wargame.studies.sweep.plan.until import STEP, TargetState, reached
from wargame.studies.sweep.play.blocks import PlayedBlock
from wargame.studies.sweep.run.executors import Dask, Local, Pool, each, work
from wargame.studies.sweep.store.folder import Folder, alone, finish
from wargame.studies.sweep.store.parts import Reply, damaged, done_already, read_reply, take_away, watched


class Unfinished(WargameError):
    """A shard has been played: its part of the work is done, the result is not."""

    exit_code = 0


@dataclass(frozen=True)
class Execution:
    """How a sweep is played; nothing here changes a number."""

    workers: int = 1
    executor: str = ""
    shard: tuple[int, int] | None = None  # (which, of how many), counted from 1
    stream: TextIO | None = None


@dataclass
class _State:
    """What has been played so far: block by name, and what stopping looks at."""

    played: dict[str, PlayedBlock] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)

    def take(self, block: Block, result: Reply | PlayedBlock, names: Sequence[str]) -> None:
        """Remember a block's result."""
        if isinstance(result, PlayedBlock):
            self.played[block.name] = result
            result = Reply({name: result.measures[name] for name in names})
        self.replies[block.name] = result


def _rounds(study: Study, workers: int) -> Iterator[tuple[int, int]]:
    """Yield replications from, to: all at once, or as many steps as keep the workers busy when it may stop earlier."""
    design = study.design
    if not design.until:
        yield 0, design.runs
        return
    wide = max(2 * workers * design.block // (STEP * len(design.cases)), 1) * STEP
    for first in range(0, design.runs, wide):
        yield first, min(first + wide, design.runs)


def _blocks(study: Study, first: int, last: int) -> list[Block]:
    """Return the blocks of some replications; where a sweep may stop there is a cut."""
    if not study.design.until:
        return blocks(study.kin, study.design.block, first, last)
    cuts = [*range(first, last, STEP), last]
    return [block for a, b in pairwise(cuts) for block in blocks(study.kin, study.design.block, a, b)]


def run_order(found: Sequence[Block]) -> list[Block]:
    """Return blocks in the order of their runs."""
    return sorted(found, key=lambda block: block.name)


def in_memory(study: Study, how: Execution) -> Results:
    """Return the result of a study, kept in memory."""
    state = _State()
    progress = Progress(study.design.runs * len(study.design.cases), how.stream, workers=how.workers)
    final, own, facts = _play_all(study, how, None, state, progress)
    replications = final.design.runs
    own = run_order([block for block in own if int(block.replications().min()) < replications])
    names = [*study.uncertain_paths, *study.measures]
    columns = {name: np.concatenate([_column(state.played[b.name], name) for b in own]) for name in names}
    course = courses.course(final, own, lambda block: state.played[block.name].days, replications)
    digest = fingerprint([{name: columns[name] for name in study.measures}])
    return Results(final, replications, digest, lambda wanted: {name: columns[name] for name in wanted}, course, facts)


def _column(played: PlayedBlock, name: str) -> Array:
    return played.measures[name] if name in played.measures else played.uncertain[name]


def in_folder(study: Study, folder: Folder, how: Execution) -> Folder:
    """Play a study into a folder and return it complete; what is there already is not played again.

    Raises :class:`Unfinished` after a shard, :class:`Interrupted` after Ctrl-C and :class:`InputError` when the folder cannot be
    written; whatever was played before is kept in all three.
    """
    progress = Progress(study.design.runs * len(study.design.cases), how.stream, workers=how.workers)
    if how.shard is not None:
        progress.total = sum(block.runs for block in shard_of(_blocks(study, 0, study.design.runs), how.shard))
    try:
        with alone(folder.path):
            final, own, facts = _play_all(study, how, folder.path, _State(), progress)
            if how.shard is not None:
                raise Unfinished(_sharded(folder.path, own, how.shard))
            own = run_order(own)
            return finish(folder, final, own, dict.fromkeys([block.name for block in own], folder.path), facts)
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; {_saved(study, folder.path)}; {_go_on(folder.path)}") from None
    except OSError as error:
        one = unwritable(folder.path, error).mistakes[0]
        what = f"{one.what}; {_saved(study, folder.path)}; {_go_on(folder.path)}"
        raise InputError([replace(one, what=what)]) from None
    finally:
        progress.close()


def shard_of(found: Sequence[Block], shard: tuple[int, int] | None) -> list[Block]:
    """Return the blocks that a shard plays: every N-th, beginning with its own number."""
    return list(found) if shard is None else list(found[shard[0] - 1 :: shard[1]])


def _saved(study: Study, path: Path) -> str:
    everything = _blocks(study, 0, study.design.runs)
    there = done_already(path, everything)
    runs = sum(block.runs for block in everything if block.name in there)
    return f"{len(there):,} of {len(everything):,} blocks ({runs:,} runs) are saved in {path}"


def _go_on(path: Path) -> str:
    return f"go on with: wargame sweep --resume {shell_word(path)}"


def _sharded(path: Path, own: Sequence[Block], shard: tuple[int, int]) -> str:
    runs = sum(block.runs for block in own)
    return f"shard {shard[0]} of {shard[1]} is done: {runs:,} runs in {path}; when all are, join them with: wargame merge"


def _play_all(
    study: Study, how: Execution, folder: Path | None, state: _State, progress: Progress
) -> tuple[Study, list[Block], dict[str, Any]]:
    """Play what is missing; return the study with the replications that count, all blocks, and what is to be said of it."""
    targets, names = check_targets(study), watched(study)
    everything: list[Block] = []
    found: list[TargetState] = []
    for first, last in _rounds(study, how.workers):
        own = shard_of(_blocks(study, first, last), how.shard)
        everything += own
        _play(study, own, how, folder, state, progress, names)
        for end in range(min(first + STEP, last), last + 1, STEP) if targets else ():
            found = reached(targets, _so_far(study, everything, state, names, end), kinds(study))
            if all(one.met for one in found):
                return study.with_runs(end, until=study.design.until), everything, _facts(study, found, end, progress)
        if targets and last % STEP:
            found = reached(targets, _so_far(study, everything, state, names, last), kinds(study))
    return study, everything, _facts(study, found, study.design.runs, progress)


def _facts(study: Study, found: Sequence[TargetState], replications: int, progress: Progress) -> dict[str, Any]:
    facts: dict[str, Any] = {"until": [one.as_json() for one in found]}
    if found:
        runs = replications * len(study.design.cases)
        all_met = all(one.met for one in found)
        facts["cost"] = {
            "replications": replications, "of": study.design.runs, "runs": runs, "played": progress.done,
            "seconds": round(progress.seconds, 1), "met": all_met,
        }  # fmt: skip
    return facts


def cost_line(facts: Mapping[str, Any]) -> str:
    """Return what stopping has cost and reached, in a line; empty when nothing was to be reached."""
    cost = facts.get("cost")
    if not cost:
        return ""
    widths = ", ".join(_width(one, int(cost["replications"])) for one in facts["until"])
    how, end = ("narrow enough", "") if cost["met"] else ("not narrow enough", "; --runs allows no more")
    return (
        f"{how} after {cost['replications']:,} of {cost['of']:,} replications: {widths}; "
        f"{cost['runs']:,} runs, {cost['played'] - cost['runs']:,} more played ahead, {duration(cost['seconds'])}{end}"
    )


def _width(one: Mapping[str, Any], replications: int) -> str:
    """Return in words how far a target is, why it is not met where that is not its width alone, and what that would take."""
    width, wanted = one["reached"], one["wanted"]
    parts = [f"wanted ±{wanted:.3g}" if wanted is not None else "no mean to take a share of"]
    parts += [f"of the {one['n']:,} runs that have it"] if one.get("n") else []
    parts += [one["why"]] if one.get("why") else []
    if width and wanted and width > wanted:
        parts.append(f"it would take about {float(f'{replications * (width / wanted) ** 2:.2g}'):,.0f} replications")
    return f"{one['measure']} {'no interval' if width is None else f'±{width:.3g}'} ({'; '.join(parts)})"


def _so_far(study: Study, own: Sequence[Block], state: _State, names: Sequence[str], end: int) -> list[dict[str, Array]]:
    """Return the measures that stopping looks at, of every case in the order of replications below ``end``."""
    values: list[dict[str, list[Array]]] = [{name: [] for name in names} for _ in study.design.cases]
    for block in run_order(own):
        for (case, first, count), start in zip(block.pieces, _starts(block), strict=True):
            if first < end:
                for name in names:
                    values[case][name].append(state.replies[block.name].watched[name][start : start + count])
    return [{name: np.concatenate(parts) for name, parts in one.items()} for one in values]


def _starts(block: Block) -> list[int]:
    return [sum(count for _, _, count in block.pieces[:i]) for i in range(len(block.pieces))]


def _play(
    study: Study, own: Sequence[Block], how: Execution, folder: Path | None, state: _State, progress: Progress,
    names: Sequence[str],
) -> None:  # fmt: skip
    there = _sound(own, folder, how) if folder is not None else set()
    missing = [block for block in own if block.name not in there]
    for block in own:
        if block.name in there and folder is not None:
            state.take(block, read_reply(study, folder, block), names)
            progress.resume(block.runs)
    pool = _pool(study, how, folder, len(missing))

    def done(block: Block, result: Any) -> None:
        state.take(block, result, names)
        progress.add(block.runs)

    if pool is not None:
        each(missing, pool, done)
        return
    for block in missing:
        done(block, work(study, folder, block))


def _sound(own: Sequence[Block], folder: Path, how: Execution) -> set[str]:
    """Return the names of the blocks that are there already; damaged ones are taken away, to be played again."""
    there = done_already(folder, own)
    broken = set(damaged(folder, [block for block in own if block.name in there]))
    for block in own:
        if block.name in broken:
            take_away(folder, block)
    if broken and how.stream is not None:
        what = "1 block is" if len(broken) == 1 else f"{len(broken):,} blocks are"
        print_line(how.stream, f"{what} damaged and played again", False)
    return there - broken


def _pool(study: Study, how: Execution, folder: Path | None, tasks: int) -> Pool | None:
    """Return who plays; None for this process."""
    if how.executor:
        if folder is None:
            raise InputError([Mistake("--executor", 0, 0, "", "needs a folder to write to")])
        return Dask(how.executor, folder)
    workers = min(how.workers, tasks)
    return Local(study, folder, workers) if workers > 1 else None


def now() -> dt.datetime:
    """Return the time, UTC."""
    return dt.datetime.now(dt.UTC)
