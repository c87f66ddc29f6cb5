"""The reference of the mechanisms, from the registry and from their docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from importlib import import_module

from docs.parts.wording import number, prior, row, sources
from wargame.mechanisms.base import Mechanism, Parameter
from wargame.world.fields import Field

SEEN = {
    "all": "everybody",
    "owner": "its owner",
    "parties": "patron and client",
    "patron": "the patron",
    "client": "the client",
    "belief": "its owner; others hold a belief about it",
    "nobody": "nobody",
}


def mechanism_pages() -> str:
    """Return one section per mechanism, in the order in which they act."""
    from wargame.mechanisms import registry

    return "\n\n".join("\n".join(_section(mechanism)) for mechanism in registry().values())


def _section(mechanism: Mechanism) -> Iterator[str]:
    module = import_module(f"wargame.mechanisms.{mechanism.name}")
    yield f"## {mechanism.name}"
    yield ""
    yield f"**{mechanism.says}**"
    yield ""
    facts = [f"systems {', '.join(mechanism.systems)}"] if mechanism.systems else []
    facts.append(f"acts in {', '.join(mechanism.phases)}" if mechanism.phases else "acts in no phase")
    facts.append(f"needs the roles {', '.join(mechanism.needs)}" if mechanism.needs else "needs no role")
    yield f"*{'; '.join(facts)}*"
    yield ""
    yield prose(inspect.cleandoc(module.__doc__ or ""))
    if mechanism.fields:
        yield ""
        yield "| field | for each | unit | from | to | at first | seen by | means |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_field(one) for one in mechanism.fields)
        yield from _signals(mechanism.fields)
    if mechanism.impulses:
        yield ""
        yield "| impulse | for each | unit | an order or inject that gives it |"
        yield "|---|---|---|---|"
        for push in mechanism.impulses:
            yield row(f"`{push.name}`", ", ".join(push.axes) or "world", push.unit, push.says)
    if mechanism.parameters:
        yield ""
        yield "| parameter | value | unit | prior | means | source or judgement |"
        yield "|---|---|---|---|---|---|"
        yield from (parameter_row(one) for one in mechanism.parameters)


HOW = {"luck": "by luck", "deed": "a deed", "coarse": "coarse and late", "own": "known anyway"}


def _signals(fields: Sequence[Field]) -> Iterator[str]:
    """Yield what fields let those who see them learn of hidden ones, and why that is no leak."""
    if any(one.tells for one in fields):
        yield ""
        yield "| what is seen | tells of | how | because |"
        yield "|---|---|---|---|"
        for one in fields:
            for signal in one.tells:
                of = ", ".join(f"`{name}`" for name in signal.of) if signal.of != ("*",) else "whatever a rung names"
                yield row(f"`{one.name}`", of, HOW[signal.how], signal.says)


def _field(field: Field) -> str:
    bounds = (number(field.low), number(field.high), number(field.default))
    return row(
        f"`{field.name}`",
        ", ".join(field.axes) or "world",
        field.unit,
        *bounds,
        SEEN[field.seen],
        field.says + (f" (or missing: {field.missing})" if field.missing else ""),
    )


def parameter_row(parameter: Parameter) -> str:
    """Return the row of a parameter: name, value, unit, prior, meaning, source or judgement."""
    cited = "; ".join(part for part in (sources(parameter.source), parameter.judgement) if part)
    given = prior(parameter.quantity())
    return row(f"`{parameter.name}`", number(parameter.value), parameter.unit, given, parameter.says, cited)


def prose(text: str) -> str:
    """Return a docstring as Markdown: an indented block is code without marks of its own, and roles lose theirs."""
    lines = []
    for line in text.splitlines():
        line = line[:-1] if line.endswith("::") else line
        lines.append(line.replace("``", "  ") if line.startswith("    ") else line)
    return "\n".join(lines).replace(":mod:`", "`").replace(":class:`", "`").replace(":func:`", "`")
