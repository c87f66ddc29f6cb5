"""The rules that find episodes. Every threshold is a judgement where it stands; none was fitted to a history.

Rules speak of roles, fields and actions of the menu; what a scenario lacks cannot fire. Days count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wargame.scenario.words import enumerated, long_date
from wargame.seminar.debrief.episode_concepts import CONCEPTS
from wargame.seminar.debrief.histories import Episode, History, times

WINDOW = 28  # days: four weekly decisions, time for an answer and an answer to it
RISE = 0.05  # of a sense of threat (0 to 1) within the window: several times its daily noise
MEMORY = 42  # days for which a promise or a show of strength is held to be remembered: six weekly decisions
WORSE = 0.03  # by which things have to have got worse since for a step to count as forced
UNSEEN = 7  # days for which a change has to stay unknown: those who mind have decided once without knowing
TROOPS = 300  # below, nobody would call it a position

WEST = ("alliance", "members", "frontline", "target", "distant")
HARD = ("posture", "counter_exercise", "reinforce", "reinforce_member", "pressure", "provoke", "norm_breach", "aid")


def made(history: History, kind: str, span: tuple[int, int], who: Sequence[str], weight: float, rule: str, reading: str,
          **numbers: float) -> Episode:  # fmt: skip
    """Return an episode of a kind between two days, with what is said of its kind in general."""
    idea = CONCEPTS[kind]
    first, last = (history.date(day) for day in span)
    return Episode(
        kind, idea.title, first, last, tuple(who), rule, reading, idea.says, idea.reference, idea.sources, weight, numbers
    )


def spirals(history: History) -> Iterator[Episode]:
    """Both threats rise by ``RISE`` within ``WINDOW`` days, each side hardens in answer to the other, and no attack is meant.

    Of every patron the window in which most rose on both sides, and everybody else with whom the rule fires in it.
    """
    others = history.role("alliance", "members", "frontline", "target")
    for patron in history.role("patron"):
        peaceful = history.of("intent", patron)
        best: tuple[float, int, str] | None = None
        for first, last in history.windows(WINDOW):
            if peaceful[first : last + 1].max() > 0:
                continue
            for other in others:
                rise = _mutual(history, patron, other, first, last)
                if rise is not None and (best is None or rise > best[0]):
                    best = (rise, first, other)
        if best is not None:
            rise, first, other = best
            also = [o for o in others if o != other and _mutual(history, patron, o, first, first + WINDOW) is not None]
            yield _spiral(history, patron, (other, *also), (first, first + WINDOW), rise)


def _steps(history: History, one: str, two: str, first: int, last: int) -> list[str]:
    """Return who of two hardened, step by step, between two days."""
    hard = history.pushing(*HARD)
    return [
        who for day, who in sorted((day, who) for who in (one, two) for day, _ in history.acts(who, hard)) if first <= day <= last
    ]


def _mutual(history: History, one: str, two: str, first: int, last: int) -> float | None:
    """Return the smaller of two rises of threat where both are large enough and steps were answered; None elsewhere."""
    a, b = history.of("threat", one), history.of("threat", two)
    rise = float(min(a[last] - a[first], b[last] - b[first]))
    if rise < RISE:
        return None
    answered = sum(x != y for x, y in pairwise(_steps(history, one, two, first, last)))
    return rise if answered >= 2 else None


def _spiral(history: History, patron: str, others: Sequence[str], span: tuple[int, int], rise: float) -> Episode:
    first, last = span
    a, b = history.of("threat", patron), history.of("threat", others[0])
    one, two = history.name(patron), history.name(others[0])
    steps = _steps(history, patron, others[0], first, last)
    also = f" The same holds of {enumerated(history.name(other) for other in others[1:])}." if len(others) > 1 else ""
    rule = (
        f"Within {WINDOW} days the sense of threat rose in both: {one} {a[first]:.2f} to {a[last]:.2f}, {two} {b[first]:.2f} to "
        f"{b[last]:.2f} (the rule asks for {RISE:.2f}). Each hardened in answer to the other: {one} "
        f"{times(steps.count(patron))}, {two} {times(len(steps) - steps.count(patron))}. An attack was at no time meant.{also}"
    )
    reading = (
        f"{one} and {two} answered each other's precautions. Neither had an attack in mind, and at the end of it both felt less "
        "safe than before."
    )
    return made(history, "spiral", span, (patron, *others), rise, rule, reading,
                rise_first=float(a[last] - a[first]), rise_second=float(b[last] - b[first]))  # fmt: skip


@dataclass(frozen=True)
class Commitment:
    """A word that binds: who gives it, by which actions, and the steps that it may force."""

    role: str
    word: tuple[str, ...]
    forced: tuple[str, ...]


COMMITMENTS = (
    Commitment("client", ("promise_more", "appeal_common_threat", "endorse_red_lines"),
         ("accept_item", "accept_under_label", "hand_over_command", "deploy_contingent", "join_war")),
    Commitment("client", ("vow_to_stay", "talk_of_war"), ("repress_protest", "purge_elite", "join_war")),
    Commitment("patron", ("pledge_support", "send_police_reserve"), ("intervene", "take_over", "lend_package")),
    Commitment("patron", ("demand_no_expansion",), ("invade_limited", "invade_large", "call_snap_check")),
    Commitment("alliance", ("hold_door_open", "support_sovereignty"), ("aid_target", "exercise_with_target", "raise_posture")),
)  # fmt: skip
# What may turn against an actor between its word and the step: field, whether more of it is worse, in words.
TURNS: tuple[tuple[str, bool, bool, str], ...] = (
    ("tension", False, True, "tension"), ("threat", True, True, "its sense of threat"),
    ("stability", True, False, "stability at home"), ("loan_need", True, True, "its need of money"),
    ("protest", True, True, "protest"),
)  # fmt: skip


def commitment_traps(history: History) -> Iterator[Episode]:
    """A public word is followed within ``MEMORY`` days by a step that honours it, after things got worse by ``WORSE``.

    Of every bond of an actor the step before which most had turned.
    """
    for bond in COMMITMENTS:
        for actor in history.role(bond.role):
            words = history.acts(actor, bond.word)
            turns = [
                (_turned(history, actor, w, day), (w, day), (word, step))
                for day, step in history.acts(actor, bond.forced)
                for w, word in words
                if w < day <= w + MEMORY
            ]
            if not turns:
                continue
            (size, what), span, acts = max(turns, key=lambda turn: (turn[0][0], -turn[1][1], turn[1][0], turn[2]))
            if size >= WORSE:
                yield _trap(history, actor, span, acts, size, what)


def _turned(history: History, actor: str, first: int, last: int) -> tuple[float, str]:
    """Return by how much things got worse for an actor between two days, and what: the largest of the turns."""
    found = []
    for name, own, more, says in TURNS:
        values = history.of(name, actor) if own else history.of(name)
        change = float(values[last] - values[first]) * (1 if more else -1)
        found.append((change, f"{says} went from {values[first]:.2f} to {values[last]:.2f}"))
    return max(found)


def _trap(history: History, actor: str, span: tuple[int, int], acts: tuple[str, str], size: float, what: str) -> Episode:
    name, (word, step) = history.name(actor), (history.words(actor, day, act) for day, act in zip(span, acts, strict=True))
    later = span[1] - span[0]
    rule = (
        f"On {long_date(history.date(span[0]))} {name} {word}; {later} days later (the rule allows {MEMORY}) it {step}. "
        f"In between {what} (the rule asks for a turn for the worse of {WORSE:.2f})."
    )
    reading = f"{name} had given its word while that was cheap. By the time it was called in, things had turned, and it paid."
    return made(history, "commitment_trap", span, (actor,), size, rule, reading, worse=size, days=float(later))


SHOWS = ("raise_posture", "exercise_reinforcement", "reinforce_member", "send_own_battalion", "hold_counter_exercise",
         "guard_north", "exercise_with_target", "aid_target", "publish_intelligence")  # fmt: skip


def deterrence_failures(history: History) -> Iterator[Episode]:
    """A show of strength is followed within ``MEMORY`` days by the act it was to prevent: an attack, or a provocation."""
    shows = sorted((day, action, actor) for actor in history.role(*WEST) for day, action in history.acts(actor, SHOWS))
    for day, what, who, weight in _challenges(history):
        before = [show for show in shows if day - MEMORY <= show[0] < day]
        if not before:
            continue
        last, action, actor = before[-1]
        rule = (
            f"{len(before)} show{'' if len(before) == 1 else 's'} of strength within {MEMORY} days before, the last on "
            f"{long_date(history.date(last))}, when {history.name(actor)} {history.words(actor, last, action)}; on "
            f"{long_date(history.date(day))} {what} all the same."
        )
        reading = (
            "What was meant to prevent it did not. A probe below the threshold of an answer is the cheapest way past a threat: "
            "too small for the answer that was threatened, and large enough to show that none comes." if weight < 2 else
            "What was meant to prevent the attack did not. Either it was not believed, or it weighed less than what the attacker "
            "hoped for, or feared from waiting."
        )  # fmt: skip
        yield made(history, "deterrence_failure", (last, day), tuple(dict.fromkeys((*who, actor))), weight, rule, reading,
                    shows=float(len(before)), days=float(day - last))  # fmt: skip


def _challenges(history: History) -> Iterator[tuple[int, str, tuple[str, ...], float]]:
    """Yield the acts that were to be prevented: day, in words, whose, how grave."""
    patrons = history.role("patron")
    for target in history.role("target"):
        hit = np.flatnonzero(history.of("invasion", target) > 0)
        if len(hit):
            yield int(hit[0]), f"{history.name(target)} was attacked", (*patrons, target), 3.0
    hit = np.flatnonzero(history.of("attack_alliance") > 0)
    if len(hit):
        yield int(hit[0]), "a member of the alliance was attacked", patrons, 4.0
    for actor in history.role("patron", "client"):
        for day, action in history.acts(actor, ("provoke_at_border", "stage_false_flag"))[:1]:
            yield day, f"{history.name(actor)} {history.words(actor, day, action)}", (actor,), 1.0


def faits_accomplis(history: History) -> Iterator[Episode]:
    """A step of basing, or a position of ``TROOPS``, stands for ``UNSEEN`` days before anybody outside knows of it."""
    cast, scenario = history.record.bound.cast, history.record.bound.scenario
    outside = [who for who in history.role(*WEST) if who not in history.role("patron", "client")]
    hosts = set(history.role("client"))
    for patron in history.role("patron"):
        for site in cast.sites:
            if scenario.sites[site].country not in hosts:
                continue
            true, public = history.of("basing", site), history.of("basing_public", site)
            stepped = np.asarray(true >= np.floor(true[0]) + 1) & (np.floor(true) > public)
            troops = history.of("troops", site, patron)
            known = np.max([history.of("known", who, site) for who in outside], axis=0) if outside else np.ones(history.days)
            name = scenario.sites[site].name
            step, camp = f"a new step of the basing ladder stood at {name}", f"troops of {history.name(patron)} stood at {name}"
            for hidden, weight, what, until in (
                (stepped, 2.0, step, "the public knew of no such step"),
                ((troops >= TROOPS) & (known == 0), 1.0, camp, "nobody outside knew of it"),
            ):
                first, length = _longest(hidden)
                if length >= UNSEEN:
                    most = float(troops[first : first + length].max())
                    words = f"{what}, {most:,.0f} men at most, while {until}"
                    yield _accompli(history, patron, (first, first + length - 1), weight + length / 1000, words, most)


def _accompli(history: History, patron: str, days: tuple[int, int], weight: float, what: str, most: float) -> Episode:
    length = days[1] - days[0] + 1
    still = days[1] == history.days - 1
    end = ", and it was not found by the end" if still else ""
    rule = f"For {length} days {what} (the rule asks for {UNSEEN} days{end})."
    reading = (
        "By the time the others can speak of it, it is there. To undo it they would have to ask for something back; to accept "
        "it they need do nothing."
    )
    hosts = history.role("client")
    return made(history, "fait_accompli", days, (patron, *hosts), weight, rule, reading, days=float(length), troops=most)


def _longest(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    """Return the longest run of true days: (first day, how many)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int64), [0]])))
    runs = [(int(b - a), int(a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    length, first = max(runs, key=lambda run: (run[0], -run[1]), default=(0, 0))
    return first, length
