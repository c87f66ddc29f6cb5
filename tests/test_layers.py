"""Layers: what ``extends`` joins, what wins, what null takes away, and how far it may reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from wargame.errors import InputError
from wargame.scenario.files import resources
from wargame.scenario.files.marks import plain
from wargame.scenario.layers import MAX_CHAIN, MAX_LAYERS, join
from wargame.scenario.load import load

BASE = Path(__file__).parent / "planted" / "base.yaml"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "base.yaml").write_text(BASE.read_text())
    (tmp_path / "shipped" / "library").mkdir(parents=True)
    monkeypatch.setattr(resources, "data_root", lambda: tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(**texts: str) -> None:
    for name, text in texts.items():
        path = Path(f"{name.replace('__', '/')}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def joined(**texts: str) -> object:
    """The data of the last file with everything it extends."""
    write(**texts)
    return plain(join(Path(f"{list(texts)[-1]}.yaml")).tree)


def said(name: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(Path(f"{name}.yaml"))
    return str(caught.value).splitlines()


def test_mappings_are_joined_key_by_key_and_lists_and_scalars_are_replaced() -> None:
    data = joined(
        a="roles: {one: [x, y], two: p}\nhorizon: 10\ntracks: {north: N}\n",
        b="extends: a\nroles: {one: [z]}\ntracks: {south: S}\n",
    )
    assert data == {
        "roles": {"one": ["z"], "two": "p"},
        "horizon": 10,
        "tracks": {"north": "N", "south": "S"},
    }


def test_later_layers_win_and_the_file_itself_wins_over_all() -> None:
    layers = {name: f"title: {name}\nquestion: {name}\nsummary: {name}\n" for name in ("a", "b")}
    data = joined(**layers, c="extends: [a, b]\ntitle: c\n", d="extends: c\nsummary: d\n")
    assert data == {"title": "c", "question": "b", "summary": "d"}


def test_null_takes_away_what_any_earlier_layer_gave() -> None:
    data = joined(a="sites: {x: {lat: 1}, y: {lat: 2}}\n", b="sites: {x: null}\n", c="extends: [a, b]\n")
    assert data == {"sites": {"y": {"lat": 2}}}


def test_what_was_taken_away_can_be_given_anew_without_its_past() -> None:
    data = joined(a="sites: {x: {lat: 1}}\n", b="extends: a\nsites: {x: null}\n", c="extends: b\nsites: {x: {lon: 3}}\n")
    assert data == {"sites": {"x": {"lon": 3}}}


def test_a_mapping_over_a_bare_number_and_a_bare_number_over_a_mapping_replace_it() -> None:
    data = joined(
        a="initial: {x: 1, y: {value: 2, judgement: j}}\n",
        b="extends: a\ninitial: {x: {value: 3, source: s}, y: 4}\n",
    )
    assert data == {"initial": {"x": {"value": 3, "source": "s"}, "y": 4}}


def test_a_prior_of_another_kind_replaces_the_prior_and_one_of_the_same_kind_joins_it() -> None:
    first = "parameters: {m: {p: {value: 1, prior: {normal: {mean: 1, sd: 2}}, source: s}}}\n"
    other = joined(a=first, b="extends: a\nparameters: {m: {p: {prior: {uniform: {low: 0, high: 2}}}}}\n")
    same = joined(c="extends: a\nparameters: {m: {p: {prior: {normal: {sd: 3}}}}}\n")
    assert other == {"parameters": {"m": {"p": {"value": 1, "prior": {"uniform": {"low": 0, "high": 2}}, "source": "s"}}}}
    assert same == {"parameters": {"m": {"p": {"value": 1, "prior": {"normal": {"mean": 1, "sd": 3}}, "source": "s"}}}}


def test_names_are_looked_up_beside_the_file_and_then_among_the_shipped_ones() -> None:
    write(
        shipped__library__actors="title: shipped\n",
        shipped__common="question: shipped\n",
        near__common="question: near\n",
    )
    assert joined(near="extends: [library/actors, near/common.yaml]\n") == {
        "title": "shipped",
        "question": "near",
    }
    write(shipped__library__actors="extends: [../common, common]\ntitle: shipped\n")
    assert joined(far="extends: library/actors\n") == {"title": "shipped", "question": "shipped"}


def test_a_file_may_extend_the_shipped_one_of_its_own_name() -> None:
    assert joined(shipped__case="title: shipped\n", case="extends: case\nquestion: own\n") == {
        "title": "shipped",
        "question": "own",
    }


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    write(inner__x="extends: link\n", outside="title: outside\n")
    Path("inner/link.yaml").symlink_to(tmp_path / "outside.yaml")
    (line,) = said("inner/x")
    assert line == (
        'inner/x.yaml:1:10: extends: "link" leaves the folder of the scenario; a layer lies in or below it, '
        "or among the shipped scenarios"
    )


def test_extends_of_a_policy_names_policies() -> None:
    write(x="extends: base\npolicies:\n  bolder: {extends: bold}\n")
    loaded = load("x.yaml")
    assert loaded.scenario.policies["bolder"].extends == ("bold",)
    assert loaded.resolved["policies"]["bolder"] == {"extends": "bold"}  # type: ignore[index]


def test_every_place_is_in_the_layer_that_set_the_value() -> None:
    write(
        lib__actors="extends: ../base\nactors:\n  borea:\n    initial: {dependence: 0.6}\n",
        x="extends: lib/actors\nactors:\n  borea:\n    says: Waits.\n",
    )
    loaded = load("x.yaml")
    borea = ("actors", "borea")
    assert loaded.marks.place((*borea, "says")) == ("x.yaml", 4, 11)
    assert loaded.marks.place((*borea, "initial", "dependence")) == ("lib/actors.yaml", 4, 27)
    assert loaded.marks.place((*borea, "name"))[0] == "base.yaml"
    assert [path.name for path in loaded.files] == ["base.yaml", "actors.yaml", "x.yaml"]


def test_a_layer_used_twice_is_read_once_and_its_mistakes_are_said_once() -> None:
    write(
        low="extends: base\nsites: {ford: {lat: 95}}\ncolour: red\n",
        a="extends: low\n",
        b="extends: low\n",
        x="extends: [a, b]\n",
    )
    lines = said("x")
    assert [line.split(":")[:2] for line in lines] == [["low.yaml", "2"], ["low.yaml", "3"]]


def test_every_layer_that_cannot_be_read_is_named() -> None:
    write(a="title: [x\n", b="title: 'x\n", x="extends: [a, b, c]\n")
    assert said("x") == [
        'a.yaml:1:8: the list opened here with "[" is not closed; expected "," or "]"',
        "b.yaml:1:8: the quotes opened here are not closed",
        'x.yaml:1:17: extends: no file "c.yaml" beside this file or among the shipped scenarios',
    ]


def test_the_chain_of_layers_and_their_number_are_capped() -> None:
    write(
        **{f"c{depth}": f"extends: c{depth + 1}\n" for depth in range(MAX_CHAIN + 1)},
        **{f"c{MAX_CHAIN + 1}": "title: x\n"},
    )
    (line,) = said("c0")
    assert line == "c16.yaml:1:10: extends: too many layers; at most 100 in all and 16 in a chain"
    write(**{f"n{depth}": f"extends: [n{depth + 1}, n{depth + 1}]\n" for depth in range(10)}, n10="title: x\n")
    (line,) = said("n0")
    assert line.endswith(f"extends: too many layers; at most {MAX_LAYERS} in all and {MAX_CHAIN} in a chain")
