"""Pages and figures of a result, drawn into its folder and entered into its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wargame.report.history.page import write_history_report
from wargame.report.study.discovery import write_discovery
from wargame.report.study.ensemble import write_ensemble_report
from wargame.report.study.sensitivity import write_sensitivity_report
from wargame.report.study.tournament import write_tournament_report
from wargame.results.folder import note_files, versions
from wargame.simulation.record import Record
from wargame.studies.discovery.find import Discovery, discover
from wargame.studies.discovery.table import table_of
from wargame.studies.sensitivity.find import Finding
from wargame.studies.sweep.find.results import Results
from wargame.studies.tournament.folder import KIND, stored_tournament


def draw(result: Record | Results | Finding, place: Path, source: Path) -> list[str]:
    """Write ``report.html`` and figures of a result into a place, and return their names; ``source`` is its own folder.

    Raises OSError, and :class:`wargame.errors.InputError` for a tournament whose files cannot be read.
    """
    if isinstance(result, Record):
        return write_history_report(result, place)
    if isinstance(result, Finding):
        return write_sensitivity_report(result, place)
    if result.facts.get("kind") == KIND:
        return write_tournament_report(result, stored_tournament(source, result), place, provenance=versions())
    return write_ensemble_report(result, place, provenance=versions())


def draw_into(folder: Path, result: Record | Results | Finding) -> None:
    """Write the report of a finished result into its folder, and enter it into the manifest. Raises as :func:`draw`."""
    note_files(folder, draw(result, folder, folder), drawn=versions())


def draw_discovery(results: Results, place: Path, asked: Mapping[str, Any]) -> tuple[Discovery, list[str]]:
    """Discover what was asked of a sweep, write its pages into a place, and return both. Raises as :func:`draw`."""
    found = discovered(results, asked, str(place))
    return found, write_discovery(found, results, place)


def discovered(results: Results, asked: Mapping[str, Any], source: str) -> Discovery:
    """Return what a question about a sweep finds: ``measure``, ``where``, ``boxes``, ``step`` and ``seed``."""
    table = table_of(results, asked["measure"], asked["where"], source)
    return discover(table, boxes=asked["boxes"], step=asked["step"], seed=asked["seed"])


def note_discovery(folder: Path, names: list[str], asked: Mapping[str, Any]) -> None:
    """Enter the pages of a discovery into the manifest of a sweep. Raises OSError."""
    note_files(folder, names, discovery=dict(asked), drawn=versions())
