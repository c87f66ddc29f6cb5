"""The rules of episodes that turn on what actors believe of each other: fear of abandonment, misread signals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wargame.scenario.words import enumerated, long_date
from wargame.seminar.debrief.episode_rules import TROOPS, WEST, made
from wargame.seminar.debrief.histories import Episode, History

PATIENCE = 14  # days within which an ally's answer is due: two of its decisions


@dataclass(frozen=True)
class Reassurance:
    """How an ally asks for reassurance, what answers it, and what shows its need."""

    roles: tuple[str, ...]
    asks: tuple[str, ...]
    of: tuple[str, ...]
    answers: tuple[str, ...]
    need: str
    least: float  # of the need, for the asking to be more than ceremony: about the middle of the scale
    says: str


REASSURANCES = (
    Reassurance(("members", "frontline"), ("ask_reassurance", "consult_allies", "invoke_article_4"), ("alliance", "distant"),
         ("reassure_allies", "reinforce_member", "exercise_reinforcement", "send_own_battalion", "raise_posture",
          "invoke_article_5"),
         "threat", 0.5, "its sense of threat"),
    Reassurance(("client",), ("ask_loan", "ask_to_stay"), ("patron",),
         ("lend", "lend_package", "offer_loan", "pledge_support", "send_police_reserve", "deliver_arms", "leave_troops"),
         "loan_need", 0.4, "its need of money"),
)  # fmt: skip


def abandonment_fears(history: History) -> Iterator[Episode]:
    """An ally in need asks, and for ``PATIENCE`` days none of those it asks gives any sign."""
    for plea in REASSURANCES:
        asked = history.role(*plea.of)
        signs = sorted(day for who in asked for day, _ in history.acts(who, plea.answers))
        for actor in (who for who in history.role(*plea.roles) if who not in asked):
            need = history.of(plea.need, actor)
            for day, action in history.acts(actor, plea.asks):
                end = day + PATIENCE
                if end >= history.days or need[day] < plea.least or any(day <= sign <= end for sign in signs):
                    continue
                yield _fear(history, plea, (actor, *asked), (day, end), action)
                break


def _fear(history: History, plea: Reassurance, who: Sequence[str], days: tuple[int, int], action: str) -> Episode:
    need = history.of(plea.need, who[0])
    day, end = days
    name, others = history.name(who[0]), enumerated(history.name(one) for one in who[1:])
    asked = f"On {long_date(history.date(day))} {name} {history.words(who[0], day, action)}"
    rule = (
        f"{asked}; {plea.says} stood at {need[day]:.2f} (the rule asks for {plea.least:.2f}). "
        f"For {PATIENCE} days no sign of support came from {others}. At their end it stood at {need[end]:.2f}."
    )
    reading = (
        f"{name} asked and was left waiting. An ally alone with its fear looks for another way: louder, dearer, or elsewhere."
    )
    return made(
        history, "abandonment_fear", days, who, float(need[day]), rule, reading, need=float(need[day]), after=float(need[end])
    )


ALARMED = ("warn_of_war", "publish_estimate", "complain_forces_left", "raise_posture", "exercise_reinforcement",
           "reinforce_member", "send_own_battalion", "hold_counter_exercise", "guard_north", "warn_permanent_presence",
           "invoke_article_4")  # fmt: skip
# What one does who overrates, and what one does who underrates, a client's stability or a protector's resolve.
WEAK = (("squeeze_client", "deepen_isolation"), ("intervene", "take_over", "send_police_reserve"))
SHIELDED = (
    ("provoke_at_border", "stage_false_flag", "endorse_red_lines"),
    ("gesture_to_west", "offer_mediation", "stay_out_of_war"),
)
CALMED = ("calm_public", "reassure_allies", "lower_posture", "lift_emergency", "accept_explanation", "stand_down")


def misread_signals(history: History) -> Iterator[Episode]:
    """A belief is far from the truth on a day on which its holder acts as one would who believed it."""
    inside = history.role("patron", "client")
    for actor in (who for who in history.role(*WEST) if who not in inside):
        for found in (_misjudged_force(history, actor), *(_misjudged_intent(history, actor, p) for p in history.role("patron"))):
            if found is not None:
                yield found
    for patron in history.role("patron"):
        for client in history.role("client"):
            beliefs = (
                _misjudged(history, patron, client, "stability", 0.15, *WEAK, "the regime's stability"),
                _misjudged(history, client, patron, "resolve", 0.2, *SHIELDED, "the resolve"),
            )
            yield from (found for found in beliefs if found is not None)


def _misjudged_force(history: History, actor: str) -> Episode | None:
    """The truth lies outside the actor's own range and a third or more away from what it holds likeliest."""
    true, middle = history.of("guest_troops"), history.of("seen_guest", actor)
    low, high = history.of("seen_low", actor), history.of("seen_high", actor)
    found = []
    for sign, acts in ((1, ALARMED), (-1, CALMED)):
        for day, action in history.acts(actor, acts):
            before = day - 1  # decided in the morning, by what was known the evening before
            if before < 0:
                continue
            off = float(np.log(max(middle[before], 1.0) / max(true[before], 1.0)))
            outside = true[before] < low[before] if sign > 0 else true[before] > high[before]
            if off * sign >= np.log(4 / 3) and outside and max(true[before], middle[before]) >= 2 * TROOPS:
                found.append((abs(off), before, action))
    if not found:
        return None
    size, day, action = max(found)
    name = history.name(actor)
    rule = (
        f"On {long_date(history.date(day))} {name} held {middle[day]:,.0f} foreign troops likeliest, between {low[day]:,.0f} and "
        f"{high[day]:,.0f}; the truth was {true[day]:,.0f}, outside that range and off by a factor of {np.exp(size):.1f} (the "
        f"rule asks for 4/3). The next morning it {history.words(actor, day + 1, action)}."
    )
    return _misread(history, (actor,), day, size, rule, believed=float(middle[day]), true=float(true[day]))


def _misjudged_intent(history: History, actor: str, patron: str) -> Episode | None:
    return _misjudged(history, actor, patron, "intent", 0.5, ALARMED, CALMED, "the intent to attack (0 none, 1 limited, 2 large)")


def _misjudged(history: History, actor: str, subject: str, what: str, least: float, high: Sequence[str], low: Sequence[str],
               says: str) -> Episode | None:  # fmt: skip
    """Return the worst day on which an actor acted by a belief about another that was ``least`` or more from the truth."""
    true, held = history.of(what, subject), history.of(f"believed.{what}", actor, subject)
    gaps = [
        (sign * float(held[day - 1] - true[day - 1]), day - 1, action)
        for sign, acts in ((1, high), (-1, low)) for day, action in history.acts(actor, acts) if day > 0
    ]  # fmt: skip
    size, day, action = max(gaps, default=(0.0, 0, ""))
    if size < least:
        return None
    name = history.name(actor)
    rule = (
        f"On {long_date(history.date(day))} {name} put {says} of {history.name(subject)} at {held[day]:.2f}; it was "
        f"{true[day]:.2f} "
        f"(the rule asks for {least:.2f} between them). The next morning it {history.words(actor, day + 1, action)}."
    )
    return _misread(history, (actor, subject), day, size, rule, believed=float(held[day]), true=float(true[day]))


def _misread(history: History, who: Sequence[str], day: int, size: float, rule: str, **numbers: float) -> Episode:
    reading = (
        f"{history.name(who[0])} did what would have been reasonable had its picture been right. The others saw the act and not "
        "the picture behind it."
    )
    return made(history, "misread_signal", (day, day + 1), who, size, rule, reading, **numbers)
