"""From named cases to a design and its study."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake, got, mistake
from wargame.studies.sweep.plan.designs import BLOCK, KEPT, Case, refused, split, value_of
from wargame.studies.sweep.plan.planning import check_counts, study_of_cases
from wargame.studies.sweep.plan.study import Opener, Study

BASE = "base"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,47}")


def plan_comparison(
    base: Bound, open_with: Opener, *, runs: int, cases: Sequence[str], seed: int = 0, uncertain: bool = False, block: int = BLOCK
) -> Study:  # fmt: skip
    """Return the study of a comparison of named cases (``NAME:PATH=VALUE,PATH=VALUE``). Raises :class:`InputError`."""
    check_counts(seed, runs=runs, block=block)
    if not cases:
        raise mistake("name at least one case: --case NAME:PATH=VALUE", file="--case")
    found = named_cases([parse_case(text, i) for i, text in enumerate(cases)])
    return study_of_cases(base, open_with, found, runs=runs, seed=seed, uncertain=uncertain, block=block, keep=KEPT, named=True)


def named_cases(cases: list[Case]) -> tuple[Case, ...]:
    """Return cases to compare; a single one is compared with the scenario as it is. Raises :class:`InputError`."""
    names = [case.name for case in cases]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError([Mistake(f"--case {name}", 0, 0, "", "given twice") for name in twice])
    if len(cases) == 1:
        if names[0] == BASE:
            raise InputError([Mistake(f"--case {BASE}", 0, 0, "", "is what a single case is compared with; choose another name")])
        cases = [Case(0, BASE), *cases]
    return tuple(Case(i, case.name, case.settings) for i, case in enumerate(cases))


def parse_case(text: str, index: int) -> Case:
    """Return the case of ``NAME:PATH=VALUE[,PATH=VALUE]…``; ``NAME:`` is the scenario as it is. Raises :class:`InputError`."""
    name, colon, rest = text.partition(":")
    name = name.strip()
    if not colon or not _NAME.fullmatch(name):
        raise refused("--case", f"expected NAME:PATH=VALUE[,PATH=VALUE]… (got {got(text)})")
    settings: list[tuple[str, Any]] = []
    for part in split(rest) if rest.strip() else []:
        path, equals, written = part.partition("=")
        if not equals or not path.strip() or not written.strip():
            raise refused(f"--case {name}", f"expected PATH=VALUE (got {got(part.strip())})")
        settings.append((path.strip(), value_of(path.strip(), written, f"--case {name}")))
    return Case(index, name, tuple(settings))
