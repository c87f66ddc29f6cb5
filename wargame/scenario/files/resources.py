"""Where the shipped content lies: scenarios, their library, the evidence and the map; and how a file of an author is read.

An installed package carries it inside itself; a source checkout has it in ``scenarios/`` beside the package.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path

from wargame.errors import WargameError

_PACKAGE = Path(__file__).parents[2]
MARK = b"\xef\xbb\xbf"  # the byte order mark in UTF-8


@lru_cache(maxsize=1)
def data_root() -> Path:
    """Return the folder with the shipped content.

    It is ``_data`` of the installed package, else ``scenarios`` of the checkout.
    Raises :class:`WargameError` when neither exists (a broken installation).
    """
    installed, checkout = _PACKAGE / "_data", _PACKAGE.parent / "scenarios"
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise WargameError(f"the shipped scenarios are missing: neither {installed} nor {checkout} exists; reinstall wargame")


def data_file(*parts: str) -> Path:
    """Return the path of a shipped file, ``data_file("map", "eastern_europe.geojson")`` say.

    Raises :class:`WargameError` when there is no such file.
    """
    path = data_root().joinpath(*parts)
    if not path.is_file():
        raise WargameError(f"{path}: this shipped file is missing; reinstall wargame")
    return path


def content_of(path: Path, most: int) -> bytes:
    """Return what a file holds, up to one byte more than ``most``, and without the byte order mark that some editors write.

    Raises OSError when it cannot be read or is no file: a pipe or a device might never end.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(number, "rb") as stream:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError("it is no regular file")
        return stream.read(most + 4).removeprefix(MARK)[: most + 1]
