"""What the package hands out shows itself in a few lines, and a stored result opens in Python."""

from __future__ import annotations

import html.parser
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wargame as wg
from tests.strait import STRAIT
from tests.sweep.theatre import base, played
from wargame.errors import CheckFailed, InputError
from wargame.scenario.display import LONGEST, ROWS, Display

VARY: Any = {"parameters.threat.base": [-2.5, -1.5]}


@cache
def objects() -> dict[str, Any]:
    """One of everything."""
    ensemble = wg.sweep(base(), runs=60, vary=VARY)
    players = wg.load(Path(__file__).parent / "scenarios" / "strait_players.yaml", set={"horizon": 10})
    return {
        "scenario": base(), "flagship": wg.load("zapad_2021"), "record": wg.run(base()), "ensemble": ensemble,
        "comparison": wg.compare(base(), {"a": {}, "b": {"parameters.threat.base": -1.0}}, runs=8),
        "tournament": wg.tournament(players, ["empire", "port"], runs=4),
        "sensitivity": wg.sensitivity(base(), samples=2, replications=2, vary=VARY),
        "discovery": wg.discover(ensemble, "threat_league"), "vienna": wg.vienna("zapad_2021"),
        "adjudicated": wg.vienna("zapad_2021")[0], "results": ensemble.results, "study": ensemble.results.study,
    }  # fmt: skip


NAMES = (
    "scenario", "flagship", "record", "ensemble", "comparison", "tournament", "sensitivity", "discovery", "vienna", "adjudicated",
    "results", "study",
)  # fmt: skip


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", NAMES)
def test_every_object_shows_itself_in_a_few_lines(name: str) -> None:
    one = objects()[name]
    lines = repr(one).splitlines()
    assert 1 <= len(lines) <= ROWS + 1
    assert all(len(line) <= LONGEST + 1 for line in lines)
    assert lines[0]
    shown = one._repr_html_()
    assert len(shown) < 6_000
    tags = _Tags()
    tags.feed(shown)
    assert tags.open == []


def test_a_loaded_scenario_is_not_millions_of_characters() -> None:
    flagship = objects()["flagship"]
    assert repr(flagship).startswith("Scenario zapad_2021: ")
    assert max(len(repr(flagship)), len(repr(flagship.scenario)), len(str(flagship.scenario))) < 2_000


def test_what_is_shown_is_harmless() -> None:
    class Odd(Display):
        def _facts(self) -> tuple[str, dict[str, object]]:
            return "a\x1b[31m<b>", {"x\n": "<script>" + "y" * 1000}

    assert "\x1b" not in repr(Odd())
    assert repr(Odd()).count("\n") == 1
    assert "<script>" not in Odd()._repr_html_()


def test_a_stored_history_opens(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from wargame.cli import main

    out = tmp_path / "r"
    assert (
        CliRunner().invoke(main, ["run", str(STRAIT), "--no-report", "--quiet", "--seed", "4", "--out", str(out)]).exit_code == 0
    )
    record = wg.open(out)
    assert isinstance(record, wg.Record)
    assert record.fingerprint == wg.run(wg.load(STRAIT), seed=4).fingerprint
    assert wg.verify(out).wrong == []


def test_a_stored_sweep_opens(tmp_path: Path) -> None:
    ensemble = wg.sweep(base(), runs=20, seed=3, vary=VARY, uncertain=True, out=tmp_path / "s")
    stored = wg.open(tmp_path / "s")
    assert isinstance(stored, wg.Ensemble)
    assert stored.fingerprint == ensemble.fingerprint
    pd.testing.assert_frame_equal(stored.measures, ensemble.measures)
    assert np.array_equal(stored.bands("tension", case=1), ensemble.bands("tension", case=1))
    assert stored.replay(5).measures == ensemble.replay(5).measures
    assert (stored.seed, stored.runs, [case.name for case in stored.cases]) == (3, 40, [case.name for case in ensemble.cases])


def test_what_is_no_result_or_another_one_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no result folder: it has no manifest\.json"):
        wg.open(tmp_path)
    place = played(tmp_path / "s", runs=4).path
    with (place / "bands.parquet").open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match=r"bands\.parquet: has been changed since it was written"):
        wg.open(place)
    with pytest.raises(CheckFailed, match=r"bands\.parquet: has been changed since it was written"):
        wg.verify(place)


def test_each_does_what_its_command_does() -> None:
    ensemble = objects()["ensemble"]
    assert objects()["comparison"].differences["threat_league"]
    assert objects()["discovery"].as_json() == ensemble.discover("threat_league").as_json()
    assert len(objects()["tournament"].payoffs) == 2 * 2 * 2
    assert [one.verdict for one in objects()["vienna"]] == ["evaded", "breached"]
    assert objects()["vienna"].as_json()["cases"][0]["id"] == "zapad-2021"
    with pytest.raises(InputError, match="no shipped scenario of that name"):
        wg.validate("nowhere")


def test_the_contract_s_names_are_there() -> None:
    for name in (
        "load", "run", "sweep", "open", "compare", "sensitivity", "tournament", "discover", "validate", "check", "verify", "vienna",
    ):  # fmt: skip
        assert callable(getattr(wg, name)), name
    from wargame.seminar import Game

    assert callable(Game)
