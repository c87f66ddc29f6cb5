"""A seat's cards and dials in groups, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from wargame.scenario.values import CHANNELS

Json = dict[str, Any]
SHOWN = 6  # dials on top of the situation
FIRST = 4  # orders of a channel that are shown before one asks for more


def channels(view: Mapping[str, Any]) -> list[Json]:
    """Return the four channels with what was ordered and the cards, by action: those with an occasion first, then the rest."""
    given = {str(order["channel"]): order for order in view["orders"]}
    made = []
    for channel in CHANNELS:
        groups = _groups([card for card in view["cards"] if card["channel"] == channel])
        usable = sorted((group for group in groups if group["open"]), key=lambda group: (group["rank"], not group["occasion"]))
        first = [group for group in usable if group["occasion"]][:FIRST] or usable[:FIRST]
        more = [group for group in usable if group not in first]
        off = [group for group in groups if not group["open"]]
        made.append({"id": channel, "given": given.get(channel), "first": first, "more": more, "off": off})
    return made


def _groups(cards: Sequence[Mapping[str, Any]]) -> list[Json]:
    by_action: dict[str, list[Mapping[str, Any]]] = {}
    for card in cards:
        by_action.setdefault(str(card["action"]), []).append(card)
    return [_group(action, found) for action, found in by_action.items()]


def _group(action: str, cards: Sequence[Mapping[str, Any]]) -> Json:
    usable = [card for card in cards if card["legal"] is not False]
    ordered = sorted(cards, key=lambda card: (card["legal"] is False, card.get("advice") is None, card.get("advice") or 0))
    shown = [{**card, "choice": card["title"]} for card in ordered]
    why = list(dict.fromkeys(str(card["why"]) for card in cards if card["why"] and (not usable or card["legal"] is None)))
    consent = list(dict.fromkeys(str(card["consent"]) for card in cards if card["consent"]))
    ranks = [int(card["advice"]) for card in usable if card.get("advice") is not None]
    return {
        "id": action, "name": _open_title([str(card["title"]) for card in cards]), "cards": shown,
        "open": bool(usable), "sized": any(card["sized"] for card in cards),
        "occasion": any(card["occasion"] and card["legal"] is not False for card in cards),
        "unsure": bool(usable) and all(card["legal"] is None for card in usable), "cost": _open_costs(cards),
        "consent": ", ".join(consent),
        "why": why[:3], "rank": min(ranks, default=1000),
    }  # fmt: skip


def _open_costs(cards: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what an action's cards say of their costs, with what is yet to be chosen left open."""
    return [_open_title(sentences) for sentences in zip(*(card["cost"] for card in cards), strict=True)]


def _open_title(titles: Sequence[str]) -> str:
    """Return what the titles of an action's cards have in common, with what is yet to be chosen left open: Asks for …"""
    words = [title.split() for title in titles]
    before = _shared(words)
    after = _shared([list(reversed(one[len(before) :])) for one in words])[::-1]
    same = all(len(one) == len(before) for one in words)
    return titles[0] if same else " ".join([*before, "…", *after])


def _shared(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the words with which all of several sentences begin."""
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, zip(*rows, strict=False))]


def dials(gauges: Sequence[Mapping[str, Any]]) -> Json:
    """Return the dials in groups: of ourselves (the first few on top), of what is believed of others, of the theatre."""
    own = [one for one in gauges if str(one["id"]).startswith("own.")]
    theatre = [one for one in gauges if str(one["id"]).startswith("watch.")]
    beliefs = [one for one in gauges if one not in own and one not in theatre]
    first = (own or theatre)[:SHOWN]
    rest = [("own", "More about ourselves", own[SHOWN:]), ("beliefs", "What we believe of others", beliefs),
            ("theatre", "The theatre, as the public knows it", theatre if own else theatre[SHOWN:])]  # fmt: skip
    return {"first": first, "groups": rest}
