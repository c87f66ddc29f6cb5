"""What a history rests on: the numbers nobody knows, with their priors, and the policies in force."""

from __future__ import annotations

from dataclasses import dataclass

from wargame.report.citing import Bibliography
from wargame.scenario.words import plain, prior_words
from wargame.simulation.record import Record
from wargame.world.given import GivenQuantity

Cites = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Assumption:
    """One number: its path, meaning, value, prior, and the judgement or sources it rests on."""

    path: str
    says: str
    value: str
    prior: str
    judgement: str
    cites: Cites


def assumptions(record: Record, books: Bibliography) -> list[Assumption]:
    """Return the scenario's declared uncertainties, in the scenario's order."""
    givens = {given.path: given for given in record.bound.givens}
    return [_assumption(record, givens[path], books) for path in record.bound.scenario.uncertainties if path in givens]


def _assumption(record: Record, given: GivenQuantity, books: Bibliography) -> Assumption:
    quantity = given.quantity
    unit = f" {quantity.unit}" if quantity.unit else ""
    return Assumption(
        given.path, _says(record, given.path), f"{plain(_value(record, given))}{unit}", prior_words(quantity.prior),
        quantity.judgement or quantity.note, books.cite(quantity.source),
    )  # fmt: skip


def _value(record: Record, given: GivenQuantity) -> float:
    """Return the number this run had: initial values are only in the file, all others stand in the state as drawn."""
    if given.path.startswith("initial.") or ".initial." in given.path or not len(record.days):
        return given.quantity.value
    return float(record.days[0, given.row])


def _says(record: Record, path: str) -> str:
    """Return what a number means: a parameter's own line, else the path in words."""
    head, *rest = path.split(".")
    field = f"parameter.{'.'.join(rest)}"
    layout = record.bound.layout
    if head == "parameters" and field in layout.fields:
        return layout.fields[field].says
    if ".initial." in path or head == "initial":
        name = path.rpartition(".")[2]
        who = f" ({rest[0].replace('_', ' ')})" if head != "initial" else ""
        return f"{layout.fields[name].says.rstrip('.')}, at the start{who}" if name in layout.fields else path
    return " ".join(part.replace("_", " ") for part in rest)


def unlisted(record: Record) -> tuple[int, int]:
    """Return how many numbers the scenario and the mechanisms hold, and how many of them have a prior."""
    givens = record.bound.givens
    return len(givens), sum(given.quantity.prior is not None for given in givens)
