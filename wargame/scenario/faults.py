"""What the schema found wrong, in words an author understands, at the place in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from pydantic import ValidationError

from wargame.errors import Mistake, allowed, did_you_mean, got
from wargame.scenario.files.marks import Marks, Path
from wargame.scenario.schema_paths import keys_of, model_at

MOST = 500
ALIKE = 0.8  # of the letters, before a name counts as a misspelt one: "spring" and "spring_two" are two names
_UNION = {"str", "float", "int", "bool"}
_EXPECTED = {
    "string_type": "text",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}
_MODELS = {
    "Quantity": 'a number, or a mapping with the key "value"',
    "Push": 'a number, or a mapping with the key "add"',
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}

_Error: TypeAlias = Mapping[str, Any]


def faults_of(error: ValidationError, data: object, marks: Marks) -> list[tuple[Path, Mistake]]:
    """Return every fault the schema found in ``data``: its path, and the mistake to report at its place.

    Beyond 500 faults the last entry says how many more there are.
    """
    faults = error.errors(include_url=False)
    found: dict[tuple[Path, str], Mistake] = {}
    for fault in faults[:MOST]:
        mistake, kind = _mistake(fault, data, marks)
        found.setdefault(kind, mistake)
    listed = [(path, mistake) for (path, _), mistake in found.items()]
    if len(faults) > MOST:
        last = max(mistake for _, mistake in listed)
        more = f"{len(faults) - MOST:,} more mistakes are not shown"
        listed.append(((), Mistake(last.file, last.line, last.column, "…", more)))
    return listed


def unknown_key(key: str, keys: Collection[str]) -> str:
    """Return what to say about a key that no such part has: the nearest, and the keys there are unless they are many."""
    near = did_you_mean(key, keys)
    listed = "" if near and len(keys) > 12 else f"; allowed: {allowed(keys, limit=60)}"
    return f'unknown key "{key[:60]}"{listed}{near}'


def _walked(loc: Path, data: object) -> tuple[Path, Path, object]:
    """Return the parts of a location that are in the data, the others (the schema's own), and what stands there."""
    path: Path = ()
    rest: Path = ()
    here: Any = data
    for part in loc:
        known = range(len(here)) if isinstance(here, list) else here if isinstance(here, dict) else ()
        if part in known:
            path, here = (*path, part), here[part]
        else:
            rest = (*rest, part)
    return path, rest, here


def _mistake(fault: _Error, data: object, marks: Marks) -> tuple[Mistake, tuple[Path, str]]:
    """Return one mistake and what makes it the same as another: the alternatives of a union are one mistake."""
    loc, kind = fault["loc"], fault["type"]
    if kind == "missing":
        path, _, _ = _walked(loc[:-1], data)
        return marks.mistake(path, f'missing key "{loc[-1]}"{_instead(path, str(loc[-1]), data)}'), (path, f"missing {loc[-1]}")
    path, rest, value = _walked(loc, data)
    if kind == "extra_forbidden":
        model = model_at(loc[:-1])
        what = unknown_key(str(loc[-1]), list(keys_of(model)) if model else [])
        return marks.mistake(path, what, key=True), (path, kind)
    if "[key]" in rest:
        return marks.mistake(path, _sentence(fault, path[-1] if path else None), key=True), (path, "key")
    if rest and rest[-1] in _UNION:
        what = f"expected an expression, a number, true or false (got {got(value)})"
        return marks.mistake(path, what), (path, "union")
    what = _sentence(fault, value)
    if value is None and len(path) > 1 and isinstance(path[-1], str):
        _, _, above = _walked(path[:-1], data)
        others = [key for key, entry in above.items() if entry is not None] if isinstance(above, dict) else []
        near = did_you_mean(path[-1], others)
        what += f"; an empty entry takes away what lower layers gave, and they gave nothing{near}"
    return marks.mistake(path, what), (path, kind + "".join(map(str, rest)))


def _instead(path: Path, key: str, data: object) -> str:
    """Return a hint to the entry beside this one that may have been meant: a misspelt name begins an entry of its own."""
    _, _, above = _walked(path[:-1], data)
    if not isinstance(above, dict) or not path:
        return ""
    alike = [name for name in above if SequenceMatcher(None, str(name), str(path[-1])).ratio() > ALIKE]
    near = did_you_mean(str(path[-1]), [name for name in alike if isinstance(above[name], dict) and key in above[name]])
    return f" (a new entry needs it){near}" if near else ""


def _sentence(fault: _Error, value: object) -> str:
    kind, ctx = fault["type"], fault.get("ctx") or {}
    if kind == "value_error":
        return str(ctx["error"])
    if kind in _EXPECTED:
        wanted = _MODELS.get(ctx.get("class_name", ""), _EXPECTED[kind])
        hint = "; put it in quotes" if kind == "string_type" and isinstance(value, (bool, int, float)) else ""
        return f"expected {wanted} (got {got(value)}){hint}"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", ctx["expected"])
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
        return f"not one of the choices (got {got(value)}); allowed: {allowed(choices)}{near}"
    if kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        number = value if isinstance(value, (int, float)) else got(value)
        return f"must be {words} {ctx[limit]:g} (got {number})"
    size = len(value) if isinstance(value, (str, dict, list)) else 0
    if kind == "string_too_long":
        return f"the text is too long (got {size:,} characters); at most {ctx['max_length']:,}"
    if kind == "too_long":
        return f"too many entries (got {size:,}); at most {ctx['max_length']:,}"
    if kind == "too_short":
        return f"too few entries (got {size:,}); at least {ctx['min_length']}"
    return f"cannot stand here (got {got(value)})"
