"""Pages that read like a notebook: blocks of Python run one after the other, and what they print stands below them."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Notebook:
    """The blocks of one page share their names and run in the folder of the checkout."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "docs"}

    def printed(self, code: str) -> str:
        """Run a block and return what it prints, without trailing blanks."""
        before = Path.cwd()
        os.chdir(ROOT)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(code, "page", "exec"), self._names)
        finally:
            os.chdir(before)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")
