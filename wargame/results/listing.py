"""What lies in a result folder: every file with its hash, and what should not be there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wargame.results.files import digest, kind_of
from wargame.results.manifest import MANIFEST

PARTS = "parts"
# made from the rest, as are the figures
DRAWN = ("report.html", "discovery.html", "discovery.json", "debrief.html", "students.csv")
FIGURES = "figures/"
MOST_FILES = 10_000
Entry = dict[str, Any]  # size and hash of a file
_DEEPEST = 3  # folders within folders; a result has one
_DRAFT = re.compile(r"\..+\.[0-9a-f]{8}")  # what a writer that was killed has left
_OF_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # what file managers leave behind


def is_drawn(name: str) -> bool:
    """Return whether a file is made from the others for people to look at: a page or a figure."""
    return name in DRAWN or name.startswith(FIGURES)


def listing(folder: Path) -> dict[str, Entry]:
    """Return size and hash of every file of a folder but its manifest, by name. Raises OSError."""
    return {name: entry(folder / name) for name, kind in sorted(found_in(folder)) if kind == "a file" and name != MANIFEST}


def entry(path: Path) -> Entry:
    """Return size and hash of a file. Raises OSError."""
    return {"bytes": path.lstat().st_size, "sha256": digest(path)}


def found_in(folder: Path, below: str = "") -> Iterator[tuple[str, str]]:
    """Yield what lies in a folder, and in folders within it: its name with ``/`` between, and what it is. Raises OSError.

    Folders are not named; links are, and are not followed. Left out are parts of a sweep, drafts, and what file managers leave.
    """
    with os.scandir(folder / below if below else folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names[:MOST_FILES]:
        whole = below + name
        kind = kind_of(folder / whole)
        if whole == PARTS or name in _OF_SYSTEMS or (kind == "a file" and _DRAFT.fullmatch(name)):
            continue
        if kind == "a folder" and below.count("/") < _DEEPEST:
            yield from found_in(folder, f"{whole}/")
        else:
            yield whole, kind


def changed(folder: Path, name: str, kept: Entry) -> str:
    """Return what is wrong with a file that had a size and a hash when it was written; empty when nothing is."""
    place = Path(name)
    if place.is_absolute() or ".." in place.parts:
        return "is no file of this folder"
    for above in [folder / part for part in list(place.parents)[:-1]]:
        if (kind := kind_of(above)) not in ("a folder", ""):
            return f"lies in {kind}"
    try:
        return "" if digest(folder / name, kept["bytes"]) == kept["sha256"] else "has been changed since it was written"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        what = error.strerror or str(error)
        return what if what.startswith("is ") else f"cannot be read: {what}"
