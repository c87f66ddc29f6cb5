"""A sweep is the same whoever plays it, however it is cut, and whatever happens on the way."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.sweep.theatre import TABLES, contents, played, study
from wargame.errors import InputError, Interrupted
from wargame.report.proof.verifying import verify
from wargame.results.parquet import read_table, write_table
from wargame.studies.compare.find import pairs, robustness
from wargame.studies.progress import Progress, duration
from wargame.studies.statistics.missing import of_mean
from wargame.studies.sweep.find.effects import effects, notable_runs
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.run import sweeping
from wargame.studies.sweep.run.executors import WorkersLost, each, work
from wargame.studies.sweep.run.merging import merge
from wargame.studies.sweep.run.sweeping import Execution, Unfinished, in_folder, in_memory, now
from wargame.studies.sweep.store.folder import alone, begin, reopen, results_of, study_of

VARY = {"parameters.threat.base": [-2.5, -1.5], "exercises.autumn.declaration": ["honest", "strategic"]}
FULL: dict[str, Any] = {"vary": VARY, "uncertain": True}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep that all others must equal: four cases with uncertainties, in one process, in one block of each kind."""
    return played(tmp_path_factory.mktemp("sweep") / "whole", **FULL).path


@pytest.mark.parametrize("block", [4, 23, 50])
def test_the_block_changes_no_byte(whole: Path, block: int, tmp_path: Path) -> None:
    other = played(tmp_path / "other", block=block, **FULL)
    assert other.manifest["fingerprint"] == reopen(whole).manifest["fingerprint"]
    assert contents(other.path) == contents(whole)
    assert in_memory(study(block=block, **FULL), Execution()).fingerprint == other.manifest["fingerprint"]


def test_two_processes_change_no_byte(whole: Path, tmp_path: Path) -> None:
    assert contents(played(tmp_path / "other", Execution(workers=2), block=12, **FULL).path) == contents(whole)


def test_the_folder_reads_back_as_it_was_in_memory(whole: Path) -> None:
    there, here = results_of(whole), in_memory(study(**FULL), Execution())
    assert all(np.array_equal(there.column(name), here.column(name)) for name in here.measures)
    assert np.array_equal(there.course.bands, here.course.bands)
    assert np.array_equal(there.course.levels, here.course.levels)
    assert np.array_equal(there.course.kept, here.course.kept)
    assert there.course.kept_runs == here.course.kept_runs == (0, 23, 46)


def test_the_table_has_a_row_per_run_with_levers_uncertainties_and_measures(whole: Path) -> None:
    table = read_table(whole / "measures.parquet")
    assert table["run"].tolist() == list(range(92))
    assert table["case"].tolist() == [case for case in range(4) for _ in range(23)]
    assert table["parameters.threat.base"].tolist() == [base for base in (-2.5, -1.5) for _ in range(46)]
    assert set(table["exercises.autumn.declaration"]) == {"honest", "strategic"}
    drawn = table["policies.imperial.temperature"].reshape(4, 23)
    assert len(set(drawn[0])) == 23
    assert (drawn == drawn[0]).all()  # luck and uncertainties are shared by the cases, replication by replication


@pytest.mark.parametrize("run", [0, 30, 91])
def test_any_run_is_replayed_to_the_bit(whole: Path, run: int) -> None:
    results = results_of(whole)
    record = results.replay(run)
    assert record.measures == results.values_of(run)
    assert record.replication == run % 23
    assert np.array_equal(record.watched()["tension"], results.replay(run).watched()["tension"], equal_nan=True)


def test_a_kept_trajectory_is_that_of_the_run(whole: Path) -> None:
    results = results_of(whole)
    assert np.array_equal(results.course.kept[0, :, 1], results.replay(results.course.kept_runs[1]).watched()["tension"])


def test_bands_are_the_quantiles_of_the_days(whole: Path) -> None:
    results = results_of(whole)
    days = np.stack([results.replay(run).watched()["tension"] for run in range(23, 46)])
    assert np.array_equal(results.bands("tension", case=1), np.quantile(days, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0))
    with pytest.raises(InputError, match=r'^variable: unknown variable "tensin"; did you mean "tension"\?$'):
        results.bands("tensin")


def test_streamed_bands_are_near_the_exact_ones_in_any_blocks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Within one in a hundred of the run whose rank it is: of few runs, what lies between two of them is a matter of taste."""
    kept = in_memory(study(runs=60, keep=60), Execution()).course.kept  # (variables, days, runs) of the only case
    exact = np.quantile(kept, (0.05, 0.25, 0.5, 0.75, 0.95), axis=-1, method="lower").transpose(1, 0, 2)
    monkeypatch.setattr("wargame.studies.sweep.plan.planning.EXACT", 0)
    found = [in_memory(study(runs=60, block=block), Execution()).course.bands for block in (7, 60)]
    assert np.array_equal(found[0], found[1])
    assert np.abs(found[0] / exact - 1).max() < 0.01
    there = played(tmp_path / "a", runs=60, block=7)
    assert there.manifest["bands"] == {"method": "histogram", "relative_error": 0.01}
    assert np.array_equal(results_of(there.path).course.bands, found[0])


def test_a_sweep_killed_in_the_middle_resumes_to_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; import sys; from tests.sweep import theatre;"
        f"theatre.played(Path(sys.argv[1]), block=3, **{FULL!r})"
    )
    place = tmp_path / "killed"
    with subprocess.Popen([sys.executable, "-c", code, str(place)], cwd=Path(__file__).parents[2]) as process:
        for _ in range(1500):
            if len(list(place.glob("parts/0*.parquet"))) >= 4:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    saved = len(list(place.glob("parts/0*.parquet")))
    assert 4 <= saved < 32
    with pytest.raises(InputError) as caught:
        results_of(place)
    assert str(caught.value) == f"{place}: the result is not complete; go on with: wargame sweep --resume {place}"
    again = in_folder(study_of(place), reopen(place), Execution())
    assert again.complete
    assert contents(place) == contents(whole)
    assert not (place / "parts").exists()


def test_ctrl_c_says_what_is_saved_and_how_to_go_on(whole: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place, count, real = tmp_path / "stopped", [0], work

    def stopped(*args: Any) -> Any:
        count[0] += 1
        if count[0] == 3:
            raise KeyboardInterrupt
        return real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(sweeping, "work", stopped)
        with pytest.raises(Interrupted) as caught:
            played(place, block=12, **FULL)
    assert caught.value.exit_code == 130
    assert str(caught.value) == (
        f"interrupted; 2 of 8 blocks (23 runs) are saved in {place}; go on with: wargame sweep --resume {place}"
    )
    assert contents(in_folder(study_of(place), reopen(place), Execution()).path) == contents(whole)


def test_a_full_disk_loses_nothing(whole: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place, count, real = tmp_path / "full", [0], write_table

    def full(*args: Any) -> None:
        count[0] += 1
        if count[0] == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*args)

    with monkeypatch.context() as patched:
        patched.setattr("wargame.studies.sweep.store.parts.write_table", full)
        with pytest.raises(InputError) as caught:
            played(place, block=12, **FULL)
    assert str(caught.value) == (
        f"--out: cannot write {place}: No space left on device; 1 of 8 blocks (12 runs) are saved in {place}; "
        f"go on with: wargame sweep --resume {place}"
    )
    assert not [path for path in (place / "parts").iterdir() if path.name.startswith(".0")]
    assert contents(in_folder(study_of(place), reopen(place), Execution()).path) == contents(whole)


def test_a_changed_scenario_is_noticed_on_the_way(tmp_path: Path) -> None:
    own = study()
    folder = begin(tmp_path / "a", own, kind="sweep", command="", started=now(), shard="", beside=False)
    file = folder.path / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("title: The Strait", "title: Another"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        study_of(folder.path)
    assert str(caught.value) == f"{file}: not the scenario that the manifest tells of: it has been changed since"


def test_a_folder_is_worked_in_by_one_at_a_time(tmp_path: Path) -> None:
    folder = begin(tmp_path / "a", study(), kind="sweep", command="", started=now(), shard="", beside=False)
    with alone(folder.path), pytest.raises(InputError) as caught, alone(folder.path):
        pass
    assert str(caught.value) == f"{folder.path}: another process is working in it"


def test_shards_join_to_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    shards = [tmp_path / f"shard-{i}" for i in (1, 2, 3)]
    for i, place in enumerate(shards, 1):
        with pytest.raises(Unfinished, match=rf"^shard {i} of 3 is done: \d+ runs in "):
            played(place, Execution(shard=(i, 3)), block=5, **FULL)
    with pytest.raises(InputError) as caught:
        merge(shards[:2], tmp_path / "m", place=tmp_path / "p", command="")
    assert "blocks are missing" in str(caught.value)
    assert not (tmp_path / "m").exists()
    joined = merge(shards, tmp_path / "m", place=tmp_path / "p", command="")
    assert contents(joined.path) == contents(whole)
    with pytest.raises(InputError, match=r"is complete already: nothing to merge$"):
        merge([joined.path], None, place=tmp_path / "p", command="")


def test_shards_of_other_sweeps_are_refused(tmp_path: Path) -> None:
    for i, seed in ((1, 5), (2, 6)):
        with pytest.raises(Unfinished):
            played(tmp_path / str(i), Execution(shard=(i, 2)), seed=seed, block=10)
    with pytest.raises(InputError) as caught:
        merge([tmp_path / "1", tmp_path / "2"], None, place=tmp_path / "p", command="")
    assert str(caught.value) == f"{tmp_path / '2'}: is of another sweep: not the design of {tmp_path / '1'}"


@pytest.mark.parametrize(("block", "workers"), [(500, 1), (300, 1), (500, 6)])
def test_where_a_sweep_stops_depends_on_the_runs_alone(block: int, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_pool", lambda *args: None)  # as many rounds ahead as six workers ask for, all played here
    width = of_mean(in_memory(study(runs=1000), Execution()).column("tension_mean")).half
    found = in_memory(study(runs=5000, block=block, until=[f"tension_mean±{0.85 * width}"]), Execution(workers=workers))
    assert found.replications == 2000
    assert found.facts["until"][0]["met"]
    assert found.facts["cost"]["replications"] == 2000
    assert found.fingerprint == in_memory(study(runs=2000), Execution()).fingerprint


def test_a_target_that_is_not_reached_is_told(tmp_path: Path) -> None:
    found = played(tmp_path / "a", runs=40, until=["tension_mean±1e-9"])
    assert found.manifest["cost"]["met"] is False
    assert sweeping.cost_line(found.manifest).startswith("not narrow enough after 40 of 40 replications: tension_mean ±")


def test_verify_plays_again_and_says_what_it_compared(whole: Path) -> None:
    proof, columns = verify(whole), len(read_table(whole / "measures.parquet"))
    assert str(proof).startswith("the same to the bit (all 92 runs played again)\ncompared:\n  manifest.json: its seal")
    assert {f"measures.parquet: 92 rows, {columns} columns", "scenario.yaml", "columns.json"} <= set(proof.compared)
    assert {name.split(":")[0] for name in proof.compared} >= {*TABLES, "manifest.json"}
    part = verify(whole, runs=3)
    assert part.played == "3 of 92 runs played again"
    assert "measures of 3 runs" in part.compared
    assert any(one.startswith("the other runs, days, pages") for one in part.left)


def test_a_dead_lever_and_the_runs_to_look_at() -> None:
    results = in_memory(study(vary={"parameters.threat.base": [-2.5, -1.5], "sensors.eyes.floor": [200, 201]}), Execution())
    found = {one.path: one for one in effects(results)}
    assert found["sensors.eyes.floor"].sizes["tension_mean"] < found["parameters.threat.base"].sizes["threat_league"]
    results = in_memory(study(vary={"summary": ["a", "b"]}), Execution())
    assert [one.path for one in effects(results) if one.dead] == ["summary"]
    typical, extreme = notable_runs(results, 3)
    assert typical[0].distance <= typical[-1].distance <= extreme[-1].distance <= extreme[0].distance
    assert results.at(extreme[0].run) == (extreme[0].case, extreme[0].replication)


def test_a_case_that_is_the_same_differs_by_nothing() -> None:
    results = in_memory(study(vary={"summary": ["a", "b"]}), Execution())
    for pair in pairs(results):
        assert (pair.difference.mean, pair.difference.sd, pair.clear) == (0.0, 0.0, False)
    assert all((one.regret_less, one.best_less, one.best_more) == (0.0, 1.0, 1.0) for one in robustness(results))


# --- executors ------------------------------------------------------------------------------------------------------


@dataclass
class Deadly:
    """A pool whose workers die at some blocks: the first time, or always."""

    flags: Path
    always: bool = False
    window: int = 4

    def open(self) -> Executor:
        return ProcessPoolExecutor(2)

    def submit(self, executor: Executor, block: Block) -> Future[Any]:
        return executor.submit(die, str(self.flags / block.name), self.always)

    def close(self, executor: Executor) -> None:
        executor.shutdown()


def die(flag: str, always: bool) -> str:
    if always or not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return flag


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_blocks_of_dead_workers_are_played_again(tmp_path: Path) -> None:
    tasks = [Block(((0, i, 1),)) for i in range(4)]
    for block in tasks[1:]:
        (tmp_path / block.name).touch()  # only the first one kills, once
    done: list[Block] = []
    each(tasks, Deadly(tmp_path), lambda block, result: done.append(block))
    assert sorted(block.name for block in done) == [block.name for block in tasks]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_workers_that_always_die_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(WorkersLost, match="the workers died 3 times without finishing a block; most likely memory is short"):
        each([Block(((0, 0, 1),))], Deadly(tmp_path, always=True), lambda block, result: None)


def test_progress_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("wargame.studies.progress.time", SimpleNamespace(monotonic=lambda: clock[0]))
    progress = Progress(100, None)
    assert progress.text(102.0) == "0 of 100 runs (0%), getting ready"
    progress.resume(20)
    clock[0] = 110.0
    progress.add(30)
    assert progress.text(110.0) == "50 of 100 runs (50%), at most 17 s left"
    clock[0] = 112.0
    progress.add(20)
    assert progress.text(112.0) == "70 of 100 runs (70%), 10 a second, 3 s left"
    assert [duration(s) for s in (3, 89, 200, 8000)] == ["3 s", "89 s", "3 min", "2 h 13 min"]


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_first_time_left_is_that_of_the_work_and_not_of_the_start(
    workers: int, spread: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers take thirty times as long to begin as a block takes; whatever is said of the time left is nearly so."""
    luck = np.random.default_rng(7)
    clock, blocks, step = [0.0], 400, 0.5
    monkeypatch.setattr("wargame.studies.progress.time", SimpleNamespace(monotonic=lambda: clock[0]))
    progress = Progress(10 * blocks, None, workers=workers)
    busy = [30 * step + luck.uniform(0, step) for _ in range(workers)]  # when each will have finished its block
    ends = []
    for number in range(blocks):
        worker = int(np.argmin(busy))
        ends.append(busy[worker] + step * (1 + luck.uniform(-spread, spread)))
        busy[worker] = ends[number]
    for number, end in enumerate(ends):
        clock[0] = end
        progress.add(10)
        left = ends[-1] - end
        if number < workers:
            assert progress.rate() == 0.0
            assert "at most" in progress.text(end)
        elif number < blocks - 10:
            assert 0.7 < ((4_000 - progress.done) / progress.rate()) / left < 1.4, number
