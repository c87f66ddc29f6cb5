"""A scenario as text again, and the JSON Schema that editors check and complete scenario files with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from wargame.scenario.schema import SCHEMA, Scenario

try:
    from yaml import CSafeDumper as _Base
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeDumper as _Base  # type: ignore[assignment]

SCHEMA_FILE = "wargame.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"


class _Dumper(_Base):
    """Writes block style without aliases, and in quotes whatever YAML 1.1 or 1.2 would not read as text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\t" in text or any(not sign.isprintable() and sign != "\n" for sign in text):
        style = '"'
    elif "\n" in text.strip("\n") and not re.search(r"[ \n]\n|^\s", text):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
for _tag, _pattern in (
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    ("int", r"^0o[0-7]+$|^0x[0-9a-fA-F]+$|^[-+]?[0-9]+$"),
):
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list("+-.0123456789"))


def dump(resolved: Mapping[str, object]) -> str:
    """Return scenario data as YAML text that loads to the same data.

    The first line names the schema for editors. The top keys are in the schema's order, the keys below in the order they
    have in ``resolved``.
    """
    order = {field.alias or name: place for place, (name, field) in enumerate(Scenario.model_fields.items())}
    data = {key: resolved[key] for key in sorted(resolved, key=lambda key: order.get(key, len(order)))}
    body = yaml.dump(data, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=110)
    return f"{SCHEMA_LINE}\n{body}"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file for editors, with ``x-schema-version``.

    A file may leave any key to a layer it extends and may remove an inherited entry with null, so nothing is required
    and an entry of a map may be null; ``wargame check`` says what is missing once the layers are joined.
    """
    schema = _layered(Scenario.model_json_schema(by_alias=True))
    names = {"type": "string", "minLength": 1}
    schema["properties"]["extends"] = {
        "title": "Extends",
        "description": "Scenario files this one is laid over: beside it, or shipped. Later ones win; this file wins over all.",
        "anyOf": [names, {"type": "array", "items": names}],
    }
    about = {"title": "wargame scenario", "x-schema-version": SCHEMA}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, **about}


def _layered(schema: Any) -> Any:
    """Return a schema in which every key may be left out and every entry of a map may be null."""
    if isinstance(schema, list):
        return [_layered(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    new = {
        key: {name: _layered(part) for name, part in value.items()} if key in ("properties", "$defs") else _layered(value)
        for key, value in schema.items()
        if key != "required" and key != "default"
    }
    if "default" in schema:
        new["default"] = schema["default"]
    if isinstance(new.get("additionalProperties"), dict):
        new["additionalProperties"] = {"anyOf": [new["additionalProperties"], {"type": "null"}]}
    return new
