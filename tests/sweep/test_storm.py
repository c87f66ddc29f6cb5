"""A sweep through a storm: killed at random moments again and again, or played by a cluster that loses a worker.

``WARGAME_KILLS`` says how many kills there are (4 unless told otherwise; 20 for the whole storm).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.strait import STRAIT
from tests.sweep.theatre import SETS, contents, played, study
from wargame.studies.sweep.run.sweeping import Execution, in_folder, now
from wargame.studies.sweep.store.folder import begin, reopen, study_of

KILLS = int(os.environ.get("WARGAME_KILLS", "4"))
RUNS, BLOCK = 240, 8
SHORT = [part for one in SETS for part in ("--set", one)]


def command(place: Path, *, begun: bool) -> list[str]:
    """The command that begins the sweep, or goes on with it."""
    program = [sys.executable, "-m", "wargame", "sweep"]
    if begun:
        return [*program, "--resume", str(place), "--no-report", "--workers", "2"]
    design = ["--runs", str(RUNS), "--seed", "5", "--block", str(BLOCK), "--uncertain", "--keep-trajectories", "3"]
    return [*program, str(STRAIT), *SHORT, *design, "--no-report", "--workers", "2", "--out", str(place)]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same sweep, left in peace."""
    place = tmp_path_factory.mktemp("storm") / "calm"
    subprocess.run(command(place, begun=False), check=True, capture_output=True)
    return place


def test_killed_at_random_moments_it_ends_with_the_same_bytes(calm: Path, tmp_path: Path) -> None:
    luck = random.Random(2021)
    kills, sweeps = 0, 0
    while kills < KILLS:
        place = tmp_path / f"sweep-{sweeps}"
        sweeps += 1
        while True:
            begun = (place / "manifest.json").exists()
            parts = len(list(place.glob("parts/0*.parquet")))
            with subprocess.Popen(
                command(place, begun=begun), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
            ) as process:
                wanted, deadline = parts + luck.randint(0, RUNS // BLOCK // 3), time.monotonic() + 60
                while process.poll() is None and time.monotonic() < deadline:
                    if kills < KILLS and len(list(place.glob("parts/0*.parquet"))) >= wanted:
                        break
                    time.sleep(0.005)
                time.sleep(luck.uniform(0.0, 0.05))
                if process.poll() is None:
                    whom = os.killpg if luck.random() < 0.5 else os.kill  # with its workers, or alone
                    whom(process.pid, signal.SIGKILL)
                    kills += 1
                said = process.communicate()[0].decode()
            assert process.returncode in (0, -signal.SIGKILL), said
            if process.returncode == 0:
                break
            time.sleep(0.6)  # orphaned workers notice within half a second, and leave
        assert contents(place) == contents(calm)
        assert reopen(place).manifest["fingerprint"] == reopen(calm).manifest["fingerprint"]


# --- a Dask cluster ---------------------------------------------------------------------------------------------------


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'distributed' is not installed")
    options: dict[str, Any] = {"uncertain": True, "block": 2}
    whole = played(tmp_path / "whole", **options)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        place = tmp_path / "dask"
        folder = begin(place, study(**options), kind="sweep", command="test", started=now(), shard="", beside=False)
        doomed = cluster.workers[0].process.pid
        killer = threading.Thread(target=_kill_after_parts, args=(place, doomed))
        killer.start()
        done = in_folder(study_of(place), folder, Execution(executor=f"dask:{cluster.scheduler_address}"))
        killer.join()
    assert contents(done.path) == contents(whole.path)
    assert done.manifest["fingerprint"] == whole.manifest["fingerprint"]


def _kill_after_parts(place: Path, worker: int) -> None:
    """Kill a worker once the sweep has begun to bear fruit."""
    for _ in range(6000):
        if len(list(place.glob("parts/0*.parquet"))) >= 2:
            break
        time.sleep(0.005)
    os.kill(worker, signal.SIGKILL)
