"""The page of what the source documents disagree on, from the register and the policies."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from docs.parts.wording import row, sources
from wargame.validation.disagreements import Disagreement, Side, disagreements

_HEAD = """\
# Where the sources disagree

<!-- Made by docs/odd.py from scenarios/evidence/disagreements.yaml; do not edit by hand. -->

The five documents contradict each other on fifteen questions. The model does not settle them: each side is a policy or a setting,
both sides cite who holds them, and one word swaps them. Choosing a side is choosing a premise; say which you chose.
`wargame list policies` shows which sides a policy takes.

What is set here can be given on the command line as `--set PATH=VALUE`, in a scenario file, or from Python as a mapping:

```python
import wargame as wg
from wargame.validation.disagreements import disagreements

question = disagreements()["D1"]
scenario = wg.load(question.scenario, set=question.sides["B"].set)
```

Numbers that only tell the sides apart stand for "more" and "less" and are no findings."""


def disagreements_text() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(line for name, entry in disagreements().items() for line in _section(name, entry))]) + "\n"


def _section(name: str, entry: Disagreement) -> Iterator[str]:
    yield ""
    yield f"## {name}. {entry.question}"
    yield ""
    yield f"*Enters through {entry.enters}. Settings are for `{entry.scenario}`.*"
    yield ""
    yield "| side | says | played by | sources |"
    yield "|---|---|---|---|"
    for letter, side in entry.sides.items():
        yield row(letter, side.says, _settings(side), sources(side.source))


def _settings(side: Side) -> str:
    return ", ".join(f"`{path}={_value(value)}`" for path, value in side.set.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000).strip()
    return str(value).lower() if isinstance(value, bool) else str(value)
