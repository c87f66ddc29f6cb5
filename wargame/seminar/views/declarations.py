"""What is publicly known of exercises: what was declared, where they stand, and what the Vienna Document makes of the numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from wargame.mechanisms.verdicts import RESTS_ON
from wargame.scenario.schema import Exercise
from wargame.seminar.views.visibility import VisibleState
from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.rules import DEFAULT

Json = dict[str, Any]
BY_THE_NUMBERS = {
    "below": "By the declared numbers nothing is due.",
    "notifiable": "By the declared numbers notice of it is due.",
    "observable": "By the declared numbers notice and observers are due.",
    "met": "By the declared numbers the duties are met.",
    "late": "By the declared numbers the notice came late.",
    "evaded": "The parts are declared one by one; together they would reach a level.",
    "breached": "By the declared numbers a duty was not fulfilled.",
}


def declarations(visible: VisibleState) -> list[Json]:
    """Return every exercise that is announced, under way or over, as the public knows it; hosts and guests know their own."""
    return list(_declarations(visible))


def _declarations(visible: VisibleState) -> Iterator[Json]:
    scenario, cast = visible.bound.scenario, visible.bound.cast
    for index, name in enumerate(cast.exercises):
        plan = scenario.exercises[name]
        mine = visible.actor is None or cast.actors[visible.actor] in (plan.host, plan.guest)
        said, total = (visible.value(field, index) for field in ("declared_host", "declared_total"))
        withheld, active = (visible.above(0.0, field, index) for field in ("withheld", "exercise_active"))
        over = visible.above(-0.5, "days_since_end", index)
        announced = bool(total) or withheld or active or over
        if not (announced or mine):
            continue
        status = "over" if over else "running" if active else "announced" if announced else "planned, not announced"
        late = visible.value("exercise_extension", index) or 0.0
        yield {
            "exercise": name, "name": plan.name, "host": scenario.actors[plan.host].name,
            "guest": scenario.actors[plan.guest].name,
            "start": plan.start.isoformat(), "end": (plan.end + dt.timedelta(days=round(late))).isoformat(),
            "declared": None if withheld or not said else round(said), "declared_total": round(total) if total else None,
            "withheld": withheld, "observers": visible.above(0.0, "observers", index), "status": status,
            **_verdict(visible, index, plan, announced),
        }  # fmt: skip


def _verdict(visible: VisibleState, index: int, plan: Exercise, announced: bool) -> Json:
    """Return what the Vienna Document makes of the declared numbers, with its paragraphs."""
    code = visible.value("verdict_letter", index)
    if code is None or not announced or not plan.parts:
        return {"verdict": None, "says": "", "paragraphs": [], "clause": ""}
    verdict = VERDICTS[round(code)]
    rules = [DEFAULT[rule] for rule in RESTS_ON[verdict]]
    return {
        "verdict": verdict, "says": BY_THE_NUMBERS[verdict], "paragraphs": [rule.paragraph for rule in rules],
        "clause": "; ".join(rule.says for rule in rules),
    }  # fmt: skip
