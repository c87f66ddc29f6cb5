"""A folder against its manifest, and against the same folder made again: every file, every table, every statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wargame.report.proof.proof import Proof
from wargame.results.columns import same
from wargame.results.files import read_text
from wargame.results.listing import changed, found_in, is_drawn
from wargame.results.manifest import MANIFEST, contradictions
from wargame.results.parquet import described, read_table

# What a manifest says that making the result again does not show: its seal alone covers it.
UNSHOWN = ("command", "versions", "started", "finished", "drawn", "shard", "merged", "report")
_APART = (*UNSHOWN, "files", "seal", "format", "complete", "until", "cost", "discovery")
_MOST_ROWS = 2**32


def check_files(proof: Proof) -> None:
    """Compare a folder with what its manifest says of it: the seal, the counts, the hash of every file, and no file besides.

    Pages and figures that are not as they were written are left to be compared with what they would be today.
    """
    folder, manifest = proof.folder, proof.manifest
    proof.take(f"{MANIFEST}: its seal, and that its counts agree", (_said(one) for one in contradictions(folder, manifest)))
    files = manifest["files"]
    proof.take(f"the hashes of {len(files)} files, and that there are no others", _faults(folder, files))
    told = ", ".join(one for one in UNSHOWN if one in manifest)
    proof.left.append(f"{MANIFEST}: {told} (nothing shows them; the seal is whole)")


def _said(one: Any) -> str:
    return f"{MANIFEST}: {one.path}: {one.what}" if one.path else f"{MANIFEST}: {one.what}"


def _faults(folder: Path, files: Mapping[str, Any]) -> Iterator[str]:
    for name, kept in files.items():
        what = changed(folder, name, kept)
        if what and not (is_drawn(name) and what.startswith("has been changed")):
            yield f"{name}: {what}"
    for name, kind in found_in(folder):
        if name not in files and name != MANIFEST:
            yield f"{name}: {kind} that is not of this result"


def altered(proof: Proof, name: str) -> bool:
    """Return whether a file is not as it was written."""
    kept = proof.manifest["files"].get(name)
    return kept is not None and bool(changed(proof.folder, name, kept))


def check_statements(proof: Proof, again: Mapping[str, Any]) -> None:
    """Compare everything that a manifest says of numbers with the manifest of the same result made again."""
    own = {key: value for key, value in proof.manifest.items() if key not in _APART}
    new = {key: value for key, value in again.items() if key not in _APART}
    told = ", ".join(key for key in own if key in new)
    proof.take(f"{MANIFEST}: {told}", (f"{MANIFEST}: {one}" for one in unlike_data(own, new)))


def unlike_data(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield where two pieces of JSON differ, by path."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*new, *old]):
            place = f"{path}.{key}" if path else str(key)
            if key not in old or key not in new:
                yield f"{place}: {'is missing' if key not in old else 'is not of this result'}"
            else:
                yield from unlike_data(old[key], new[key], place)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from unlike_data(one, other, f"{path}[{i}]")
    elif type(old) is bool or type(new) is bool or old is None or new is None:
        if old is not new:
            yield f"{path}: stored {_shown(old)}, now {_shown(new)}"
    elif old != new:
        yield f"{path}: stored {_shown(old)}, now {_shown(new)}"


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def check_table(proof: Proof, name: str, again: Path) -> None:
    """Compare a table with the same table made again: its columns with their types and meaning, its rows, every value."""
    rows, columns = described(again).rows, len(described(again).types)
    proof.take(
        f"{name}: {rows:,} {'row' if rows == 1 else 'rows'}, {columns} columns",
        (f"{name}: {one}" for one in _unlike(proof.folder / name, again)),
    )


def _unlike(stored: Path, again: Path) -> Iterator[str]:
    try:
        was, now = described(stored), described(again)
        if was.rows != now.rows:
            yield f"{was.rows:,} rows, now {now.rows:,}"
            return
        for column in dict.fromkeys([*now.types, *was.types]):
            if column not in was.types or column not in now.types:
                yield f"column {column} is {'missing' if column not in was.types else 'not of this program'}"
            elif was.types[column] != now.types[column]:
                yield f"column {column} is of another type: stored {was.types[column]}, now {now.types[column]}"
        if [*was.types] != [*now.types]:
            return
        if was.told != now.told:
            yield "says other things of its columns"
        for column in now.types:
            if not same(read_table(stored, [column])[column], read_table(again, [column])[column]):
                yield f"column {column} differs"
    except FileNotFoundError:
        yield "is missing"
    except OSError as error:
        yield f"cannot be read: {error.strerror or error}"


def check_text(proof: Proof, name: str, now: str, what: str = "") -> None:
    """Compare a text file with what it would say now."""
    proof.take(f"{name}{what}", (f"{name}: {one}" for one in _other_text(proof.folder / name, now)))


def _other_text(path: Path, now: str) -> Iterator[str]:
    try:
        was = read_text(path, 2 * len(now.encode("utf-8")) + 2**20)
    except FileNotFoundError:
        yield "is missing"
        return
    except OSError as error:
        yield f"cannot be read: {error.strerror or error}"
        return
    if was != now:
        old, new = was.split("\n"), now.split("\n")
        line = next((i for i, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b), min(len(old), len(new)))
        yield f"line {line} differs"
