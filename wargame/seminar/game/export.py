"""A game as a scenario that anybody can load: its seats follow policies of kind ``human``, its events stand in the MSEL."""

from __future__ import annotations

import copy
import datetime as dt
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from wargame.binding.bound import Bound
from wargame.binding.checker import Checker, NoMarks
from wargame.binding.inherit import HUMAN, join
from wargame.binding.menus import may_order
from wargame.engine.types import Array
from wargame.errors import InputError, got, mistake
from wargame.scenario.load import Loaded, load, text_hash
from wargame.scenario.schema import HandOrder, Scenario
from wargame.scenario.values import CHANNELS
from wargame.seminar.game.free_injects import FreeInject
from wargame.seminar.views.answers import aim_of
from wargame.simulation.first_morning import first_morning
from wargame.simulation.lead_in import lead_in
from wargame.world.menu import Candidate, Choice

Json = dict[str, Any]
Hands = Mapping[int, Mapping[str, Sequence[HandOrder]]]  # day -> actor -> orders given by hand
Injects = Mapping[int, Sequence[FreeInject]]  # day -> events
JUDGEMENT = "orders that people gave in a game"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")  # of a scenario; anything else could lead out of the folder it is written to


def inject_name(tick: int, number: int) -> str:
    """Return the name of a made-up event: its day and its place among those of the day."""
    return f"game_day_{tick:05d}_{number}"


def with_data(source: Loaded, resolved: Json) -> Loaded:
    """Return a scenario with other data and the places of its parts kept. Raises pydantic's ValidationError."""
    return Loaded(Scenario.model_validate(resolved), resolved, source.marks, text_hash(resolved), source.files)


def load_kept(name: str, text: str, path: Path) -> Loaded:
    """Return the scenario that is kept in the file of a game. Raises :class:`InputError` when this program does not take it."""
    if not _NAME.fullmatch(name):
        raise mistake(f"is damaged: {got(name)} is no name of a scenario", file=str(path))
    with tempfile.TemporaryDirectory(prefix="wargame-") as place:
        file = Path(place) / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            return load(file)
        except InputError as error:
            found = [replace(one, file=f"{path}, the scenario in it") for one in error.mistakes]
            raise InputError(found) from None


def make_folder(path: Path) -> None:
    """Make a folder for the file of a game. Raises :class:`InputError` when that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise mistake(f"the folder cannot be made ({error.strerror})", file=str(path)) from None


def with_policies(resolved: Mapping[str, object], policies: Mapping[str, Sequence[str]]) -> Json:
    """Return a scenario's data in which actors follow other policies."""
    data: Json = copy.deepcopy(dict(resolved))
    for actor, names in policies.items():
        data["actors"][actor]["policy"] = list(names)
    return data


def followable(bound: Bound, actor: str) -> list[str]:
    """Return the policies that an actor could follow: of its own kind, with no rule for an order that is not its to give."""
    found, scenario = [], bound.scenario
    for name in scenario.policies:
        joined = join((name,), scenario, Checker(NoMarks()))
        known = all(f"let.{actor}.{one}" in bound.layout.fields for one in joined.lets)
        actions = [scenario.actions[rule.action or key] for (_, key), (_, rule) in joined.rules.items()]
        if known and joined.rules and all(may_order(actor, action, scenario) for action in actions):
            found.append(name)
    return found


def as_played(resolved: Mapping[str, object], start: dt.date, hands: Hands, injects: Injects) -> Json:
    """Return a scenario's data with the orders given by hand and the made-up events of a game in it."""
    data: Json = copy.deepcopy(dict(resolved))
    turns: dict[str, dict[str, list[Json]]] = {}
    for tick, given in sorted(hands.items()):
        for actor, orders in given.items():
            turns.setdefault(actor, {})[_day(start, tick)] = [order_data(order) for order in orders]
    policies = data.setdefault("policies", {})
    for actor, days in sorted(turns.items()):
        name = _free_name(f"seat_{actor}"[:40], policies)
        policies[name] = {"kind": HUMAN, "turns": days, "judgement": JUDGEMENT}
        own = data["actors"][actor].get("policy") or []
        data["actors"][actor]["policy"] = [*([own] if isinstance(own, str) else own), name]
    for tick, events in sorted(injects.items()):
        for number, free in enumerate(events):
            data.setdefault("injects", {})[inject_name(tick, number)] = free.data(start + dt.timedelta(days=tick))
    return data


def order_data(order: HandOrder) -> Json:
    """Return an order as plain data, without what goes without saying."""
    return order.model_dump(exclude_defaults=True)


def _day(start: dt.date, tick: int) -> str:
    return (start + dt.timedelta(days=tick)).isoformat()


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    while name in taken:
        name += "_"
    return name


def as_order(bound: Bound, candidate: Candidate) -> HandOrder:
    """Return the order by hand that a candidate is."""
    target, item, site = aim_of(bound, candidate)
    return HandOrder(action=candidate.action, target=target, item=item, site=site, size=candidate.size, reason=candidate.says)


def before_start(bound: Bound, actor: int, seed: int) -> dict[int, tuple[HandOrder, ...]]:
    """Return what an actor's policy ordered on the days of the lead-in, each a negative number of days."""
    every = bound.scenario.decide_every
    found: dict[int, tuple[HandOrder, ...]] = {-every * back: () for back in range(1, bound.scenario.lead_in // every + 1)}

    def told(tick: int, who: int, choice: Choice) -> None:
        if who == actor:
            chosen = [int(row[0]) for row in choice.chosen if row[0] >= 0]
            found[tick] = tuple(as_order(bound, bound.menus[actor].candidates[index]) for index in chosen)

    world = first_morning(bound, seed=seed, replications=range(1))
    world["since"][:] = np.nan
    lead_in(bound, world, told)
    return found


def orders_decided(bound: Bound, actor: int, days: Array, tick: int) -> Iterator[tuple[int, tuple[HandOrder, ...]]]:
    """Yield the days before ``tick`` on which an actor's policy decided, with its orders; ``days``: their last states."""
    layout, menu = bound.layout, bound.menus[actor]
    every = bound.scenario.interval(bound.cast.actors[actor])
    alarm = layout.row("urgent", actor)
    rows = [layout.row(f"choice.{channel}", actor) for channel in CHANNELS]
    for day in range(tick):
        if day % every == 0 or (day > 0 and days[alarm, day - 1] != 0.0):
            chosen = [int(days[row, day]) - 1 for row in rows]
            yield day, tuple(as_order(bound, menu.candidates[index]) for index in chosen if index >= 0)
