"""A game alone in words: rows of text made of a player's view, and of nothing else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wargame.scenario.words import capitalised
from wargame.seminar.views.groups import dials
from wargame.seminar.views.words import KINDS, SAID, amount, by_day, chance, day, site_words, size

Json = Mapping[str, Any]
MOST_SOURCES = 3  # cited in a row
TRACE = 0.005  # a change that two decimals do not show
TROOPS = 2.0  # an estimate whose upper end is below that says that nobody is there


@dataclass(frozen=True)
class Row:
    """A paragraph for the terminal; what is wrapped stands under its ``lead``. ``kind`` is its style, as in a timeline."""

    text: str = ""
    kind: str = "plain"
    lead: str = ""


def wrapped(row: Row, width: int) -> Iterator[str]:
    """Yield the lines of a row, none longer than the width allows; no text steers the terminal, whatever is written in it."""
    text = "".join(sign if sign.isprintable() else " " for sign in row.text)
    lead = "".join(sign if sign.isprintable() else " " for sign in row.lead)
    broad = max(width, len(lead) + 20)
    after = " " * len(lead)
    found = textwrap.wrap(text, broad, initial_indent=lead, subsequent_indent=after, break_on_hyphens=False)
    yield from found or [lead.rstrip()]


def heading(view: Json) -> Row:
    """Return where the game stands."""
    turn = f"Turn {view['turn']} of {view['turns']} · " if view["turn"] else ""
    return Row(f"{turn}{day(view['date'])} · you play {view['role']['name']}", "day")


def role(view: Json, *, cite: bool = True) -> Iterator[Row]:
    """Yield the role sheet; without ``cite`` it only says how many sources there are."""
    sheet = view["role"]
    yield Row(f"You play {sheet['name']}", "head")
    yield from (Row(sheet["says"], lead="  "),) if sheet["says"] else ()
    for title, rows in (("Goals", sheet["goals"]), ("Constraints", sheet["constraints"])):
        if rows:
            yield Row(title, "head")
            yield from (Row(one, lead="  * ") for one in rows)
    for title, text in (("What you can see", sheet["observes"]), ("What you cannot see", sheet["does_not_observe"])):
        if text:
            yield Row(title, "head")
            yield Row(text, lead="  ")
    if sheet["sources"]:
        sources = f"Sources: {', '.join(sheet['sources'])}" if cite else f"{len(sheet['sources'])} sources behind this role: y"
        yield Row(sources, "source", "  ")


def situation(view: Json, before: Mapping[str, float]) -> Iterator[Row]:
    """Yield the situation in a few sentences, and the dials that matter most."""
    yield Row("Situation", "head")
    yield from (Row(one, lead="  * ") for one in view["picture"]["situation"])
    shown = dials(view["picture"]["gauges"])
    yield from _dials("Where you stand", shown["first"], before, view)
    hidden = sum(len(rows) for _, _, rows in shown["groups"])
    yield from (Row(f"and {hidden} more: g", "detail", "  "),) if hidden else ()


def gauges(view: Json, before: Mapping[str, float]) -> Iterator[Row]:
    """Yield every dial, in groups, with its change since the morning of the turn before."""
    shown = dials(view["picture"]["gauges"])
    yield from _dials("Where you stand", shown["first"], before, view)
    for _, title, rows in shown["groups"]:
        yield from _dials(title, rows, before, view)


def _dials(title: str, rows: Sequence[Json], before: Mapping[str, float], view: Json) -> Iterator[Row]:
    if not rows:
        return
    yield Row(f"{title}{' (now, change since last turn)' if before else ''}", "head")
    for one in rows:
        value = f"{one['missing'] if one['value'] is None else _number(one['value'], one['unit']):>10}"
        unit = f", {one['unit']}" if one["unit"] in SAID else ""
        whose = f", {one['of']}" if one["of"] and one["of"] != view["role"]["name"] else ""
        low, high = one["low"], one["high"]
        sure = (
            f" (80 % sure: {_number(low, one['unit'])} to {_number(high, one['unit'])})"
            if one.get("belief") and low is not None and high is not None
            else ""
        )
        yield Row(f"{one['label']}{unit}{whose}{sure}", "plain", f"{value}  {_change(one, before):>8}  ")


def _change(one: Json, before: Mapping[str, float]) -> str:
    """Return how a dial has moved since the last turn, with its sign."""
    stood = before.get(one["id"])
    if stood is None or one["value"] is None:
        return ""
    moved = one["value"] - stood
    if one["unit"] == "0/1":
        return "new" if round(one["value"]) != round(stood) else "·"
    return "·" if abs(moved) < TRACE else f"{'+' if moved > 0 else '−'}{_number(abs(moved), one['unit'])}"


def _number(value: float, unit: str) -> str:
    """Return a number for a column, without its unit."""
    return f"{value:.2f}" if unit == "0-1" else amount(value, unit if unit == "0/1" else "")


def theatre(view: Json) -> Iterator[Row]:
    """Yield what is known of forces at places, of exercises with what the Vienna Document makes of them, and of the agenda."""
    picture = view["picture"]
    yield Row("Forces, as far as you know", "head")
    known = [one for one in picture["map"] if one["own"] or (one["estimate"] or {"high": 0.0})["high"] >= TROOPS]
    yield from (Row(site_words(one), lead="  * ") for one in known)
    rest = [str(one["label"]) for one in picture["map"] if one not in known]
    yield from (Row(f"Nothing known at {', '.join(rest)}.", "detail", "  "),) if rest else ()
    if picture["declarations"]:
        yield Row("Exercises and the Vienna Document", "head")
    for one in picture["declarations"]:
        yield Row(_exercise(one), lead="  * ")
        if one["clause"]:
            yield Row(f"Vienna Document 2011, paragraph {', '.join(one['paragraphs'])}: {one['clause']}.", "source", "    ")
    if picture["basing"]:
        yield Row("What is asked and agreed between the allies", "head")
    yield from (Row(f"{capitalised(one['label'])}: {one['state']}", lead="  * ") for one in picture["basing"])


def _exercise(one: Json) -> str:
    total = f" of {one['declared_total']:,} in all" if one["declared_total"] else ""
    declared = f" Declared: {one['declared']:,}{total}." if one["declared"] is not None else ""
    who = f"{one['host']} with {one['guest']}, {day(one['start'])} to {day(one['end'])}"
    return f"{one['name']} ({one['status']}): {who}.{declared} {one['says']}".rstrip()


def last_reports(view: Json) -> list[Json]:
    """Return the reports of the turn last played, oldest first."""
    since = view["history"][-1]["date"] if view["history"] else ""
    return [one for one in reversed(view["picture"]["reports"]) if one["date"] >= since]


def older_reports(view: Json) -> list[Json]:
    """Return the reports from before the turn last played, newest first."""
    found: list[Json] = view["picture"]["reports"][len(last_reports(view)) :]
    return found


def reports(rows: Sequence[Json], *, cite: bool = True) -> Iterator[Row]:
    """Yield reports by day, each with its reason and (if wanted) where it is from."""
    for date, found in by_day(rows):
        yield Row(day(date), "day", "  ")
        for one in found:
            yield Row(one["text"], one["kind"], "    * ")
            if one["reason"]:
                yield Row(capitalised(one["reason"]), "detail", "      ")
            if cite and one["sources"]:
                more = f", and {len(one['sources']) - MOST_SOURCES} more" if len(one["sources"]) > MOST_SOURCES else ""
                yield Row(f"[{', '.join(one['sources'][:MOST_SOURCES])}{more}]", "source", "      ")


def news(view: Json) -> Iterator[Row]:
    """Yield what has happened in the turn last played, as far as the player knows."""
    yield Row("What happened, as far as you know", "head")
    rows = [{**one, "text": f"{one['text']} (your staff)"} if _by_staff(view, one) else one for one in last_reports(view)]
    yield from reports(rows, cite=False) if rows else (Row("Nothing that reached you.", lead="  "),)


def _by_staff(view: Json, report: Json) -> bool:
    """Return whether a report tells of an order of the player's own actor which the player did not give."""
    given_now = {f"{view['role']['name']} {order['title']}".casefold() for order in view["history"][-1]["orders"]}
    return bool(report["kind"] == "order" and report["actor"] == view["seat"] and report["text"].casefold() not in given_now)


def table(view: Json, channels: Sequence[Json]) -> Iterator[Row]:
    """Yield what lies on the table: the four channels with what was ordered, and what else waits."""
    yield Row("Your orders: at most one in each channel", "head")
    for number, one in enumerate(channels, 1):
        yield Row(given(one["given"]), "order" if one["given"] else "detail", f"  {number} {one['id']:<14} ")
    answered = sum(one["mine"] is not None for one in view["questions"])
    waiting = [f"forecasts: {answered} of {len(view['questions'])} (f)"] if view["questions"] else []
    waiting += [f"new reports: {len(last_reports(view))} (r)"] if view["history"] else []
    waiting += ["reasons: " + ("written (w)" if view["rationale"] else "none yet (w)")]
    yield Row(" · ".join(waiting), "detail", "  ")


def given(order: Json | None) -> str:
    """Return an order on the table in words."""
    if order is None:
        return "open"
    if order["hold"]:
        return "hold"
    strength = f", {size(order['size'])}" if order["size"] and order["size"] != 1 else ""
    return f"{order['title']}{strength}{': ' + order['rationale'] if order['rationale'] else ''}"


def choices(channel: Json, more: bool) -> Iterator[Row]:
    """Yield the cards of a channel, numbered: those with an occasion, and (if wanted) the others and those that are not open."""
    first, others, off = channel["first"], channel["more"], channel["off"]
    yield Row(f"{capitalised(channel['id'])}: {given(channel['given'])}", "head")
    for number, one in enumerate([*first, *others, *off] if more else first, 1):
        closed = number > len(first) + len(others)
        several = f" ({len(one['cards'])} ways)" if len(one["cards"]) > 1 else ""
        mark = " [not open]" if closed else " [may fail]" if one["unsure"] else ""
        yield Row(f"{one['name']}{several}{mark}", "detail" if closed else "plain", f"  {number:>3} ")
    if not (first or others or off):
        yield Row("You have no orders in this channel.", lead="  ")
    if not more and others:
        yield Row(
            f"{len(others)} more order{'s' if len(others) > 1 else ''}, for which your documents see no occasion now",
            lead="    m ",
        )
    if not more and off:
        yield Row(f"{len(off)} not open to you now, with the reason", lead="    m " if not others else "      ")


def ways(group: Json) -> Iterator[Row]:
    """Yield the cards of one action, numbered."""
    yield Row(f"{group['name']}: which?", "head")
    for number, card in enumerate(group["cards"], 1):
        closed = card["legal"] is False
        yield Row(f"{card['choice']}{' [not open]' if closed else ''}", "detail" if closed else "plain", f"  {number:>3} ")


def card(one: Json) -> Iterator[Row]:
    """Yield what an order does, what it costs, who must agree, and whether it can take effect."""
    yield Row(one["title"], "order")
    yield from (Row(cost, lead="  * ") for cost in one["cost"])
    if one["consent"]:
        yield Row(f"Needs consent: {one['consent']}.", lead="  ")
    if one["why"]:
        yield Row(one["why"], "inject", "  ")
    yield Row(
        "Everybody will see it." if one["public"] else "It is not announced; others may come to know of it.", "detail", "  "
    )
    if one["sources"]:
        more = f", and {len(one['sources']) - MOST_SOURCES} more" if len(one["sources"]) > MOST_SOURCES else ""
        yield Row(f"[{', '.join(one['sources'][:MOST_SOURCES])}{more}]", "source", "  ")


def past(view: Json) -> Iterator[Row]:
    """Yield the player's own turns: orders, reasons, forecasts."""
    yield Row("Your past turns", "head")
    if not view["history"]:
        yield Row("None yet.", lead="  ")
    for turn in view["history"]:
        yield Row(f"Turn {turn['turn']}, {day(turn['date'])}", "day", "  ")
        told = [f"{one['channel']}: {given(one)}" for one in turn["orders"]]
        silent = "Played by your staff." if turn["staff"] else "Held everywhere."
        yield from (Row(one, lead="    * ") for one in told or [silent])
        if turn["rationale"]:
            yield Row(f"Why: {turn['rationale']}", "detail", "      ")
        if turn["forecasts"]:
            said = ", ".join(f"{one['id'].replace('_', ' ')} {chance(one['value'])}" for one in turn["forecasts"])
            yield Row(f"Forecast: {said}", "detail", "      ")


def letters(view: Json) -> Iterator[Row]:
    """Yield the messages of the game, oldest first."""
    names = {one["actor"]: one["name"] for one in view["seats"]} | {"all": "everybody"}
    yield Row("Messages", "head")
    if not view["messages"]:
        yield Row("None yet.", lead="  ")
    for one in view["messages"]:
        to = ", ".join(names.get(name, name) for name in one["to"])
        order = f" [stands for: {one['order']}]" if one["order"] else ""
        yield Row(f"Turn {one['turn']}, {KINDS[one['kind']]} from {one['name']} to {to}: {one['text']}{order}", lead="  * ")


def questions(view: Json) -> Iterator[Row]:
    """Yield this turn's questions with the player's answers."""
    yield Row("How likely is it? Your forecast, scored in the debrief", "head")
    for number, one in enumerate(view["questions"], 1):
        yield Row(f"{one['text']}{'' if one['mine'] is None else ' You said ' + chance(one['mine']) + '.'}", lead=f"  {number} ")
