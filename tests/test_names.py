"""A path is a name and nothing else: whatever a folder, or one above it, is called, the same numbers are written and read."""

from __future__ import annotations

import os
import shlex
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import wargame as wg
from tests.amount import LONG, amount
from tests.strait import STRAIT
from tests.sweep.theatre import SETS, base, contents, played
from wargame.cli import main
from wargame.results import files
from wargame.results.columns import CASE, REPLICATION, RUN, Column, Table
from wargame.results.parquet import read_table, write_table
from wargame.studies.sweep.store.folder import reopen, results_of

NAMES = (
    # partitions
    "case=1", "run=3", "seed=7", "replication=2", "breaches=1", "threat_league=9", "=", "a=b=c", "p=__HIVE_DEFAULT_PARTITION__",
    # patterns
    "res*", "*", "**", "?", "a?b", "[1]", "res[1]", "[!a]", "[a-z]", "[", "]", "{x}", "{a,b}",
    # quotes and separators of other languages
    "it's", "''", 'q"q', "`w`", "'; DROP TABLE t; --", "a\\b", "\\[x", "a\\*b", "\\", "%d%%s", "{0}{name}", "$HOME", "#h", "a&b;c|d",
    "<b>", "a,b", "new\nline", "tab\tbed", " lead", "trail ",
    # places
    "~", "~root", "s3:", "http:", "file:", ":memory:", "C:", "...", ".hidden", "-", "--runs", "-x",
    # letters
    "ünï", unicodedata.normalize("NFD", "ünï"), "😀" * 60, "\u202eltr", "x" * 255,
)  # fmt: skip
SHORT = [part for one in SETS for part in ("--set", one)]


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


@cache
def plain() -> dict[str, Any]:
    """Tables as they are when nothing is strange."""
    rng = np.random.default_rng(1)
    return {"case": np.arange(50), "share": rng.random(50), "word": [f"w{i % 7}" for i in range(50)]}


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return contents(played(tmp_path_factory.mktemp("ordinary") / "s").path)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def spellings(place: Path) -> Iterator[Path]:
    """The folder itself, one below it, and both from the folder above."""
    yield place
    yield place / "s"
    yield Path(place.name)
    yield Path(place.name) / "case=1"


def check(place: Path) -> None:
    for folder in spellings(place):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "t.parquet"
        write_table(file, plain())
        found = read_table(file)
        assert list(found) == list(plain())
        assert all(np.array_equal(found[name], np.asarray(plain()[name])) for name in plain())
        assert [path.name for path in folder.iterdir() if path.is_file()] == ["t.parquet"]
        file.unlink()


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_table_is_the_same_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "res1").mkdir()
    write_table(tmp_path / "res1" / "t.parquet", {"case": np.arange(3)})  # a neighbour that a pattern would find
    check(tmp_path / name)


SIGNS = st.sampled_from([*"=*?[]{}()'\"`~%$#&;|<>\\:,-. \n\t!^@+aZ0é名😀", "case=1", "**", "..", "s3:"])


@given(st.lists(SIGNS, min_size=1, max_size=12).map("".join).filter(lambda name: name not in (".", "..")))
@example("a\\*b")
@settings(
    max_examples=amount(40, 400), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
def test_a_table_is_the_same_in_a_folder_of_any_signs(in_a_folder_of_its_own: Path, name: str) -> None:
    check(in_a_folder_of_its_own / name)


def test_a_name_that_is_no_utf_8_is_a_name(tmp_path: Path) -> None:
    check(tmp_path / os.fsdecode(b"caf\xe9=1"))


@pytest.mark.parametrize("name", ["case=1", "a\\*b", "it's"])
def test_where_open_files_have_no_names_a_table_is_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "OPEN_FILES", tmp_path / "nowhere")
    check(tmp_path / name)


def test_what_does_not_fit_into_memory_goes_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wargame.results.parquet import join_parts

    monkeypatch.setattr("wargame.results.parquet.MEMORY", "16MB")
    rows, found = 300_000, []
    about = Table("t", "row", (CASE, REPLICATION, RUN, Column("x", "measure", "", "number")), {})
    for name in ("plain", "a\\b=1*[x"):
        place = tmp_path / name
        place.mkdir()
        order = np.random.default_rng(3).permutation(rows)
        write_table(place / "part", {"case": np.zeros(rows, np.int64), "replication": order, "x": order * 0.5})
        join_parts(
            [place / "part"], place / "all", replications=rows, cases={"case": np.zeros(1, np.int64)}, about=about,
            room=place / "room",
        )  # fmt: skip
        assert {path.name for path in place.iterdir()} == {"part", "all"}
        found.append((place / "all").read_bytes())
    assert found[0] == found[1]


FEW = ("case=1", "res*", "a\\b", "it's", "new\nline", "{0}{name}", "😀" * 60)


@pytest.mark.parametrize("name", NAMES if LONG else FEW, ids=ascii)
def test_a_sweep_in_a_folder_of_any_name_is_the_sweep(name: str, ordinary: dict[str, bytes], tmp_path: Path) -> None:
    place = tmp_path / name / name
    begun = played(place)
    assert contents(begun.path) == ordinary
    results = results_of(begun.path)
    for measure in results.measures:
        assert begun.manifest["measures"][measure]["mean"] == pytest.approx(float(np.mean(results.column(measure))), rel=1e-12)
    assert results.replay(5).measures == results.values_of(5)


ODD = ("case=1 a\\b 'c' %s {0} [x]*", "s3:", "-x", "\u202e#h\n<b>")


@pytest.mark.parametrize("name", ODD if LONG else ODD[:1], ids=ascii)
def test_every_command_takes_a_folder_of_any_name(name: str, ordinary: dict[str, bytes], tmp_path: Path) -> None:
    one = f"./{name}"  # as a shell needs it where a name looks like an option
    shards = [f"./{name}{i}" for i in (1, 2)]
    for i, shard in enumerate(shards, 1):
        done = wargame("sweep", STRAIT, *SHORT, "--runs", "60", "--seed", "5", "--keep-trajectories", "3", "--block", "15",
                       "--vary", "parameters.threat.base=-2.5,-1.5", "--no-report", "--workers", "2", "--shard", f"{i}/2",
                       f"--out={shard}")  # fmt: skip
        assert done.exit_code == 0, done.stderr
    whole = wargame("sweep", STRAIT, *SHORT, "--runs", "60", "--seed", "5", "--keep-trajectories", "3", "--block", "15",
                    "--vary", "parameters.threat.base=-2.5,-1.5", "--no-report", "--workers", "1", "--out", "plain")  # fmt: skip
    assert whole.exit_code == 0, whole.stderr
    for args in (
        ("merge", *shards, f"--out={name}", "--no-report"), ("verify", one), ("verify", one, "--runs", "3"),
        ("replay", one, "--run", "3"), ("report", one), ("discover", one, "--measure", "threat_league", "--json"),
        ("sweep", "--resume", one), ("verify", one),
    ):  # fmt: skip
        done = wargame(*args)
        assert done.exit_code == 0, (args, done.stderr)
    assert contents(tmp_path / name) == contents(tmp_path / "plain")
    assert (tmp_path / name / "report.html").is_file()
    run, python, studied = (f"{name}{which}" for which in ("run", "python", "studied"))
    assert wargame("run", STRAIT, *SHORT, "--no-report", f"--out={run}").exit_code == 0
    for command in ("verify", "replay", "report", "verify"):
        assert wargame(command, f"./{run}").exit_code == 0
    ensemble = wg.sweep(base(), runs=23, seed=5, keep=3, out=python)
    assert contents(tmp_path / python) == ordinary
    assert float(ensemble.measures["threat_league"].mean()) == pytest.approx(
        reopen(Path(python)).manifest["measures"]["threat_league"]["mean"], rel=1e-12
    )  # pandas sums in another order
    done = wargame("sensitivity", STRAIT, *SHORT, "--samples", "2", "--replications", "2", "--no-report", f"--out={studied}")
    assert done.exit_code == 0, done.stderr
    for command in ("verify", "replay", "report"):
        assert wargame(command, f"./{studied}").exit_code == 0


def test_what_to_type_next_is_typed_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that goes on is words of a shell: no name of a folder adds a word or an option to it."""
    for name in NAMES:
        line = f"wargame sweep --resume {files.shell_word(Path(name))}"
        words = shlex.split(line)
        assert len(words) == 4
        assert Path(words[3]) == Path(name)
        assert not words[3].startswith("-")
