"""The report of one history: one self-contained page, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wargame.plots import figures, save_figures
from wargame.report.history.page import render
from wargame.results.files import names_of, write_text
from wargame.results.store import versions
from wargame.simulation.record import Record

__all__ = ["figures", "render", "save_figures", "write_report"]


def write_history_report(record: Record, folder: Path) -> list[str]:
    """Write ``figures/`` and ``report.html`` of one history into its folder, and return their names. Raises OSError."""
    paths = save_figures(record, folder / "figures")
    made = {"scenario hash": record.bound.text_hash, "fingerprint": record.fingerprint, **versions()}
    write_report(record, folder / "report.html", provenance=made)
    return names_of(path.stem for path in paths)


def write_report(record: Record, path: Path, *, provenance: Mapping[str, str]) -> None:
    """Write the report of one history as one HTML file that opens offline; the same bytes for the same record.

    ``provenance`` is shown as it is (versions, command, when it was made). The file appears whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, render(record, provenance))
