"""Where every key of a scenario was written, for those who ask what came from which layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from wargame.binding.checker import Path
from wargame.errors import InputError
from wargame.scenario.files import resources
from wargame.scenario.files.marks import SET, path_text
from wargame.scenario.load import Loaded, parse_path


@dataclass(frozen=True)
class Places:
    """The places of a scenario's keys, as `` [file:line]``; of none that is loaded, nothing."""

    loaded: Loaded | None = None

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return self.loaded is not None

    def at(self, path: Path) -> str:
        """Return where a key was written."""
        if self.loaded is None:
            return ""
        file, line, _ = self.loaded.marks.place(path)
        return f" [{SET}]" if file == SET else f" [{_brief(file)}:{line}]"

    def below(self, text: str) -> Iterator[str]:
        """Yield a line for everything that is written at a path or below it."""
        path: Path = ()
        try:
            path = parse_path(text)
        except InputError:
            return
        here: Any = self.loaded.resolved if self.loaded is not None else None
        for part in path:
            inside = isinstance(here, dict) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
            here = (here.get(part) if isinstance(here, dict) else here[part]) if inside else None
        if here is not None:
            yield from self._leaves(path, here)

    def _leaves(self, path: Path, value: Any) -> Iterator[str]:
        entries = value.items() if isinstance(value, dict) else ()
        for key, entry in entries:
            yield from self._leaves((*path, key), entry)
        if not entries:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{path_text(path)} = {shown}{self.at(path)}"


def _brief(file: str) -> str:
    """Return the name of a file, a shipped one as ``extends`` would name it."""
    full, root = FilePath(file).resolve(), resources.data_root().resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else file
