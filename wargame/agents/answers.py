"""What an agent may answer: a list of orders, each one of those that it was shown. Whatever is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from wargame.errors import CONTROL, InputError, allowed, did_you_mean, got, mistake
from wargame.scenario.schema import HandOrder
from wargame.seminar.rules.bounds import SIZES, TEXT

EXPECTED = 'expected {"orders": [...]} or a list, each order an id of the view or {"action": …, "target": …}'
_AIMS = ("target", "item", "site")
_KEYS = ("id", "action", *_AIMS, "size", "reason")
_MANY = 20  # orders and keys that are looked at: more than are ever right


def plain(value: Any, levels: int = 3) -> Any:
    """Return an answer of a function as plain data: what is of other types stays, and is refused where it stands."""
    if isinstance(value, Mapping):
        return {key: plain(one, levels - 1) for key, one in islice(value.items(), _MANY)} if levels else {}
    if isinstance(value, (list, tuple)):
        return [plain(one, levels - 1) for one in islice(value, _MANY)] if levels else []
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # no methods of others
    if isinstance(value, int):
        return int.__add__(value, 0)
    return float.__add__(value, 0.0) if isinstance(value, float) else value


def orders_of(answer: Any, view: Mapping[str, Any], file: str, line: int) -> tuple[HandOrder, ...]:
    """Return the orders in an agent's answer, plain data. Raises :class:`InputError` that names answer, order and key."""
    given = answer.get("orders") if isinstance(answer, dict) else answer
    if not isinstance(given, list):
        raise mistake(f"{EXPECTED} (got {got(answer)})", file=file, line=line, column=1)
    if isinstance(answer, dict) and (more := [key for key in answer if key != "orders"]):
        raise mistake(f"unknown key {_quoted(more[0])}; {EXPECTED}", file=file, line=line, column=1)
    found: dict[str, HandOrder] = {}
    for number, one in enumerate(given):
        path = f"orders.{number}"
        try:
            card, order = _order(one, view)
        except InputError as error:
            key = error.mistakes[0].path
            raise mistake(error.mistakes[0].what, file=file, line=line, column=1, path=f"{path}.{key}" if key else path) from None
        if card["channel"] in found:
            what = f"a second {card['channel']} order; one a day and channel is allowed"
            raise mistake(what, file=file, line=line, column=1, path=path)
        found[card["channel"]] = order
    return tuple(found.values())


def _order(one: Any, view: Mapping[str, Any]) -> tuple[Mapping[str, Any], HandOrder]:
    asked = {"id": one} if isinstance(one, str) else one
    if not isinstance(asked, dict):
        raise mistake(f"expected an id or a mapping (got {got(one)})")
    for key in asked:
        if key not in _KEYS:
            raise mistake(f"unknown key {_quoted(key)}{_near(key, _KEYS)}")
    card = _card(asked, view)
    if card["legal"] is False:
        raise mistake(f"{card['id']} is not possible now: {card['why'] or 'its conditions are not met'}")
    reason = asked.get("reason", "")
    if not isinstance(reason, str) or len(reason) > TEXT:
        raise mistake(f"expected text of at most {TEXT:,} letters (got {got(reason)})", path="reason")
    if sign := CONTROL.search(reason):
        raise mistake(
            f"the character U+{ord(sign[0]):04X} is not allowed here; allowed: text of at most {TEXT:,} letters", path="reason"
        )
    order = HandOrder(
        action=card["action"], target=card["target"], item=card["item"], site=card["site"], size=_size(asked, card), reason=reason
    )
    return card, order


def _size(asked: Mapping[str, Any], card: Mapping[str, Any]) -> float:
    size = asked.get("size", 1.0)
    if not isinstance(size, (int, float)) or isinstance(size, bool) or size not in SIZES:
        raise mistake(f"expected {', '.join(f'{one:g}' for one in SIZES)} (got {got(size)})", path="size")
    if size != 1.0 and not card["sized"]:
        raise mistake(f"{card['id']} has no strength to choose: it is given or not", path="size")
    return float(size)


def _card(asked: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the order of the view that is meant, by its id or by its action and aims."""
    cards: list[Mapping[str, Any]] = view["orders"]
    if "id" in asked:
        for card in cards:
            if isinstance(asked["id"], str) and card["id"] == asked["id"]:
                return card
        ids = [card["id"] for card in cards]
        raise mistake(f"no such order in the view: {got(asked['id'])}{_near(asked['id'], ids)}", path="id")
    if "action" not in asked:
        raise mistake(f'missing key "id" or "action"; allowed: {allowed(_KEYS)}')
    actions = {card["action"] for card in cards}
    if not isinstance(asked["action"], str) or asked["action"] not in actions:
        raise mistake(f"no such order in the view: {got(asked['action'])}{_near(asked['action'], actions)}", path="action")
    for aim in _AIMS:
        if not isinstance(asked.get(aim), (str, type(None))):
            raise mistake(f"expected text or nothing (got {got(asked[aim])})", path=aim)
    own = [card for card in cards if card["action"] == asked["action"]]
    for card in own:
        if all(card[aim] == (asked.get(aim) or None) for aim in _AIMS):
            return card
    ids = [card["id"] for card in own]
    raise mistake(f"{asked['action']} cannot be aimed so; allowed: {allowed(ids)}")


def _near(word: Any, choices: Iterable[str]) -> str:
    near = did_you_mean(word, choices) if isinstance(word, str) else ""
    return near or f"; allowed: {allowed(choices)}"


def _quoted(key: Any) -> str:
    return f'"{key[:60]}"' if isinstance(key, str) else f"({got(key)})"
