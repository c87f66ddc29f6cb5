"""JSON from outside, read strictly: text of bounded size and depth, every key once, numbers that are numbers, one model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from wargame.errors import InputError, Mistake, got
from wargame.results.files import MOST_TEXT, read_text

DEEPEST = 40
MOST_FAULTS = 20
_EXPECTED: Mapping[str, str] = {
    "string_type": "text", "float_type": "a number", "finite_number": "a finite number", "int_type": "a whole number",
    "bool_type": "true or false", "dict_type": "a mapping", "model_type": "a mapping", "list_type": "a list",
    "tuple_type": "a list", "literal_error": "", "none_required": "nothing",
}  # fmt: skip
_ALTERNATIVES = ("float", "int")
_BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le"), "less_than": ("less than", "lt"),
}  # fmt: skip
M = TypeVar("M", bound="Strict")


class Strict(BaseModel):
    """Base of what is read: types as written (``"300"`` is no number), no infinite numbers, nothing unknown."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


def read_json(path: Path, shown: str = "", most: int = MOST_TEXT) -> Any:
    """Return what a JSON file holds; ``shown`` names it in messages. Raises :class:`InputError`, FileNotFoundError excepted."""
    name = shown or str(path)
    try:
        text = read_text(path, most)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError([Mistake(name, 0, 0, "", _unreadable(error))]) from None
    return parsed(text, name)


def parsed(text: str, name: str) -> Any:
    """Return what a JSON text says; ``name`` is where it stands. Raises :class:`InputError`."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InputError([Mistake(name, error.lineno, error.colno, "", f"is no JSON: {error.msg}")]) from None
    except (ValueError, RecursionError) as error:  # a key twice, a number of ten thousand digits, ten thousand brackets
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError([Mistake(name, 0, 0, "", f"cannot be read: {what}")]) from None
    _check_plain(found, name)
    return found


def _unreadable(error: OSError) -> str:
    what = error.strerror or str(error)
    return what if what.startswith("is ") else f"cannot be read: {what}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = [key for key, _ in pairs]
        twice = next(key for key in seen if seen.count(key) > 1)
        raise ValueError(f"the key {twice[:60]!r} stands twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _check_plain(value: Any, name: str) -> None:
    """Raise :class:`InputError` for what is nested too deeply, and for text that cannot be written as UTF-8."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise InputError([Mistake(name, 0, 0, "", f"cannot be read: nested too deeply; at most {DEEPEST} levels")])
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below += [*one, *one.values()]
            elif isinstance(one, list):
                below += one
            elif isinstance(one, str) and not _writable(one):
                raise InputError([Mistake(name, 0, 0, "", "cannot be read: half a character, which is no text")])
        level = below


def _writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def modelled(model: type[M], data: Any, name: str, path: Sequence[str] = ()) -> M:
    """Return data as a model. Raises :class:`InputError` with the place of everything that does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    found = [Mistake(name, 0, 0, ".".join([*path, *_place(one["loc"])]), _sentence(one)) for one in faults[:MOST_FAULTS]]
    raise InputError(found)


def _place(loc: Sequence[int | str]) -> list[str]:
    """Return where something stands, without the alternative that it was tried as."""
    return [str(part) for i, part in enumerate(loc) if not (i == len(loc) - 1 and i and part in _ALTERNATIVES)]


def _sentence(fault: Mapping[str, Any]) -> str:
    kind, value = fault["type"], fault["input"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is no key of this program"
    if kind == "literal_error":
        return f"expected {fault['ctx']['expected'].replace(chr(39), '')} (got {got(value)})"
    if kind == "value_error":
        return f"{fault['ctx']['error']} (got {got(value)})"
    if kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        return f"must be {words} {fault['ctx'][limit]:,} (got {got(value)})"
    if fault["loc"] and fault["loc"][-1] in _ALTERNATIVES and len(fault["loc"]) > 1:
        return f"expected a number or nothing (got {got(value)})"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]} (got {got(value)})"
    said = str(fault["msg"])
    return f"{said[:1].lower()}{said[1:]} (got {got(value)})"
