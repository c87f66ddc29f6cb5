"""Result folders: what is in them, that they appear whole or not at all, that they prove themselves and need nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import wargame as wg
from tests.strait import STRAIT
from wargame.binding.bound import Bound
from wargame.errors import CheckFailed, InputError
from wargame.report.proof.runs import compare, prove
from wargame.results.folder import Altered, default_folder, open_folder, versions
from wargame.results.manifest import MANIFEST
from wargame.results.parquet import read_table
from wargame.results.run import tables, write_run
from wargame.scenario.load import load
from wargame.simulation.play import play_one
from wargame.simulation.record import KINDS, Record

FILES = {
    "manifest.json",
    "scenario.yaml",
    "measures.parquet",
    "bands.parquet",
    "trajectory.parquet",
    "columns.json",
    "events.jsonl",
}
PHASES = {"inject", "move", "detect", "decide", "adjudicate", "friction", "drift", "record"}
START = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)


@cache
def bound() -> Bound:
    return wg.load(STRAIT)


@cache
def history() -> Record:
    return play_one(bound(), seed=3, replication=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_run(history(), tmp_path / "stored", command="wargame run strait", started=START, report=None)


def again(folder: Path) -> Record:
    """Play a stored result again from its folder alone."""
    stored = open_folder(folder)
    return play_one(wg.load(stored.scenario_file), seed=stored.manifest["seed"], replication=stored.manifest["replication"])


# --- what is in it --------------------------------------------------------------------------------------------------


def test_it_holds_the_contract_s_files_and_no_draft_is_left(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    assert list(folder.parent.iterdir()) == [folder]


def test_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["complete"] is True
    assert (manifest["kind"], manifest["scenario"], manifest["seed"], manifest["replication"]) == ("run", "strait", 3, 2)
    assert manifest["command"] == "wargame run strait"
    assert manifest["scenario_hash"] == bound().text_hash
    assert manifest["fingerprint"] == history().fingerprint
    assert manifest["measures"] == history().measures
    assert manifest["started"] == "2031-01-01T00:00:00+00:00"
    assert dt.datetime.fromisoformat(manifest["finished"]).tzinfo is not None
    assert {"python", "wargame", "mesa", "numpy", "code"} <= set(manifest["versions"])


def test_measures_is_one_row_with_case_replication_run_and_every_measure(folder: Path) -> None:
    table = read_table(folder / "measures.parquet")
    assert list(table) == ["case", "replication", "run", *sorted(history().measures)]
    assert all(len(column) == 1 for column in table.values())
    assert (table["case"][0], table["replication"][0], table["run"][0]) == (0, 2, 0)
    assert {name: table[name][0] for name in history().measures} == history().measures


def test_bands_are_tidy_and_of_one_history_without_width(folder: Path) -> None:
    table = read_table(folder / "bands.parquet")
    assert list(table) == ["case", "variable", "date", "share", "q05", "q25", "q50", "q75", "q95"]
    assert table["date"].tolist() == history().dates
    assert set(table["variable"]) == {"tension"}
    assert np.array_equal(table["q05"], history().watched()["tension"])
    assert np.array_equal(table["q05"], table["q95"])


def test_the_trajectory_is_tidy_and_full(folder: Path) -> None:
    table = read_table(folder / "trajectory.parquet")
    assert list(table) == ["run", "date", "variable", "value"]
    assert set(table["run"]) == {0}
    variables = set(table["variable"])
    assert {"tension", "threat[league]", "troops[quay,empire]"} <= variables
    assert len(table["value"]) == len(variables) * bound().scenario.horizon
    mine = table["variable"] == "threat[league]"
    assert table["date"][mine].tolist() == history().dates
    assert np.array_equal(table["value"][mine], history().series("threat", "league"))


def test_events_have_the_contract_s_keys_and_kinds(folder: Path) -> None:
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    events = [json.loads(line) for line in lines]
    assert len(events) == len(history().events) > 10
    for event in events:
        assert list(event)[:8] == ["date", "run", "phase", "actor", "kind", "fact", "reason", "sources"]
        assert event["kind"] in KINDS
        assert event["phase"] in PHASES
        assert event["run"] == 2
        assert event["actor"] in {"", *bound().scenario.actors}
        assert event["fact"]
        assert isinstance(event["sources"], list)
    assert [event["date"] for event in events] == sorted(event["date"] for event in events)


def test_every_decision_is_an_order_with_its_reason_and_the_weights_that_made_it(folder: Path) -> None:
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    orders = [event for event in events if event["kind"] == "order"]
    assert len(orders) > 5
    for order in orders:
        more = order["more"]
        assert order["reason"]
        assert {"rule", "action", "channel", "policy", "weights", "chance", "temperature", "saw"} == set(more)
        assert 0.0 < more["chance"] <= 1.0
        assert {more["rule"], "hold"} <= set(more["weights"])


def test_the_scenario_is_resolved_and_loads_to_the_same_hash_from_the_folder_alone(folder: Path) -> None:
    kept = load(folder / "scenario.yaml")
    assert kept.text_hash == bound().text_hash
    assert kept.files == (folder / "scenario.yaml",)


def test_the_flagship_s_folder_needs_no_file_of_the_library(tmp_path: Path) -> None:
    flagship = wg.load("zapad_2021", set={"horizon": "1 week"})
    place = write_run(play_one(flagship, seed=0), tmp_path / "z", command="", started=START, report=None)
    kept = load(place / "scenario.yaml")
    assert kept.files == (place / "scenario.yaml",)
    assert kept.text_hash == flagship.text_hash
    compare(open_folder(place), again(place))


def test_it_may_be_moved_and_played_from_anywhere(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path_factory.mktemp("else") / "where"
    shutil.move(folder, there)
    monkeypatch.chdir(there)
    replayed = again(Path())
    assert replayed.fingerprint == history().fingerprint
    assert replayed.events == history().events
    assert np.array_equal(replayed.days, history().days, equal_nan=True)
    compare(open_folder(Path()), replayed)


def test_versions_tell_two_programs_of_one_number_apart() -> None:
    assert len(versions()["code"]) == 12
    assert versions()["wargame"] == wg.__version__


def test_the_default_folder() -> None:
    now = dt.datetime(2021, 9, 10, 12, 30, 5)
    assert default_folder("x", "abcdef0123456789", 7, 3, now) == Path("results/x/20210910T123005-abcdef01-s7r3")


# --- tampering is found ---------------------------------------------------------------------------------------------


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def _measure(folder: Path) -> None:
    """Move one measure by its last bit."""
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["measures"]["dependence_end"] = float(np.nextafter(manifest["measures"]["dependence_end"], 1))
    (folder / MANIFEST).write_text(json.dumps(manifest))


def _table(name: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        from wargame.results.parquet import write_table

        table = read_table(folder / name)
        last = list(table)[-1]
        table[last] = np.nextafter(table[last], 1)
        write_table(folder / name, table)

    return edit


def _cut(folder: Path) -> None:
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "events.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")


TAMPERED = [
    pytest.param(_measure, "manifest.json: measures.dependence_end: stored ", id="a measure by one bit"),
    pytest.param(
        _edit(MANIFEST, '"fingerprint": "', '"fingerprint": "0'), "manifest.json: fingerprint: stored", id="the fingerprint"
    ),
    pytest.param(_edit(MANIFEST, '"seed": 3', '"seed": 4'), "manifest.json: fingerprint: stored", id="the seed"),
    pytest.param(_edit("events.jsonl", "depot", "fort"), "events.jsonl: line 1 differs", id="a word of an event"),
    pytest.param(_cut, "events.jsonl: line ", id="the last event"),
    pytest.param(
        _edit("scenario.yaml", "title: The Strait", "title: A Strait"), "manifest.json: scenario_hash: stored", id="title"
    ),
    pytest.param(
        _edit("scenario.yaml", "dependence: 0.6", "dependence: 0.61"),
        "manifest.json: measures.dependence_end: stored ",
        id="a number",
    ),
    pytest.param(_table("measures.parquet"), "measures.parquet: column threat_port differs", id="measures"),
    pytest.param(_table("bands.parquet"), "bands.parquet: column q95 differs", id="bands"),
    pytest.param(_table("trajectory.parquet"), "trajectory.parquet: column value differs", id="trajectory"),
    pytest.param(lambda f: (f / "bands.parquet").unlink(), "bands.parquet: is missing", id="bands gone"),
    pytest.param(lambda f: (f / "bands.parquet").write_text("x"), "bands.parquet: cannot be read: ", id="bands broken"),
    pytest.param(lambda f: (f / "events.jsonl").unlink(), "events.jsonl: is missing", id="events gone"),
    pytest.param(
        lambda f: (f / "events.jsonl").write_bytes(b"\xff"), "events.jsonl: cannot be read: is not UTF-8 text", id="events broken"
    ),
]


@pytest.mark.parametrize(("tamper", "said"), TAMPERED)
def test_a_folder_that_was_tampered_with_fails_the_proof(folder: Path, tamper: Callable[[Path], None], said: str) -> None:
    tamper(folder)
    with pytest.raises(Altered):
        open_folder(folder)
    with pytest.raises(CheckFailed) as caught:
        prove(folder)
    assert caught.value.exit_code == 3
    assert any(line.strip().startswith(said) for line in str(caught.value).splitlines()), str(caught.value)


def test_a_fresh_folder_passes(folder: Path) -> None:
    compare(open_folder(folder), again(folder))


def test_a_difference_names_the_versions_that_changed(folder: Path) -> None:
    _edit(MANIFEST, '"numpy": "', '"numpy": "0.')(folder)
    _measure(folder)
    with pytest.raises(CheckFailed, match=r"versions changed: numpy 0\.\S+ -> [1-9]"):
        prove(folder)


def test_line_separators_in_a_name_do_not_break_the_event_log(tmp_path: Path) -> None:
    odd = wg.load(STRAIT, set={"actors.port.name": "A\u2028B\u0085C {x}"})
    place = write_run(play_one(odd, seed=0), tmp_path / "o", command="", started=START, report=None)
    compare(open_folder(place), again(place))


# --- whole or not at all --------------------------------------------------------------------------------------------

KILLED = """
import datetime as dt, os, signal, sys
from pathlib import Path
from importlib import import_module
from wargame.results.run import write_run
from wargame.simulation.play import play_one
import wargame as wg
record = play_one(wg.load(sys.argv[1]), seed=0)
for case in sys.argv[2:]:
    when, room, step = case.split("-")
    Path(case).mkdir()
    if child := os.fork():
        how = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL, (case, how)
        continue
    store = import_module(f"wargame.results.{room}")
    real = getattr(store, step)
    def killed(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(store, step, killed)
    write_run(record, Path(case, "x"), command="", started=dt.datetime.now(dt.UTC), report=None)
    os._exit(0)
"""
STEPS = ("run-dump", "tables-write_table", "run-write_lines", "folder-_published")
KILLS = [f"{when}-{step}" for step in STEPS for when in ("before", "after")]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders in which a history was being written when its process was killed, one for each step."""
    place = tmp_path_factory.mktemp("killed")
    subprocess.run([sys.executable, "-W", "ignore", "-c", KILLED, str(STRAIT), *KILLS], cwd=place, check=True)
    return place


@pytest.mark.parametrize("case", KILLS)
def test_killed_at_any_step_a_folder_is_whole_or_not_there(case: str, killed: Path) -> None:
    place = killed / case
    assert (place / "x").exists() == (case == "after-folder-_published")
    for path in place.iterdir():  # whatever says that it is complete is complete
        if (path / MANIFEST).exists():
            compare(open_folder(path), again(path))
        else:
            with pytest.raises(InputError, match=r"it has no manifest\.json"):
                open_folder(path)
    if not (place / "x").exists():
        write_run(history(), place / "x", command="", started=START, report=None)
        compare(open_folder(place / "x"), again(place / "x"))


def test_a_report_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(*args: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_run(history(), tmp_path / "x", command="", started=START, report=fails)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    def full(*args: object) -> None:
        raise OSError(28, os.strerror(28))

    with pytest.raises(InputError, match=f"^--out: cannot write {tmp_path}/x: No space left on device$"):
        write_run(history(), tmp_path / "x", command="", started=START, report=full)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "full", "link", "dangling"])
def test_what_has_the_name_already_is_left_as_it_was(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "x"
    if kind == "file":
        place.write_text("mine")
    elif kind == "full":
        place.mkdir()
        (place / "mine").write_text("mine")
    else:
        place.symlink_to(tmp_path if kind == "link" else tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=f"^--out: {place} exists already; choose another folder$"):
        write_run(history(), place, command="", started=START, report=None)
    assert sorted(tmp_path.rglob("*")) == before


def test_beside_what_has_the_name_already(tmp_path: Path) -> None:
    places = [write_run(history(), tmp_path / "x", command="", started=START, report=None, beside=True) for _ in range(3)]
    assert [place.name for place in places] == ["x", "x-2", "x-3"]


def test_the_tables_written_are_the_tables_compared(folder: Path) -> None:
    for name, columns in tables(history()):
        stored = read_table(folder / name)
        assert list(stored) == list(columns)
