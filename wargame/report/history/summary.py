"""The findings of one history in plain words, with numbers and dates, from the record alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wargame.engine.types import Array
from wargame.plots import basing, border, ladder, threat, vienna
from wargame.plots.reading import (
    BASING,
    RUNGS,
    TRANSPARENCY,
    date_of,
    events,
    exercise_days,
    exercises,
    group,
    has,
    named,
    observer,
    of_actor,
    peak_day,
    role,
    scalar,
)
from wargame.plots.troops import declared_guests
from wargame.report.history.headline import host_numbers, top_of
from wargame.scenario.words import (
    count,
    enumerated,
    long_date,
    none_word,
    number_word,
    off_by,
    plain,
    ratio_words,
    sentence,
    short_date,
    span,
    times,
)
from wargame.simulation.record import Record


@dataclass(frozen=True)
class Finding:
    """One point of the summary: a heading and a paragraph."""

    heading: str
    text: str


def findings(record: Record) -> list[Finding]:
    """Return the points of the summary that the record has something to say about."""
    parts = (
        ("How far it escalated", _escalation(record)),
        ("What was declared and what was true", _declared(record)),
        ("What was believed", _believed(record)),
        ("What stayed behind", _stayed(record)),
        ("Basing and bargaining", _basing(record)),
        ("The host and its patron", _host(record)),
        ("The border", _border(record)),
        ("Threat and answers", _answers(record)),
    )
    return [Finding(heading, text) for heading, text in parts if text]


def _escalation(record: Record) -> str:
    top = top_of(record)
    if top is None:
        return ""
    track, level, day = top
    name = record.bound.scenario.tracks[track]
    values = np.rint(record.series("esc", track))
    if level == 0:
        text = "No track left the ground: relations stayed as routine as they began. "
    else:
        rise = next((r for r in ladder.rises(record, track) if r.day == day), None)
        cause = f": {_lower(ladder.why(record, rise))}" if rise is not None else ""
        text = (
            f"The highest rung was {level} of 9 ({RUNGS[level]}) on the track “{name}”, "
            f"{'from the first day on' if day == 0 else 'first on ' + long_date(date_of(record, day))}{cause}. "
            f"The track stood there on {number_word(int((values == level).sum()))} of {len(values)} days and ended on "
            f"{values[-1]:.0f}. "
        )
    others = [
        f"“{record.bound.scenario.tracks[t]}” {'reached' if record.series('esc', t).max() > 0 else 'stayed at'} "
        f"{record.series('esc', t).max():.0f}"
        for t in record.bound.cast.tracks
        if t != track
    ]
    text += f"{sentence(enumerated(others))} " if others else ""
    return (text + _wars(record)).strip()


def _lower(text: str) -> str:
    """Return text that goes on after a colon: a capital article becomes small, a name does not."""
    return text[0].lower() + text[1:] if text.startswith(("An ", "A ", "The ", "At ", "In ")) else text


def _wars(record: Record) -> str:
    target = role(record, "target")
    attack, invaded = scalar(record, "attack_alliance"), of_actor(record, "invasion", target)
    hit = {
        "the alliance": round(float(attack.max())) if attack is not None else None,
        named(record, target): round(float(invaded.max())) if invaded is not None else None,
    }
    spared = [name for name, level in hit.items() if level == 0]
    text = sentence(f"{spared[0]} was not attacked") + " " if len(spared) == 1 else ""
    text = f"Neither {' nor '.join(spared)} was attacked. " if len(spared) > 1 else text
    for name, level in hit.items():
        if level:
            scale = " on a large scale" if level > 1 else "" if name == "the alliance" else " on a limited scale"
            text += sentence(f"{name} was attacked{scale}") + " "
    slips = scalar(record, "unintended")
    if slips is not None and slips[-1] > 0:
        text += f"The crisis slipped a rung upwards without anybody's order {times(round(float(slips[-1])))}."
    return text


def _declared(record: Record) -> str:
    text = ""
    for one in vienna.judged(record):
        first, last = exercise_days(record, one.id)
        host = host_numbers(record, one.id)
        whole = sum(bar.true for bar in one.bars if not bar.whole)
        text += f"{one.name} ran from {span(date_of(record, first), date_of(record, last))}. "
        together = f"; all parts together had {count(whole)}" if len(one.bars) > 1 else ""
        if host and host[0] > 0:
            text += (
                f"In the host country {count(host[0])} troops were declared and {count(host[1])} took part, "
                f"{ratio_words(host[1], host[0])}{together}. "
            )
        elif host:
            text += f"No number was given; {count(host[1])} troops took part in the host country. "
        text += (
            f"Under the Vienna Document it was “{one.letter}” by the letter ({vienna.MEANS[one.letter]}) and “{one.substance}” "
            f"in substance ({vienna.MEANS[one.substance]}); {vienna.notice_words(one)}. "
        )
    index, state = scalar(record, "transparency_index"), scalar(record, "transparency_class")
    if text and index is not None and state is not None and not np.isnan(state[-1]):
        level = round(float(state[-1]))
        text += f"Transparency came to {index[-1]:.2f} of 1, class T{level} ({TRANSPARENCY[level]})."
    return text.strip()


def _believed(record: Record) -> str:
    guests, who = scalar(record, "guest_troops"), observer(record)
    middle, low, high = (of_actor(record, f, who) for f in ("seen_guest", "seen_low", "seen_high"))
    if guests is None or middle is None or low is None or high is None or guests.max() <= 0:
        return ""
    day, name = peak_day(record), named(record, who)
    inside = float(np.mean((low <= guests) & (guests <= high)))
    text = (
        f"When most troops were in the country, on {long_date(date_of(record, day))}, {name} put them at {count(middle[day])} "
        f"(10 to 90% range {count(low[day])} to {count(high[day])}); in truth there were {count(guests[day])}: "
        f"{off_by(float(middle[day]), float(guests[day]))}. Its range held the truth on {inside:.0%} of the days. "
    )
    return text + _places(record, who or "", day) + _published(record)


def _places(record: Record, who: str, day: int) -> str:
    if not has(record, "troops", "known"):
        return ""
    cast, patron, client = record.bound.cast, role(record, "patron"), record.bound.cast.role("client")
    if patron is None:
        return ""
    troops = record.series("troops")[day, :, cast.actors.index(patron)]
    known = record.series("known")[day, cast.actors.index(who)]
    there = [i for i in range(len(cast.sites)) if cast.site_country[i] == client and troops[i] >= 50]
    missed = [i for i in there if known[i] <= 0]
    if not there:
        return ""
    names = enumerated(record.bound.scenario.sites[cast.sites[i]].name for i in missed)
    if not missed:
        all_of_them = {1: "the only place", 2: "both places"}.get(len(there), f"all {number_word(len(there))} places")
        return f"It knew {all_of_them} that held troops. "
    return f"Of {number_word(len(there))} places that held troops it did not know {names}. "


def _published(record: Record) -> str:
    low, high = scalar(record, "public_low"), scalar(record, "public_high")
    if low is None or high is None or np.isnan(high).all():
        return ""
    day = int(np.nanargmax(high))
    if count(low[day]) == count(high[day]):
        return f"The highest published estimate was {count(high[day])}, on {short_date(date_of(record, day))}. "
    return f"Published estimates ranged from {count(low[day])} to {count(high[day])} on {short_date(date_of(record, day))}. "


def _stayed(record: Record) -> str:
    guests = scalar(record, "guest_troops")
    if guests is None or guests.max() <= 0:
        return ""
    days, patron, client = len(guests), named(record, role(record, "patron")), named(record, role(record, "client"))
    text = (
        f"On the last day {count(guests[-1])} troops of {patron} were in {client}, {guests[-1] / guests.max():.0%} of the peak; "
        f"on the first day there had been {count(guests[0])}. "
    )
    for name, exercise in exercises(record):
        end = exercise_days(record, name)[1]
        if has(record, "linger_share") and 0 <= end + 30 < days:
            share = float(record.series("linger_share", name)[end + 30])
            text += "" if np.isnan(share) else f"Thirty days after {exercise.name} {share:.0%} of its guests were still there. "
    said = declared_guests(record)
    if said is not None and said.max() > 0 and said[-1] == 0 and guests[-1] >= 100:
        text += "No declared exercise accounts for them."
    return text.strip()


def _basing(record: Record) -> str:
    text = ""
    for site in basing.sites(record):
        level = np.rint(record.series("basing", site))
        if level[0] != level[-1]:
            day = int(np.flatnonzero(level != level[0])[0])
            text += (
                f"{record.bound.scenario.sites[site].name} went from {BASING[int(level[0])]} to {BASING[int(level[-1])]}, "
                f"beginning on {short_date(date_of(record, day))}. "
            )
    if basing.sites(record) and not text:
        highest = max(round(float(record.series("basing", site)[-1])) for site in basing.sites(record))
        text = f"No place changed its rung on the basing ladder; the highest is still {highest} ({BASING[highest]}). "
    found = basing.items(record)
    names = record.bound.scenario.items
    agreed = [names[i].name for i in found if record.series("agreed", i)[-1] > record.series("agreed", i)[0]]
    turned = [names[i].name for i in found if basing.refusals(record, i)]
    if agreed:
        text += f"Agreed: {enumerated(agreed)}. "
    if turned:
        text += f"Refused at least once: {enumerated(turned)}. "
    loans = of_actor(record, "loans", role(record, "client"))
    if loans is not None and loans[-1] > loans[0] + 1:
        text += f"Credit outstanding rose by USD {loans[-1] - loans[0]:,.0f} million to {loans[-1]:,.0f} million."
    return text.strip()


def _host(record: Record) -> str:
    client = role(record, "client")
    fields = (
        ("dependence", "dependence on the patron"), ("integ_mil", "military integration"), ("stability", "stability"),
        ("legitimacy", "legitimacy"), ("protest", "protest"),
    )  # fmt: skip
    said = []
    for field, words in fields:
        values = of_actor(record, field, client)
        if values is not None:
            said.append(_move(words, values))
    if not said:
        return ""
    turns = (
        ("collapsed", "The regime fell."),
        ("intervention", "The patron sent armed help."),
        ("takeover", "The patron took control."),
    )
    hard = [words for field, words in turns if (v := of_actor(record, field, client)) is not None and v.max() > 0]
    calm = "It neither fell nor was taken over." if has(record, "collapsed", "takeover") else ""
    return f"{named(record, client)}: {enumerated(said)}. {' '.join(hard) or calm}".strip()


def _move(words: str, values: Array) -> str:
    first, last = float(values[0]), float(values[-1])
    if abs(last - first) < 0.015:
        return f"{words} stayed at {plain(round(last, 2))}"
    return f"{words} {'rose' if last > first else 'fell'} from {plain(round(first, 2))} to {plain(round(last, 2))}"


def _border(record: Record) -> str:
    found = border.states(record)
    if not found:
        return ""
    flows = {a: float(record.series("migrant_flow", a).sum()) for a in found}
    said = [f"{count(v)} at the border of {named(record, a)}" for a, v in flows.items() if v >= 50]
    text = f"Attempts to cross: {enumerated(said)}. " if said else ""
    kept = [
        f"{named(record, a)} on {days} days"
        for a in found
        if has(record, "emergency") and (days := int((record.series("emergency", a) > 0).sum()))
    ]
    text += f"States of emergency: {enumerated(kept)}. " if kept else ""
    incidents = events(record, "incident")
    clashes = sum(float(record.series("clash", a).sum()) for a in found) if has(record, "clash") else 0.0
    if len(incidents) == 1:
        text += f"There was one incident, {'with' if clashes > 0 else 'without'} casualties."
    elif incidents:
        text += f"There were {number_word(len(incidents))} incidents, {none_word(round(clashes))} of them with casualties."
    return text.strip()


def _answers(record: Record) -> str:
    actors = threat.shown(record)
    if not actors:
        return ""
    peaks = sorted((-float(record.series("threat", a).max()), a) for a in actors)[:3]
    said = [f"{named(record, a)} ({-v:.2f})" for v, a in peaks]
    text = f"The sense of threat was strongest in {enumerated(said)}. "
    falls = [
        _move(f"the posture of {named(record, a)}", record.series("posture", a))
        for a in group(record, "alliance")
        if has(record, "posture")
    ]
    pressed = of_actor(record, "sanctions", role(record, "client"))
    if pressed is not None:
        falls.append(_move(f"sanctions on {named(record, role(record, 'client'))}", pressed))
    return (text + sentence(enumerated(falls))).strip()
