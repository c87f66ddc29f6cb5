"""Scenarios as text: what ``dump`` writes, the schema for editors, new files, shipped names."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame.errors import InputError
from wargame.scenario.files import resources
from wargame.scenario.files.strict_yaml import read_text
from wargame.scenario.load import dump, find, json_schema, load, new_text, shipped

BASE = Path(__file__).parent / "planted" / "base.yaml"


def said(source: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(source)
    return str(caught.value).splitlines()


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_dump_names_the_schema_first_and_then_the_keys_in_the_schemas_order() -> None:
    lines = dump({"start": "2031-04-01", "title": "T", "schema": 1, "name": "x"}).splitlines()
    assert lines == [
        "# yaml-language-server: $schema=wargame.schema.json",
        "schema: 1",
        "name: x",
        "title: T",
        "start: '2031-04-01'",
    ]


@given(
    st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["1e3", "0o17", "NO", "~", "x\n y\n", "\tx\ny", " a\nb "])
)
def test_every_text_survives_dump_and_load(text: str) -> None:
    root, mistakes = read_text(dump({"title": text, "roles": {"x": [text, text]}}), "x.yaml")
    assert mistakes == []
    entries = root.mapping() or {}
    assert entries["title"].value == text
    assert [node.value for node in (entries["roles"].mapping() or {})["x"].items() or []] == [text, text]


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63) + 1, 2**63 - 1) | st.booleans() | st.none())
def test_every_number_survives_dump_and_load(value: float | bool | None) -> None:
    root, _ = read_text(dump({"horizon": [value]}), "x.yaml")
    (node,) = (root.mapping() or {})["horizon"].items() or []
    assert (node.value, type(node.value)) == (value, type(value))


# --------------------------------------------------------------------------------------------- editors and new files


def test_the_json_schema_is_one_and_fits_layered_files() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["x-schema-version"] == 1
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert {"extends", "schema", "actors"} <= set(schema["properties"])
    number = schema["$defs"]["Actor"]["properties"]["initial"]["additionalProperties"]["anyOf"][0]
    assert {"type": "number"} in number["anyOf"]
    assert {"$ref": "#/$defs/Quantity"} in number["anyOf"]
    assert schema["$defs"]["Actor"]["description"] == "A state or bloc."
    assert schema["$defs"]["Exercise"]["properties"]["start"]["type"] == "string"


def test_the_json_schema_refers_only_to_what_it_holds_and_requires_nothing() -> None:
    schema = json_schema()

    def walk(part: object) -> list[dict[str, object]]:
        if isinstance(part, list):
            return [found for entry in part for found in walk(entry)]
        return [part, *(found for entry in part.values() for found in walk(entry))] if isinstance(part, dict) else []

    parts = walk(schema)
    references = {str(part["$ref"]) for part in parts if isinstance(part.get("$ref"), str)}
    assert references
    assert references <= {f"#/$defs/{name}" for name in schema["$defs"]}
    assert not [part for part in parts if isinstance(part.get("required"), list)]
    kinds = {part["type"] for part in parts if isinstance(part.get("type"), str)}
    assert kinds <= {"object", "array", "string", "number", "integer", "boolean", "null"}


@pytest.fixture
def shipped_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shipped"
    (root / "analytic").mkdir(parents=True)
    write(root, BASE.read_text(), "spring_2031.yaml")
    write(root / "analytic", BASE.read_text(), "known.yaml")
    monkeypatch.setattr(resources, "data_root", lambda: root)
    monkeypatch.chdir(tmp_path)
    return root


def test_shipped_scenarios_are_found_by_bare_name(shipped_root: Path) -> None:
    assert shipped() == {
        "spring_2031": shipped_root / "spring_2031.yaml",
        "known": shipped_root / "analytic" / "known.yaml",
    }
    assert find("known") == shipped_root / "analytic" / "known.yaml"
    assert load("spring_2031").scenario.start == dt.date(2031, 4, 1)
    assert said("sprin_2031") == ['sprin_2031: no such scenario; did you mean "spring_2031"?']
    assert said("autumn") == ["autumn: no such scenario; allowed: a path, known, spring_2031"]
    assert said("shipped/sprng_2031.yaml") == ['shipped/sprng_2031.yaml: no such file; did you mean "shipped/spring_2031.yaml"?']


@pytest.mark.parametrize("base", ["spring_2031", "known", "shipped/spring_2031.yaml"])
def test_a_new_file_loads_as_it_is_and_with_its_examples(base: str, shipped_root: Path, tmp_path: Path) -> None:
    text = new_text("my_case", base)
    loaded = load(write(tmp_path, text, "my_case.yaml"))
    assert loaded.scenario.name == "my_case"
    assert loaded.scenario.actors == load(base).scenario.actors
    examples = re.sub(r"^# (?=[a-z]+:($| [^ ]+$)| )", "", text, flags=re.MULTILINE)
    active = load(write(tmp_path, examples, "my_case.yaml"))
    assert active.scenario.exercises["spring"].enabled is False
    assert active.scenario.injects["flood"].enabled is False
    assert active.scenario.parameters["regime"]["rally"].judgement == "why this number"


def test_a_new_file_has_a_name_and_a_base_it_can_reach(shipped_root: Path) -> None:
    with pytest.raises(
        InputError,
        match=r"^new scenario: name: expected a name of at most 48 lower-case .*got text 'My Case'",
    ):
        new_text("My Case", "spring_2031")
    with pytest.raises(InputError, match="lies in or below the folder of the new file, or is shipped"):
        new_text("mine", str(shipped_root / "spring_2031.yaml"))
