"""Commands run for a page, and the part of what they print that the page shows."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from click.testing import CliRunner

_EVENT = re.compile(r"  (?P<label>\w+) +\S")


class Folder:
    """A folder of a page's own, empty at first, deleted at the end. The same command runs once until a file is written."""

    def __init__(self) -> None:
        self._printed: dict[str, str] = {}
        self._place = tempfile.TemporaryDirectory(prefix="wargame-docs-")
        self.path = Path(self._place.name)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._place.cleanup()

    def write(self, name: str, text: str) -> None:
        """Write a file of the page."""
        target = self.path / name
        if not target.resolve().is_relative_to(self.path.resolve()):
            raise ValueError(f"{name} leaves the page's folder")
        target.write_text(text, encoding="utf-8")
        self._printed.clear()

    def output(self, what: str, code: int = 0) -> str:
        """Return what ``COMMAND | FILTER | FILTER`` prints, without trailing blanks and empty lines at both ends.

        Raises ValueError when the command ends with another exit code, and when nothing is left.
        """
        command, *filters = what.split(" | ")
        if command not in self._printed:
            self._printed[command] = self._run(command, code)
        lines = [line.rstrip() for line in self._printed[command].splitlines()]
        for one in filters:
            name, _, argument = one.strip().partition(" ")
            lines = FILTERS[name](lines, argument)
        text = "\n".join(lines).strip("\n")
        if not text:
            raise ValueError(f"nothing is left of the output of: {what}")
        return text

    def _run(self, command: str, code: int) -> str:
        from wargame.cli import main
        from wargame.scenario.files.resources import data_root

        program, *arguments = shlex.split(command)
        if program == "cat":
            return (self.path / arguments[0]).read_text(encoding="utf-8")
        if program != "wargame":
            raise ValueError(f"only wargame and cat may be run (got {program})")
        with inside(self.path):
            result = CliRunner().invoke(main, arguments, prog_name="wargame", terminal_width=100, env={"COLUMNS": "100"})
        if result.exit_code != code:
            raise ValueError(f"{command}: exit code {result.exit_code}, expected {code}\n{result.output}")
        return result.output.replace(str(self.path) + os.sep, "").replace(str(data_root()), "…")


@contextlib.contextmanager
def inside(path: Path) -> Iterator[None]:
    """Work in a folder for a while."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)


def _head(lines: list[str], count: str) -> list[str]:
    return lines[: int(count)]


def _tail(lines: list[str], count: str) -> list[str]:
    return lines[-int(count) :]


def _since(lines: list[str], text: str) -> list[str]:
    """The lines from the first that contains a text."""
    return lines[next(i for i, line in enumerate(lines) if text in line) :]


def _until(lines: list[str], text: str) -> list[str]:
    """The lines before the first that contains a text."""
    return lines[: next(i for i, line in enumerate(lines) if text in line)]


def _lines(lines: list[str], text: str) -> list[str]:
    """The lines that contain a text."""
    return [line for line in lines if text in line]


def _event(lines: list[str], which: str) -> list[str]:
    """One event of a timeline, with the reason and the sources below it: ``LABEL`` or ``LABEL TEXT``."""
    label, _, text = which.partition(" ")
    block: list[str] = []
    inside = False
    for line in lines:
        found = _EVENT.match(line)
        if found or not line.strip() or not line.startswith("  "):
            if inside:
                return block
            inside = found is not None and found["label"] == label and text in line
        if inside:
            block.append(line)
    if not block:
        raise ValueError(f"no event {which!r}")
    return block


def _measures(lines: list[str], names: str) -> list[str]:
    """Some measures of the list at the end of a timeline, each with the lines that go on below it."""
    block: list[str] = []
    inside = False
    for line in lines:
        if line[:3].strip():
            inside = line[2:].split(" ")[0] in names.split()
        if inside:
            block.append(line)
    if missing := [name for name in names.split() if not any(line.startswith(f"  {name} ") for line in block)]:
        raise ValueError(f"no measure {', '.join(missing)} at the end of the timeline")
    return block


def _json(lines: list[str], _: str) -> list[str]:
    """A JSON object with a line per key; numbers rounded and hashes left out: they may differ between machines."""

    def short(value: object) -> object:
        if isinstance(value, dict):
            return {key: short(entry) for key, entry in value.items()}
        return round(value, 3) if isinstance(value, float) else value

    found = json.loads("".join(lines))
    cut = {key: "…" if key.endswith(("hash", "fingerprint")) else short(value) for key, value in found.items()}
    return json.dumps(cut, indent=2, ensure_ascii=False).splitlines()


FILTERS: dict[str, Callable[[list[str], str], list[str]]] = {
    "event": _event,
    "head": _head,
    "json": _json,
    "lines": _lines,
    "measures": _measures,
    "since": _since,
    "tail": _tail,
    "until": _until,
}
