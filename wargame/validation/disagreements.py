"""The register of what the source documents disagree on, and how each side is played: D1 to D15."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from wargame.scenario.evidence import FOLDER
from wargame.scenario.files.resources import data_file
from wargame.scenario.values import Name, Shape, Sources, Text
from wargame.validation.facts import read

REGISTER = "disagreements.yaml"


class Side(Shape):
    """One answer: who gives it, and what in a scenario expresses it (path -> value, as after ``--set``)."""

    says: Text
    set: dict[str, Any] = Field(min_length=1)
    source: Sources = Field(min_length=1)

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies among its settings."""
        return tuple(str(value) for path, value in self.set.items() if path.startswith("actors.") and path.endswith(".policy"))


class Disagreement(Shape):
    """One question, where it enters the model, and its sides by letter; ``scenario`` is one that can play them."""

    question: Text
    enters: Text
    scenario: Name
    sides: dict[str, Side] = Field(min_length=2)


class Register(RootModel[dict[str, Disagreement]]):
    """The whole file."""

    model_config = ConfigDict(frozen=True)


@lru_cache(maxsize=1)
def disagreements() -> Mapping[str, Disagreement]:
    """Return the shipped register by number, in its order. Raises :class:`wargame.errors.InputError` for a broken file."""
    model: type[BaseModel] = Register
    found, _ = read(data_file(FOLDER, REGISTER), model)
    assert isinstance(found, Register)
    return found.root


def sides_of(policy: str) -> tuple[tuple[str, str], ...]:
    """Return the sides that a policy takes, as (number, letter), in the order of the register."""
    return tuple(
        (number, letter)
        for number, entry in disagreements().items()
        for letter, side in entry.sides.items()
        if policy in side.policies
    )
