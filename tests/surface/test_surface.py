"""The command line offers what the contract says, read from the contract's own table (``contract.md`` beside this file)."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from wargame.cli import main

TEXT = (Path(__file__).parent / "contract.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<usage>`wargame .+) \| (?P<does>.+) \|$", re.MULTILINE)
FLAG = re.compile(r"--[a-z][a-z-]+")
ALWAYS = {"--json", "--quiet", "--debug"}
PLAYED = {"--seed", "--set", "--out", "--no-report"}
WHERE = {  # where a common flag has no meaning
    "replay": {"--seed", "--set", "--out", "--no-report"},  # the folder says it
    "verify": {"--seed", "--set", "--out", "--no-report"},
    "report": {"--seed", "--set", "--out", "--no-report"},
    "discover": {"--set", "--out"},  # reads a folder and writes into it
    "merge": {"--seed", "--set"},
    "validate": {"--set", "--no-report"},  # the facts name their own settings
    "vienna": PLAYED,
    "check": {"--seed", "--out", "--no-report"},
    "explain": {"--seed", "--out", "--no-report"},
    "list": PLAYED,
    "schema": PLAYED,
    "new": PLAYED,
    "seminar": {"--out", "--no-report"},  # --data says where it is kept
    "play": {"--out", "--no-report"},
    "selftest": PLAYED,
}
RESERVED = {  # the contract runs ahead: what later issues build
    "run": {"--brief", "--actor", "--kind", "--since", "--until", "--no-sources"},
    "sweep": {"--ask"},
    "validate": {"--story", "--chains", "--history"},
}
UNBUILT = {"explore", "calibrate"}


def promised() -> dict[str, set[str]]:
    """The commands of the contract's table, each with the flags that its row names."""
    found: dict[str, set[str]] = {}
    for row in ROW.finditer(TEXT):
        for usage in re.findall(r"`wargame ([^`]+)`", row["usage"]):
            command, _, rest = usage.partition(" ")
            said = rest if usage.count(" ") else ""
            found.setdefault(command, set()).update(FLAG.findall(said))
        if len(found) and "`wargame sweep" in row["usage"]:
            found["sweep"] |= set(FLAG.findall(row["does"]))
    return found


COMMANDS = promised()


def offered(command: str) -> set[str]:
    parameters = main.commands[command].params
    return {flag for one in parameters if isinstance(one, click.Option) for flag in (*one.opts, *one.secondary_opts)}


def test_the_table_is_read() -> None:
    assert len(COMMANDS) >= 20
    assert COMMANDS["run"] >= {"--replication", "--brief"}
    assert COMMANDS["sweep"] >= {"--runs", "--keep-trajectories", "--ask"}
    assert COMMANDS["check"] == {"--sources"}


def test_every_command_is_there() -> None:
    assert set(COMMANDS) - UNBUILT <= set(main.commands)
    assert not UNBUILT & set(main.commands), "built: take it out of UNBUILT"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - UNBUILT))
def test_every_flag_of_the_contract_s_row_is_offered(command: str) -> None:
    later = RESERVED.get(command, set())
    assert COMMANDS[command] - later <= offered(command)
    assert not later & offered(command), "built: take it out of RESERVED"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_common_flags_hold_wherever_they_can_mean_something(command: str) -> None:
    assert offered(command) >= ALWAYS
    assert PLAYED - WHERE.get(command, set()) <= offered(command)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_says_every_flag_with_an_example(command: str) -> None:
    shown = main.commands[command].get_help(click.Context(main.commands[command], info_name=f"wargame {command}"))
    assert "Example:  wargame " + command in shown
    undescribed = [one.opts for one in main.commands[command].params if isinstance(one, click.Option) and not one.help]
    assert undescribed == []
