"""``--set``: how a path and a value are read, what they change, and what is said when they do not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from wargame.errors import InputError
from wargame.scenario.load import Loaded, dump, load, parse_path, parse_set

BASE = Path(__file__).parent / "planted" / "base.yaml"
OR_VALUE = 'or a mapping with the key "value"'
NONE = "not one of the choices"
CHANNELS = "allowed: diplomatic, economic, informational, military"


def base(*sets: str) -> Loaded:
    return load(BASE, sets=sets)


def said(sets: Mapping[str, object] | Sequence[str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(BASE, sets=sets)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("actors.borea.policy=bold", ("actors", "borea", "policy"), "bold"),
        (" horizon = 12 weeks ", ("horizon",), "12 weeks"),
        ("exercises.spring.enabled=false", ("exercises", "spring", "enabled"), False),
        ("a.b=NO", ("a", "b"), "NO"),
        ("a.b=12:30", ("a", "b"), "12:30"),
        ("a.b=2031-05-01", ("a", "b"), "2031-05-01"),
        ("a.b=-1e-3", ("a", "b"), -0.001),
        ('a.b=""', ("a", "b"), ""),
        ("a.b=null", ("a", "b"), None),
        ("a.b=x >= 3 and y == 2", ("a", "b"), "x >= 3 and y == 2"),
        ("a.b={value: 1, source: [s]}", ("a", "b"), {"value": 1, "source": ["s"]}),
        ("policies.bold.orders[0].date=2031-04-06", ("policies", "bold", "orders", 0, "date"), "2031-04-06"),
        ("a[1][2]=x", ("a", 1, 2), "x"),
    ],
)
def test_path_and_value(text: str, path: tuple[str | int, ...], value: object) -> None:
    assert parse_set(text) == (path, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("horizon", "--set: expected PATH=VALUE (got text 'horizon')"),
        ("=3", "--set: expected PATH=VALUE (got text '=3')"),
        ("a..b=3", "--set: expected a path such as parameters.x.y or policies.x.orders[0] (got text 'a..b')"),
        ("a[x]=3", "--set: expected a path such as parameters.x.y or policies.x.orders[0] (got text 'a[x]')"),
        ("a b=3", "--set: expected a path such as parameters.x.y or policies.x.orders[0] (got text 'a b')"),
        ("a" + ".a" * 40 + "=1", "--set: the path is too long; at most 40 parts"),
        ("horizon=", '--set horizon: no value; null removes an entry, "" is empty text'),
        ("title=[x", '--set title: the list opened here with "[" is not closed; expected "," or "]"'),
        ("title=*x", '--set title: unknown alias "*x"; put text that begins with "*" in quotes'),
        ("initial.x=.inf", "--set initial.x: expected a finite number (got .inf)"),
        ("title=!!str x", "--set title: YAML tags are not read (got '!!str'); remove the tag"),
        ("title=a\x00b", "--set title: the character U+0000 is not allowed here; remove it"),
    ],
)
def test_what_cannot_be_read(text: str, expected: str) -> None:
    assert said([text]) == [expected]


def test_values_of_every_kind_are_set() -> None:
    loaded = base(
        "actors.borea.policy=bold",
        "exercises.spring.enabled=false",
        "injects.flood.enabled=false",
        "horizon=12 weeks",
        "actors.borea.initial.dependence=0.9",
        "policies.bold.orders[0].date=2031-04-06",
        "policies.bold.diplomatic.warn_often.weight=2 * tension",
    )
    scenario = loaded.scenario
    assert scenario.actors["borea"].policy == ("bold",)
    assert scenario.exercises["spring"].enabled is False
    assert scenario.injects["flood"].enabled is False
    assert scenario.horizon == 84
    assert scenario.actors["borea"].initial["dependence"].value == 0.9
    assert scenario.policies["bold"].orders[0].date == dt.date(2031, 4, 6)
    rule = scenario.policies["bold"].diplomatic["warn_often"]
    assert rule is not None
    assert rule.weight == "2 * tension"
    assert load(BASE).scenario.horizon == 90  # the file itself is what it was


def test_a_bare_number_changes_the_value_of_a_sourced_quantity_and_nothing_else() -> None:
    before = base().scenario.parameters["regime"]["rally"]
    after = base("parameters.regime.rally=0.2").scenario.parameters["regime"]["rally"]
    assert after == before.model_copy(update={"value": 0.2})
    assert after.prior is not None
    assert after.source == ("some-evidence",)


def test_below_a_bare_number_lies_the_quantity_it_stands_for() -> None:
    loaded = base("actors.borea.initial.dependence.prior={uniform: {low: 0.5, high: 0.9}}")
    quantity = loaded.scenario.actors["borea"].initial["dependence"]
    assert quantity.value == 0.7
    assert quantity.prior is not None
    assert base("actors.borea.initial.dependence.value=0.1").scenario.actors["borea"].initial["dependence"].value == 0.1


def test_a_mapping_replaces_a_mapping_and_changes_are_made_in_order() -> None:
    loaded = base("roles={patron: borea}", "roles.client=aland", "roles.patron=aland")
    assert loaded.scenario.roles == {"patron": ("aland",), "client": ("aland",)}


def test_null_takes_an_entry_away_and_an_optional_key_back_to_its_default() -> None:
    assert base("injects.flood=null").scenario.injects == {}
    assert base("observer=aland", "observer=null").scenario.observer is None
    assert base("observer=null").scenario.observer is None


def test_what_did_not_exist_is_made_where_it_makes_a_scenario() -> None:
    loaded = base(
        "actors.carra={name: Carra, short: CAR}",
        "actors.carra.initial.resolve=0.3",
        "mechanisms.regime=false",
    )
    assert loaded.scenario.actors["carra"].initial["resolve"].value == 0.3
    assert loaded.scenario.mechanisms == {"regime": False}
    assert base("ladder.deeds.track=border", "ladder.deeds.level=2", "ladder.deeds.label=Deeds", "ladder.deeds.when=x")


def test_python_gives_typed_values() -> None:
    loaded = load(
        BASE,
        sets={
            "start": dt.date(2031, 4, 2),
            "horizon": np.int64(30),
            "parameters.regime.rally": np.float64(0.25),
            "actors.borea.policy": ("bold",),
            "exercises.spring.enabled": False,
        },
    )
    assert loaded.scenario.start == dt.date(2031, 4, 2)
    assert loaded.scenario.horizon == 30
    assert loaded.scenario.parameters["regime"]["rally"].value == 0.25
    assert loaded.text_hash == base(
        "start=2031-04-02", "horizon=30", "parameters.regime.rally=0.25", "actors.borea.policy=[bold]",
        "exercises.spring.enabled=false",
    ).text_hash  # fmt: skip
    assert "numpy" not in dump(loaded.resolved)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("actors.boria.policy=bold", '--set actors.boria.policy: unknown "boria"; did you mean "borea"?'),
        ("actors.xyz.policy=bold", '--set actors.xyz.policy: unknown "xyz"; allowed: aland, borea'),
        ("actors.borea.polcy=bold", '--set actors.borea.polcy: unknown "polcy"; did you mean "policy"?'),
        ("exercise.spring.enabled=false", '--set exercise.spring.enabled: unknown "exercise"; did you mean "exercises"?'),
        ("exercises.sprng.enabled=false", '--set exercises.sprng.enabled: unknown "sprng"; did you mean "spring"?'),
        ("parameters.regme.x.unit=u", '--set parameters.regme.x.unit: unknown "regme"; did you mean "regime"?'),
        ("items.crane.value=1", '--set items.crane.value: unknown "crane"'),
        ("injects.flod=null", '--set injects.flod: unknown "flod"; did you mean "flood"?'),
        ("horizon.days=3", "--set horizon.days: nothing can be set below horizon (got text '90 days')"),
        ("actors.borea.name.x=3", "--set actors.borea.name.x: nothing can be set below actors.borea.name (got text 'Borea')"),
        ("uncertainties[1]=x", "--set uncertainties[1]: uncertainties has 1 entries, counted from 0 (got 1)"),
        ("roles.patron[0]=borea", "--set roles.patron[0]: roles.patron is no list (got text 'aland')"),
        ("watch.x[0]=borea", "--set watch.x[0]: there is no list to take entry 0 of"),
        ("uncertainties.x=y", "--set uncertainties.x: nothing can be set below uncertainties (got a list)"),
        ("extends=other", '--set extends: "extends" belongs in a file and cannot be set'),
        ("schema=2", '--set schema: "schema" belongs in a file and cannot be set'),
        ("horizon=soon", "--set horizon: expected a duration such as \"14 days\" or \"2 weeks\" (got text 'soon')"),
        ("sites.ford.lat=95", "--set sites.ford.lat: must be at most 90 (got 95)"),
        ("initial.b=x", f"--set initial.b: expected a number, {OR_VALUE} (got text 'x')"),
        ("actions.warn={channel: eco, says: x}", f"--set actions.warn.channel: {NONE} (got text 'eco'); {CHANNELS}"),
        ("injects.fire={title: Fire}", "--set injects.fire: an inject has a date, a when, or both (it happens on its date if the when holds)"),
        ("injects.fire={date: 2031-04-09}", '--set injects.fire: missing key "title"'),
    ],
)  # fmt: skip
def test_what_does_not_fit(text: str, expected: str) -> None:
    assert said([text]) == [expected]


def test_a_misspelt_name_in_a_file_begins_an_entry_and_the_message_says_which_one_may_be_meant(tmp_path: Path) -> None:
    file = tmp_path / "variant.yaml"
    (tmp_path / "base.yaml").write_bytes(BASE.read_bytes())

    def wrong(name: str) -> list[str]:
        file.write_text(f"schema: 1\nextends: base.yaml\nname: variant\nexercises: {{{name}: {{name: X}}}}\n", encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load(file)
        return str(caught.value).splitlines()

    assert f'{file}:4:21: exercises.sprang: missing key "host" (a new entry needs it); did you mean "spring"?' in wrong("sprang")
    assert f'{file}:4:21: exercises.autumn: missing key "host"' in wrong("autumn")


def test_what_is_lost_by_a_change_is_missed_at_its_place_in_the_file() -> None:
    (line,) = said(["exercises.spring.margin=null"])
    assert line.endswith('base.yaml:40:3: exercises.spring: missing key "margin"')


def test_all_mistakes_are_said_at_once() -> None:
    assert said(["actors.boria.policy=bold", "horizon", "sites.ford.lat=95"]) == [
        "--set: expected PATH=VALUE (got text 'horizon')",
        '--set actors.boria.policy: unknown "boria"; did you mean "borea"?',
        "--set sites.ford.lat: must be at most 90 (got 95)",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "--set initial.x: expected a finite number (got nan)"),
        (2**70, "--set initial.x: the number is too large"),
        ({1: 2}, "--set initial.x: a key must be text"),
        (
            object(),
            "--set initial.x: expected text, a number, true or false, a list or a mapping (got a value of type object)",
        ),
    ],
)
def test_python_values_no_scenario_can_hold(value: object, expected: str) -> None:
    assert said({"initial.x": value}) == [expected]


def test_a_changed_value_has_no_line_and_names_the_flag() -> None:
    marks = base("sites.ford.lat=10").marks
    assert marks.place(("sites", "ford", "lat")) == ("--set", 0, 0)
    assert str(marks.mistake(("sites", "ford", "lat"), "lies in the sea")) == "--set sites.ford.lat: lies in the sea"
    assert marks.place(("sites", "ford", "lon"))[0].endswith("base.yaml")


def test_parse_path_is_what_the_marks_use() -> None:
    path = parse_path("policies.bold.orders[0].target")
    assert base().marks.find(path).value == "borea"
