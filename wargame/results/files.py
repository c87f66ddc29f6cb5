"""Files of result folders: read only where they are files, and of bounded size; written under another name and renamed.

A path is a name and nothing else. Whatever reads more into one (a database that knows patterns, partitions and addresses)
gets the number of the open file instead: see :func:`numbered`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import secrets
import shlex
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wargame.errors import InputError, Mistake

OPEN_FILES = Path("/proc/self/fd")  # where the open files of this process have names that no folder can change
SVG_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
MOST_TEXT = 64 * 2**20  # bytes of a text that is read whole
_BINARY = getattr(os, "O_BINARY", 0)
_CAREFULLY = os.O_RDONLY | _BINARY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
)  # fmt: skip


def kind_of(path: Path) -> str:
    """Return what has a name: ``""`` for nothing, ``a file``, ``a folder``, ``a link``, ``a pipe`` … Links are not followed."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    return next((name for test, name in _KINDS if test(mode)), "a file")


@contextmanager
def opened(path: Path, most: int | None = None) -> Iterator[int]:
    """Open a file for reading and yield its number. Raises OSError for what is no file, a link too, or has more bytes.

    What is looked at is what was opened: nothing can be put in its place between the two. A pipe does not make it wait.
    """
    try:
        number = os.open(path, _CAREFULLY)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, or a socket or a pipe that nobody writes to
            raise OSError(f"is {kind_of(path)}, not a file") from None
        raise
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"is {next((name for test, name in _KINDS if test(found.st_mode)), 'something else')}, not a file")
        if most is not None and found.st_size > most:
            raise OSError(f"has {found.st_size:,} bytes; at most {most:,} are read")
        yield number
    finally:
        os.close(number)


def read_bytes(path: Path, most: int = MOST_TEXT) -> bytes:
    """Return what is in a file. Raises OSError for what is no file, or has more bytes."""
    with opened(path, most) as number, os.fdopen(os.dup(number), "rb") as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise OSError(f"grows while it is read; at most {most:,} bytes are")
    return found


def read_text(path: Path, most: int = MOST_TEXT) -> str:
    """Return the text in a file of UTF-8. Raises OSError as :func:`read_bytes`, and for other bytes."""
    content = read_bytes(path, most)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OSError(f"is not UTF-8 text (byte 0x{content[error.start]:02x} at {error.start:,})") from None


def digest(path: Path, size: int | None = None) -> str:
    """Return the SHA-256 of a file; empty, without reading it, when it has not the ``size`` that it should have.

    Raises OSError for what is no file.
    """
    with opened(path) as number, os.fdopen(os.dup(number), "rb") as file:
        if size is not None and os.fstat(number).st_size != size:
            return ""
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def written(path: Path) -> Iterator[tuple[int, Path]]:
    """Yield the number of a new file, and the name it has until the block ends well and it takes the place of ``path``.

    It is on the disk then. A link in its place is replaced and not followed.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    number = os.open(draft, _NEW, 0o666)
    try:
        try:
            yield number, draft
            os.fsync(number)
        finally:
            os.close(number)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all. Raises OSError."""
    with written(path) as (number, _), os.fdopen(os.dup(number), "wb") as file:
        file.write(text.encode("utf-8"))


def write_json(path: Path, data: Mapping[str, Any], *, ascii: bool = True) -> None:
    """Write a JSON file in one step; a number that is none is null; ``ascii`` escapes other letters. Raises OSError."""
    write_text(path, json.dumps(finite(data), indent=2, ensure_ascii=ascii, allow_nan=False) + "\n")


def write_lines(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object per line."""
    with written(path) as (number, _), os.fdopen(os.dup(number), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def finite(value: Any) -> Any:
    """Return data as JSON has it: None for a number that is none."""
    if isinstance(value, Mapping):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def unwritable(path: Path, error: Exception) -> InputError:
    """Return the error of a result folder that cannot be written."""
    return InputError([Mistake("--out", 0, 0, "", f"cannot write {path}: {getattr(error, 'strerror', None) or error}")])


def subfolder(path: Path) -> Path:
    """Return a folder within a result, made where it is missing. Raises OSError for a link, which could lead anywhere."""
    path.mkdir(parents=True, exist_ok=True)
    if kind_of(path) != "a folder":
        raise OSError(f"{path.name} is {kind_of(path)}, not a folder")
    return path


def write_figures(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write drawings as ``NAME.svg`` into a folder within a result (made if missing); return the paths. Raises OSError."""
    place = subfolder(folder)
    found = {place / f"{name}.svg": text for name, text in texts.items()}
    for path, text in found.items():
        write_text(path, f"{SVG_HEAD}{text}\n")
    return [*found]


def names_of(texts: Iterable[str], page: str = "report.html") -> list[str]:
    """Return the names in a result of a page and of the drawings that are in it."""
    return [page, *(f"figures/{name}.svg" for name in texts)]


@contextmanager
def numbered(number: int, path: Path) -> Iterator[str]:
    """Yield a name of an open file or folder that can be read as nothing but a name; ``path`` is where it is."""
    name = OPEN_FILES / str(number)
    if name.exists():
        yield str(name)
        return
    with tempfile.TemporaryDirectory(prefix="wargame-") as place:  # systems that number open files otherwise
        link = Path(place) / "it"
        link.symlink_to(path.absolute())
        yield str(link)


def shell_word(path: Path | str) -> str:
    """Return a path as one word of a command line: quoted where it must be, and never taken for an option."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
