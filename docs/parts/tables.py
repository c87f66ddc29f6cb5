"""Tables of the reference: keys of scenario files, functions of expressions, size limits, documents of the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.parts.wording import row
from wargame.scenario import schema, values

KEYS = Path(__file__).with_name("keys.yaml")
_SAME = ("source", "judgement")
_DURATION = next(mark.func for mark in get_args(values.Days) if hasattr(mark, "func"))
_FORMULA = "text or number or whole number or true or false"  # what pydantic leaves of an expression's type
_ALIASES: tuple[tuple[Any, str], ...] = (
    (values.Number, "number"),
    (values.Days, "duration"),
    (values.Date, "date"),
    (values.Formula, "expression"),
    (values.Name, "name"),
    (values.Names, "name or list of names"),
    (values.Sources, "id or list of ids"),
    (values.Text, "text"),
    (values.Flag, "true or false"),
    (values.Channel, "channel"),
)


def schema_pages() -> str:
    """Return a table for every part of a scenario; ValueError when ``keys.yaml`` and the schema do not name the same keys."""
    written = yaml.safe_load(KEYS.read_text(encoding="utf-8"))
    found = []
    for title, entry in written.items():
        model = getattr(schema, entry["model"], None) or getattr(values, entry["model"])
        found.append("\n".join(_section(title, model, entry)))
    named = {entry["model"] for entry in written.values()}
    missing = sorted(name for name in _models() if name not in named)
    if missing:
        raise ValueError(f"docs/parts/keys.yaml lacks these parts of the schema: {', '.join(missing)}")
    return "\n\n".join(found)


def _models() -> Iterator[str]:
    """Yield the parts of a scenario that have keys of their own."""
    for home in (schema, values):
        for name, thing in vars(home).items():
            if (
                isinstance(thing, type)
                and issubclass(thing, values.Shape)
                and thing is not values.Shape
                and thing.__module__ == home.__name__
            ):
                yield name


def _section(title: str, model: type[BaseModel], entry: dict[str, Any]) -> Iterator[str]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    own = [key for key in fields if key not in _SAME] if "keys" in entry else []
    means: dict[str, str] = entry.get("keys", {})
    if set(means) != set(own):
        wrong = ", ".join(sorted(set(means) ^ set(own)))
        raise ValueError(f"docs/parts/keys.yaml, {title}: keys that only one of the page and the schema has: {wrong}")
    yield f"## {title}"
    yield ""
    yield entry["says"].strip()
    if own:
        yield ""
        yield "| key | value | default | means |"
        yield "|---|---|---|---|"
        yield from (row(f"`{key}`", _kind(fields[key]), _default(fields[key]), means[key]) for key in own)
    if set(_SAME) <= set(fields) and own:
        yield ""
        yield "Also `source` and `judgement`."


def _kind(field: FieldInfo) -> str:
    shown = _shown(field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata])
    if any(getattr(mark, "func", None) is _DURATION for mark in field.metadata):
        return "duration"
    if shown == _FORMULA:
        return "expression"
    low = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    above = next((m.gt for m in field.metadata if hasattr(m, "gt")), None)
    longest = next((m.max_length for m in field.metadata if hasattr(m, "max_length")), None)
    if shown in ("number", "whole number") and low is not None and high is not None:
        return f"{shown} from {low:g} to {high:g}"
    if shown == "number" and above is not None:
        return f"{shown} above {above:g}"
    if shown == "text" and longest is not None and longest < 100:
        return f"text of at most {longest} characters"
    return shown


def _shown(kind: Any) -> str:
    for alias, name in _ALIASES:
        if kind == alias:
            return name
    origin = get_origin(kind)
    if origin is Annotated:
        return _annotated(kind)
    if origin in (Union, UnionType):
        options = [one for one in get_args(kind) if one is not type(None)]
        return " or ".join(dict.fromkeys(_shown(one) for one in options))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in get_args(kind))
    if origin is dict:
        key, value = get_args(kind)
        return f"{_shown(key)} → {_shown(value)}"
    if origin is tuple:
        inner = get_args(kind)[0]
        return "list" if inner is Any else f"list of {_shown(inner)}"
    names = {float: "number", int: "whole number", bool: "true or false", str: "text"}
    if kind in names:
        return names[kind]
    return f"`{kind.__name__}`" if isinstance(kind, type) else str(kind)


def _annotated(kind: Any) -> str:
    """Return the name of an annotated type: that of the alias it is made of, else of what it annotates."""
    base, *marks = get_args(kind)
    for alias, name in _ALIASES:
        inner, *own = get_args(alias) if get_origin(alias) is Annotated else (alias,)
        if own and inner == base and all(mark in marks for mark in own):
            return name
    return _shown(base)


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "must be given"
    if field.default is None or field.default in ((), {}, ""):
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`"


def functions_of_values() -> str:
    """Return the table of the language's own functions."""
    from wargame.expressions.functions import FUNCTIONS

    lines = ["| function | value |", "|---|---|"]
    return "\n".join([*lines, *(row(f"`{one.usage}`", one.help) for one in FUNCTIONS.values())])


def functions_of_names() -> str:
    """Return the table of functions that take names instead of values."""
    from wargame.world.scope import FUNCTIONS

    lines = ["| function | value |", "|---|---|"]
    for text in FUNCTIONS.values():
        usage, _, help_ = text.partition(": ")
        lines.append(row(" or ".join(f"`{one}`" for one in usage.replace(" or ", ", ").split(", ")), help_))
    return "\n".join(lines)


def size_limits() -> str:
    """Return the table of sizes that no scenario file may exceed."""
    from wargame.expressions.syntax import DEEPEST, MOST_PARTS
    from wargame.expressions.tokens import MOST_CHARACTERS
    from wargame.scenario import layers
    from wargame.scenario.files import strict_yaml

    limits = {
        "bytes of a file": strict_yaml.MAX_BYTES,
        "levels of nesting in a file": strict_yaml.MAX_DEPTH,
        "values in a file": strict_yaml.MAX_NODES,
        "aliases in a file": strict_yaml.MAX_ALIASES,
        "characters of a text": next(mark.max_length for one in get_args(values.Text)[1:] for mark in one.metadata),
        "layers of a scenario": layers.MAX_LAYERS,
        "layers in a chain of `extends`": layers.MAX_CHAIN,
        "characters of an expression": MOST_CHARACTERS,
        "names, numbers and operators in an expression": MOST_PARTS,
        "levels of nesting in an expression": DEEPEST,
    }
    for key, field in schema.Scenario.model_fields.items():
        most = next((m.max_length for m in field.metadata if hasattr(m, "max_length")), None)
        if most is not None and get_origin(field.annotation) is dict:
            limits[f"entries of `{key}`"] = most
    return "\n".join(["| what | at most |", "|---|---|", *(row(what, f"{most:,}") for what, most in limits.items())])


def documents() -> str:
    """Return the table of kinds of evidence id, with how many there are of each."""
    from wargame.scenario.evidence import CLAIMS, FOLDER, catalogue
    from wargame.scenario.files.resources import data_file

    table = yaml.load(data_file(FOLDER, CLAIMS).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    ids = catalogue().ids()

    def count(prefix: str) -> str:
        return str(sum(one.startswith(prefix) for one in ids))

    lines = ["| ids begin with | what they are | how many |", "|---|---|---|"]
    for key, document in table["documents"].items():
        what = f"claims in “{document['title']}”, {document['outlet'].partition(' (')[0]}, {document['date']}"
        lines.append(row(f"`{key}-`", what, count(f"{key}-")))
    lines.append(row("`X-`", "a few facts from outside the documents, kept apart from them", count("X-")))
    lines.append(row("`F-`", "facts for calibration, injects and the map", count("F-")))
    return "\n".join(lines)
