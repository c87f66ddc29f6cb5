"""The model description is as the declarations are, has the seven elements of the protocol, and names everything declared."""

from __future__ import annotations

import re

import pytest

from docs import odd
from docs.parts.writing import stale
from wargame.mechanisms import registry
from wargame.scenario.load import shipped
from wargame.simulation.simulation import PHASES
from wargame.validation.facts import load as stylised_facts

ELEMENTS = (
    "1. Purpose and patterns",
    "2. Entities, state variables and scales",
    "3. Process overview and scheduling",
    "4. Design concepts",
    "5. Initialisation",
    "6. Input data",
    "7. Submodels",
)
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


def page() -> str:
    return odd.pages()[odd.DOCS / "reference" / "odd.md"]


@pytest.mark.parametrize("name", ["odd.md", "disagreements.md"])
def test_the_page_is_fresh(name: str) -> None:
    assert odd.DOCS / "reference" / name not in stale(odd.pages()), "stale: run python docs/odd.py"


def test_it_has_the_seven_elements_and_the_eleven_concepts_in_order() -> None:
    assert tuple(re.findall(r"^## (.+)$", page(), re.MULTILINE)) == ELEMENTS
    concepts = page().partition("## 4. ")[2].partition("## 5. ")[0]
    assert tuple(re.findall(r"^### (.+)$", concepts, re.MULTILINE)) == CONCEPTS


def test_every_field_parameter_and_docstring_is_in_it() -> None:
    for name, mechanism in registry().items():
        assert f"\n### {name}\n" in page()
        for one in mechanism.fields:
            assert f"| `{one.name}` |" in page(), one.name
        submodel = page().partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        for parameter in mechanism.parameters:
            assert f"| `{parameter.name}` |" in submodel, (name, parameter.name)


def test_every_phase_scenario_and_stylised_fact_is_in_it() -> None:
    assert all(f"| **{phase.name}** | {phase.says} |" in page() for phase in PHASES)
    assert all(f"| `{name}` |" in page() for name in shipped())
    assert all(f"| {name} |" in page() for name in stylised_facts().facts)


def test_the_patterns_name_the_base_rates() -> None:
    patterns = page().partition("### Patterns")[2].partition("## 2. ")[0]
    for word in ("D28", "D29", "International Crisis Behavior", "Militarized Interstate Disputes"):
        assert word in patterns


def test_every_priors_table_row_has_as_many_cells_as_its_head() -> None:
    """A cell with an unescaped bar would shift a row: the tables of the page are whole."""
    width = 0
    for line in page().splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line[:120]
