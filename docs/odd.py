"""The model description after the ODD 2020 protocol, and the page of disagreements: ``python docs/odd.py`` writes both.

What declarations say is made from them: fields, parameters, priors, sources, phases, policies, scenarios, patterns. What they
cannot say is prose in ``docs/parts/odd_rationale.yaml``. ``--check`` writes nothing and exits with 1 when a page is stale.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parent
if str(DOCS.parent) not in sys.path:
    sys.path.insert(0, str(DOCS.parent))

from docs.parts.disagreements import disagreements_text  # noqa: E402
from docs.parts.mechanisms import SEEN, parameter_row, prose  # noqa: E402
from docs.parts.wording import number, prior, row, sources  # noqa: E402
from docs.parts.writing import command  # noqa: E402

RATIONALE = DOCS / "parts" / "odd_rationale.yaml"
FLAGSHIP = "zapad_2021"
_NOTICE = "<!-- Made by docs/odd.py from declarations and docs/parts/odd_rationale.yaml; do not edit by hand. -->"


@cache
def rationale() -> dict[str, Any]:
    """Return the hand-written prose by section."""
    found: dict[str, Any] = yaml.safe_load(RATIONALE.read_text(encoding="utf-8"))
    return found


def odd_text() -> str:
    """Return the whole page: the seven elements in their order."""
    say = rationale()
    parts = [
        f"# Model description (ODD)\n\n{_NOTICE}\n\n{say['head']}",
        f"## 1. Purpose and patterns\n\n### Purpose\n\n{say['purpose']}\n### Patterns\n\n{say['patterns']}",
        _block(_facts()),
        _block(_base_rates()),
        f"## 2. Entities, state variables and scales\n\n{say['entities']}",
        _block(_entities()),
        _block(_fields()),
        f"### Scales\n\n{say['scales']}",
        f"## 3. Process overview and scheduling\n\n{say['process']}",
        _block(_phases()),
        "## 4. Design concepts",
        *(f"### {name}\n\n{text}\n{_block(_concept(name))}" for name, text in say["concepts"].items()),
        f"## 5. Initialisation\n\n{say['initialisation']}",
        _block(_initial()),
        f"## 6. Input data\n\n{say['input']}",
        _block(_scenarios()),
        f"## 7. Submodels\n\n{say['submodels']}",
        *(_block(_submodel(name)) for name in _mechanisms()),
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(parts)).strip() + "\n"


def _block(lines: Iterator[str]) -> str:
    return "\n".join(lines)


def _mechanisms() -> dict[str, Any]:
    from wargame.mechanisms import registry

    return registry()


@cache
def _loaded(name: str) -> Any:
    from wargame.scenario.load import load

    return load(name).scenario


def _facts() -> Iterator[str]:
    from wargame.validation.facts import load

    facts = load()
    yield f"The {len(facts.facts)} stylised facts (strength C: two or more independent sources, S: one, X: contested):"
    yield ""
    yield "| fact | statement | strength | looked at in | sources |"
    yield "|---|---|---|---|---|"
    for name, fact in facts.facts.items():
        where = ", ".join(f"`{one}`" for one in facts.scenarios(fact))
        yield row(name, fact.statement, fact.strength, where, sources(fact.evidence))


def _base_rates() -> Iterator[str]:
    from wargame.validation.base_rates import load

    yield "The base rates, as counts of real cases:"
    yield ""
    yield "| scale | reference | cases | drawn from |"
    yield "|---|---|---|---|"
    for scale in load().scales.values():
        for reference in scale.compare.values():
            counts = "; ".join(f"{says} {count}" for says, count in zip(scale.classes.values(), reference.counts, strict=True))
            yield row(scale.says, reference.says, counts, reference.where)


def _entities() -> Iterator[str]:
    scenario = _loaded(FLAGSHIP)
    says = {
        "actor": "a state, a bloc or an opposition",
        "site": "a place where forces may be, or a town",
        "exercise": "a planned or unplanned exercise",
        "part": "what is declared as one part of an exercise",
        "item": "what one state asks of another",
        "sensor": "a way in which strength becomes known",
        "track": "a line on which the crisis climbs",
        "world": "what belongs to nobody",
    }
    parts = sum(len(exercise.parts) for exercise in scenario.exercises.values())
    counts = {
        "actor": len(scenario.actors), "site": len(scenario.sites), "exercise": len(scenario.exercises), "part": parts,
        "item": len(scenario.items), "sensor": len(scenario.sensors), "track": len(scenario.tracks), "world": 1,
    }  # fmt: skip
    yield f"| entity | what it is | how many in `{FLAGSHIP}` |"
    yield "|---|---|---|"
    for name, text in says.items():
        yield row(name, text, counts[name])


def _fields() -> Iterator[str]:
    yield "### State variables"
    yield ""
    yield "| variable | of each | unit | from | to | at first | seen by | written by | means |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, mechanism in _mechanisms().items():
        for one in mechanism.fields:
            bounds = (number(one.low), number(one.high), number(one.default))
            yield row(f"`{one.name}`", ", ".join(one.axes) or "world", one.unit, *bounds, SEEN[one.seen], name,
                      one.says + (f" (or missing: {one.missing})" if one.missing else ""))  # fmt: skip


def _phases() -> Iterator[str]:
    from wargame.simulation.simulation import PHASES

    yield "| phase | what happens | mechanisms that act, in order |"
    yield "|---|---|---|"
    for phase in PHASES:
        acting = ", ".join(name for name, mechanism in _mechanisms().items() if phase.name in mechanism.phases)
        yield row(f"**{phase.name}**", phase.says, acting)


def _concept(name: str) -> Iterator[str]:
    made = {
        "Adaptation": _policies,
        "Objectives": _goals,
        "Sensing": _sensing,
        "Stochasticity": _streams,
        "Observation": _measures,
    }
    if name in made:
        yield ""
        yield from made[name]()


def _policies() -> Iterator[str]:
    from wargame.report.describe import with_sides
    from wargame.scenario.load import shipped

    yield "| policy | what it does, and the side it takes where the sources disagree |"
    yield "|---|---|"
    found = {name: with_sides(name, policy) for one in sorted(shipped()) for name, policy in _loaded(one).policies.items()}
    for name, says in sorted(found.items()):
        yield row(f"`{name}`", says)


def _goals() -> Iterator[str]:
    yield "| actor | wants | is held back by |"
    yield "|---|---|---|"
    for actor in _loaded(FLAGSHIP).actors.values():
        yield row(actor.name, " ".join(actor.goals), " ".join(actor.constraints))


def _sensing() -> Iterator[str]:
    yield "| sensor | reports a day and place | spread of the error (log) | bias (log) | sees nothing below | can be suppressed |"
    yield "|---|---|---|---|---|---|"
    for sensor in _loaded(FLAGSHIP).sensors.values():
        values = (sensor.rate, sensor.noise, sensor.bias, sensor.floor, sensor.suppressible)
        yield row(sensor.name, *(number(one.value) for one in values))


def _streams() -> Iterator[str]:
    """Yield the names of the streams of luck, as the code writes them."""
    yield "| mechanism | streams |"
    yield "|---|---|"
    for module in sorted((DOCS.parent / "wargame" / "mechanisms").glob("*.py")):
        found = re.findall(r'"([a-z_]+\.[a-z_{][^"\s]*)"', module.read_text(encoding="utf-8"))
        names = [re.sub(r"\{[^}]*\}", "*", one) for one in found if one.partition(".")[0] in _mechanisms()]
        if names:
            yield row(module.stem, ", ".join(f"`{one}`" for one in dict.fromkeys(names)))
    yield row("choices", "`choice.ACTOR.ACTION…`: one Gumbel number per rule and day")


def _measures() -> Iterator[str]:
    scenario = _loaded(FLAGSHIP)
    yield f"The main measures of `{FLAGSHIP}`:"
    yield ""
    yield "| measure | over the run | unit | means |"
    yield "|---|---|---|---|"
    for name, measure in scenario.measures.items():
        if measure.main:
            yield row(f"`{name}`", measure.over, measure.unit, measure.says)


def _initial() -> Iterator[str]:
    scenario = _loaded(FLAGSHIP)
    yield f"Initial values of `{FLAGSHIP}`:"
    yield ""
    yield "| whose | variable | value | prior | source or judgement |"
    yield "|---|---|---|---|---|"
    owners = [("world", scenario.initial)]
    owners += [(actor.name, actor.initial) for actor in scenario.actors.values()]
    owners += [(site.name, site.initial) for site in scenario.sites.values()]
    for owner, values in owners:
        for name, value in sorted(values.items()):
            cited = "; ".join(part for part in (sources(value.source), value.judgement) if part)
            yield row(owner, f"`{name}`", number(value.value), prior(value), cited)


def _scenarios() -> Iterator[str]:
    from wargame.scenario.load import shipped

    yield "| scenario | question | begins | days | injects (switched on) |"
    yield "|---|---|---|---|---|"
    for name in sorted(shipped()):
        scenario = _loaded(name)
        on = sum(inject.enabled for inject in scenario.injects.values())
        question = scenario.question or scenario.title
        yield row(f"`{name}`", question, scenario.start, scenario.horizon, f"{len(scenario.injects)} ({on})")


def _submodel(name: str) -> Iterator[str]:
    mechanism = _mechanisms()[name]
    yield f"### {name}"
    yield ""
    if mechanism.systems:
        yield f"*Systems {', '.join(mechanism.systems)} of the source documents.*"
        yield ""
    yield prose(inspect.cleandoc(import_module(f"wargame.mechanisms.{name}").__doc__ or ""))
    if mechanism.parameters:
        yield ""
        yield "| parameter | value | unit | prior | means | source or judgement |"
        yield "|---|---|---|---|---|---|"
        yield from (parameter_row(one) for one in mechanism.parameters)


@cache
def pages() -> dict[Path, str]:
    """Return the generated pages with the text they should have."""
    folder = DOCS / "reference"
    return {folder / "odd.md": odd_text(), folder / "disagreements.md": disagreements_text()}


main = command(pages, "Make the model description and the page of disagreements anew.")

if __name__ == "__main__":
    main()
