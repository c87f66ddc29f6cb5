"""How long the suite takes: which files are slow, what is made once, and how many cases of a storm are tried."""

from __future__ import annotations

import os
from pathlib import Path

LONG = os.environ.get("WARGAME_LONG") == "1"
LATE_TOO = LONG or os.environ.get("WARGAME_LATE") == "1"
HERE = Path(__file__).parent

# Folders and files whose tests take more than a second or two; the others are quick (``make quick``).
SLOW = (
    "agents",
    "contract",
    "discovery",
    "mechanisms/test_belief.py",
    "mechanisms/test_consultation.py",
    "mechanisms/test_council.py",
    "mechanisms/test_dependence.py",
    "mechanisms/test_escalation.py",
    "mechanisms/test_group_laws.py",
    "mechanisms/test_incidents.py",
    "mechanisms/test_items.py",
    "mechanisms/test_lingering.py",
    "seminar",
    "sensitivity",
    "sweep",
    "test_api.py",
    "test_causal_map.py",
    "test_cli.py",
    "test_cli_process.py",
    "test_columns.py",
    "test_coverage.py",
    "test_disagreements.py",
    "test_display.py",
    "test_docs.py",
    "test_docs_run.py",
    "test_doors.py",
    "test_environment.py",
    "test_episodes.py",
    "test_explain.py",
    "test_findings.py",
    "test_fog.py",
    "test_folder_storm.py",
    "test_history_programs.py",
    "test_impact.py",
    "test_intervals_coverage.py",
    "test_jit.py",
    "test_lead_in.py",
    "test_levers.py",
    "test_map.py",
    "test_meaning.py",
    "test_mesa.py",
    "test_messages.py",
    "test_missing_fields.py",
    "test_missing_measures.py",
    "test_missing_uses.py",
    "test_names.py",
    "test_narrate.py",
    "test_odd.py",
    "test_owned.py",
    "test_plots.py",
    "test_programs.py",
    "test_proofs.py",
    "test_remarks.py",
    "test_report.py",
    "test_store.py",
    "test_storm.py",
    "test_validate.py",
    "tournament/test_command.py",
    "vienna/test_vienna_codes.py",
)

# Files that the README's command leaves to `.ci/run`: storms, many processes, browsers, every command of every page, ensembles that
# take minutes. Their tests are marked ``long`` (``make late``).
LATE = (
    "seminar/test_browser.py", "seminar/test_web_live.py", "sensitivity/test_coverage.py", "sweep/test_storm.py",
    "sweep/test_sweeping.py", "test_causal_map.py", "test_cli_process.py", "test_columns.py", "test_disagreements.py",
    "test_docs.py", "test_docs_run.py", "test_environment.py", "test_findings.py", "test_fog.py", "test_folder_storm.py",
    "test_intervals_coverage.py", "test_levers.py", "test_names.py", "test_owned.py", "test_proofs.py", "test_storm.py",
)  # fmt: skip

# Files that prove the machine itself, and so use no scenario that another test has bound (:mod:`tests.shared`).
FRESH = (
    "contract/test_rollout.py",
    "test_draws.py",
    "test_history_programs.py",
    "test_jit.py",
    "test_laws.py",
    "test_levers.py",
    "test_mesa.py",
    "test_programs.py",
    "test_storm.py",
)


def amount(short: int, long: int) -> int:
    """Return how many to try: few as a rule, all of them where ``WARGAME_LONG=1`` is set."""
    return long if LONG else short


def among(path: Path, names: tuple[str, ...]) -> bool:
    """Return whether a file of the tests, or a folder that it lies in, has one of these names."""
    name = path.relative_to(HERE).as_posix()
    return any(name == one or name.startswith(f"{one}/") for one in names)
