"""The files of a tournament beside those of its sweep: ``tournament.json``, ``payoffs.parquet`` and ``game.nfg``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wargame.errors import InputError, Mistake, got
from wargame.results.columns import CODEBOOK
from wargame.results.files import unwritable, write_json, write_text
from wargame.results.folder import note_files
from wargame.results.parquet import write_table
from wargame.results.reading import read_json
from wargame.results.tables import note_table
from wargame.studies.sweep.find.results import Results
from wargame.studies.sweep.plan.study import check_measure
from wargame.studies.tournament.codebook import PAYOFFS, payoff_table
from wargame.studies.tournament.find import Tournament, tournament_of
from wargame.studies.tournament.plan import Player, players_of, signed
from wargame.studies.tournament.say import as_json, gambit, table

FILE, GAME = "tournament.json", "game.nfg"
KIND = "tournament"


def note_players(path: Path, players: Sequence[Player]) -> None:
    """Write who plays for what, before anything is played: a tournament cut short can be resumed. Raises :class:`InputError`."""
    try:
        write_json(path / FILE, {"payoffs": {player.actor: player.wants for player in players}})
    except OSError as error:
        raise unwritable(path, error) from None


def stored_tournament(path: Path, results: Results) -> Tournament:
    """Return the tournament in a folder that holds one. Raises :class:`InputError`."""
    file = path / FILE
    try:
        told = read_json(file)
    except FileNotFoundError:
        raise InputError([Mistake(str(file), 0, 0, "", "is missing")]) from None
    wanted = told.get("payoffs") if isinstance(told, dict) else None
    if not isinstance(wanted, dict) or not all(isinstance(one, str) for one in wanted.values()):
        raise InputError([Mistake(str(file), 0, 0, "payoffs", f"expected a mapping from actors to measures (got {got(wanted)})")])
    try:
        players = players_of(results.study, {actor: signed(text) for actor, text in wanted.items()})
    except (ValueError, KeyError, IndexError) as error:
        raise InputError([Mistake(str(file), 0, 0, "payoffs", f"cannot be read: {error!r}")]) from None
    for player in players:
        check_measure(results.study, player.measure, str(file))
    return tournament_of(results, players)


def write_tournament(path: Path, results: Results, t: Tournament) -> None:
    """Write the files of a finished tournament. Raises :class:`InputError`."""
    try:
        note_table(path, write_table(path / PAYOFFS, table(t), payoff_table(results, t)))
        write_text(path / GAME, gambit(t, results.study.base.scenario.title))
        write_json(path / FILE, _contents(results, t))
        note_files(path, (FILE, GAME, PAYOFFS, CODEBOOK))
    except OSError as error:
        raise unwritable(path, error) from None


def _contents(results: Results, t: Tournament) -> dict[str, Any]:
    base = results.study.base
    head = {"scenario": base.scenario.name, "seed": results.study.design.seed, "replications": t.replications}
    return {**head, "payoffs": {player.actor: player.wants for player in t.players}, **as_json(t)}
