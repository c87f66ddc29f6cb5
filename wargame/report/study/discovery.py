"""The page of a discovery: what was found, as a sentence, as pictures and as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wargame.plots.chart import svgs
from wargame.plots.discovery import DISCOVERY
from wargame.report.writing import page, placed, provenance, write_page
from wargame.results.files import write_json
from wargame.results.folder import versions
from wargame.studies.discovery.boxes import condition, named_again, sentence, verdict, words
from wargame.studies.discovery.find import Discovery
from wargame.studies.discovery.judgement import LEAST_LIFT
from wargame.studies.discovery.say import strength
from wargame.studies.sweep.find.results import Results


def write_discovery(found: Discovery, results: Results, folder: Path) -> list[str]:
    """Write ``discovery.html``, ``discovery.json`` and figures into a sweep's folder, and return their names. Raises OSError."""
    texts = svgs(DISCOVERY, found)
    write_json(folder / "discovery.json", found.as_json(), ascii=False)
    scenario = results.study.base.scenario
    context: dict[str, Any] = {
        "scenario": scenario,
        "found": found,
        "least": f"{LEAST_LIFT:g}",
        "condition": "; ".join(text for text in (condition(found.table), named_again(found.table)) if text),
        "conclusions": [sentence(found.table, one) for one in found.boxes] or [verdict(found.table, found.tried)],
        "boxes": [
            {"says": sentence(found.table, one),
             "rows": [(words(found.table.inputs[r.place], r.limit), strength(r.chance, r.repeated)) for r in one.restrictions]}
            for one in found.boxes
        ],
        "figures": placed(DISCOVERY, found, texts),
        "steps": list(enumerate(found.shown.trajectory)),
        "chosen": found.shown.number,
        "provenance": provenance(
            [("scenario hash (SHA-256)", results.study.base.text_hash),
             ("fingerprint of the measures", results.fingerprint)], versions(),
        ),
    }  # fmt: skip
    return ["discovery.json", *write_page(folder, "discovery.html", page("discovery.html.j2", context), texts)]
