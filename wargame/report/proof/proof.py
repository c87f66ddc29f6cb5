"""What a proof has compared, what was wrong, and what nothing can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wargame.errors import CheckFailed
from wargame.results.folder import versions
from wargame.scenario.display import Display, Facts, listed

_SHOWN = 12


@dataclass(repr=False)
class Proof(Display):
    """What was compared and found the same, what was not, and what could not be compared, each in a line."""

    folder: Path
    manifest: Mapping[str, Any]
    played: str = ""  # what was played again
    compared: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def take(self, what: str, faults: Iterable[str]) -> bool:
        """Note that something was compared, and the faults that were found; return whether there were none."""
        found = [*faults]
        self.wrong += found
        if not found:
            self.compared.append(what)
        return not found

    def settle(self, why: str = "made again, it is not the same") -> Proof:
        """Return the proof. Raises :class:`CheckFailed` when anything was wrong."""
        if not self.wrong:
            return self
        more = f"\n  and {len(self.wrong) - _SHOWN} more" if len(self.wrong) > _SHOWN else ""
        lines = "\n".join(f"  {one}" for one in dict.fromkeys(self.wrong[:_SHOWN]))
        raise CheckFailed(f"{self.folder}: {why}:\n{lines}{more}\n{self.versions()}")

    def changed(self) -> list[str]:
        """Return which versions are others than those that made the result."""
        was = self.manifest["versions"]
        return [f"{name} {was.get(name)} -> {now}" for name, now in versions().items() if was.get(name) != now]

    def versions(self) -> str:
        """Return in a line whether it was made with the versions of today."""
        changed = self.changed()
        return f"versions changed: {', '.join(changed)}" if changed else "no version has changed"

    def _facts(self) -> Facts:
        told = {"compared": f"{len(self.compared)} things: {listed([one.split(':')[0] for one in self.compared])}"}
        return f"{self.folder}: {'not the same' if self.wrong else f'the same to the bit ({self.played})'}", {
            **told, "not compared": listed(self.left), "wrong": listed(self.wrong),
        }  # fmt: skip

    def __str__(self) -> str:
        """Return what was proved: a headline, then what was compared and what was not."""
        lines = [f"the same to the bit ({self.played})", "compared:", *(f"  {one}" for one in self.compared)]
        if self.left:
            lines += ["not compared:", *(f"  {one}" for one in self.left)]
        if self.changed():
            lines.append(self.versions())
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the proof as JSON values."""
        return {"says": f"the same to the bit ({self.played})", "compared": self.compared, "not_compared": self.left}
