"""The page of a debrief: findings put into words, and the text that the template makes of them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from wargame.plots.reading import date_of, named
from wargame.plots.seminar import looks, share
from wargame.report.citing import Bibliography
from wargame.report.history.headline import bottom_line
from wargame.report.writing import page as write
from wargame.results.folder import versions
from wargame.scenario.measure import Measure
from wargame.scenario.words import long_date, sentence, short_date, span
from wargame.seminar.debrief.decision_log import DecisionLog, words
from wargame.seminar.debrief.episode_concepts import CONCEPTS
from wargame.seminar.debrief.findings import Findings
from wargame.seminar.debrief.impact import Impact
from wargame.seminar.debrief.impact import clear as clear_of_chance
from wargame.simulation.record import Record
from wargame.studies.statistics.estimates import Estimate

TEMPLATES = Path(__file__).parent / "templates"
MOST = 12  # decisions shown
WORTH = 0.1  # units below which a difference is not worth a line
FELT = 0.005  # of a payoff: smaller differences are no gain and no loss
Cites = list[tuple[int, str, str]]


def page(found: Findings, title: str) -> str:
    """Return the debrief as one HTML page that needs nothing else; the same text for the same findings."""
    record, books = found.record, Bibliography()
    scenario = record.bound.scenario
    told = _episodes(found, books)
    context: dict[str, Any] = {
        "title": title,
        "scenario": scenario,
        "dates": span(scenario.start, date_of(record, max(len(record.days) - 1, 0))),
        "bottom_line": bottom_line(record),
        "cards": _cards(found),
        "figures": {name: _figure(name, text) for name, text in found.drawn.items()},
        "episodes": told,
        "teams": _teams(found),
        "decisions": [row for one in found.impacts[:MOST] if (row := _decision(found, one)) is not None],
        "decided": len(found.impacts),
        "same": sum(not one.decision.differs for one in found.impacts),
        "runs": next((one.n for i in found.impacts for one in i.differences.values()), 0),
        "forecasts": [_score(found, one) for one in found.scores],
        "asked": _asked(found),
        "played_on": _played_on(found),
        "places": [_place(found, one) for one in found.places],
        "histories": len(next(iter(found.histories.values()), [])),
        "questions": _questions(found),
        "appendix": _appendix(record, found.decisions),
        "provenance": _provenance(record),
        "sources": books.entries(),  # last: by now everything has been cited
        "sentence": sentence,
    }
    return write("debrief.html.j2", context, TEMPLATES, "debrief.css")


def _figure(name: str, svg: str) -> Markup:
    opened = svg.replace("<svg ", f'<svg role="img" aria-labelledby="caption-{name}" ', 1)
    return Markup(opened)


def _counted(count: int, thing: str, what: str) -> tuple[str, str]:
    return str(count), f"{thing}{'' if count == 1 else 's'} {what}"


def _cards(found: Findings) -> list[tuple[str, str]]:
    turns, days = len(found.decisions.turn_dates), len(found.record.days)
    cards = [
        _counted(turns, "turn", "played") if turns else _counted(days, "day", "played"),
        _counted(len(found.decisions.seats), "seat", "decided by people"),
        _counted(sum(one.decision.differs for one in found.impacts), "decision", "unlike the documented policy's"),
        _counted(len(found.episodes), "textbook episode", "found"),
    ]
    if found.scores and found.scores[0].skill > 0:
        cards.append((named(found.record, found.scores[0].seat), "forecast best"))
    return cards


@dataclass(frozen=True)
class EpisodeRow:
    """An episode as shown: number, name, when, who, what fired, the readings, the reference and its sources."""

    number: int
    title: str
    when: str
    who: str
    rule: str
    reading: str
    idea: str
    reference: str
    cites: Cites
    told: int  # the number of the first episode of its kind, where the idea is told


def _episodes(found: Findings, books: Bibliography) -> list[EpisodeRow]:
    record = found.record
    return [
        EpisodeRow(
            number, one.title, f"{short_date(one.first)} to {short_date(one.last)}",
            ", ".join(named(record, who) for who in one.who), one.rule, one.reading, one.idea, one.reference,
            books.cite(one.sources), 1 + next(i for i, other in enumerate(found.episodes) if other.kind == one.kind),
        )
        for number, one in enumerate(found.episodes, 1)
    ]  # fmt: skip


def _teams(found: Findings) -> list[dict[str, Any]]:
    """Return every team with what it believed: the share of days on which the truth lay within its range, and the worst gap."""
    record, rows = found.record, []
    for seat in (one for one in found.drawn if one.startswith("beliefs-")):
        actor = seat.removeprefix("beliefs-")
        notes = []
        for look in looks(record, actor):
            if look.low is None or look.high is None:
                continue
            held = float(((look.low <= look.true) & (look.true <= look.high)).mean())
            worst = int(abs(look.held - look.true).argmax())
            digits = ",.0f" if look.top is None else ".2f"
            notes.append(
                f"{look.title}: the truth lay within its range on {held:.0%} of the days; widest of the mark on "
                f"{short_date(date_of(record, worst))}, {look.held[worst]:{digits}} believed, {look.true[worst]:{digits}} true."
            )
        rows.append({"actor": actor, "name": named(record, actor), "figure": seat, "notes": notes})
    return rows


def _decision(found: Findings, one: Impact) -> dict[str, Any] | None:
    if not one.weight:
        return None
    record, decision = found.record, one.decision
    specs = {measure.name: measure.spec for measure in record.bound.measures}
    own = f"payoff_{decision.actor}"
    clear = sorted(
        (name for name in one.clear() if name in specs and name != own and _size(found, name, one.differences[name]) >= WORTH),
        key=lambda name: -_size(found, name, one.differences[name]),
    )
    came = [name for name, gap in one.presence.items() if name in specs and name != own and clear_of_chance(gap)]
    payoff = one.differences.get(own)
    turns = {line.tick: line.turn for line in found.decisions.turns}
    return {
        "date": short_date(date_of(record, decision.tick)),
        "turn": turns.get(decision.tick, ""),
        "seat": named(record, decision.actor),
        "given": [sentence(words(record, order)) for order in decision.given] or ["It held."],
        "staff": [sentence(words(record, order)) for order in decision.staff] or ["It would have held."],
        "weight": one.weight,
        "changes": [
            *(_change(specs[name], one.differences[name]) for name in clear[:4]),
            *(
                {"says": f"chance that there is one: {specs[name].says}", "gap": _gap(one.presence[name], share=True), "unit": ""}
                for name in came
            ),
        ][:4],
        "payoff": "" if payoff is None else _gap(payoff, share=False) if _felt(payoff) else "no difference to speak of",
        "better": 0 if payoff is None or not _felt(payoff) else 1 if payoff.value > 0 else -1,
    }


def _felt(gap: Estimate) -> bool:
    """Whether a difference of a payoff is clear of chance and large enough to matter."""
    return abs(gap.value) >= FELT and clear_of_chance(gap)


def _size(found: Findings, name: str, gap: Estimate) -> float:
    return abs(gap.value) / found.units[name] if found.units.get(name) else 0.0


def _change(spec: Measure, gap: Estimate) -> dict[str, str]:
    share = spec.unit == "0/1"
    says = f"chance: {spec.says.removeprefix('whether ')}" if share else spec.says
    silent = share or spec.unit in ("share", "ratio") or spec.unit.startswith(("0", "-1", "T0", "I0", "E0"))
    unit = "" if silent else f" {spec.unit}"
    return {"says": says, "gap": _gap(gap, share=share), "unit": unit}


def _gap(gap: Estimate, *, share: bool) -> str:
    """Return a difference with its 95 % interval: points of a hundred for shares; one that is always the same has none."""
    if math.isnan(gap.low):
        return f"{_signed(100 * gap.value, 0)} points" if share else f"{_signed(gap.value, 3)} in every future"
    if share:
        return f"{_signed(100 * gap.value, 0)} points ({_signed(100 * gap.low, 0)} to {_signed(100 * gap.high, 0)})"
    digits = 0 if abs(gap.value) >= 20 else 1 if abs(gap.value) >= 2 else 3
    return f"{_signed(gap.value, digits)} ({_signed(gap.low, digits)} to {_signed(gap.high, digits)})"


def _signed(value: float, digits: int) -> str:
    return f"{value:+,.{digits}f}".replace("-", "−")


def _score(found: Findings, one: Any) -> dict[str, Any]:
    parts = one.parts
    return {
        "name": named(found.record, one.seat) or one.who, "n": parts.n, "brier": f"{parts.brier:.3f}",
        "reliability": f"{parts.reliability:.3f}", "resolution": f"{parts.resolution:.3f}",
        "uncertainty": f"{parts.uncertainty:.3f}", "skill": f"{_signed(100 * one.skill, 0)}%",
        "bias": _signed(100 * one.bias, 0),
    }  # fmt: skip


def _asked(found: Findings) -> list[dict[str, str]]:
    """Return every question that was forecast, how it came out, and what was said on average at first and at last."""
    rows = []
    for name, text in found.decisions.questions.items():
        own = [one for one in found.decisions.forecasts if one.question == name]
        if own:
            first, last = min(one.turn for one in own), max(one.turn for one in own)
            means = [[one.chance for one in own if one.turn == turn] for turn in (first, last)]
            known = name in found.histories and not found.decisions.played_on  # which end on the last day played
            answers = found.histories[name][~np.isnan(found.histories[name])] if known else np.empty(0)
            rate = float((answers > 0.5).mean()) if len(answers) else None
            rows.append({
                "text": text, "outcome": "yes" if own[0].outcome else "no", "first": f"{sum(means[0]) / len(means[0]):.0%}",
                "last": f"{sum(means[1]) / len(means[1]):.0%}", "rate": "" if rate is None else f"{rate:.0%}",
            })  # fmt: skip
    return rows


def _played_on(found: Findings) -> str:
    """Return what the outcomes of forecasts rest on, where the game was ended before its scenario's last day."""
    if not found.decisions.played_on:
        return ""
    last = long_date(date_of(found.record, max(len(found.record.days) - 1, 0)))
    return (
        f"The game was ended on {last}, before the last day of its scenario. Forecasts are scored against what comes of it "
        "when it is played on from there to that day: by the documented policies, with the luck of this game."
    )


def _place(found: Findings, one: Any) -> dict[str, str]:
    spec = next(m.spec for m in found.record.bound.measures if m.name == f"payoff_{one.actor}")
    others = sorted(value for value in one.others if not math.isnan(value))
    return {
        "name": named(found.record, one.actor), "value": spec.absent if math.isnan(one.value) else f"{one.value:.3f}",
        "below": "–" if math.isnan(one.below) else share(one.below),
        "median": f"{others[len(others) // 2]:.3f}" if others else spec.absent, "says": sentence(spec.says),
    }  # fmt: skip


def _questions(found: Findings) -> list[str]:
    """Return questions for the class, from what happened in this game."""
    record, asked = found.record, []
    for one in {episode.kind: episode for episode in found.episodes}.values():
        who = " and ".join(named(record, actor) for actor in one.who[:2])
        asked.append(f"{one.title}, {long_date(one.first)} ({who}): {CONCEPTS[one.kind].asks}")
    top = next((one for one in found.impacts if one.weight), None)
    if top is not None:
        when = long_date(date_of(record, top.decision.tick))
        asked.append(
            f"The decision that changed most was that of {named(record, top.decision.actor)} on {when}. Did it seem so at the "
            "time? What did those who took it know, and what would they have had to know?"
        )
    low = min(found.places, key=lambda one: one.below, default=None)
    if low is not None:
        asked.append(
            f"{named(record, low.actor)} did better than in {share(low.below)} of the other histories. How much of that was its "
            "own doing, how much the others', and how much luck?"
        )
    return [
        *asked,
        "Where did two teams see the same report and read it differently?",
        "Which rule of the model would you change, and on what evidence? Would the outcome have been another?",
    ]


def _appendix(record: Record, decisions: DecisionLog) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for line in decisions.turns:
        date = dt.date.fromisoformat(line.date)
        turn = rows.setdefault(line.turn, {"number": line.turn, "date": long_date(date), "seats": []})
        turn["seats"].append({
            "name": named(record, line.seat), "rationale": line.rationale,
            "orders": [{"channel": one.channel, "title": sentence(one.title), "why": one.rationale} for one in line.orders],
        })  # fmt: skip
    return [rows[number] for number in sorted(rows)]


def _provenance(record: Record) -> list[tuple[str, str]]:
    return [
        ("scenario", record.bound.scenario.name),
        ("scenario hash (SHA-256)", record.bound.text_hash or "made in memory"),
        ("seed", str(record.seed)),
        ("fingerprint of the measures", record.fingerprint),
        *versions().items(),
    ]
