"""Mistakes of meaning in a scenario file: exact messages with file, line and column. Each was read and found to help its author."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.strait import STRAIT, strait
from wargame.binding.bind import bind
from wargame.errors import InputError
from wargame.scenario.load import load

# what it is about, text of the theatre of the tests, what stands there instead, every message
MISTAKES: list[tuple[str, str, str, list[str]]] = [
    (
        "role_of_nobody",
        "patron: empire,",
        "patron: empyre,",
        [
            'strait.yaml:10:17: roles.patron: unknown actor "empyre"; did you mean "empire"?',
        ],
    ),
    (
        "observer",
        "observer: league",
        "observer: leage",
        [
            'strait.yaml:8:11: observer: unknown actor "leage"; did you mean "league"?',
        ],
    ),
    (
        "country",
        "country: league, kind: town",
        "country: leagu, kind: town",
        [
            'strait.yaml:36:59: sites.lantern.country: unknown actor "leagu"; did you mean "league"?',
        ],
    ),
    (
        "item_site",
        "site: quay, troops: 800",
        "site: quai, troops: 800",
        [
            'strait.yaml:49:68: items.depot.site: unknown site "quai"; did you mean "quay"?',
        ],
    ),
    (
        "basing_item_without_site",
        "level: 2, site: quay, troops",
        "level: 2, troops",
        [
            "strait.yaml:49:10: items.depot: a basing item needs a site",
        ],
    ),
    (
        "policy",
        "policy: watchful",
        "policy: watchfull",
        [
            'strait.yaml:28:13: actors.league.policy: unknown policy "watchfull"; did you mean "watchful"?',
        ],
    ),
    (
        "host",
        "host: port",
        "host: harbor",
        [
            'strait.yaml:53:11: exercises.autumn.host: unknown actor "harbor"; allowed: empire, league, port',
        ],
    ),
    (
        "announced_late",
        "announced: 2031-02-01",
        "announced: 2031-12-01",
        [
            "strait.yaml:57:16: exercises.autumn.announced: announced after its end (got 2031-12-01, end 2031-03-22)",
        ],
    ),
    (
        "contingent",
        "contingents: {empire: 0.3, port: 0.7}",
        "contingents: {empires: 0.3, port: 0.7}",
        [
            'strait.yaml:65:32: exercises.autumn.parts.shore.contingents.empires: unknown actor "empires"; did you mean "empire"?',
        ],
    ),
    (
        "shares",
        "contingents: {empire: 0.3, port: 0.7}",
        "contingents: {empire: 0.6, port: 0.7}",
        [
            "strait.yaml:65:22: exercises.autumn.parts.shore.contingents: shares add up to 1.3; at most 1 is allowed",
        ],
    ),
    (
        "undeclared_elsewhere",
        "undeclared_sites: [quay]",
        "undeclared_sites: [citadel]",
        [
            'strait.yaml:67:27: exercises.autumn.parts.shore.undeclared_sites: unknown site of this part "citadel"; allowed: moor, quay',
        ],
    ),
    (
        "site_shares",
        "sites: {moor: 0.7, quay: 0.3}",
        "sites: {moor: 0.7, keyside: 0.3}",
        [
            'strait.yaml:66:37: exercises.autumn.parts.shore.sites.keyside: unknown site "keyside"; allowed: citadel, lantern, moor, quay',
            'strait.yaml:67:27: exercises.autumn.parts.shore.undeclared_sites: unknown site of this part "quay"; allowed: keyside, moor',
        ],
    ),
    (
        "field",
        "initial: {threat: 0.5}",
        "initial: {thread: 0.5}",
        [
            'strait.yaml:18:23: actors.empire.initial.thread: unknown state field "thread"; did you mean "threat"?',
        ],
    ),
    (
        "field_bounds",
        "initial: {threat: 0.5}",
        "initial: {threat: 1.5}",
        [
            "strait.yaml:18:23: actors.empire.initial.threat: must lie between 0 and 1 (got 1.5)",
        ],
    ),
    (
        "site_field",
        "initial: {basing: 1}",
        "initial: {basin: 1}",
        [
            'strait.yaml:34:114: sites.quay.initial.basin: unknown state field "basin"; did you mean "basing"?',
        ],
    ),
    (
        "action_impulse",
        "impulses: {rhetoric: 0.2}",
        "impulses: {retoric: 0.2}",
        [
            'strait.yaml:72:75: actions.threaten.impulses.retoric: unknown impulse "retoric"; did you mean "rhetoric"?',
        ],
    ),
    (
        "push_axis",
        "impulses: {vigilance: 0.1}",
        "impulses: {vigilance: {to: item, add: 0.1}}",
        [
            'strait.yaml:73:95: actions.watch.impulses.vigilance: impulse "vigilance" does not go to item; allowed: own, target',
        ],
    ),
    (
        "by",
        "by: sanctioners",
        "by: sanctioneers",
        [
            'strait.yaml:77:9: actions.embargo.by: unknown actor or role "sanctioneers"; did you mean "sanctioners"?',
        ],
    ),
    (
        "words",
        "says: 'watches {target}'",
        "says: 'watches {targt}'",
        [
            "strait.yaml:73:36: actions.watch.says: only {target}, {item} and {site} may stand in braces (got 'watches {targt}')",
        ],
    ),
    (
        "rule_action",
        "threaten: {weight: threat - 0.3",
        "threatn: {weight: threat - 0.3",
        [
            'strait.yaml:89:16: policies.imperial.informational.threatn: unknown action "threatn"; did you mean "threaten"?',
        ],
    ),
    (
        "needs",
        "watch_port: {action: watch, target: port,",
        "watch_port: {action: watch,",
        [
            'strait.yaml:99:19: policies.watchful.military.watch_port: "watch" needs a target',
        ],
    ),
    (
        "may_not",
        "accept_depot: {action: accept, item: depot, when: asked(depot)",
        "accept_depot: {action: ask, item: depot, when: asked(depot)",
        [
            'strait.yaml:94:21: policies.merchant.diplomatic.accept_depot: port may not order "ask"; allowed: patron',
        ],
    ),
    (
        "target_group",
        "embargo: {target: port,",
        "embargo: {target: everybody,",
        [
            'strait.yaml:101:25: policies.watchful.economic.embargo.target: unknown actor or role "everybody"; allowed: alliance, client, empire, frontline, league, patron, port, sanctioners',
        ],
    ),
    (
        "unknown_name",
        "weight: dependence - cost(depot)",
        "weight: dependance - cost(depot)",
        [
            'strait.yaml:94:79: policies.merchant.diplomatic.accept_depot.weight: unknown name "dependance"; did you mean "dependence"? (in: dependance - cost(depot))',
        ],
    ),
    (
        "hidden_field",
        "weight: dependence - cost(depot)",
        "weight: guest_troops - cost(depot)",
        [
            'strait.yaml:94:79: policies.merchant.diplomatic.accept_depot.weight: port cannot see "guest_troops" (seen by: nobody) (in: guest_troops - cost(depot))',
        ],
    ),
    (
        "hidden_row",
        "weight: dependence - cost(depot)",
        "weight: empire.threat - cost(depot)",
        [
            'strait.yaml:94:79: policies.merchant.diplomatic.accept_depot.weight: port cannot see "empire.threat" (seen by: owner) (in: empire.threat - cost(depot))',
        ],
    ),
    (
        "belief_needed",
        "weight: threat, says: something",
        "weight: port.stability, says: something",
        [
            'strait.yaml:99:57: policies.watchful.military.watch_port.weight: league cannot see "port.stability"; it may use believed(port.stability) or unsure(port.stability) (in: port.stability)',
        ],
    ),
    (
        "parties",
        'when: "not within(days_since(own.embargo), 20)"',
        "when: asked(depot) > 0",
        [
            'strait.yaml:101:37: policies.watchful.economic.embargo.when: league cannot see "asked(depot)" (seen by: parties) (in: asked(depot) > 0)',
        ],
    ),
    (
        "unknown_function",
        "when: asked(depot), weight: dependence",
        "when: askd(depot), weight: dependence",
        [
            'strait.yaml:94:57: policies.merchant.diplomatic.accept_depot.when: unknown function "askd"; did you mean "asked"? (in: askd(depot))',
        ],
    ),
    (
        "unknown_item",
        "when: asked(depot), weight: dependence",
        "when: asked(deport), weight: dependence",
        [
            'strait.yaml:94:57: policies.merchant.diplomatic.accept_depot.when: unknown item "deport"; did you mean "depot"? (in: asked(deport))',
        ],
    ),
    (
        "unknown_action_in_days_since",
        "days_since(own.embargo)",
        "days_since(own.embargoes)",
        [
            'strait.yaml:101:48: policies.watchful.economic.embargo.when: unknown action "embargoes"; did you mean "embargo"? (in: not within(days_since(own.embargoes), 20))',
        ],
    ),
    (
        "syntax",
        "weight: 0.2, says: it disapproves",
        "weight: 0.2 +, says: it disapproves",
        [
            'strait.yaml:101:93: policies.watchful.economic.embargo.weight: a value is missing after "+" (in: 0.2 +)',
        ],
    ),
    (
        "power",
        "weight: 0.2, says: it disapproves",
        "weight: 9**9**9, says: it disapproves",
        [
            'strait.yaml:101:89: policies.watchful.economic.embargo.weight: "**" is not part of the language; write power(x, y), x * x or sqrt(x) (in: 9**9**9)',
        ],
    ),
    (
        "attribute",
        "weight: 0.2, says: it disapproves",
        "weight: threat.__class__, says: it disapproves",
        [
            'strait.yaml:101:88: policies.watchful.economic.embargo.weight: the name "threat.__class__" is not allowed; each part of a name starts with a letter (in: threat.__class__)',
        ],
    ),
    (
        "import",
        "weight: 0.2, says: it disapproves",
        "weight: __import__('os'), says: it disapproves",
        [
            "strait.yaml:101:88: policies.watchful.economic.embargo.weight: the name \"__import__\" is not allowed; each part of a name starts with a letter (in: __import__('os'))",
        ],
    ),
    (
        "no_role",
        "weight: 0.2, says: it disapproves",
        "weight: target.threat, says: it disapproves",
        [
            'strait.yaml:101:88: policies.watchful.economic.embargo.weight: unknown name "target.threat"; did you mean "port.threat"? (in: target.threat)',
        ],
    ),
    (
        "inject_urgent",
        "urgent: [port]",
        "urgent: [prt]",
        [
            'strait.yaml:103:102: injects.festival.urgent: unknown actor or role "prt"; did you mean "port"?',
        ],
    ),
    (
        "inject_impulse",
        "impulses: {rhetoric: {league: 0.1}}",
        "impulses: {rhetorik: {league: 0.1}}",
        [
            'strait.yaml:104:104: injects.alarm.impulses.rhetorik: unknown impulse "rhetorik"; did you mean "rhetoric"?',
        ],
    ),
    (
        "inject_row",
        "impulses: {rhetoric: {league: 0.1}}",
        "impulses: {rhetoric: {leage: 0.1}}",
        [
            'strait.yaml:104:112: injects.alarm.impulses.rhetoric.leage: unknown row of this impulse "leage"; did you mean "league"?',
        ],
    ),
    (
        "inject_condition",
        "when: tension > 0.5",
        "when: tenson > 0.5",
        [
            'strait.yaml:104:46: injects.alarm.when: unknown name "tenson"; did you mean "tension"? (in: tenson > 0.5)',
        ],
    ),
    (
        "inject_own",
        "when: tension > 0.5",
        "when: threat > 0.5",
        [
            'strait.yaml:104:46: injects.alarm.when: "threat" has a value for every actor; write actor.threat or role.threat (in: threat > 0.5)',
        ],
    ),
    (
        "track",
        "track: harbour, level: 1",
        "track: harbor, level: 1",
        [
            'strait.yaml:106:18: ladder.words.track: unknown track "harbor"; did you mean "harbour"?',
        ],
    ),
    (
        "ladder",
        "when: empire.rhetoric > 0.2",
        "when: empire.retoric > 0.2",
        [
            'strait.yaml:106:63: ladder.words.when: no actor has a field "retoric"; did you mean "rhetoric"? (in: empire.retoric > 0.2)',
        ],
    ),
    (
        "measure",
        "value: guest_troops}",
        "value: gest_troops}",
        [
            'strait.yaml:112:55: measures.guests_end.value: unknown name "gest_troops"; did you mean "guest_troops"? (in: gest_troops)',
        ],
    ),
    (
        "measure_each",
        "threat_{actor}: {says: Mean threat., value: '{actor}.threat'",
        "threat_all: {says: Mean threat., value: '{actor}.threat'",
        [
            "strait.yaml:110:15: measures.threat_all: a measure for each actor has {actor} in its name and in its value",
        ],
    ),
    (
        "source",
        "judgement: Invented throughout, for tests.",
        "source: [wapo-vienna-threshold-1300]",
        [
            'strait.yaml:9:9: source: unknown evidence id "wapo-vienna-threshold-1300"; did you mean "wapo-vienna-threshold-13000"?',
        ],
    ),
    (
        "mechanism",
        "question: Does",
        "mechanisms: {regimes: true}\nquestion: Does",
        [
            'strait.yaml:5:23: mechanisms.regimes: unknown mechanism "regimes"; did you mean "regime"?',
        ],
    ),
    (
        "parameter",
        "question: Does",
        "parameters: {regime: {raly: 0.1}}\nquestion: Does",
        [
            'strait.yaml:5:29: parameters.regime.raly: unknown parameter "raly"; did you mean "rally_low"?',
        ],
    ),
    (
        "parameter_owner",
        "question: Does",
        "parameters: {regim: {rally: 0.1}}\nquestion: Does",
        [
            'strait.yaml:5:21: parameters.regim: unknown mechanism "regim"; did you mean "regime"?',
        ],
    ),
    (
        "uncertainty",
        "question: Does",
        "uncertainties: [actors.port.initial.dependense]\nquestion: Does",
        [
            'strait.yaml:5:17: uncertainties[0]: unknown number of the scenario "actors.port.initial.dependense"; did you mean "actors.port.initial.dependence"?',
        ],
    ),
    (
        "uncertainty_prior",
        "question: Does",
        "uncertainties: [actors.port.initial.dependence]\nquestion: Does",
        [
            "strait.yaml:5:17: uncertainties[0]: actors.port.initial.dependence has no prior; give it one where it is declared",
        ],
    ),
    (
        "policy_circle",
        "  merchant:\n    says",
        "  merchant:\n    extends: [merchant]\n    says",
        [
            "strait.yaml:91:14: policies.merchant.extends: policies extend each other in a circle: merchant -> merchant",
        ],
    ),
    (
        "policy_kind",
        "  merchant:\n    says",
        "  merchant:\n    kind: logitt\n    says",
        [
            'strait.yaml:91:11: policies.merchant.kind: unknown kind of policy "logitt"; did you mean "logit"?',
        ],
    ),
    (
        "policy_base",
        "  merchant:\n    says",
        "  merchant:\n    extends: [watchfull]\n    says",
        [
            'strait.yaml:91:14: policies.merchant.extends: unknown policy "watchfull"; did you mean "watchful"?',
        ],
    ),
    (
        "urgent_hidden",
        "urgent: own.incident > 0",
        "urgent: empire.incident_rate > 0",
        [
            'strait.yaml:29:13: actors.league.urgent: league cannot see "empire.incident_rate" (seen by: nobody) (in: empire.incident_rate > 0)',
        ],
    ),
    (
        "channel",
        "watch_port: {action: watch, target: port,",
        "watch_port: {action: threaten, target: port,",
        [
            'strait.yaml:99:19: policies.watchful.military.watch_port: "threaten" is ordered in the informational channel, not the military one; move the rule there',
        ],
    ),
    (
        "hostile_depth",
        "weight: 0.2, says: it disapproves",
        "weight: ----------------------------------------0.2, says: it disapproves",
        [
            "strait.yaml:101:120: policies.watchful.economic.embargo.weight: the expression is nested more than 32 levels deep; split it (in: ----------------------------------------0.2)",
        ],
    ),
    (
        "text",
        "weight: 0.2, says: it disapproves",
        "weight: \"'a' * 9999999\", says: it disapproves",
        [
            "strait.yaml:101:88: policies.watchful.economic.embargo.weight: \"'\" is not part of the language; names are written without quotes: asked(training_centre) (in: 'a' * 9999999)",
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "messages"), [pytest.param(*case[1:], id=case[0]) for case in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_a_way_out(
    old: str, new: str, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = STRAIT.read_text(encoding="utf-8")
    assert old in text
    monkeypatch.chdir(tmp_path)
    Path("strait.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        bind(load("strait.yaml"))
    assert [str(mistake) for mistake in caught.value.mistakes] == messages
    assert caught.value.exit_code == 2


def test_there_are_enough_of_them() -> None:
    assert len(MISTAKES) >= 55
    assert len({case[0] for case in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize(
    "words", ["watches {target:>99999999999}", "watches {target.__class__}", "watches {", "watches {0}", "{target!r}"]
)
def test_words_of_an_action_hold_nothing_but_bare_names(words: str) -> None:
    def change(data: dict[str, Any]) -> None:
        data["actions"]["watch"]["says"] = words

    with pytest.raises(InputError, match="may stand in braces"):
        strait(change)


def test_a_scenario_ends_before_the_calendar_does() -> None:
    with pytest.raises(InputError, match="must end before the year 10000"):
        load(STRAIT, sets={"start": "9999-12-01"})


@pytest.mark.parametrize("name", ["case", "replication", "run", "a/b", "{x}", "A"])
def test_measures_have_names_that_tables_can_have(name: str) -> None:
    def change(data: dict[str, Any]) -> None:
        data["measures"][name] = {"value": "tension"}

    with pytest.raises(ValueError, match="measure"):
        strait(change)
