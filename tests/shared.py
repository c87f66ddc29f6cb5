"""What the tests of one process share: a scenario with the same text is bound once, and what was traced for it stays.

That is allowed because a bound scenario is never changed and depends on nothing but its text; the files of
:data:`tests.amount.FRESH` prove just that, and so share nothing.
"""

from __future__ import annotations

import json
from collections import OrderedDict

import pytest

from wargame.binding import bind as binding
from wargame.binding.bound import Bound
from wargame.scenario.load import Loaded
from wargame.scenario.schema import Scenario

MOST = 6  # scenarios that are kept, with what was traced for them


class Once:
    """:func:`wargame.binding.bind.bind` that remembers; ``on`` while a test plays that may share."""

    def __init__(self) -> None:
        self.on = False
        self._bind = binding.bind
        self._kept: OrderedDict[tuple[object, ...], Bound] = OrderedDict()

    def bind(self, source: Loaded | Scenario, *, spares: bool = True) -> Bound:
        if not self.on or isinstance(source, Scenario):
            return self._bind(source, spares=spares)
        key = (json.dumps(source.resolved, default=repr), source.changed, spares)
        if key not in self._kept:
            self._kept[key] = self._bind(source, spares=spares)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return self._kept[key]


once = Once()
pytest.MonkeyPatch().setattr(binding, "bind", once.bind)  # before anything else asks for it by name
