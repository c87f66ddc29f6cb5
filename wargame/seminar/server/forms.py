"""What the pages' forms say, as commands of a session. Only shapes are read here; the session judges every value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wargame.seminar.rules.bounds import Refusal

Form = Mapping[str, Sequence[str]]
Json = dict[str, Any]


def one(form: Form, key: str) -> str | None:
    """Return a field; None when it is not there or empty."""
    values = form.get(key, ())
    return values[0] if values and values[0] != "" else None


def number(form: Form, key: str) -> float | None:
    """Return a field as a number. Raises :class:`Refusal` when it is none."""
    text = one(form, key)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise Refusal(f"The field {key!r} must be a number (got {text[:40]!r}).") from None


def whole(form: Form, key: str) -> int | None:
    """Return a field as a whole number. Raises :class:`Refusal` when it is none."""
    found = number(form, key)
    if found is None:
        return None
    if not found.is_integer():
        raise Refusal(f"The field {key!r} must be a whole number (got {one(form, key)!r}).")
    return int(found)


def _order(form: Form) -> Json:
    card = "none" if one(form, "clear") else one(form, "card") or "hold"
    return {"card": card, "channel": one(form, "channel"), "size": number(form, "size"), "turn": whole(form, "turn")}


def _ready(form: Form) -> Json:
    return {"ready": one(form, "ready") == "1", "turn": whole(form, "turn")}


def _forecast(form: Form) -> Json:
    percent = number(form, "p")
    answers = {one(form, "question") or "": None if percent is None else percent / 100}
    return {"answers": answers, "turn": whole(form, "turn")}


def _note(form: Form) -> Json:
    return {"text": "".join(form.get("text", ())), "turn": whole(form, "turn")}


def _message(form: Form) -> Json:
    return {"to": list(form.get("to", ())), "kind": one(form, "kind"), "text": one(form, "text"), "card": one(form, "card")}


def _read(form: Form) -> Json:
    return {"what": one(form, "what") or "messages", "ids": list(form.get("ids", ())) or None}


def _text(*keys: str) -> Callable[[Form], Json]:
    return lambda form: {key: one(form, key) for key in keys}


def _nothing(form: Form) -> Json:
    return {}


def _next(form: Form) -> Json:
    return {"from": one(form, "from"), "turn": whole(form, "turn")}


def _rewind(form: Form) -> Json:
    return {"turn": whole(form, "to_turn"), "keep": one(form, "keep") == "1"}


def _seconds(form: Form) -> Json:
    minutes = number(form, "minutes")
    return {"seconds": None if minutes is None else minutes * 60}


def _policy(form: Form) -> Json:
    return {"seat": one(form, "seat"), "names": [name for name in form.get("names", ()) if name]}


def _inject(form: Form) -> Json:
    if one(form, "drop"):
        return {"drop": whole(form, "drop")}
    if one(form, "inject"):
        return {"inject": one(form, "inject")}
    return {"title": one(form, "title"), "text": one(form, "text"), "to": _hearers(form), "pushes": _pushes(form)}


def _hearers(form: Form) -> list[str]:
    """Return who hears of a free inject: nobody when nothing is ticked."""
    return [name for name in form.get("to", ()) if name]


def _pushes(form: Form) -> Json | None:
    """Return the pushes of a free inject: rows of the fields ``push``, ``row`` and ``amount``; those without a push are empty."""
    found: dict[str, dict[str, float]] = {}
    for what, row, amount in zip(form.get("push", ()), form.get("row", ()), form.get("amount", ()), strict=False):
        if what and amount:
            found.setdefault(what, {})[row] = number({"amount": [amount]}, "amount") or 0.0
    return found or None


def _override(form: Form) -> Json:
    what = one(form, "what")
    base = {"what": what, "reason": one(form, "reason")}
    if what == "inject":
        return base | {"title": one(form, "title"), "text": one(form, "text"), "to": _hearers(form), "pushes": _pushes(form)}
    return base | {
        "seat": one(form, "seat"),
        "channel": one(form, "channel"),
        "card": one(form, "card"),
        "number": whole(form, "number"),
    }


def _admit(form: Form) -> Json:
    return {"person": one(form, "person"), "seat": one(form, "seat"), "accept": one(form, "accept") != "0"}


def _renew(form: Form) -> Json:
    return {"seat": one(form, "seat"), "out": one(form, "out") == "1"}


def _switch(form: Form) -> Json:
    return {"on": one(form, "on") == "1"}


SEAT: Mapping[str, Callable[[Form], Json]] = {
    "order": _order, "ready": _ready, "forecast": _forecast, "note": _note, "message": _message, "read": _read,
    "rename": _text("name"),
}  # fmt: skip
WHITE: Mapping[str, Callable[[Form], Json]] = {
    "next": _next, "practice": _nothing, "finish": _nothing, "rewind": _rewind, "pause": _nothing, "go": _seconds,
    "extend": _seconds, "control": _text("seat", "control"), "policy": _policy, "inject": _inject, "override": _override,
    "message": _message, "note": _note, "join": _text("person", "seat"), "leave": _text("person"),
    "rename": _text("person", "name"), "admit": _admit, "door": _text("seat", "to"), "renew": _renew,
    "show": _switch, "hold": _switch, "release": _text("message"), "withdraw": _text("message"),
}  # fmt: skip


def command(table: Mapping[str, Callable[[Form], Json]], do: str, form: Form, by: str) -> Json:
    """Return a form as a command of a person; fields that say nothing are left out. Raises ``KeyError`` for an unknown ``do``."""
    fields = {key: value for key, value in table[do](form).items() if value is not None}
    return {"do": do, "by": by, "id": one(form, "id") or "", **fields}
