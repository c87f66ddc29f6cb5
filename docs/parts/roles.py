"""Role sheets for the seminar: what the shipped theatre says of each actor, with the sources behind it."""

from __future__ import annotations

from collections.abc import Iterator

from wargame.scenario.evidence import catalogue
from wargame.scenario.load import load
from wargame.scenario.schema import Actor, Scenario

SCENARIO = "zapad_2021"


def role_sheets() -> str:
    """Return a role sheet for every actor that a policy plays, in the order of their names."""
    scenario = load(SCENARIO).scenario
    playable = [name for name, actor in scenario.actors.items() if actor.policy]
    return "\n\n".join("\n".join(_sheet(name, scenario.actors[name], scenario)) for name in sorted(playable))


def _sheet(name: str, actor: Actor, scenario: Scenario) -> Iterator[str]:
    yield f"## {actor.name}"
    yield ""
    yield f"*{actor.says}*" if actor.says else f"*{actor.name}*"
    for title, lines in (("You want", actor.goals), ("You are bound by", actor.constraints)):
        if lines:
            yield from ("", f"**{title}**", "", *(f"* {line}" for line in lines))
    seen = [
        (label, actor.notes[key])
        for key, label in (("observes", "You see"), ("does_not_observe", "You do not see"))
        if key in actor.notes
    ]
    if seen:
        yield ""
        yield from (f"**{label}:** {_sentence(text)}" + ("" if label.endswith("not see") else "  ") for label, text in seen)
    yield ""
    followed = ", ".join(f"`{one}`" for one in actor.policy)
    says = " ".join(scenario.policies[one].says for one in actor.policy if one in scenario.policies)
    yield f"**If nobody sits here**, the seat follows {followed}. {says}".rstrip()
    yield ""
    yield "**Sources:** " + "; ".join(dict.fromkeys(f"{catalogue().cite(one)} (`{one}`)" for one in actor.source)) + "."


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
