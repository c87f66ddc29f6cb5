"""How long the suite takes: what is quick, what is left out, and what is made once.

A file is quick unless :data:`tests.amount.SLOW` names it (``make quick``). What is marked ``long`` is left out unless
``WARGAME_LONG=1`` is set (``make long``), and so is nothing else: a file that asks :mod:`tests.amount` how much to try tries more then.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.amount import FRESH, LONG, SLOW, among
from tests.shared import once


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read slow files when only quick ones are asked for."""
    slow = config.option.markexpr == "quick" and collection_path.suffix == ".py" and among(collection_path, SLOW)
    return True if slow else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is quick and what is longer in its long form; leave out what is ``long`` unless that is asked for."""
    for item in items:
        if not among(item.path, SLOW):
            item.add_marker("quick")
        if LONG and isinstance(item, pytest.Function) and {"amount", "LONG"} & {*vars(item.module)}:
            item.add_marker("long")
    left = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """A scenario that was bound in this process before is not bound again, but in the files that prove the machine itself."""
    once.on = not among(item.path, FRESH)
    try:
        return (yield)
    finally:
        once.on = False
