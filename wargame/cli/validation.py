"""``wargame validate``: does the simulated ensemble behave as the sources say that the world behaves?"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wargame.cli.console.options import echo, main, output_options, seed_option, styled, workers_option, wrapped
from wargame.errors import CheckFailed, allowed, did_you_mean, mistake

if TYPE_CHECKING:
    from wargame.validation.base_rates import Card
    from wargame.validation.levers import IdleEverywhere, IdleParts
    from wargame.validation.validate import Results, Verdict


@main.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--quick", is_flag=True, help="Fewer runs, in a minute: what fails and may hold with more is marked open.")
@click.option("--runs", type=click.IntRange(min=1), help="Runs of every setting [1000 for probabilities, 500 for differences].")
@click.option("--levers", is_flag=True, help="Instead: name rules that never fire and numbers that change nothing.")
@click.option("--scales", is_flag=True, help="Instead: score the same runs on several published scales of escalation.")
@workers_option
@seed_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for validation.html and validation.json.")
@output_options("Print only what fails.")
def validate(
    scenarios: tuple[str, ...], quick: bool, runs: int | None, levers: bool, scales: bool, workers: int | None, seed: int,
    out: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Hold the simulated ensemble against the stylised facts of the sources and against base rates.

    Without SCENARIO every fact is looked at, else those that concern one of the scenarios. Exit code 3 if a fact fails.

    Example:  wargame validate zapad_2021 --quick
    """
    names = _shipped(scenarios)
    count = workers or os.cpu_count() or 1
    if levers:
        _levers(names, runs or (50 if quick else 200), seed, count, as_json, quiet)
    elif scales:
        _scales(runs or (60 if quick else 300), seed, count, out, as_json)
    else:
        _facts(names, quick, runs, seed, count, out, as_json, quiet)


def _shipped(names: Sequence[str]) -> list[str]:
    from wargame.scenario.layers import shipped

    known = shipped()
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"; allowed: {allowed(known)}"
            raise mistake(f"no shipped scenario of that name{hint}", file=name)
    return list(names)


def _facts(
    names: Sequence[str], quick: bool, runs: int | None, seed: int, workers: int, out: Path | None, as_json: bool, quiet: bool
) -> None:  # fmt: skip
    from wargame.validation import base_rates, facts
    from wargame.validation.validate import validate as check

    if quick and not quiet:
        echo("quick: few runs, so intervals are wide; what fails and may hold with more runs is marked open", err=True)
    results = check(
        facts.load(),
        base_rates.load(),
        names,
        quick=quick,
        runs=runs,
        seed=seed,
        workers=workers,
        progress=_silent if quiet else _clock(),
    )
    if as_json:
        echo(json.dumps(results.as_json(), allow_nan=False))
    else:
        _tell(results, quick or runs is not None, quiet)
    if out is not None:
        from wargame.report.study.validation import write_validation
        from wargame.validation.scales import compare, load

        if not quiet:
            echo("scoring the cases on several scales …", err=True)
        scales = compare(load(), runs=runs or (60 if quick else 300), seed=seed, workers=workers)
        echo(f"written to {write_validation(results, out, scales)}", err=as_json)
    if results.failed:
        fewer = quick or runs is not None
        maybe = f"; {', '.join(results.open)}: undecided, more runs may show that it holds" if fewer and results.open else ""
        raise CheckFailed(f"{len(results.failed)} of {len(results.facts)} facts fail: {', '.join(results.failed)}{maybe}")


def _clock() -> Callable[[int, int], None]:
    """Return a listener that tells on stderr how far the simulation is and how long it will still take."""
    started, told = time.monotonic(), [0]

    def tell(done: int, total: int) -> None:
        spent = time.monotonic() - started
        settled = 0.05 * total < done < total  # the first runs also bind and trace what all others share
        left = f", about {spent / done * (total - done):.0f} s left" if settled else ""
        said = f"{done:,} of {total:,} runs{left}"
        if sys.stderr.isatty():
            echo(said.ljust(55), lead="\r", nl=done >= total, err=True)
        elif done * 10 // total > told[0]:  # a file or a pipe: a line for every tenth
            told[0] = done * 10 // total
            echo(said, err=True)

    return tell


def _tell(results: Results, fewer: bool, quiet: bool) -> None:
    """Tell what was found; quietly: only what fails."""
    for title, verdicts in (("Stylised facts", results.facts), ("Hindcasts", results.hindcasts)):
        if verdicts and not quiet:
            echo(f"\n{title}", bold=True)
        for one in verdicts:
            if not (quiet and one.passed):
                _tell_verdict(one, fewer)
    if quiet:
        return
    for card in results.cards:
        _tell_card(card)
    failed = len(results.failed)
    echo(f"\n{len(results.facts) - failed} of {len(results.facts)} facts hold; {results.runs:,} runs of {results.settings} "
               "settings; (m): the bound is a judgement")  # fmt: skip


def _silent(done: int, total: int) -> None:
    """Say nothing of how far the simulation is."""


def _tell_verdict(one: Verdict, fewer: bool) -> None:
    failed = styled("open", fg="yellow") if fewer and one.open else styled("FAIL", fg="red", bold=True)
    mark = styled("pass", fg="green") if one.passed else failed
    echo(f"  {one.id}  {one.fact.statement} [{one.fact.strength}; {', '.join(one.scenarios)}]", lead=mark)
    for check in one.checks:
        sign = " " if check.passed else styled("✗", fg="red")
        value = check.numbers if check.estimate.known else check.why
        left = f"; {check.gone:,} runs that cannot tell are left out" if check.gone else ""
        echo(f" {value:<28} {check.bounds():<22} {check.check.says}{left}", lead=f"   {sign}")
    if one.fact.observed:
        echo(f"     observed: {one.fact.observed}", dim=True)
    echo(f"     {', '.join(one.fact.evidence)}", dim=True)


def _tell_card(card: Card) -> None:
    echo(f"\n{card.scenario}: {card.says}", bold=True)
    for row in card.rows:
        own = f"{100 * row.simulated.value:5.1f} % [{100 * row.simulated.low:.1f}, {100 * row.simulated.high:.1f}]"
        real = "; ".join(
            f"{name} {100 * one.value:.1f} [{100 * one.low:.1f}, {100 * one.high:.1f}]{' ≠' if row.apart(name) else ''}"
            for name, one in row.real.items()
        )
        echo(f"  {row.label:<22} {own:<26} {real}")
    if card.remark:
        echo(f"  {card.remark}")
    echo(f"  means: {card.means}\n  means not: {card.means_not}  (≠: the intervals do not touch)", dim=True)


def _levers(names: Sequence[str], runs: int, seed: int, workers: int, as_json: bool, quiet: bool) -> None:
    from wargame.scenario.layers import shipped
    from wargame.validation.levers import search

    chosen = list(names) or [name for name, path in shipped().items() if path.parent.name != "analytic"]
    if not quiet:
        echo(f"{len(chosen)} scenario{'s' * (len(chosen) != 1)}, {runs} runs each …", err=True)
    ready: list[str] = []

    def tell(idle: IdleParts) -> None:
        ready.append(idle.scenario)
        if quiet:
            return
        _tell_idle(idle, f"{len(ready)} of {len(chosen)}", whole=bool(names), err=as_json)

    def again(looked: int, rules: int, numbers: int) -> None:
        if quiet:
            return
        if looked:
            said = f"{rules} rules still never chosen, {numbers} numbers moved nothing"
            echo(f"looked closer at {looked} of {len(chosen)}: {said}", err=True)
        else:
            echo(f"looking closer: {rules} rules that nobody chose, and every number …", err=True)

    found, nowhere = search(chosen, runs=runs, seed=seed, workers=workers, done=tell, again=again)
    if as_json:
        echo(json.dumps({"scenarios": [one.as_json() for one in found], "everywhere": nowhere.as_json()}))
    else:
        _tell_nowhere(nowhere, "here" if names else "in any")
    if names:
        echo(
            "what does nothing here may do something elsewhere; without names all scenarios are looked at",
            err=True,
        )
    elif nowhere.unexplained:
        raise CheckFailed(f"{nowhere.unexplained} rules, events, numbers or levers do nothing, and no reason is given")


def _tell_idle(idle: IdleParts, place: str, *, whole: bool, err: bool) -> None:
    parts = [f"{len(idle.rules)} of {idle.in_play} rules never chosen"]
    parts += [f"events that never happened: {', '.join(idle.injects)}"] if idle.injects else []
    parts += [f"levers that change no measure: {', '.join(idle.levers)}"] if idle.levers else []
    echo(f" ({place}; {idle.runs} runs): {'; '.join(parts)}", lead=styled(idle.scenario, bold=True), err=err)
    rules: dict[str, list[str]] = {}
    for actor, _, rule in (one.partition(": ") for one in idle.rules if whole):
        rules.setdefault(actor, []).append(rule.removeprefix("policies."))
    for actor, names in rules.items():
        echo(wrapped(f"  {actor}: ", ", ".join(names)), err=err)


def _tell_nowhere(nowhere: IdleEverywhere, where: str) -> None:
    for what, names in ((f"rules not chosen {where}", nowhere.rules),
                        (f"conditional events that do not happen {where}", nowhere.injects),
                        (f"numbers that change nothing {where}", nowhere.numbers),
                        ("levers that change no measure", nowhere.levers)):  # fmt: skip
        echo(f"\n{what}: {len(names)}", bold=True)
        for name in names:
            echo(f"  {name}")
    if nowhere.stands:
        echo(f"\nthat stand for a reason: {len(nowhere.stands)}", bold=True)
    reasons: dict[str, list[str]] = {}
    for name, why in nowhere.stands.items():
        reasons.setdefault(why, []).append(name)
    for why, standing in reasons.items():
        echo(wrapped("  ", why))
        echo(wrapped("    ", ", ".join(standing)), dim=True)


def _scales(runs: int, seed: int, workers: int, out: Path | None, as_json: bool) -> None:
    from wargame.validation.scales import compare, load, table

    result = compare(load(), runs=runs, seed=seed, workers=workers)
    echo(json.dumps(result.as_json()) if as_json else "\n".join(table(result)))
    if out is not None:
        from wargame.report.study.validation import write_scales

        echo(f"written to {write_scales(result, out)}", err=as_json)
