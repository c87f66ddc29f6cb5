"""The report of an ensemble: one self-contained page, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wargame.plots.chart import svgs
from wargame.plots.ensemble import ENSEMBLE
from wargame.report import writing
from wargame.report.study.measures import MOST_CASES, MeasureSummary, measure_summaries
from wargame.report.study.rates import pictured
from wargame.report.writing import page, placed, write_page
from wargame.scenario.words import percent, sentence, span
from wargame.studies.compare.find import Pair, pairs, robustness
from wargame.studies.statistics.missing import Interval
from wargame.studies.sweep.find.effects import NotableRun, effects, notable_runs, varies
from wargame.studies.sweep.find.results import Results, intervals
from wargame.studies.sweep.find.tautologies import reads
from wargame.studies.sweep.run.sweeping import cost_line
from wargame.studies.words import between, number, points, present
from wargame.validation import base_rates

_CARDS = 5  # in one row with the number of runs
_RATED = 4  # cases on a base-rate card: more bars than that nobody reads
_CASES = 200


def write_ensemble_report(results: Results, folder: Path, *, provenance: Mapping[str, str]) -> list[str]:
    """Write ``figures/`` and ``report.html`` of an ensemble into its folder, each whole or not at all, and return their names."""
    texts = svgs(ENSEMBLE, results)
    return write_page(folder, "report.html", render(results, texts, provenance), texts)


def render(results: Results, texts: Mapping[str, str], provenance: Mapping[str, str]) -> str:
    """Return the report as one HTML page that needs nothing else, and does not change when its folder gets another name."""
    design, scenario = results.study.design, results.study.base.scenario
    typical, extreme = notable_runs(results)
    short = measure_summaries(results)
    context: dict[str, Any] = {
        "scenario": scenario,
        "results": results,
        "design": design,
        "dates": span(scenario.start, scenario.end),
        "cards": _cards(results, short),
        "summaries": short,
        "sides": results.cases[:MOST_CASES] if len(results.cases) > 1 else (),
        "bottom_line": _bottom_line(results),
        "cost": sentence(cost_line(results.facts)),
        "figures": placed(ENSEMBLE, results, texts),
        "measures": list(_measures(results)),
        "cases": results.cases[:_CASES],
        "pairs": list(pairs(results, results.main)) if design.named else [],
        "robust": list(robustness(results)) if 1 < len(results.cases) <= 12 else [],
        "rates": pictured(_base_rates(results)),
        "dead": [one.path for one in effects(results) if one.dead],
        "picked": [
            ("The most typical runs", [_row(results, one) for one in typical]),
            ("The most extreme runs", [_row(results, one) for one in extreme]),
        ],
        "number": number,
        "between": between,
        "percent": percent,
        "points": points,
        "present": present,
        "sentence": sentence,
        "provenance": provenance_of(results, provenance),
    }
    return page("ensemble.html.j2", context)


def _cards(results: Results, short: list[MeasureSummary]) -> list[dict[str, str]]:
    """Return the number of runs and the first measures that are not the same in all of them."""
    many = f", {len(results.cases):,} cases" if len(results.cases) > 1 else ""
    found = [{"value": f"{results.runs:,}", "label": f"runs{many}"}]
    lively = [one for one in short if varies(results.column(one.measure))]
    words = {"share": "of the runs: ", "scale": "most often: ", "number": "in the middle: "}
    return found + [{"value": one.figure, "label": words[one.kind] + one.says} for one in lively[:_CARDS]]


def _bottom_line(results: Results) -> str:
    """Return the finding that a reader takes away: the clearest difference between cases, or the main measure's mean."""
    design = results.study.design
    if len(results.cases) > 1:
        found = [(pair, one) for pair in pairs(results, results.main) for one in _candidates(results, pair)]
        if found:
            return _clearest(results, *max(found, key=lambda pair: abs(pair[1].mean) / pair[1].sd))
        return "On the main measures no case differs from another by more than luck allows."
    if not results.main:
        return f"{results.runs:,} runs; the scenario has no measures."
    name, whole, _ = next(intervals(results, results.main[:1]))
    what = (
        "with the declared uncertainties drawn anew in every run" if design.uncertain else "with fixed numbers: only luck differs"
    )
    lead = f"Over {results.runs:,} runs, {what}: {results.says(name)} is"
    if not whole.n:
        return f"{lead} {results.spec(name).absent} in all of them."
    some = present(whole, results.spec(name).absent, results.runs)
    interval = between(whole) if whole.constant else f"95 % interval {between(whole)}"
    return f"{lead} {some + ' it is ' if some else ''}{number(whole.mean)} ({interval})."


def _candidates(results: Results, pair: Pair) -> list[Interval]:
    """Return what a headline may say of a pair: its clear differences, unless the cases set what the measure reads.

    Of a measure that some run does not have, it is how often it is there: the mean of some is no answer for all.
    """
    if reads(results.study.base, pair.measure, _set_apart(pair)):
        return []
    missing = pair.presence is not None and pair.difference.n < results.replications
    one = pair.presence.difference if missing and pair.presence is not None else pair.difference
    return [one] if one.sign and one.sd > 0 else []


def _set_apart(pair: Pair) -> set[str]:
    """Return the paths that two cases set differently."""
    first, second = pair.first.changes, pair.second.changes
    return {path for path in {*first, *second} if first.get(path) != second.get(path)}


def _clearest(results: Results, pair: Pair, one: Interval) -> str:
    """Return the clearest difference between cases as a sentence."""
    says, more = results.says(pair.measure), "more" if one.mean > 0 else "less"
    if pair.presence is not None and one is pair.presence.difference:
        first, second = (percent(share.value) for share in (pair.presence.first, pair.presence.second))
        return (
            f"The clearest difference: {says} is there in {second} of the runs with {pair.second.name} and in {first} with "
            f"{pair.first.name} ({points(one)}, on the same luck)."
        )
    return (
        f"The clearest difference: {says} is {number(abs(one.mean))} {more} with {pair.second.name} than with {pair.first.name} "
        f"(95 % interval {between(one)}, on the same luck)."
    )


def _base_rates(results: Results) -> list[base_rates.Card]:
    """Return how the runs of the first cases ended, beside how often real crises ended that way."""
    rates = base_rates.load()
    wanted = [scale.value for scale in rates.scales.values() if scale.value in results.measures]
    found: list[base_rates.Card] = []
    tables = {name: results.table(name) for name in wanted}
    for case in results.cases[:_RATED]:
        values = {name: table[case.index] for name, table in tables.items()}
        found += base_rates.cards(rates, case.name, values, results.replications)
    return found


def _measures(results: Results) -> Any:
    for name, whole, each in intervals(results):
        says, some = results.says(name), present(whole, results.spec(name).absent, results.runs)
        yield {"name": name, "says": says, "main": name in results.main, "whole": whole, "each": each[:_CASES], "some": some}


def _row(results: Results, one: NotableRun) -> dict[str, Any]:
    return {
        "run": one.run, "case": results.cases[one.case].name, "replication": one.replication, "distance": f"{one.distance:.2f}",
        "why": one.why, "command": f"wargame replay . --run {one.run}",
    }  # fmt: skip


def provenance_of(results: Results, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what made a page about an ensemble: names and values."""
    facts = results.facts
    own = {
        "scenario": results.study.base.scenario.name,
        "scenario hash (SHA-256)": results.study.base.text_hash or "made in memory",
        "seed": str(results.study.design.seed),
        "replications": f"{results.replications:,} of each of {len(results.cases):,} cases",
        "fingerprint of the measures": results.fingerprint,
        "command": str(facts.get("command", "")),
    }
    return writing.provenance([*own.items()], given)
