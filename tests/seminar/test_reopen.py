"""A seminar that has been played is opened again, from any of its turns."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.seminar.invented import loaded
from wargame.cli import main
from wargame.errors import InputError
from wargame.seminar.host.host import LEAD
from wargame.seminar.server.server import OpenSeminar, back_to, begin, resume


def nexts(opened: OpenSeminar, count: int) -> None:
    for _ in range(count):
        number = opened.logged.log.n
        opened.logged.apply({"do": "next", "by": LEAD, "id": f"next-{number}"}, 100.0 + number)


def test_a_game_that_was_played_goes_on_from_any_turn_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "class.db"
    first = begin(loaded(), file, seed=4, at=100.0)
    nexts(first, 2)  # lobby, briefing: now the orders of turn 1
    morning = {seat: first.logged.session.game.picture(seat) for seat in first.logged.session.game.actors}
    nexts(first, 6)  # two turns
    played = first.logged.session.white()
    first.logged.log.close()

    again = resume(file)
    assert again.logged.session.white() == played
    back_to(again, 1, 200.0)
    session = again.logged.session
    assert (session.phase, session.room.turn) == ("orders", 1)
    assert {seat: session.game.picture(seat) for seat in session.game.actors} == morning
    assert [branch["turns"] for branch in session.white()["branches"]] == [[1, 2]]
    again.logged.log.close()

    third = resume(file)  # what was reopened is kept as well
    assert (third.logged.session.phase, third.logged.session.room.turn) == ("orders", 1)
    with pytest.raises(InputError) as caught:
        back_to(third, 9, 300.0)
    assert str(caught.value) == "--turn: No turn has been played yet."
    third.logged.log.close()


def test_a_turn_belongs_to_a_seminar_that_has_been_played() -> None:
    done = CliRunner().invoke(main, ["seminar", "strait", "--turn", "2"])
    assert (done.exit_code, done.stderr) == (2, "--turn: belongs to a seminar that has been played; add --resume\n")
