"""What the schema says about a path: which part of a scenario stands there, which keys it may have."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from wargame.scenario.schema import Scenario


@cache
def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the keys a part of a scenario may have in the file, with their types."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _stripped(kind: Any) -> list[Any]:
    """Return the alternatives of a type, without annotations and without None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return [one for option in get_args(kind) if option is not type(None) for one in _stripped(option)]
    return [kind]


def type_at(path: tuple[str | int, ...]) -> Any:
    """Return the type the schema has at a path (``Scenario`` for the empty one), or None when it has none there."""
    here: Any = Scenario
    for part in path:
        for option in _stripped(here):
            if isinstance(option, type) and issubclass(option, BaseModel) and part in keys_of(option):
                here = keys_of(option)[str(part)]
                break
            if get_origin(option) is dict and isinstance(part, str):
                here = get_args(option)[1]
                break
            if get_origin(option) is tuple and isinstance(part, int):
                here = get_args(option)[0]
                break
        else:
            return None
    return here


def model_at(path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """Return the part of a scenario (a model with fixed keys) that stands at a path, or None."""
    for option in _stripped(type_at(path)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def is_map(path: tuple[str | int, ...]) -> bool:
    """Return whether a mapping from names of the author's choice stands at a path."""
    return any(get_origin(option) is dict for option in _stripped(type_at(path)))
