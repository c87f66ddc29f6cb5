"""A folder that is not what it was is found out, whatever was changed in it; one that is, is never doubted."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import SETS, base, played
from wargame.cli import main
from wargame.errors import CheckFailed, InputError
from wargame.report.proof.folders import UNSHOWN, check_files, check_statements, check_table
from wargame.report.proof.proof import Proof
from wargame.report.proof.verifying import verify
from wargame.report.study.drawing import draw_into
from wargame.results.columns import Column, Table
from wargame.results.listing import listing
from wargame.results.manifest import MANIFEST, read_manifest, write_manifest
from wargame.results.parquet import read_table, write_table
from wargame.results.run import write_run
from wargame.studies.sweep.run.sweeping import Execution
from wargame.studies.sweep.store.folder import results_of

SHORT = [part for one in SETS for part in ("--set", one)]
KINDS = ("run", "sweep", "tournament", "study")
Edit = Callable[[Path], None]


def wargame(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A folder of every kind, without reports."""
    place = tmp_path_factory.mktemp("made")
    write_run(wg.run(base(), seed=1), place / "run", command="x", started=dt.datetime.now(dt.UTC), report=None)
    played(place / "sweep", runs=12, vary={"parameters.threat.base": [-2.5, -1.5]}, uncertain=True, until=["threat_league±0.5"])
    players = Path(__file__).parent / "scenarios" / "strait_players.yaml"
    cast = [part for one in SETS[:3] for part in ("--set", one)]
    asked: tuple[tuple[str, tuple[str | Path, ...]], ...] = (
        ("tournament", ("tournament", players, *cast, "--actors", "empire,port", "--runs", "4", "--workers", "1")),
        ("study", ("sensitivity", STRAIT, *SHORT, "--samples", "2", "--replications", "2", "--workers", "1")),
    )
    for name, args in asked:
        done = wargame(*args, "--no-report", "--quiet", "--out", place / name)
        assert done.exit_code == 0, done.stderr
    return {name: place / name for name in KINDS}


@pytest.fixture
def copy(made: Mapping[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    def copied(kind: str) -> Path:
        return Path(shutil.copytree(made[kind], tmp_path / f"copy-{kind}"))

    return copied


def found_out(folder: Path) -> str:
    """What verify says of a folder that it must not take."""
    with pytest.raises((CheckFailed, InputError)) as caught:
        verify(folder)
    assert caught.value.exit_code in (2, 3)
    return str(caught.value)


def seen_at_once(folder: Path) -> bool:
    """Whether the first look finds it, before anything is played."""
    try:
        proof = Proof(folder, read_manifest(folder))
    except InputError:
        return True
    check_files(proof)
    return bool(proof.wrong)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a piece of JSON with its path."""
    yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in parts:
        yield from leaves(one, (*path, key))


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "x"
        case None:
            return 0
        case list():
            return [*value, 1]
    return {**value, "more": 1}


def changed(data: Any, path: tuple[Any, ...], new: Any) -> Any:
    found = json.loads(json.dumps(data))
    here = found
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = new
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_statement_of_the_manifest_is_under_the_seal(kind: str, copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    told = json.loads((folder / MANIFEST).read_text())
    assert not seen_at_once(folder)
    for path, value in leaves(told):
        if path and path[0] != "complete":
            (folder / MANIFEST).write_text(json.dumps(changed(told, path, other(value))))
            assert seen_at_once(folder), path
    for key in told:
        (folder / MANIFEST).write_text(json.dumps({name: value for name, value in told.items() if name != key}))
        assert seen_at_once(folder), key


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_manifest_says_of_numbers_is_found_out_under_a_new_seal_too(kind: str, copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    told = read_manifest(folder)
    measure = next(iter(told["measures"]))
    paths: list[tuple[Any, ...]] = [(key,) for key in told if key not in (*UNSHOWN, "seal", "files", "format", "complete")]
    paths += [("measures", measure, "mean"), ("measures", measure, "n")] if kind != "run" else [("measures", measure)]
    paths += [("design", key) for key in ("seed", "uncertain", "keep", "exact")] if "design" in told else []
    for path in paths:
        value: Any = told
        for key in path:
            value = value[key]
        new = other(value)
        if path == ("kind",):
            new = "sensitivity" if kind == "run" else "run"
        write_manifest(folder, changed(told, path, new))
        try:
            proof = Proof(folder, read_manifest(folder))
        except InputError:  # does not fit its kind
            continue
        if path[0] in ("until", "cost"):  # are shown by the runs, not by another manifest
            assert path[0] in found_out(folder)
            continue
        check_files(proof)
        check_statements(proof, told)  # as it is when it is made again
        assert any(str(path[-1]) in one or str(path[0]) in one for one in proof.wrong), path
    found_out(folder)
    write_manifest(folder, told)
    verify(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_under_its_hash(kind: str, copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    for name in read_manifest(folder)["files"]:
        path = folder / name
        kept = path.read_bytes()
        for content in (kept + b" ", kept[:-1], b"", kept[:40] + bytes([kept[40] ^ 1]) + kept[41:]):
            path.write_bytes(content)
            assert seen_at_once(folder), name
        path.unlink()
        assert seen_at_once(folder), name
        path.symlink_to("/etc/passwd")
        assert seen_at_once(folder), name
        path.unlink()
        path.mkdir()
        assert seen_at_once(folder), name
        path.rmdir()
        os.mkfifo(path)
        assert seen_at_once(folder), name
        path.unlink()
        path.write_bytes(kept)
    for name in ("more.parquet", "figures/more.svg", ".hidden"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
        assert seen_at_once(folder), name
        (folder / name).unlink()
    assert not seen_at_once(folder)


def resealed(folder: Path) -> None:
    write_manifest(folder, {**read_manifest(folder), "files": listing(folder)})


def rewritten(folder: Path, file: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """A table with other values, and the same words and types as before."""
    book = json.loads((folder / "columns.json").read_text())
    told = book["tables"][file]
    facts = {key: book[key] for key in ("scenario", "scenario_hash")}
    about = Table(file, told["row"], tuple(Column(**one) for one in told["columns"]), facts)
    columns = read_table(folder / file)
    edit(columns)
    write_table(folder / file, columns, about)
    resealed(folder)


def otherwise(column: Any) -> Any:
    """A column with another last value."""
    new = column.copy()
    match new.dtype.kind:
        case "M":
            new[-1] += np.timedelta64(1, "D")
        case "b":
            new[-1] = not new[-1]
        case "O":
            new[-1] = f"{new[-1]}x"
        case "f":
            new[-1] = 0.0 if np.isnan(new[-1]) else np.nextafter(new[-1], 9e9)
        case _:
            new[-1] += 1
    return new


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_found_out_under_new_hashes_too(kind: str, made: Mapping[str, Path], copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    for path in sorted(folder.glob("*.parquet")):
        kept = path.read_bytes()
        for name in read_table(path):

            def edit(columns: dict[str, Any], name: str = name) -> None:
                columns[name] = otherwise(columns[name])

            if len(read_table(path)[name]):
                rewritten(folder, path.name, edit)
                proof = Proof(folder, read_manifest(folder))
                check_files(proof)
                check_table(proof, path.name, made[kind] / path.name)  # as it is when it is made again
                assert proof.wrong == [f"{path.name}: column {name} differs"]
                path.write_bytes(kept)
    rewritten(folder, "measures.parquet", lambda columns: columns.update(replication=otherwise(columns["replication"])))
    assert "measures.parquet: column replication differs" in found_out(folder)


def _text(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        ("run", _text("columns.json", "one run", "one year")),
        ("run", _text("events.jsonl", "depot", "fort")),
        ("run", _text("scenario.yaml", "title: The Strait", "title: A Strait")),
        ("sweep", _text("columns.json", "one run", "one year")),
        ("tournament", _text("game.nfg", "NFG 1 R", "NFG 2 R")),
        ("tournament", _text("tournament.json", '"replications": 4', '"replications": 5')),
        ("study", _text("sensitivity.json", '"luck"', '"duck"')),
    ],
)
def test_every_text_is_found_out_under_new_hashes_too(kind: str, edit: Edit, copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    edit(folder)
    resealed(folder)
    found_out(folder)


@pytest.fixture(scope="module")
def drawn(made: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep with a report and a discovery."""
    place = tmp_path_factory.mktemp("drawn") / "s"
    played(place, runs=120, vary={"parameters.threat.base": [-2.5, -1.5]})
    draw_into(place, results_of(place))
    done = wargame("discover", place, "--measure", "threat_league", "--quiet")
    assert done.exit_code == 0, done.stderr
    return place


SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("name", ["report.html", "discovery.html", "discovery.json", "figures/measures.svg"])
@pytest.mark.parametrize("under", ["the old hashes", "new hashes"])
def test_what_was_added_to_a_page_is_found_out(name: str, under: str, drawn: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(drawn, tmp_path / "c"))
    with (folder / name).open("a") as file:
        file.write(SCRIPT)
    if under == "new hashes":
        resealed(folder)
    assert f"{name}: not what this result gives" in found_out(folder)
    if name == "report.html" and under == "the old hashes":
        assert wargame("report", folder).exit_code == 0  # it is made of the rest, which is whole
        verify(folder)


def test_a_folder_is_not_doubted_for_its_name_its_age_or_who_played_it(drawn: Path, tmp_path: Path) -> None:
    for name in ("seed=7", "case=1"):
        moved = shutil.copytree(drawn, tmp_path / name)
        assert verify(moved).wrong == []
    for path in (tmp_path / "seed=7").rglob("*"):
        os.utime(path, (1, 1))
    assert verify(tmp_path / "seed=7", runs=3).wrong == []
    two = played(tmp_path / "two", Execution(workers=2), runs=12, block=3)
    verify(two.path, workers=2)
    again = results_of(two.path)
    draw_into(two.path, again)
    first = (two.path / "report.html").read_bytes()
    draw_into(two.path, again)
    assert (two.path / "report.html").read_bytes() == first
    (two.path / ".DS_Store").write_text("x")
    verify(two.path)


@pytest.mark.parametrize("kind", KINDS)
def test_commands_refuse_what_a_proof_would(kind: str, copy: Callable[[str], Path]) -> None:
    folder = copy(kind)
    kept = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(kept.replace("title: ", "title: Not ", 1))
    for command in ("report", "discover", "replay"):
        done = wargame(command, folder, *(["--measure", "threat_league"] if command == "discover" else []))
        assert done.exit_code in (2, 3)
        assert "scenario.yaml: has been changed since it was written" in done.stderr or kind in ("run", "study")
    assert not (folder / "report.html").exists()


def test_a_folder_of_another_version_says_which(copy: Callable[[str], Path]) -> None:
    folder = copy("run")
    told = read_manifest(folder)
    write_manifest(folder, told | {"versions": told["versions"] | {"numpy": "1.0.0", "code": "abc"}})
    said = str(verify(folder))
    assert "versions changed: numpy 1.0.0 -> " in said.splitlines()[-1]
    write_manifest(folder, told | {"format": 1})
    assert "format: format 1 (written by wargame 0.1.0" in found_out(folder)
