"""What the measures and numbers of a scenario mean, as columns: read off its declarations, never off the values of some runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from wargame.binding.bound import Bound, CompiledMeasure
from wargame.expressions.syntax import Call, Chain, Choice, Name, Node, Number, Prefix, parse
from wargame.results.columns import CASE, DATE, REPLICATION, RUN, VARIABLE, Column, Role, Table, Type, quantiles
from wargame.scenario.values import Sourced

VALUE = Column("value", "measure", "The value of the variable at the end of the day, in its own unit.", "number")
WHOLE_UNITS = frozenset({"0/1", "count"})  # of a measure: what is declared so is whole
_KEEPS_WHOLE = frozenset({"min", "max", "abs", "clip", "total", "highest", "lowest"})
_MAKES_WHOLE = frozenset({"floor", "sign", "step", "between", "asked", "agreed", "known"})


def facts_of(bound: Bound) -> dict[str, str]:
    """Return what a table is a table of: scenario and its hash."""
    return {"scenario": bound.scenario.name, "scenario_hash": bound.text_hash}


def measures_of(bound: Bound) -> Iterator[Column]:
    """Yield the columns of the measures, sorted by name."""
    for one in bound.measures:
        spec = one.spec
        says = spec.says or one.name.replace("_", " ")
        kind: Type = "integer" if _whole(bound, one) else "number"
        yield Column(one.name, "measure", says, kind, spec.unit, spec.missing, source_of(spec))


def number_of(bound: Bound, path: str, role: Role, name: str = "") -> Column:
    """Return the column of a number of the scenario by its path."""
    given = next((given for given in bound.givens if given.path == path), None)
    if given is None:
        return Column(name or path, role, f"The scenario's {path}.")
    quantity = given.quantity
    says = quantity.note or f"The scenario's {path}."
    return Column(name or path, role, says, "number", quantity.unit or _unit(bound, given.row), "", source_of(quantity))


def lever_of(bound: Bound, path: str, name: str) -> Column:
    """Return the column of a lever: any field of the scenario, of which the declared ones say more. Its values say its type."""
    told = next((lever.says for lever in bound.scenario.levers.values() if lever.path == path), "")
    found = number_of(bound, path, "lever", name)
    return replace(found, type="", says=told or found.says)


def tables_of_run(bound: Bound, quantile_names: Sequence[str]) -> Mapping[str, Table]:
    """Return the tables of one history by file."""
    facts = facts_of(bound)
    rows = (
        ("measures.parquet", "one run", (CASE, REPLICATION, RUN, *measures_of(bound))),
        ("bands.parquet", "one case, variable and day", (CASE, VARIABLE, DATE, *quantiles(quantile_names))),
        ("trajectory.parquet", "one run, day and variable", (RUN, DATE, VARIABLE, VALUE)),
    )
    return {file: Table(file, row, columns, facts) for file, row, columns in rows}


def variables_of(bound: Bound) -> dict[str, dict[str, str]]:
    """Return unit and meaning of the variables that tables are of: what is watched, and the fields of the mechanisms."""
    fields = {field.name: field for mechanism in bound.mechanisms for field in mechanism.fields}
    found = {name: {"unit": field.unit, "says": field.says} for name, field in sorted(fields.items())}
    watched = ((name, bound.scenario.watch[name]) for name in bound.watch_names)
    return found | {name: {"unit": one.unit, "says": one.label} for name, one in watched}


def source_of(said: Sourced) -> str:
    """Return where something comes from, as text: its evidence, or the judgement."""
    return ", ".join(said.source) or (f"judgement: {said.judgement}" if said.judgement else "")


def _unit(bound: Bound, row: int) -> str:
    """Return the unit of the field that a row of the state belongs to."""
    layout = bound.layout
    spans = ((field.unit, layout.span(name)) for name, field in layout.fields.items())
    return next((unit for unit, span in spans if span.start <= row < span.stop), "")


def _whole(bound: Bound, one: CompiledMeasure) -> bool:
    """Return whether a measure is a whole number in every run that can be: a share, a count, a class, a day."""
    spec = one.spec
    if spec.over in ("ever", "first"):
        return True
    if spec.over == "mean":
        return False
    return spec.unit in WHOLE_UNITS or _keeps(parse(str(spec.value)), bound)


def _keeps(node: Node, bound: Bound) -> bool:
    """Return whether an expression is a whole number whatever the state is."""
    match node:
        case Number(value=value):
            return float(value).is_integer()
        case Name(text=text):
            return text in ("true", "false", "undefined") or _whole_field(text, bound)
        case Prefix(operator=operator, operand=operand):
            return operator == "not" or _keeps(operand, bound)
        case Chain(first=first, rest=rest):
            operators = {operator for operator, _ in rest}
            if operators <= {"+", "-", "*"}:
                return _keeps(first, bound) and all(_keeps(other, bound) for _, other in rest)
            return "/" not in operators
        case Choice(then=then, otherwise=otherwise):
            return _keeps(then, bound) and _keeps(otherwise, bound)
        case Call(function=function, arguments=arguments):
            return function in _MAKES_WHOLE or (
                function in _KEEPS_WHOLE and all(_keeps(argument, bound) for argument in arguments)
            )
    return False


def _whole_field(text: str, bound: Bound) -> bool:
    """Return whether a dotted name ends, or begins, with a field that mechanisms keep whole."""
    for name in (text.split(".")[-1], text.split(".")[0]):
        field = bound.layout.fields.get(name)
        if field is not None:
            return field.is_whole
    return False
