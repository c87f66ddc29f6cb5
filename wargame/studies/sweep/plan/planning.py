"""From what a user asks for to a design and its study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wargame.binding.bound import Bound
from wargame.errors import InputError, Mistake, got, mistake
from wargame.scenario.files.marks import SET
from wargame.studies.sweep.plan.designs import BLOCK, KEPT, METHODS, Case, Design, Lever, amount, cases_of, parse_vary
from wargame.studies.sweep.plan.study import Opener, Study, check_measure, make_study
from wargame.studies.sweep.plan.until import Target, parse_until

Vary = Mapping[str, Any] | Sequence[str]
MOST_RUNS = 10**9  # of all cases: weeks on one processor, and the most that a cluster was thought of
MOST_BLOCKS = 10**6
EXACT = 2**24  # values of watched variables that are all kept, so that bands are exact


def plan_sweep(
    base: Bound, open_with: Opener, *, runs: int, seed: int = 0, vary: Vary = (), method: str = "full",
    samples: int | None = None, uncertain: bool = False, until: Sequence[str] = (), block: int = BLOCK, keep: int = KEPT,
) -> Study:  # fmt: skip
    """Return the study of a sweep. ``vary``: texts ``PATH=a,b``, or path -> values or ``lo..hi``. Raises :class:`InputError`."""
    check_counts(seed, runs=runs, block=block)
    levers = levers_of(vary)
    if method not in METHODS:
        raise mistake(f"expected {', '.join(METHODS)} (got {got(method)})", file="--design")
    cases = cases_of(levers, method, samples, seed, whole_levers(base, levers))
    return study_of_cases(
        base, open_with, cases, runs=runs, seed=seed, uncertain=uncertain, block=block, keep=keep, until=tuple(until),
        levers=tuple(levers), method=method,
    )  # fmt: skip


def study_of_cases(base: Bound, open_with: Opener, cases: Sequence[Case], **more: Any) -> Study:
    """Return the study of cases; ``more`` are the other fields of its design. Raises :class:`InputError`."""
    check_size(more["runs"], len(cases), more["block"])
    if not base.measures:
        place = SET if any(path.startswith("measures") for path in base.changed) else base.scenario.name
        what = "the scenario has none, so nothing would be known of its runs; give it at least one"
        raise InputError([Mistake(place, 0, 0, "measures", what)])
    design = Design(tuple(cases), exact=exact_enough(base, more["runs"] * len(cases)), **more)
    if design.uncertain and not base.scenario.uncertainties:
        raise InputError([Mistake("--uncertain", 0, 0, "", f"{base.scenario.name} declares no uncertainties")])
    study = make_study(base, design, open_with)
    check_targets(study)
    return study


def check_counts(seed: int, **counts: int) -> None:
    """Raise :class:`InputError` for a seed that is none, and for counts below 1."""
    if not 0 <= seed < 2**64:
        raise mistake(f"expected a whole number from 0 to {2**64 - 1} (got {got(seed)})", file="seed")
    for name, value in counts.items():
        if value < 1:
            raise mistake(f"expected a whole number of at least 1 (got {got(value)})", file=name)


def whole_levers(base: Bound, levers: Sequence[Lever]) -> list[str]:
    """Return the paths of the ranges that take whole numbers only: no quantity of the scenario, and whole at both ends."""
    known = {given.path for given in base.givens}
    ranges = [lever for lever in levers if lever.continuous and lever.path not in known]
    return [lever.path for lever in ranges if lever.low.is_integer() and lever.high.is_integer()]


def levers_of(vary: Vary) -> list[Lever]:
    """Return levers from texts or from a mapping. Raises :class:`InputError`."""
    if isinstance(vary, str):
        return [parse_vary(vary)]
    if not isinstance(vary, Mapping):
        return [parse_vary(text) for text in vary]
    found = []
    for path, values in vary.items():
        if isinstance(values, str):
            found.append(parse_vary(f"{path}={values}"))
        elif not isinstance(values, Sequence) or not values:
            raise mistake(f'expected a list of values or a range such as "0.2..0.8" (got {got(values)})', file=f"--vary {path}")
        else:
            found.append(Lever(path, tuple(values)))
    return found


def exact_enough(bound: Bound, runs: int) -> bool:
    """Return whether so many runs are few enough for exact bands."""
    return runs * max(len(bound.watch_names), 1) * bound.scenario.horizon <= EXACT


def check_targets(study: Study) -> list[Target]:
    """Return the targets of a study. Raises :class:`InputError` for one that cannot be."""
    targets = [parse_until(text) for text in study.design.until]
    for target in targets:
        check_measure(study, target.measure, "--until")
    return targets


def check_size(runs: int, cases: int, block: int) -> None:
    """Raise :class:`wargame.errors.InputError` for a sweep that would take for ever; nothing has been made of it yet."""
    if runs * cases > MOST_RUNS:
        of = f" of {cases:,} cases" if cases > 1 else ""
        raise mistake(f"{amount(runs)} replications{of} are more than the {MOST_RUNS:,} runs that are allowed", file="--runs")
    if runs * cases > MOST_BLOCKS * block:
        what = f"{block:,} makes more than {MOST_BLOCKS:,} blocks of {runs * cases:,} runs; take a larger one"
        raise mistake(what, file="--block")
