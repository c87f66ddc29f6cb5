"""How long the suite takes: storms and mutants in a short form, in full where ``WARGAME_LONG=1`` is set, as ``.ci/run`` does."""

from __future__ import annotations

import pytest

from tests.amount import LONG


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``long`` unless the long form is asked for."""
    if LONG:
        return
    left = [item for item in items if item.get_closest_marker("long")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
