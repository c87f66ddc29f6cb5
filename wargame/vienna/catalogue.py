"""The rules of the Vienna Document 2011, chapter by chapter.

The text of the document itself was not at hand. A star behind a confidence (``H*``) says that a source
other than memory gives the number; without it the rule is shown as *unconfirmed*. Stars and confidences stand
separately for the level and for the number of its paragraph.

Source: facts A1-A6 (row names and numbers in brackets are those of the fact sheet, ``[BK]`` there means from
memory), X-VD-NOTIFY, X-VD-OBS, X-VD-SNAP, X-VD-CH3.
"""

from __future__ import annotations

from math import nan
from typing import cast

from wargame.vienna.rule import LAND, Confidence, Rule, Test

_UNITS = {
    "troops": "troops",
    "tanks": "battle tanks",
    "acv": "armoured combat vehicles",
    "artillery": "artillery pieces",
    "airborne": "troops landed by air",
    "amphibious": "troops landed by sea",
}


def _rule(id: str, where: str, level: float, unit: str, test: Test, confidence: str, says: str, *source: str) -> Rule:
    """Return one rule; ``where`` is paragraph and its confidence, as in ``16.1 H*``."""
    paragraph, sure = where.rsplit(" ", 1)
    return Rule(
        id=id, says=says, paragraph=paragraph, level=level, unit=unit, test=test,
        confidence=cast(Confidence, confidence[0]), confirmed=confidence.endswith("*"), source=source,
        paragraph_confidence=cast(Confidence, sure[0]), paragraph_confirmed=sure.endswith("*"),
    )  # fmt: skip


def _levels(prefix: str, where: str, test: Test, says: str, source: str, **levels: float) -> tuple[Rule, ...]:
    """Return one rule from memory per quantity."""
    return tuple(_rule(f"{prefix}.{name}", where, level, _UNITS[name], test, "H", says, source) for name, level in levels.items())


def _band(prefix: str, where: str, says: str, *levels: float) -> tuple[Rule, ...]:
    named = dict(zip(LAND, levels, strict=True))
    return _levels(prefix, where, "exceeds", says, "facts A4 [BK]", **named)


_NOTIFY = "an activity of this size is notified in advance"
_OBSERVE = "an activity of this size is opened to observers"
_TRANSFER = "a transfer into the zone, or within it to a place of concentration, of this size is notified"
_WHO = "facts A2 who notifies [BK]"
_LARGE, _MEDIUM, _UPPER = "a very large activity", "an activity under the yearly cap", "its upper part"
_CALENDAR = "facts A4 [BK]"
_INSPECT, _VISIT = "facts A5 inspections [BK]", "facts A5 evaluation request [BK]"
_QUOTA = "facts A5 evaluation quota [5], an earlier edition"

# fmt: off
_RISK_REDUCTION = (
    _rule("ch3.reply", "16.1 H*", 48, "hours", "at_most", "H*",
          "a request to explain unusual activity is answered", "facts A6 16.1 [26][27][28]", "X-VD-CH3"),
    _rule("ch3.meeting", "16.2 H*", 48, "hours", "at_most", "H*",
          "the meeting the requester calls is convened", "facts A6 16.2 [27][29]", "X-VD-CH3"),
    _rule("ch3.joint", "16.3 H*", 48, "hours", "at_most", "H",
          "the meeting of all participating States is convened", "facts A6 16.3 [30][31], its 48 h [BK]"),
    _rule("ch3.visit", "18 H*", nan, "", "principle", "M*", "a state may host a visit to dispel concern",
          "facts A6 para 18 [1][17]"),
)

_NOTIFICATION = (
    _rule("notify.days", "38 M", 42, "days", "at_least", "H*", "notice is given this long before the start",
          "facts A2 lead time [7][8]", "X-VD-NOTIFY"),
    _rule("notify.host", "39 H", nan, "", "principle", "H",
          "the host notifies even if it sends no forces", _WHO),
    _rule("notify.sender", "39 H", nan, "", "principle", "H",
          "a state whose own share reaches a level notifies too", _WHO),
    _rule("notify.one_command", "40.1 M", nan, "", "principle", "H*",
          "what stands under one operational command is one activity",
          "facts A2 trigger [3][4], split trick [9][11][12]"),
    _rule("notify.troops", "40.1.1 H", 9_000, "troops", "reaches", "H*", _NOTIFY,
          "facts A2 trigger [3][4]", "X-VD-NOTIFY"),
    *_levels("notify", "40.1.1 H", "reaches", _NOTIFY, "facts A2 [BK], X-VD-NOTIFY", tanks=250),
    *_levels("notify", "40.1.1 H", "reaches", _NOTIFY, "facts A2 [BK]", acv=500, artillery=250),
    _rule("notify.sorties", "40.1.2 H", 200, "sorties", "reaches", "H",
          "the notice lists the air component from this many fixed-wing sorties",
          "facts A2 air component [BK]"),
    *_levels("notify", "40.2 H", "reaches", _NOTIFY, "facts A2 landing [BK]",
             airborne=3_000, amphibious=3_000),
    *_levels("transfer", "40.3 H", "reaches", _TRANSFER, "facts A2 transfers [BK]",
             troops=9_000, tanks=250, acv=500, artillery=250),
    _rule("snap.notice", "41 H", 0, "days ahead", "at_least", "H",
          "an activity begun without warning its troops is notified when it starts",
          "facts A2 snap [BK], the loophole [9][10]", "X-VD-SNAP"),
)

_OBSERVATION = (
    _rule("observe.invite", "47 M", nan, "", "principle", "H", "all other participating States are invited",
          "facts A3 who is invited [BK]"),
    _rule("observe.troops", "47.4 H", 13_000, "troops", "reaches", "H*", _OBSERVE,
          "facts A3 trigger [3][13]", "X-VD-OBS", "wapo-vienna-threshold-13000"),
    *_levels("observe", "47.4 H", "reaches", _OBSERVE, "facts A3 [BK], X-VD-OBS (recall)",
             tanks=300, acv=500, artillery=250, airborne=3_500, amphibious=3_500),
    _rule("observe.per_state", "Ch. VI L", 2, "observers", "at_most", "H", "observers each state may send",
          "facts A3 who is invited [BK], practice [14]"),
    _rule("observe.reply", "Ch. VI L", 21, "days", "at_most", "M", "an invitation is answered",
          "facts A3 timing [BK]"),
    _rule("snap.hours", "58 H", 72, "hours", "at_most", "H",
          "an activity begun without warning needs no observers up to this length",
          "facts A3 snap exemption [BK], its use [9][10][15]", "X-VD-SNAP"),
)

_CONSTRAINTS = (
    _rule("calendar.due", "61 M", 1_115, "MMDD", "at_most", "H",
          "next year's notifiable activities are in the calendar by 15 November", _CALENDAR),
    *_band("large", "67.1 M", _LARGE, 40_000, 900, 2_000, 900),
    _rule("large.per_three_years", "67.1 M", 1, "activities", "at_most", "H",
          "very large activities of a state in three calendar years", _CALENDAR),
    *_band("medium", "67.2 M", _MEDIUM, 13_000, 300, 500, 300),
    _rule("medium.per_year", "67.2 M", 6, "activities", "at_most", "H",
          "activities under the yearly cap of a state in a calendar year", _CALENDAR),
    *_band("upper", "67.2.1 M", _UPPER, 25_000, 400, 800, 400),
    _rule("upper.per_year", "67.2.1 M", 3, "activities", "at_most", "H",
          "of these, activities in the upper part", _CALENDAR),
    _rule("medium.at_once", "67.3 M", 3, "activities", "at_most", "H",
          "activities of a state above the medium level at the same time", _CALENDAR),
    _rule("large.announced", "68 M", 1_115, "MMDD", "at_most", "M",
          "a very large activity is announced by 15 November two calendar years ahead", _CALENDAR),
)

_VERIFICATION = (
    _rule("inspect.year", "76 M", 3, "inspections", "at_most", "H", "inspections accepted a year", _INSPECT),
    _rule("inspect.same_state", "77 M", 1, "inspections", "at_most", "H", "of these by one state", _INSPECT),
    _rule("inspect.lead_min", "Ch. IX L", 36, "hours", "at_least", "M", "request before entry", _INSPECT),
    _rule("inspect.lead_max", "Ch. IX L", 120, "hours", "at_most", "M", "request before entry", _INSPECT),
    _rule("inspect.reply", "Ch. IX L", 24, "hours", "at_most", "H", "the request is answered", _INSPECT),
    _rule("inspect.entry", "Ch. IX L", 36, "hours", "at_most", "H", "from request to entry", _INSPECT),
    _rule("inspect.stay", "Ch. IX L", 48, "hours", "at_most", "H", "from arrival in the area", _INSPECT),
    _rule("inspect.team", "Ch. IX L", 4, "inspectors", "at_most", "H", "inspectors in a team", _INSPECT),
    _rule("inspect.report", "Ch. IX L", 14, "days", "at_most", "M", "the report is circulated", _INSPECT),
    _rule("evaluate.units", "107 M", 60, "units", "at_most", "H*", "units per visit of quota", _QUOTA),
    _rule("evaluate.cap", "107 M", 15, "visits", "at_most", "H*", "visits accepted a year at most", _QUOTA),
    _rule("evaluate.share", "107 M", 0.2, "of quota", "at_most", "H*", "what one state may use", _QUOTA),
    _rule("evaluate.unit_year", "107 M", 2, "visits", "at_most", "H*", "visits to one unit a year", _QUOTA),
    _rule("evaluate.unit_state", "107 M", 1, "visits", "at_most", "H*", "of these by one state", _QUOTA),
    _rule("evaluate.at_once", "107 M", 1, "visits", "at_most", "H*", "visits at the same time", _QUOTA),
    _rule("evaluate.lead_min", "Ch. IX L", 5, "days", "at_least", "M", "request before the visit", _VISIT),
    _rule("evaluate.lead_max", "Ch. IX L", 7, "days", "at_most", "M", "request before the visit", _VISIT),
    _rule("evaluate.answer", "Ch. IX L", 48, "hours", "at_most", "M", "the request is answered", _VISIT),
    _rule("evaluate.hours", "Ch. IX L", 12, "hours", "at_most", "M", "time at the unit", _VISIT),
    _rule("evaluate.team", "Ch. IX L", 3, "people", "at_most", "M", "people in a team", _VISIT),
)
# fmt: on

CATALOGUE: tuple[Rule, ...] = (
    *_RISK_REDUCTION,
    *_NOTIFICATION,
    *_OBSERVATION,
    *_CONSTRAINTS,
    *_VERIFICATION,
)
