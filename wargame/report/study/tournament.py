"""The report of a tournament: one self-contained page, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wargame.plots.chart import svgs
from wargame.plots.tournament import TOURNAMENT
from wargame.report.study.ensemble import provenance_of
from wargame.report.writing import page, placed, write_page
from wargame.scenario.words import percent, span
from wargame.studies.sweep.find.results import Results
from wargame.studies.tournament.find import Tournament
from wargame.studies.tournament.say import dominance, finding, mixture, policies
from wargame.studies.words import between, number

_MIXED = 12  # mixtures listed


def write_tournament_report(results: Results, t: Tournament, folder: Path, *, provenance: Mapping[str, str]) -> list[str]:
    """Write ``figures/`` and ``report.html`` of a tournament into its folder, and return their names."""
    texts = svgs(TOURNAMENT, t)
    return write_page(folder, "report.html", render(results, t, texts, provenance), texts)


def render(results: Results, t: Tournament, texts: Mapping[str, str], provenance: Mapping[str, str]) -> str:
    """Return the report as one HTML page that needs nothing else, and does not change when its folder gets another name."""
    scenario = results.study.base.scenario
    said = finding(t)
    context: dict[str, Any] = {
        "t": t, "results": results, "scenario": scenario,
        "dates": span(scenario.start, scenario.end),
        "lead": said[0], "more": said[1:],
        "cards": _cards(results, t),
        "players": [(player, results.says(player.measure), scenario.actors[player.actor]) for player in t.players],
        "policy_says": {name: one.says for name, one in scenario.policies.items()},
        "figures": placed(TOURNAMENT, t, texts),
        "stable": [_stable(t, one) for one in t.stable if one.best or one.share > 0],
        "dominated": [dominance(t, one) for one in t.dominated],
        "mixed": [(mixture(t, one), one.payoffs) for one in (t.mixed or ()) if not one.pure][:_MIXED],
        "regrets": [(t.players[i], row) for i in range(len(t.players)) for row in t.regret(i)],
        "rows": list(_rows(t)),
        "number": number, "between": between, "percent": percent,
        "provenance": provenance_of(results, provenance),
    }  # fmt: skip
    return page("tournament.html.j2", context)


def _cards(results: Results, t: Tournament) -> list[dict[str, str]]:
    best = t.equilibria
    count = len(best)
    found = [
        {"value": f"{len(results.cases):,}", "label": f"combinations of policies, {t.replications:,} replications of each"},
        {"value": f"{count}", "label": "stable, on the means" if count != 1 else "is stable, on the means"},
    ]
    if best:
        found.append({"value": percent(best[0].share), "label": "of resamples of the luck in which the surest remains stable"})
    found.append({"value": f"{len(t.dominated)}", "label": "policies that another is better than whatever the others do"})
    return found


def _stable(t: Tournament, one: Any) -> dict[str, Any]:
    rivals = [
        f"{t.players[c.player].name} {t.players[c.player].alternatives[c.to]}: "
        + ("the same in every run" if c.same else f"{number(c.gain.mean)} ({between(c.gain)})")
        for c in one.rivals
    ]
    return {"name": policies(t, one.profile), "best": one.best, "share": percent(one.share), "rivals": rivals}


def _rows(t: Tournament) -> Any:
    for case, profile in enumerate(t.profiles()):
        means = [(t.payoff(i, profile), bool(t.replies[i][profile])) for i in range(len(t.players))]
        names = [player.alternatives[k] for player, k in zip(t.players, profile, strict=True)]
        yield {
            "case": case,
            "run": case * t.replications,
            "names": names,
            "means": means,
            "share": percent(float(t.shares[profile])),
        }
