"""The text of a new scenario file: what an author begins with."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import PurePath

from pydantic import TypeAdapter, ValidationError

from wargame.errors import mistake
from wargame.scenario.files.marks import plain
from wargame.scenario.layers import find, join, shipped
from wargame.scenario.serialise import SCHEMA_LINE
from wargame.scenario.values import CHANNELS, Name


def new_text(name: str, base: str) -> str:
    """Return the text of a scenario file called ``name`` that extends ``base`` (a shipped name, or a path below the folder).

    It loads as it is, and each commented example still loads when its comment signs are taken away (one block at a time
    or all together). Raises :class:`InputError` for a name that is none and for a base that cannot be read.
    """
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise mistake(str(error.errors()[0]["ctx"]["error"]), file="new scenario", path="name") from None
    data = plain(join(find(base)).tree)
    assert isinstance(data, dict)
    title = f"{name.replace('_', ' ').capitalize()}: a variant of {data.get('title', base)}"
    lines = [
        SCHEMA_LINE,
        f"# Everything that is not written here comes from {_extends(base)}. Write only what differs.",
        f"# Is it right? wargame check {name}.yaml      What does it do? wargame run {name}.yaml",
        "",
        "schema: 1",
        f"extends: {_scalar(_extends(base))}",
        f"name: {name}",
        f"title: {_scalar(title)}",
        f"question: {_scalar('What do you want to know?')}",
        "",
        "# Examples. Take away the comment signs of a block and change the values.",
    ]
    return "\n".join(lines + _examples(data)) + "\n"


def _extends(base: str) -> str:
    """Return what ``extends`` says for a base: the bare name of a shipped scenario, else the path without its suffix."""
    if base in shipped():
        path = shipped()[base]
        return base if path.parent.name != "analytic" else f"analytic/{base}"
    file = PurePath(base)
    if file.is_absolute() or ".." in file.parts:
        raise mistake("the base of a new scenario lies in or below the folder of the new file, or is shipped", file=base)
    return file.with_suffix("").as_posix()


def _scalar(value: object) -> str:
    """Return a value as YAML; a JSON text is a YAML text."""
    return json.dumps(value, ensure_ascii=False)


def _examples(data: Mapping[str, object]) -> list[str]:
    blocks = [
        (
            "When it begins and how long it lasts",
            [f"{key}: {data[key]}" for key in ("start", "horizon") if key in data],
        ),
        ("How an actor decides", _policy(data)),
        ("A number the scenario begins with; say where it comes from, or why you chose it", _initial(data)),
        ("What takes place", _switched(data, "exercises", "false")),
        ("Which events of the script take place, and one of your own", _events(data)),
        ("A rule of a policy: when it is open to its actor, and how much speaks for it", _rule(data)),
        ("A parameter of a mechanism", _parameter(data)),
    ]
    lines: list[str] = []
    for says, block in blocks:
        if block:
            lines += ["", f"# {says}:", *(f"# {line}" for line in block)]
    return lines


def _first(value: object) -> tuple[str, object] | None:
    return next(iter(value.items()), None) if isinstance(value, dict) else None


def _policy(data: Mapping[str, object]) -> list[str]:
    actors, policies = data.get("actors"), data.get("policies")
    for name, actor in actors.items() if isinstance(actors, dict) else ():
        policy = actor.get("policy") if isinstance(actor, dict) else None
        if policy:
            says = ["    # wargame list policies says which there are"] if isinstance(policies, dict) and policies else []
            return ["actors:", f"  {name}:", *says, f"    policy: {_scalar(policy)}"]
    return []


def _initial(data: Mapping[str, object]) -> list[str]:
    first = _first(data.get("initial"))
    if first is None:
        return []
    name, value = first
    number = value.get("value") if isinstance(value, dict) else value
    return ["initial:", f"  {name}: {{value: {_scalar(number)}, judgement: why this number}}"]


def _switched(data: Mapping[str, object], part: str, to: str) -> list[str]:
    first = _first(data.get(part))
    return [f"{part}:", f"  {first[0]}:", f"    enabled: {to}"] if first else []


def _events(data: Mapping[str, object]) -> list[str]:
    start, actor = data.get("start"), _first(data.get("actors"))
    if not isinstance(start, dt.date | str) or actor is None:
        return []
    return [
        *(_switched(data, "injects", "false") or ["injects:"]),
        "  my_event:",
        "    title: What happens, in one line",
        f"    date: {start}",
        f"    actor: {actor[0]}",
        "    impulses:",
        "      tension: {world: {value: 0.05, judgement: why so much}}  # wargame list mechanisms; docs/reference/mechanisms.md",
        "    judgement: invented for this scenario",
    ]


def _rule(data: Mapping[str, object]) -> list[str]:
    """Return a block that gives a rule of a policy that some actor follows another weight: words rather than bargains."""
    actors, policies = data.get("actors"), data.get("policies")
    for actor in actors.values() if isinstance(actors, dict) else ():
        for name in actor.get("policy") or () if isinstance(actor, dict) else ():
            policy = policies.get(str(name).replace("-", "_")) if isinstance(policies, dict) else None
            for channel in sorted(CHANNELS, key=lambda one: one != "informational"):
                rule = _first(policy.get(channel)) if isinstance(policy, dict) else None
                if rule is not None and isinstance(rule[1], dict):
                    return [
                        "policies:", f"  {str(name).replace('-', '_')}:", f"    {channel}:", f"      {rule[0]}:",
                        f"        weight: {_scalar(rule[1].get('weight', 0))}", "        judgement: why this weight",
                    ]  # fmt: skip
    return []


def _parameter(data: Mapping[str, object]) -> list[str]:
    group = _first(data.get("parameters"))
    first = _first(group[1]) if group else None
    if group is None or first is None:
        return []
    name, value = first
    number = value.get("value") if isinstance(value, dict) else value
    return [
        "parameters:",
        f"  {group[0]}:",
        f"    {name}: {{value: {_scalar(number)}, judgement: why this number}}",
    ]
