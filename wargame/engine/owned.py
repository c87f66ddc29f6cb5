"""Whose a file is: machine code is loaded from what is this user's alone, in a place that is this user's alone.

A folder is private when it is the user's own, nobody else may write to it, and nobody but the user and root can put another
in its place: every folder above belongs to one of the two, and is not writable by others, unless it is sticky as ``/tmp`` is.
Where the system knows no owners (Windows), a user's folders are taken to be private.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_KNOWN = hasattr(os, "geteuid")


def private(folder: Path) -> Path | None:
    """Return the real path of a private folder; None for any other."""
    try:
        real = Path(os.path.realpath(folder, strict=True))
        if not _KNOWN or (_own(real.lstat()) and _guarded(real.parent)):
            return real
    except OSError:
        pass
    return None


def make_private(base: Path, *names: str) -> Path | None:
    """Return the private folder ``names`` below a folder, made where it is missing; None when it cannot be one.

    Of what lies below ``base`` and is the user's own, rights of others to write are taken away.
    """
    if not base.is_absolute():  # it would be another one in every working folder
        return None
    try:
        there = next(place for place in (base, *base.parents) if place.exists())
        real = Path(os.path.realpath(there, strict=True))
        if _KNOWN and not _guarded(real):
            return None
        folder, above = real, base.relative_to(there).parts
        for number, part in enumerate((*above, *names)):
            folder = folder / part
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            if number >= len(above):
                _tighten(folder)
    except OSError:
        return None
    return private(folder) if os.access(folder, os.W_OK | os.X_OK) else None


def read_own(file: Path, limit: int) -> bytes | None:
    """Return what a file holds that is this user's alone, in a private folder; None when it is not, or longer than ``limit``.

    What is returned was read from the file that was looked at, whatever has become of its name since.
    """
    folder = private(file.parent)
    if folder is None:
        return None
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(folder / file.name, flags), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                return None
            if _KNOWN and (found.st_uid != os.geteuid() or found.st_mode & _OTHERS or found.st_nlink != 1):
                return None
            content = stream.read(limit + 1)
    except OSError:
        return None
    return content if len(content) <= limit else None


def write_own(file: Path, content: bytes) -> None:
    """Write a file that is this user's alone, in one step. Raises OSError; what was there before stays then."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(draft, flags, 0o600), "wb") as stream:
            stream.write(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _own(found: os.stat_result) -> bool:
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


def _guarded(folder: Path) -> bool:
    """Return whether nobody but this user and root can put another folder in the place of one below this one."""
    for place in (folder, *folder.parents):
        found = place.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (0, os.geteuid()):
            return False
        if found.st_mode & _OTHERS and not found.st_mode & stat.S_ISVTX:
            return False
    return True


def _tighten(place: Path) -> None:
    """Take away rights of others to write to a folder of this user's, as an open umask leaves them."""
    found = place.lstat()
    if _KNOWN and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
        place.chmod(0o700)
