"""The proof of a sweep: played again, wholly or in part, written again beside it, and compared."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from wargame.errors import InputError
from wargame.report.proof.folders import check_files, check_statements, check_table, check_text, unlike_data
from wargame.report.proof.pages import check_pages
from wargame.report.proof.proof import Proof
from wargame.results.columns import CODEBOOK
from wargame.results.files import finite, read_text
from wargame.results.folder import SCENARIO
from wargame.results.manifest import MANIFEST, contradictions, read_manifest
from wargame.results.parquet import described
from wargame.simulation.record import Record
from wargame.studies.sweep.find.results import Results, summary
from wargame.studies.sweep.plan.designs import Block
from wargame.studies.sweep.plan.study import Study, kinds
from wargame.studies.sweep.plan.until import parse_until, reached
from wargame.studies.sweep.play.blocks import play
from wargame.studies.sweep.run.sweeping import Execution, in_folder
from wargame.studies.sweep.store.folder import MEASURES, Folder, begin, fingerprint_of, results_of, study_of_folder
from wargame.studies.tournament.codebook import PAYOFFS
from wargame.studies.tournament.folder import FILE, GAME, KIND, stored_tournament, write_tournament

_SPENT = ("played", "seconds")
TABLES = (MEASURES, "bands.parquet", "levels.parquet", "trajectory.parquet")


def check_run(folder: Path, results: Results, run: int, record: Record) -> None:
    """Raise :class:`wargame.errors.CheckFailed` unless a run played again has the stored measures, to the bit."""
    proof = Proof(folder, results.facts)
    stored, now = finite(results.values_of(run)), finite(dict(record.measures))
    proof.take(f"run {run}", unlike_data(stored, now))
    proof.settle(f"run {run} played again is not the same")


def prove(folder: Path, runs: int | None, workers: int, stream: TextIO | None) -> Proof:
    """Return the proof of a sweep; ``runs``: of so many runs only. Raises :class:`wargame.errors.CheckFailed` on a difference."""
    manifest = read_manifest(folder)
    proof = Proof(folder, manifest)
    check_files(proof)
    proof.take(f"{MEASURES}: as many rows as the manifest has runs", _rows(folder, manifest))
    if any(one.path != "seal" for one in contradictions(folder, manifest)) or not _fits(folder, manifest):
        proof.settle("it contradicts itself; nothing was played again")
    try:
        study = study_of_folder(Folder(folder, manifest)).with_runs(manifest["replications"])
    except InputError as error:
        proof.wrong += [str(one) for one in error.mistakes]
        proof.settle("it cannot be played again")
        raise
    if runs is not None and runs < manifest["runs"]:
        return _in_part(proof, runs)
    with tempfile.TemporaryDirectory(prefix="wargame-verify-") as place:
        _wholly(proof, study, Path(place), Execution(workers=workers, stream=stream))
    return proof.settle("played again, it is not the same")


def _rows(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    try:
        rows = described(folder / MEASURES).rows
    except OSError:
        return  # is told of with the table
    if rows != manifest["runs"]:
        yield f"{MEASURES}: {rows:,} rows, and the manifest tells of {manifest['runs']:,} runs"


def _fits(folder: Path, manifest: Mapping[str, Any]) -> bool:
    return not [*_rows(folder, manifest)]


def _wholly(proof: Proof, study: Study, place: Path, how: Execution) -> None:
    """Play a sweep again, write its folder again, and compare the two."""
    manifest = proof.manifest
    begun = begin(
        place / "again", study, kind=manifest["kind"], command="", started=dt.datetime.now(dt.UTC), shard="", beside=False
    )
    again = in_folder(study, begun, how)
    proof.played = f"all {manifest['runs']:,} runs played again"
    results = results_of(again.path, study)
    own = Results(study, results.replications, results.fingerprint, results.read, results.course, manifest)
    tables, texts = [*TABLES], [CODEBOOK, SCENARIO]
    if manifest["kind"] == KIND:
        write_tournament(again.path, results, stored_tournament(proof.folder, own))
        tables, texts = [*TABLES, PAYOFFS], [*texts, FILE, GAME]
    check_statements(proof, _as_designed(read_manifest(again.path), manifest))
    _check_until(proof, study, results)
    for name in tables:
        check_table(proof, name, again.path / name)
    for name in texts:
        check_text(proof, name, read_text(again.path / name))
    check_pages(proof, own, place)


def _as_designed(again: dict[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a sweep made again with the design as it was asked: that one may have stopped before its end."""
    asked = {key: manifest["design"][key] for key in ("runs", "until")}
    return again | {"design": again["design"] | asked}


def _check_until(proof: Proof, study: Study, results: Results) -> None:
    """Compare what is said of stopping with what the runs give; what it took in time nobody can show."""
    told, design = proof.manifest.get("until"), proof.manifest["design"]
    targets = [parse_until(text) for text in design["until"]]
    if not targets:
        proof.take(f"{MANIFEST}: until", [f"{MANIFEST}: until: nothing was to be reached"] if told else [])
        return
    tables = {target.measure: results.table(target.measure) for target in targets}
    values = [{name: table[case] for name, table in tables.items()} for case in range(len(results.cases))]
    found = reached(targets, values, kinds(study))
    now = finite([one.as_json() for one in found])
    proof.take(f"{MANIFEST}: until", (f"{MANIFEST}: {one}" for one in unlike_data(told, now, "until")))
    cost = {
        "replications": results.replications, "of": design["runs"], "runs": results.runs, "met": all(one.met for one in found),
    }  # fmt: skip
    said = proof.manifest.get("cost")
    kept = {key: value for key, value in said.items() if key not in _SPENT} if isinstance(said, dict) else said
    proof.take(f"{MANIFEST}: cost", (f"{MANIFEST}: {one}" for one in unlike_data(kept, cost, "cost")))
    proof.left.append(f"{MANIFEST}: cost.played, cost.seconds (nothing shows them; the seal is whole)")


def _in_part(proof: Proof, runs: int) -> Proof:
    """Play some runs again, spread evenly, and hold the rest against the hashes and against each other."""
    proof.settle("it is not as it was written")  # before anything is read from it
    results = results_of(proof.folder)
    chosen = sorted({round(i * (results.runs - 1) / max(runs - 1, 1)) for i in range(runs)})
    proof.take(f"measures of {len(chosen):,} runs", _some(results, chosen))
    kept = fingerprint_of(proof.folder, results.study, results.runs)
    faults = [] if kept == results.fingerprint else ["fingerprint: not that of the stored measures"]
    proof.take(f"{MANIFEST}: fingerprint, of the stored measures", faults)
    now = finite(summary(results))
    proof.take(
        f"{MANIFEST}: measures, of the stored runs",
        (f"{MANIFEST}: {one}" for one in unlike_data(proof.manifest["measures"], now, "measures")),
    )
    proof.played = f"{len(chosen):,} of {results.runs:,} runs played again"
    proof.left.append("the other runs, days, pages and figures (their hashes are those that the manifest tells of)")
    return proof.settle("played again, it is not the same")


def _some(results: Results, chosen: list[int]) -> Iterator[str]:
    columns = {name: np.asarray(values) for name, values in results.read(results.measures).items()}
    for run in chosen:
        case, replication = results.at(run)
        again = play(results.study, Block(((case, replication, 1),))).measures
        different = [name for name in again if not np.array_equal(columns[name][run], again[name][0], equal_nan=True)]
        if different:
            yield f"run {run}: {', '.join(different[:4])} {'differs' if len(different) == 1 else 'differ'}"
