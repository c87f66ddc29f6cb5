"""Parameters of the mechanism *escalation*."""

from __future__ import annotations

from wargame.mechanisms.base import Parameter
from wargame.mechanisms.unmodelled import unmodelled


def _weight(name: str, value: float, says: str, source: tuple[str, ...], judgement: str = "size is a judgement") -> Parameter:
    return Parameter(name, value, says, "", {"lognormal": {"median": value, "sigma": 0.4}}, source, judgement, 0.0)


def _fixed(name: str, value: float, says: str, unit: str, judgement: str) -> Parameter:
    return Parameter(name, value, says, unit, None, (), judgement, 0.0)


def _days(name: str, value: float, says: str, judgement: str) -> Parameter:
    return Parameter(name, value, says, "days", {"lognormal": {"median": value, "sigma": 0.4}}, (), judgement, 1.0, 1e9)


PARAMETERS: tuple[Parameter, ...] = (
    _weight("tension_threat", 0.35, "Tension per unit of the front line's mean threat", ("ft-neighbours-rattled",)),
    _weight("tension_rhetoric", 0.2, "Tension per unit of hostile rhetoric", ("odr-war-talk-36-times",)),
    _weight("tension_exercise", 0.12, "Tension of an exercise near the border", ("cbc-routine-drill-tense-context",)),
    _weight("tension_pressure", 0.25, "Tension per unit of pressure on the target", ("odr-link-to-crisis-open",)),
    _weight("tension_emergency", 0.1, "Tension of emergencies in the whole front line", ("cbc-poland-emergency-two-areas",)),
    _weight("tension_war", 0.4, "Tension of a war under way", ("wapo-zelensky-war-possible",)),
    _weight("tension_turmoil", 0.25, "Tension of turmoil after a fall of the client's regime", ("cling-extreme-scenarios",)),
    _weight("incident_shock", 0.03, "Tension added at once by an incident", ("ft-border-weapons-provocation",)),
    _weight("clash_shock", 0.15, "Tension added at once by a clash", ("ft-unauthorised-misunderstanding",)),
    unmodelled(0.02, "Spread of tension by what nothing here causes", "a quiet week and a loud one differ by as much; judged"),
    _days("notice_days", 3.0, "Mean time until a condition over what is hidden is noticed", "days of rumours before it is news"),
    _days("rise_days", 7.0, "Time constant of rising tension", "a week of news"),
    _days("fall_days", 21.0, "Time constant of falling tension", "tension outlives its causes by weeks"),
    _weight(
        "slip",
        0.0006,
        "Odds a day of an unintended step up from the ground",
        ("odr-escalation-hard-to-control",),
        "per track one unintended step in some 40 weeks at level 4 and in some 16 at level 6",
    ),
    Parameter(
        "slip_growth",
        1.6,
        "Factor by which these odds grow with every level",
        "",
        {"triangular": {"low": 1.3, "mode": 1.6, "high": 2.0}},
        ("odr-escalation-hard-to-control", "odr-conflicts-defy-intentions"),
        "at least twice the odds at crisis level (stylised fact 54) asks for more than 1.2 per level",
        1.0,
    ),
    _weight(
        "occasion_gain",
        3.0,
        "Relative rise of these odds on the day after an incident or another thing that nobody decided",
        ("ft-unauthorised-misunderstanding", "odr-escalation-hard-to-control", "F-E6-encounters"),
        "so that about one contained incident in a hundred goes further: one of some hundred serious encounters logged did",
    ),
    _weight(
        "erratic_gain",
        0.5,
        "Relative rise of these odds with full erraticism of the client's leadership",
        ("ft-baltics-more-mischief-than-2017",),
    ),
    Parameter(
        "hotline_gain",
        0.4,
        "Part of the odds that open channels take away",
        "",
        {"beta": {"mean": 0.4, "sd": 0.15}},
        judgement="no document speaks of hotlines; common in the literature on crisis management",
        low=0.0,
        high=1.0,
    ),
    Parameter(
        "roe_gain",
        0.3,
        "Part of the odds that perfect rules of engagement take away",
        "",
        {"beta": {"mean": 0.3, "sd": 0.12}},
        ("ft-clear-rules-of-engagement", "ft-residual-mistake-concern"),
        "never all of it",
        0.0,
        1.0,
    ),
    Parameter(
        "war_from_clash",
        0.004,
        "Odds that a clash at a member's border becomes war with the alliance",
        "",
        {"lognormal": {"median": 0.004, "sigma": 0.7}},
        ("cbc-no-imminent-attack-on-nato", "F-E6-escalation", "F-F2-exercise-mentioned-1946"),
        "none of some hundred logged serious encounters did; of East-West crises with any outcome 1 in 18 ended in war",
        0.0,
        1.0,
    ),
    _days("step_days", 5.0, "Days on every step of the way down, and after an unintended step", "a working week"),
    _days("calm_days", 5.0, "Days by which a full calming act shortens the stay on a level", "one step down"),
    _fixed("top", 8.0, "Highest level an unintended step can reach", "level", "war with the alliance is level 9 and no slip"),
    _fixed("start", 0.0, "Level of every track on the first morning", "level", "causes put it where it belongs"),
    _fixed("odds_up", 0.0, "Constant odds of a step up", "1/day", "zero but in analytic scenarios"),
    _fixed("odds_down", 0.0, "Constant odds of a step down by luck", "1/day", "zero but in analytic scenarios"),
    _fixed("absorbing", 0.0, "1: a track that stands at 0 or at the top stays there", "0/1", "zero but in analytic scenarios"),
)
