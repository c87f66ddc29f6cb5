"""How long the suite takes: what is quick, what is left out, and what is made once.

A file is quick unless :data:`tests.amount.SLOW` names it (``make quick``). What is marked ``long``, one by one or because
:data:`tests.amount.LATE` names the file, is left out unless ``WARGAME_LATE=1`` is set, as ``.ci/run`` does (``make late``). With
``WARGAME_LONG=1`` (``make long``) a test that asks :mod:`tests.amount` how much to try tries more, and is marked too.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.amount import FRESH, LATE, LATE_TOO, LONG, SLOW, among
from tests.shared import once

ASKS = re.compile(r"(?<!\.)\bamount\(|\bLONG\b")


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
        if among(item.path, LATE):
            item.add_marker("long")
        if LONG and isinstance(item, pytest.Function) and ASKS.search(inspect.getsource(item.function)):
            item.add_marker("long")
    left = [] if LATE_TOO else [item for item in items if item.get_closest_marker("long")]
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
