"""A seminar as a process of its own, started by its command, for tests that kill it or look at it with a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.error import URLError

from tests.strait import STRAIT

ROOT = Path(__file__).parents[2]
_CODE = re.compile(r"^    (\S.*?)  \w{4}-\w{4}  (\S+)$", re.MULTILINE)


@dataclass
class Served:
    """The command ``wargame seminar`` in a process; ``said`` is what it has printed."""

    folder: Path
    options: tuple[str, ...] = ()
    scenario: str = str(STRAIT)
    process: subprocess.Popen[bytes] | None = None
    said: str = ""
    codes: dict[str, str] = field(default_factory=dict)

    def start(self, *more: str) -> Served:
        """Start it and wait until it answers."""
        out = self.folder / "out.txt"
        command = [
            sys.executable,
            "-m",
            "wargame",
            "seminar",
            self.scenario,
            "--data",
            str(self.folder / "game.db"),
            *self.options,
            *more,
        ]
        with out.open("wb") as place:
            self.process = subprocess.Popen(
                command, stdout=place, stderr=subprocess.STDOUT, cwd=self.folder, env=self._environment()
            )
        for _ in range(2400):  # two starts of Python beside much else
            self.said = out.read_text(encoding="utf-8")
            if self.process.poll() is not None:
                raise AssertionError(self.said)
            if "Ctrl-C stops" in self.said and self._answers():
                self.codes = {name.strip(): link for name, link in _CODE.findall(self.said)}
                return self
            time.sleep(0.1)
        raise AssertionError(self.said)

    @staticmethod
    def _environment() -> dict[str, str]:
        return os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.home}/wall", timeout=30) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    @property
    def home(self) -> str:
        """Return the address of the pages."""
        return self.link("wall").removesuffix("/wall")

    def link(self, what: str) -> str:
        """Return a printed link: ``facilitator``, ``wall`` or ``join``."""
        found = re.search(rf"^  {what}\s+(\S+)", self.said, re.MULTILINE)
        assert found is not None, self.said
        return found[1]

    def stop(self, how: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(timeout=120)

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop(signal.SIGKILL)
