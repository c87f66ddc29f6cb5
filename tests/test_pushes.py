"""Where an order's pushes go: onto a track, or onto all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.strait import strait
from wargame.binding.bound import Bound
from wargame.errors import InputError
from wargame.simulation.model import WargameModel


def with_action(push: dict[str, Any]) -> Bound:
    def change(data: dict[str, Any]) -> None:
        patron = data["roles"]["patron"]
        who = patron if isinstance(patron, str) else patron[0]
        data["actions"]["raise_stakes"] = {
            "channel": "military", "says": "raises the stakes", "impulses": {"escalate": push}, "judgement": "a test",
        }  # fmt: skip
        data["injects"]["ordered"] = {
            "title": "Ordered", "date": str(data["start"]), "orders": [{"actor": who, "action": "raise_stakes"}],
            "judgement": "a test",
        }  # fmt: skip

    return strait(change)


def pushed(push: dict[str, Any]) -> dict[str, float]:
    bound = with_action(push)
    model = WargameModel(bound, runs=2)
    model.step()
    found = model.world.impulse("escalate")
    assert np.array_equal(found[:, 0], found[:, 1])
    return dict(zip(bound.cast.tracks, found[:, 0].tolist(), strict=True))


def test_a_push_to_a_named_track_goes_there_and_nowhere_else() -> None:
    tracks = strait().cast.tracks
    for name in tracks:
        assert pushed({"to": "track", "track": name, "add": 2}) == {one: 2.0 * (one == name) for one in tracks}


def test_a_push_to_track_without_a_name_goes_to_every_track() -> None:
    assert pushed({"to": "track", "add": 1}) == dict.fromkeys(strait().cast.tracks, 1.0)


def test_mistakes_about_tracks_are_named() -> None:
    with pytest.raises(InputError, match=r'actions.raise_stakes.impulses.escalate.track: unknown track "moon"'):
        with_action({"to": "track", "track": "moon", "add": 1})
    with pytest.raises(InputError, match=r'impulse "escalate" does not go to own; allowed: track'):
        with_action({"to": "own", "add": 1})
