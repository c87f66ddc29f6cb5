"""The report of a sensitivity study: one self-contained page, and its figures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from wargame.plots.chart import svgs
from wargame.plots.sensitivity import SENSITIVITY
from wargame.report.writing import page, placed, provenance, write_page
from wargame.results.folder import versions
from wargame.scenario.words import sentence, span
from wargame.studies.sensitivity.find import Finding
from wargame.studies.sensitivity.say import heading, how_to_read, luck_line, needed
from wargame.studies.sensitivity.say import sentence as conclusion
from wargame.studies.words import number

LABELS = {"mu_star": "mu*", "mu": "mu", "sigma": "sigma", "first": "first order", "total": "total"}
_TOLD = 5  # conclusions at the top


def write_sensitivity_report(found: Finding, folder: Path) -> list[str]:
    """Write ``figures/`` and ``report.html`` of a study into its folder, and return their names. Raises OSError."""
    texts = svgs(SENSITIVITY, found)
    scenario = found.base.scenario
    context: dict[str, Any] = {
        "scenario": scenario,
        "dates": span(scenario.start, scenario.end),
        "heading": heading(found),
        "how": sentence(how_to_read(found)),
        "conclusions": [sentence(conclusion(found, name)) for name in _strongest(found)],
        "figures": placed(SENSITIVITY, found, texts),
        "tables": [_table(found, name) for name in found.lively],
        "still": [name for name in found.measures if name not in found.lively],
        "dead": found.dead,
        "idle": found.idle,
        "factors": found.factors,
        "found": found,
        "provenance": provenance(_facts(found), versions()),
    }
    return write_page(folder, "report.html", page("sensitivity.html.j2", context), texts)


def _strongest(found: Finding) -> list[str]:
    """Return the measures of which the factors explain most."""
    known = {name: found.luck(name).share for name in found.lively if any(one.clear for one in found.of(name))}
    return sorted(known, key=lambda name: (known[name] if math.isfinite(known[name]) else 1.0, name))[:_TOLD]


def _table(found: Finding, measure: str) -> dict[str, Any]:
    told = measure in found.told
    rows = [
        {
            "path": one.factor.path, "kind": one.factor.kind, "says": one.factor.says,
            "mark": "" if one.clear else "no interval" if one.need and not one.known else "may be nothing",
            "numbers": [_cell(value.value, value.low, value.high) for value in one.numbers.values()],
        }
        for one in found.ranked(measure)
        if told and not one.idle
    ]  # fmt: skip
    still = [one.factor.path for one in found.ranked(measure) if one.idle]
    names = [LABELS[name] for name in found.of(measure)[0].numbers]
    return {"measure": measure, "says": found.says(measure), "luck": luck_line(found, measure),
            "needed": [sentence(one.strip()) for one in needed(found, measure)], "rows": rows, "names": names,
            "still": still}  # fmt: skip


def _cell(value: float, low: float, high: float) -> str:
    around = f" [{number(low)}, {number(high)}]" if math.isfinite(low) else ""
    return f"{number(value)}{around}" if math.isfinite(value) else "–"


def _facts(found: Finding) -> list[tuple[str, str]]:
    return [
        ("scenario", found.base.scenario.name),
        ("scenario hash (SHA-256)", found.base.text_hash),
        ("seed", str(found.seed)),
        ("method", f"{found.method}, {found.design.groups:,} groups, {found.replications} replications"),
        ("fingerprint of the measures", found.fingerprint),
    ]
