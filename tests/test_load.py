"""Reading scenario files: exact texts for planted mistakes, strict YAML, hostile files, round trips, the schema."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.strait import STRAIT
from wargame.errors import InputError
from wargame.scenario.files.strict_yaml import MAX_ALIASES, MAX_DEPTH, read_text
from wargame.scenario.load import Loaded, dump, load

HERE = Path(__file__).parent
PLANTED = HERE / "planted"
BASE = PLANTED / "base.yaml"
HELPERS = {"base", "circle_back", "wrong_layer"}
WRONG = sorted(path.stem for path in PLANTED.glob("*.yaml") if path.stem not in HELPERS)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)


def said(source: str | Path) -> list[str]:
    """The messages that loading a file ends with."""
    with pytest.raises(InputError) as caught:
        load(source)
    return str(caught.value).splitlines()


def write(folder: Path, text: str, name: str = "x.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def variant(folder: Path, text: str = "") -> Loaded:
    """The base with a file laid over it."""
    write(folder, BASE.read_text(), "base.yaml")
    return load(write(folder, f"extends: base\n{text}"))


# ------------------------------------------------------------------------------------------------ planted mistakes


@pytest.mark.parametrize("name", WRONG)
def test_planted_mistake(name: str) -> None:
    """Every planted file says in its own comments what the reader must answer, word for word and in order."""
    lines = (PLANTED / f"{name}.yaml").read_text().splitlines()
    expected = [line.removeprefix("#= ") for line in lines if line.startswith("#= ")]
    assert expected
    assert said(f"planted/{name}.yaml") == expected


def test_there_are_many_planted_mistakes_and_the_base_has_none() -> None:
    assert len(WRONG) >= 80
    assert load("planted/base.yaml").scenario.name == "base"


@pytest.mark.parametrize("name", WRONG)
def test_no_message_speaks_the_libraries_language(name: str) -> None:
    jargon = re.compile(r"Input should|pydantic|type=|extra_forbidden|https?:|while (parsing|scanning)|NoneType|dict\b")
    assert not [line for line in said(f"planted/{name}.yaml") if jargon.search(line)]


# ----------------------------------------------------------------------------------------------------- strict YAML


def test_only_the_core_scalars_of_yaml_1_2_are_not_text() -> None:
    root, mistakes = read_text(
        "{a: NO, b: on, c: yes, d: 12:30, e: 2021-09-10, f: 1_000, g: 010, h: 0x1F, i: 0o17, j: 1e3, k: .5, l: ~,"
        " m: True, n: '1', o: -0, p: +1.5, q: 1e, r: '', s: null, t: FALSE, u: 1.}",
        "x.yaml",
    )
    values = {key: node.value for key, node in (root.mapping() or {}).items()}
    assert mistakes == []
    assert values == {
        "a": "NO", "b": "on", "c": "yes", "d": "12:30", "e": "2021-09-10", "f": "1_000", "g": 10, "h": 31, "i": 15,
        "j": 1000.0, "k": 0.5, "l": None, "m": True, "n": "1", "o": 0, "p": 1.5, "q": "1e", "r": "", "s": None,
        "t": False, "u": 1.0,
    }  # fmt: skip


def test_norway_and_on_are_names(tmp_path: Path) -> None:
    loaded = variant(tmp_path, "actors:\n  nor: {name: Norway, short: NO}\nroles: {on: nor}\n")
    assert loaded.scenario.actors["nor"].short == "NO"
    assert loaded.scenario.roles["on"] == ("nor",)


def test_an_alias_is_a_copy_with_its_own_place(tmp_path: Path) -> None:
    text = "actors:\n  borea:\n    initial: &start {dependence: 0.2}\n  aland:\n    initial: *start\n"
    loaded = variant(tmp_path, text)
    assert loaded.scenario.actors["aland"].initial["dependence"].value == 0.2
    assert loaded.marks.place(("actors", "aland", "initial"))[1:] == (6, 14)


def test_windows_line_ends_do_not_move_places(tmp_path: Path) -> None:
    write(tmp_path, BASE.read_text(), "base.yaml")
    path = tmp_path / "x.yaml"
    path.write_bytes(b"extends: base\r\nsites:\r\n  ford:\r\n    lat: 95\r\n")
    assert said(path)[0].endswith("x.yaml:4:10: sites.ford.lat: must be at most 90 (got 95)")


# ---------------------------------------------------------------------------------------------------- hostile files

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # a0 to a4 hold 10, 91, 820, 7,381 and 66,430 nodes, so that the second *a4 in a5 passes 200,000
        (BOMB.encode(), "x.yaml:6:15: a5[1]: too many entries; at most 200,000 keys and values"),
        (b"# " + b"x" * 3_000_000, "x.yaml: the file is too large; at most 2,000,000 bytes"),
        (b"a: " + b"[" * 100_000, "x.yaml:1:43: a" + "[0]" * 39 + ": nested too deeply; at most 40 levels"),
        (b"- " * 100_000, "x.yaml:1:81: " + "[0]" * 40 + ": nested too deeply; at most 40 levels"),
        (b"a: b\nc: \xff\xfe", "x.yaml:2:4: not UTF-8 text (byte 0xff); save the file as UTF-8"),
        (b"\xff\xfea\x00", "x.yaml:1:1: not UTF-8 text (byte 0xff); save the file as UTF-8"),
        (b"a: 1\n\xef\xbb\xbfb: 1", "x.yaml:2:1: the character U+FEFF is not allowed here; remove it"),
        (b"a: 1\nb: x\x00y", "x.yaml:2:5: the character U+0000 is not allowed here; remove it"),
        (b"a: 1\n# \x1b[2J", "x.yaml:2:3: the character U+001B is not allowed here; remove it"),
        ("a: x\u2028y".encode(), "x.yaml:1:5: the character U+2028 is not allowed here; remove it"),
        (b"a: 1\rb: 2", "x.yaml:1:5: the character U+000D is not allowed here; remove it"),
        (b"b: 1\n  \t- x", "x.yaml:2:3: a tab in the indentation; use spaces"),
        (
            b"%YAML 3.0\n---\na: 1",
            "x.yaml:1:1: this version of YAML is not read; remove the line that begins with %YAML",
        ),
        (b"", "x.yaml: the file is empty; expected a mapping of keys and values"),
        (b"# only a comment\n---\n", "x.yaml: the file is empty; expected a mapping of keys and values"),
    ],
    ids=lambda value: value[:20].decode(errors="replace") if isinstance(value, bytes) else "",
)
def test_hostile_file_is_refused_at_its_place(
    content: bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.yaml").write_bytes(content)
    assert said("x.yaml") == [expected]


def test_a_byte_order_mark_and_windows_lines_are_nothing(tmp_path: Path) -> None:
    plain = STRAIT.read_bytes()
    (tmp_path / "marked.yaml").write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    assert load(tmp_path / "marked.yaml").text_hash == load(STRAIT).text_hash


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_not_waited_for(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    (line,) = said(path)
    assert line == f"{path}: is no regular file; expected a scenario file"


def test_a_layer_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "below.yaml")
    top = write(tmp_path, "schema: 1\nextends: below.yaml\n")
    assert 'extends: no file "below.yaml" beside this file' in said(top)[0]


def test_the_number_of_aliases_is_capped(tmp_path: Path) -> None:
    few = "uncertainties: [&a x" + ", *a" * MAX_ALIASES + "]\n"
    assert len(variant(tmp_path, few).scenario.uncertainties) == MAX_ALIASES + 1
    (line,) = said(write(tmp_path, few.replace("]", ", *a]")))
    assert line.endswith(": uncertainties[201]: too many aliases; at most 200")


def test_the_deepest_nesting_allowed_is_read_and_an_alias_counts_with_what_it_holds() -> None:
    deepest = "[" * (MAX_DEPTH - 1) + "x" + "]" * (MAX_DEPTH - 1)
    assert read_text(f"a: {deepest}", "x.yaml")[1] == []
    with pytest.raises(InputError, match=re.escape("x.yaml:2:5: b[0]: nested too deeply")):
        read_text(f"a: &a {deepest}\nb: [*a]", "x.yaml")


def test_no_file_gives_more_than_five_hundred_messages_and_the_rest_is_counted(tmp_path: Path) -> None:
    keys = "".join(f"    wrong_{number}: 1\n" for number in range(20_000))
    write(tmp_path, BASE.read_text(), "base.yaml")
    lines = said(write(tmp_path, f"extends: base\nactors:\n  borea:\n{keys}"))
    assert len(lines) == 501
    assert lines[-1].endswith(": …: 19,500 more mistakes are not shown")


def test_control_signs_and_long_texts_in_a_message_are_made_harmless(tmp_path: Path) -> None:
    write(tmp_path, BASE.read_text(), "base.yaml")
    text = f'extends: base\nsites: {{ford: {{kind: "\\e[2J{"x" * 500}"}}}}\n'
    (line,) = said(write(tmp_path, text))
    assert "\\x1b[2J" in line
    assert "\x1b" not in line
    assert len(line) < 400


def test_a_folder_and_a_pipe_are_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    assert said(Path("folder")) == ["folder: is a folder; expected a scenario file"]
    assert said("pipe.yaml") == ["pipe.yaml: is no regular file; expected a scenario file"]


# --------------------------------------------------------------------------------------- what is loaded, and its hash


def test_places_of_values_keys_and_what_is_not_there() -> None:
    marks = load("planted/base.yaml").marks
    dependence = ("actors", "borea", "initial", "dependence")
    assert marks.place(dependence) == ("planted/base.yaml", 22, 19)
    assert marks.place(dependence, key=True) == ("planted/base.yaml", 22, 7)
    assert marks.place(("actors", "borea")) == ("planted/base.yaml", 18, 3)  # a block stands at its key
    assert marks.place(("actors", "borea", "temperature")) == ("planted/base.yaml", 18, 3)
    assert marks.place(("policies", "bold", "orders", 0, "date")) == ("planted/base.yaml", 72, 15)
    assert marks.place(("nothing", "there")) == ("planted/base.yaml", 3, 1)
    wrong = marks.mistake(("policies", "bold", "orders", 0, "action"), "is too early")
    assert str(wrong) == "planted/base.yaml:73:17: policies.bold.orders[0].action: is too early"


def test_resolved_runs_as_it_is(tmp_path: Path) -> None:
    loaded = variant(tmp_path, "horizon: 12 weeks\nsites: {ford: null}\ntitle: 'NO: 12:30 # 1e3'\n")
    again = load(write(tmp_path, dump(loaded.resolved), "resolved.yaml"))
    assert "extends" not in again.resolved
    assert again.text_hash == loaded.text_hash
    assert again.scenario == loaded.scenario
    assert dump(again.resolved) == dump(loaded.resolved)


def test_the_hash_is_of_the_data_not_of_the_writing(tmp_path: Path) -> None:
    plain = load(BASE)
    data = yaml.safe_load(BASE.read_text().replace("0.5, borea: 0.5", "0.50, borea: 5e-1").replace(" 9000", " 9000.0"))

    def turned(value: object) -> object:
        return dict(reversed([(key, turned(entry)) for key, entry in value.items()])) if isinstance(value, dict) else value

    data = turned(data)
    assert isinstance(data, dict)
    del data["schema"]
    text = yaml.safe_dump(data, sort_keys=False).replace("'", "")
    assert load(write(tmp_path, text, "other_name.yaml")).text_hash == plain.text_hash
    assert load(BASE, sets=["parameters.regime.rally=0.41"]).text_hash != plain.text_hash


def test_a_file_without_schema_is_of_the_present_one_and_an_older_one_is_brought_up_to_date(
    tmp_path: Path,
) -> None:
    old = "schema: 0\nturn_days: 10\nactors:\n  borea: {turn_days: 3}\n"
    loaded = variant(tmp_path, old)
    assert loaded.resolved["schema"] == 1
    assert loaded.scenario.decide_every == 10
    assert loaded.scenario.actors["borea"].decide_every == 3
    assert loaded.scenario.actors["borea"].name == "Borea"


@given(st.text("ab: -[]{}&*!|>'\"%@#?,\n\t0.<~\\", max_size=60))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        root, mistakes = read_text(text, "x.yaml")
        assert root.mapping() is not None
    except InputError as error:
        mistakes = error.mistakes
    assert all(one.what and (one.line > 0 or "empty" in one.what) for one in mistakes)
