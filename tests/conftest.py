"""How long the suite takes: what is quick, what is left out, and what is made once.

A file is quick unless :data:`tests.amount.SLOW` names it (``make quick``). What is marked ``long`` is left out unless
``WARGAME_LONG=1`` is set (``make long``); a test that asks :mod:`tests.amount` how much to try tries more then, and is marked too. With
``WARGAME_BUDGET`` no long test begins after so many seconds, and every day another one is the first.
"""

from __future__ import annotations

import datetime as dt
import inspect
import os
import re
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.amount import FRESH, LONG, SLOW, among
from tests.shared import once

ASKS = re.compile(r"(?<!\.)\bamount\(|\bLONG\b")
BUDGET = float(os.environ.get("WARGAME_BUDGET", "0"))
BEGAN = time.monotonic()


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
        if LONG and isinstance(item, pytest.Function) and ASKS.search(inspect.getsource(item.function)):
            item.add_marker("long")
    left = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    if BUDGET:
        first = dt.datetime.now(dt.UTC).toordinal() * 101 % max(len(items), 1)
        items[:] = items[first:] + items[:first]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin no long test when the time for them is up."""
    if BUDGET and item.get_closest_marker("long") and time.monotonic() - BEGAN > BUDGET:
        pytest.skip("the time for long tests is up; on another day it is among the first")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """A scenario that was bound in this process before is not bound again, but in the files that prove the machine itself."""
    once.on = not among(item.path, FRESH)
    try:
        return (yield)
    finally:
        once.on = False
