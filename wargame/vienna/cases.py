"""Numbered adjudication cases in YAML: read, adjudicate, compare with what they expect, show.

Format of a case file::

    about: what the file holds                # optional, like defaults
    defaults: {start: 2021-09-10, hours: 168} # fields of every activity of the file that does not say otherwise
    cases:
    - id: VD-001                              # unique in the file
      title: one line
      why: the reasoning that leads to the expected verdict
      source: [facts A2]                      # or judgement: one honest line
      rules: {inequality: '>', scope: whole, together: sum, notify.troops: 10000}  # overrides; default >=, part, peak
      activity:                               # or calendar: or clock:
        name: whole
        start: 2021-09-10
        end: 2021-09-16                       # hours: 72 says it more exactly
        host: a state
        kind: land                            # or transfer (into the zone, or within it to a place of concentration)
        declared: {troops: 9000, tanks: 0}    # troops tanks acv artillery airborne amphibious sorties; a bare number
                                              # is troops; withheld: numbers are not given
        true: 9000                            # as declared when left out
        notified: 42 days ahead               # or a date, 1 day after start, never, unknown (also when left out)
        observers: invited                    # or voluntary (no Chapter VI invitation), none, unknown
        snap: true                            # said to begin without warning its troops; truly_snap: false if it did not
        air_listed: true                      # the notice lists the air component
        senders: [{state: another, declared: 3000, notified: never}]
        area: a region
        one_command: true                     # the parts are one activity in substance; true: is then its true total
        judged_on: 2021-09-01                 # before the start, what is not yet done is still open
        parts: [{name: north, declared: 8000}]  # what a part does not say it takes from the activity
      calendar:                               # Chapters VII and VIII
      - {name: x, state: s, start: 2021-09-10, end: 2021-09-16, forces: 14000, announced: 2020-11-15}
      clock:                                  # Chapter III: request reply judged_insufficient call_meeting meeting
      - {on: 2022-02-09, what: request}       # call_joint joint_meeting visit satisfied; attended: false
      expect:                                 # optional: verdict letter substance paragraphs; clock: states {date: stage}
        verdict: met

Verdicts: below, notifiable, observable, met, late, evaded, breached (see :mod:`wargame.vienna.adjudicate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wargame.errors import mistake
from wargame.scenario.files.resources import content_of
from wargame.vienna.activity import Activity
from wargame.vienna.adjudicate import VERDICTS
from wargame.vienna.case_reading import MOST_ITEMS, PART, read_activity, read_calendar, read_clock, read_rules
from wargame.vienna.chapter_three import STAGES, Event, replay
from wargame.vienna.constraints import Entry
from wargame.vienna.rules import DEFAULT, Rules
from wargame.vienna.splitting import MOST_PARTS
from wargame.vienna.yaml_nodes import Fields, Node, Reader, compose

MOST_CHARACTERS = 2_000_000  # judgement: ten times the shipped cases; a larger file is a mistake.
SUBJECTS = ("activity", "calendar", "clock")


@dataclass(frozen=True)
class Expectation:
    """What a case expects; None: it does not say."""

    verdict: str | None = None
    letter: str | None = None
    substance: str | None = None
    paragraphs: tuple[str, ...] | None = None
    states: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One numbered case: exactly one of activity, calendar and clock is set."""

    id: str
    title: str
    why: str
    rules: Rules
    activity: Activity | None = None
    judged_on: date | None = None
    calendar: tuple[Entry, ...] | None = None
    clock: tuple[Event, ...] | None = None
    expect: Expectation = Expectation()


def read_cases(path: str | Path) -> tuple[Case, ...]:
    """Return the cases of a file; :class:`wargame.errors.InputError` with every mistake, each at its line and
    column.
    """
    try:
        content = content_of(Path(path), 4 * MOST_CHARACTERS)
        if len(content) > 4 * MOST_CHARACTERS:  # more than so many letters, however they are written
            raise OSError(f"it has more than {MOST_CHARACTERS:,} characters")
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise mistake(f"cannot read the file: {reason}", file=str(path)) from None
    return parse_cases(text, str(path))


def parse_cases(text: str, file: str = "cases") -> tuple[Case, ...]:
    """Return the cases of a YAML text; errors as :func:`read_cases`, named after ``file``."""
    if len(text) > MOST_CHARACTERS:
        raise mistake(f"the file has {len(text):,} characters; at most {MOST_CHARACTERS:,} are allowed", file=file)
    reader = Reader(file)
    top = reader.mapping(compose(text, file), "", ("about", "source", "defaults", "cases"), ("cases",))
    defaults = reader.mapping(top["defaults"], "defaults", PART) if "defaults" in top else {}
    nodes = reader.items(top["cases"], "cases") if "cases" in top else []
    if len(nodes) > MOST_ITEMS:
        reader.wrong(top["cases"], "cases", f"{len(nodes)} cases are too many; at most {MOST_ITEMS} are allowed")
    cases: list[Case] = []
    for i, node in enumerate(nodes[:MOST_ITEMS]):
        case = _case(reader, node, f"cases[{i}]", defaults)
        if case.id and any(case.id == other.id for other in cases):
            reader.wrong(node, f"cases[{i}].id", f'the id "{case.id}" is taken by an earlier case')
        cases.append(case)
    reader.finish()
    return tuple(cases)


def _case(reader: Reader, node: Node, path: str, defaults: Fields) -> Case:
    known = ("id", "title", "why", "source", "judgement", "rules", "expect", *SUBJECTS)
    given = reader.mapping(node, path, known, ("id", "title"))
    subjects = [name for name in SUBJECTS if name in given]
    if given and len(subjects) != 1:
        reader.wrong(
            node,
            path,
            f"a case needs exactly one of {', '.join(SUBJECTS)} (got {', '.join(subjects) or 'none'})",
        )
    texts = {name: reader.text(given[name], f"{path}.{name}") for name in ("id", "title", "why") if name in given}
    rules = read_rules(reader, given["rules"], f"{path}.rules") if "rules" in given else DEFAULT
    activity, judged_on = (
        read_activity(reader, given["activity"], f"{path}.activity", defaults) if "activity" in given else (None, None)
    )
    if activity is not None and len(activity.parts) > MOST_PARTS:
        reader.wrong(
            given["activity"],
            f"{path}.activity",
            f"{len(activity.parts)} parts are too many; at most {MOST_PARTS} are allowed",
        )
    events = tuple(read_clock(reader, given["clock"], f"{path}.clock")) if "clock" in given else None
    if events:
        try:
            replay(events, rules)
        except ValueError as error:
            reader.wrong(given["clock"], f"{path}.clock", str(error))
    return Case(
        id=texts.get("id", ""),
        title=texts.get("title", ""),
        why=texts.get("why", ""),
        rules=rules,
        activity=activity,
        judged_on=judged_on,
        calendar=tuple(read_calendar(reader, given["calendar"], f"{path}.calendar")) if "calendar" in given else None,
        clock=events,
        expect=_expect(reader, given["expect"], f"{path}.expect") if "expect" in given else Expectation(),
    )


def _expect(reader: Reader, node: Node, path: str) -> Expectation:
    given = reader.mapping(node, path, ("verdict", "letter", "substance", "paragraphs", "states"))
    verdicts = {
        name: reader.choice(given[name], f"{path}.{name}", VERDICTS)
        for name in ("verdict", "letter", "substance")
        if name in given
    }
    paragraphs = (
        tuple(reader.text(one, f"{path}.paragraphs") for one in reader.items(given["paragraphs"], f"{path}.paragraphs"))
        if "paragraphs" in given
        else None
    )
    states = []
    if isinstance(given.get("states"), Node):
        days = reader.mapping(given["states"], f"{path}.states", ())
        for day, stage in days.items():
            try:
                states.append((date.fromisoformat(day), reader.choice(stage, f"{path}.states.{day}", STAGES)))
            except ValueError:
                reader.wrong(stage, f"{path}.states", f'the key must be a date such as 2022-02-09 (got "{day}")')
    return Expectation(verdicts.get("verdict"), verdicts.get("letter"), verdicts.get("substance"), paragraphs, tuple(states))
