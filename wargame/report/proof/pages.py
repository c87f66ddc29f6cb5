"""Pages and figures against those that would be drawn today: they are made of the rest, and say nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wargame.report.proof.folders import altered
from wargame.report.proof.proof import Proof
from wargame.report.study.drawing import draw, draw_discovery
from wargame.results.files import read_bytes
from wargame.results.folder import versions
from wargame.results.listing import found_in, is_drawn
from wargame.simulation.record import Record
from wargame.studies.sensitivity.find import Finding
from wargame.studies.sweep.find.results import Results

REPORT = "report.html"


def check_pages(proof: Proof, result: Record | Results | Finding, place: Path) -> None:
    """Draw the pages of a result again into a folder, and compare them; ``place`` is a folder for that.

    Another version may draw otherwise: then they are only held against their hashes, and the proof says so.
    """
    names = [name for name in proof.manifest["files"] if is_drawn(name)]
    if not names:
        return
    if proof.manifest.get("drawn", versions()) != versions():
        proof.take(f"the hashes of {len(names)} pages and figures", (f"{one}: {_OTHER}" for one in names if altered(proof, one)))
        proof.left.append("pages and figures: another version drew them, so that their hashes alone are compared")
        return
    again = place / "drawn"
    again.mkdir()
    if REPORT in names:
        draw(result, again, proof.folder)
    if asked := proof.manifest.get("discovery"):
        assert isinstance(result, Results)
        draw_discovery(result, again, asked)
    made = {name for name, _ in found_in(again)}
    if others := sorted(name for name in names if name not in made):
        proof.left.append(f"{', '.join(others[:5])}: not drawn again, so that their hashes alone are compared")
    pages = ", ".join(sorted(name for name in made if "/" not in name))
    told = f"{len(made)} pages and figures: {pages} and figures/" if made else f"the hashes of {len(names)} pages"
    proof.take(told, _unlike(proof, names, made, again))


_OTHER = "has been changed since it was written"


def _unlike(proof: Proof, names: list[str], made: set[str], again: Path) -> Iterator[str]:
    for name in sorted({*names, *made}):
        if name not in made:
            if altered(proof, name):
                yield f"{name}: {_OTHER}"
            continue
        try:
            if read_bytes(proof.folder / name) != read_bytes(again / name):
                yield f"{name}: not what this result gives"
        except FileNotFoundError:
            yield f"{name}: is missing"
        except OSError as error:
            yield f"{name}: cannot be read: {error.strerror or error}"
