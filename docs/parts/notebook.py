"""Pages that read like a notebook: blocks of Python run one after the other, and what they print stands below them."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from docs.parts.outputs import inside


class Notebook:
    """The blocks of one page share their names and an empty folder, as they do where a reader pastes them."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="wargame-docs-")
        self._names: dict[str, Any] = {"__name__": "docs"}

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._place.cleanup()

    def printed(self, code: str) -> str:
        """Run a block and return what it prints, without trailing blanks."""
        with inside(Path(self._place.name)), contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(code, "page", "exec"), self._names)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n")
