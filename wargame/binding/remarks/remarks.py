"""What a scenario says and hardly means. Remarks stop nothing.

Only what the scenario's own file or ``--set`` says is remarked upon: what a base tells may well lie outside a variant's days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from wargame.binding.bound import Bound
from wargame.binding.remarks import cast as remarks_cast
from wargame.binding.remarks import days as remarks_days
from wargame.binding.remarks import rules as remarks_rules
from wargame.binding.remarks.subject import Remark, Subject
from wargame.errors import Mistake
from wargame.scenario.load import Loaded

Rule: TypeAlias = Callable[[Subject], Iterator[Remark]]
RULES: tuple[Rule, ...] = (*remarks_days.RULES, *remarks_rules.RULES, *remarks_cast.RULES)


def remarks(loaded: Loaded, bound: Bound) -> list[Mistake]:
    """Return remarks about a scenario that is right, in the order of their places."""
    subject = Subject(loaded, bound)
    found = [subject.placed(remark) for rule in RULES for remark in rule(subject)]
    return sorted({one for one in found if one is not None})
