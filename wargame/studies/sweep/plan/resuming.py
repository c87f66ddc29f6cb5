"""Going on with a sweep: what is asked again must be what the folder holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake, got
from wargame.studies.sweep.plan.designs import Design, cases_of
from wargame.studies.sweep.plan.planning import levers_of, whole_levers

FLAGS = {"keep": "--keep-trajectories", "method": "--design"}  # of a field of the design, where it is not --FIELD


def check_agrees(base: Bound, design: Design, asked: Mapping[str, Any]) -> None:
    """Raise :class:`InputError` for every flag that asks for something else than the folder was begun with.

    ``asked``: what was given, by field of the design (``runs``, ``seed``, ``uncertain``, ``until``, ``block``, ``keep``,
    ``method``), and ``vary`` and ``samples``.
    """
    wrong = [
        Mistake(FLAGS.get(name, f"--{name}"), 0, 0, "", f"the folder was begun with {kept}; begin a new sweep, or leave it out")
        for name, kept in _differences(base, design, asked)
    ]
    if wrong:
        raise InputError(wrong)


def _differences(base: Bound, design: Design, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    special: Mapping[str, Callable[[Any], bool]] = {
        "vary": lambda texts: tuple(levers_of(texts)) == design.levers,
        "samples": lambda count: _cases(base, design, count) == design.cases,
        "until": lambda texts: tuple(texts) == design.until,
    }
    kept = {
        "vary": ", ".join(lever.path for lever in design.levers) or "nothing varied",
        "samples": f"{len(design.cases)} cases",
        "until": ", ".join(design.until) or "none",
    }
    for name, value in asked.items():
        if name in special:
            if not special[name](value):
                yield name, kept[name]
        elif value != getattr(design, name):
            yield name, f"{_said(getattr(design, name))} (got {got(value)})"


def _cases(base: Bound, design: Design, samples: int) -> Any:
    return cases_of(design.levers, design.method, samples, design.seed, whole_levers(base, design.levers))


def _said(value: object) -> str:
    return "no drawn uncertainties" if value is False else str(value)
