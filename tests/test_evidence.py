"""The source catalogue: complete, consistent, quick to read, and readable where it is cited."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from wargame.errors import InputError, WargameError
from wargame.scenario.evidence import CLAIMS, EXTERNAL, FACTS, FOLDER, Catalogue, Evidence, catalogue, identities, load
from wargame.scenario.files import resources


def table(name: str) -> dict[str, Any]:
    """Return one file of the catalogue as it is written."""
    content: dict[str, Any] = yaml.safe_load(resources.data_file(FOLDER, name).read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def evidence() -> list[Evidence]:
    return [catalogue().get(identity) for identity in catalogue().ids()]


def claims_of(evidence: list[Evidence]) -> list[Evidence]:
    return [each for each in evidence if not each.external]


def test_the_five_documents_give_341_claims(evidence: list[Evidence]) -> None:
    claims = claims_of(evidence)
    assert len(claims) == 341
    assert Counter(each.document for each in claims) == {
        "cbc": 61,
        "wapo": 64,
        "ft": 52,
        "odr": 92,
        "cling": 72,
    }


def test_the_counts_told_in_the_catalogue_are_those_of_its_entries() -> None:
    content = table(CLAIMS)
    entries, told = content["evidence"], content["counts"]
    assert told["entries"] == len(entries)
    for field in ("document", "kind", "mechanism", "tier"):
        assert told[f"by_{field}"] == Counter(each[field] for each in entries)
    assert told["contested"] == sum(bool(each.get("contested")) for each in entries)
    assert told["with_value"] == sum("value" in each for each in entries)
    assert told["with_testable"] == sum("testable" in each for each in entries)


def test_ids_are_unique_and_say_where_they_come_from(evidence: list[Evidence]) -> None:
    lists = ((CLAIMS, "evidence"), (EXTERNAL, "external_facts"), (FACTS, "facts"))
    written = [each["id"] for name, key in lists for each in table(name)[key]]
    assert len(set(written)) == len(written) == len(catalogue())
    for each in evidence:
        pattern = r"(X-[A-Z0-9-]+|F-[A-F]\d?-[a-z0-9-]+)" if each.external else rf"{each.document}-[a-z0-9-]+"
        assert re.fullmatch(pattern, each.id), each.id


def test_entries_with_one_id_are_refused() -> None:
    one = catalogue().get("X-290")
    with pytest.raises(WargameError, match=r'^evidence id "X-290" is given twice$'):
        Catalogue([one, one])


@pytest.mark.parametrize("relation", ["contested", "corroborates"])
def test_relations_resolve_and_are_symmetric(evidence: list[Evidence], relation: str) -> None:
    related: dict[str, tuple[str, ...]] = {each.id: getattr(each, relation) for each in evidence}
    assert sum(map(len, related.values())) > 100
    for identity, others in related.items():
        assert catalogue().resolve(others) == []
        assert identity not in others
        for other in others:
            assert identity in related[other], f"{identity} {relation} {other}, but not the other way round"


def test_every_claim_uses_the_declared_words() -> None:
    content = table(CLAIMS)
    for entry in content["evidence"]:
        assert entry["kind"] in content["kinds"], entry["id"]
        assert {entry["mechanism"], *entry.get("also", [])} <= set(content["mechanisms"]), entry["id"]
        assert set(entry["actors"]) <= set(content["actors"]), entry["id"]
        assert set(entry["use"]) <= set(content["uses"]), entry["id"]
        assert entry["tier"] in content["tiers"], entry["id"]


def test_every_fact_says_how_it_is_known() -> None:
    content = table(FACTS)
    documents = table(CLAIMS)["documents"]
    facts, sources = content["facts"], content["sources"]
    assert len(facts) >= 400
    for entry in facts:
        assert entry["confidence"] in ("H", "M", "L"), entry["id"]
        assert entry["status"] in ("sourced", "background", "computed"), entry["id"]
        assert ("value" in entry) == ("unit" in entry), entry["id"]
        assert entry["fact"].endswith("."), entry["id"]
        assert set(entry.get("where", [])) <= {*sources, *documents}, entry["id"]
        assert entry["status"] != "sourced" or entry["where"], entry["id"]
        assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", entry.get("date", "")), entry["id"]
    assert set(sources) <= {key for entry in facts for key in entry.get("where", [])}
    assert all(source["title"] and source["at"] for source in sources.values())


def test_no_address_of_a_machine_is_shipped() -> None:
    for name in (CLAIMS, EXTERNAL, FACTS):
        text = resources.data_file(FOLDER, name).read_text(encoding="utf-8")
        assert not re.search(r"\.txt\b|/work/|/home/|/tmp/|\.md\b", text), name


def test_every_thing_dated_after_the_invasion_is_marked_as_hindsight(evidence: list[Evidence]) -> None:
    """A scenario must not know what its actors could not know."""
    for each in evidence:
        if each.external and each.date >= "2022-02-24":
            assert "Hindsight" in each.note, each.id
    assert "Hindsight" in catalogue().get("F-C-2022-02-24").note


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance in km of two points (latitude, longitude) on a sphere of 6,371 km."""
    (p, x), (q, y) = ((math.radians(each[0]), math.radians(each[1])) for each in (a, b))
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((y - x) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def test_the_distances_are_those_of_the_sites(evidence: list[Evidence]) -> None:
    """Two groups of entries that must agree: F-D2 is computed from F-D1."""
    sites: dict[str, tuple[float, float]] = {}
    for each in evidence:
        if each.id.startswith("F-D1-"):
            assert isinstance(each.value, tuple)
            north, east = each.value
            sites[each.id.removeprefix("F-D1-")] = (float(north), float(east))
    assert len(sites) == 94
    checked = 0
    for each in evidence:
        pair = re.fullmatch(r"The great circle from (.+) to (.+) measures .+ km\.", each.claim)
        if pair:
            start, end = (sites[name.lower().replace(" ", "-")] for name in pair.groups())
            assert isinstance(each.value, int)
            assert distance(start, end) == pytest.approx(each.value, abs=2.0, rel=0.002), each.id
            checked += 1
    assert checked == 29


@pytest.mark.parametrize(
    ("identity", "citation"),
    [
        ("cbc-russia-seeks-military-foothold", "CBC News, 10 Sep 2021"),
        ("cbc-military-track-more-consequential", "Shraibman, in CBC News, 10 Sep 2021"),
        ("cling-crisis-drawn-out", "Clingendael authors, Aug 2021"),
        ("odr-porotnikov-10000", "Porotnikov, in openDemocracy, 9 Feb 2022"),
        ("ft-pukhov-flexible-hedging", "Pukhov, in Financial Times, 9 Sep 2021"),
        ("F-A2-9000", "RFE/RL 22 Aug 2017, Belarus invites observers, NATO critical (outside fact)"),
        ("F-A2-250-tanks", "background knowledge, not checked"),
        ("F-C-2022-01-28", "openDemocracy, 9 Feb 2022 (outside fact)"),
        ("F-D2-minsk-kyiv", "computed, after City, airport and beacon coordinates (public repositories)"),
        ("X-290", "outside fact, checked (dip.org.ua, belsat)"),
    ],
)
def test_a_citation_reads_well(identity: str, citation: str) -> None:
    assert catalogue().cite(identity) == citation


def test_every_citation_is_one_short_line_with_a_date_for_claims(evidence: list[Evidence]) -> None:
    for each in evidence:
        citation = catalogue().cite(each.id)
        assert 5 < len(citation) < 140, citation
        assert "\n" not in citation
        if not each.external:
            assert re.search(r", (\d{1,2} )?[A-Z][a-z]{2} 20\d\d$", citation), citation
            assert "(" not in citation, citation


def test_a_claim_carries_its_source() -> None:
    claim = catalogue().get("cbc-summit-public-agenda-economic")
    assert (claim.who, claim.outlet, claim.date) == (
        "CBC reporting (Briar Stewart)",
        "CBC News",
        "2021-09-10",
    )
    assert (claim.kind, claim.tier, claim.status, claim.document) == ("fact", 2, "claim", "cbc")
    assert claim.event_date == "2021-09-09"
    assert claim.contested == ("wapo-single-defence-space",)
    assert not claim.external


def test_an_outside_fact_is_marked_as_such() -> None:
    fact = catalogue().get("F-D1-grodno")
    assert fact.external
    assert fact.value == (53.688, 23.826)
    assert fact.unit == "degrees north, degrees east"
    assert fact.status == "sourced"
    assert "http://" in fact.where[-1] or "https://" in fact.where[-1]
    assert catalogue().get("X-VD-NOTIFY").external


def test_unknown_ids_are_named_with_the_nearest_one() -> None:
    asked = ["cling-crisis-draw-out", "F-A2-9000", "F-A2-900", "nothing like it"]
    assert catalogue().resolve(asked) == [
        'unknown evidence id "cling-crisis-draw-out"; did you mean "cling-crisis-drawn-out"?',
        'unknown evidence id "F-A2-900"; did you mean "F-A2-9000"?',
        'unknown evidence id "nothing like it"',
    ]
    assert catalogue().resolve([]) == []


def test_asking_for_an_unknown_id_is_the_users_mistake() -> None:
    with pytest.raises(InputError) as caught:
        catalogue().get("F-D1-grodna")
    assert str(caught.value) == 'evidence: unknown evidence id "F-D1-grodna"; did you mean "F-D1-grodno"?'
    with pytest.raises(InputError):
        catalogue().cite("F-D1-grodna")


def test_the_catalogue_is_read_once_and_quickly() -> None:
    paths = [resources.data_file(FOLDER, name) for name in (CLAIMS, EXTERNAL, FACTS)]
    start = time.process_time()
    load(*paths)
    assert time.process_time() - start < 0.5
    assert catalogue() is catalogue()


def test_importing_the_module_reads_nothing() -> None:
    code = "import wargame.scenario.evidence as e; print(e.catalogue.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("evidence: [", "the evidence cannot be read"),
        (
            "documents: {}\nevidence:\n- id: x\n",
            "the evidence lacks a field or has one of a wrong kind: 'document'",
        ),
        ("", "the evidence lacks a field or has one of a wrong kind"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    broken = tmp_path / "claims.yaml"
    broken.write_text(text, encoding="utf-8")
    external, facts = (resources.data_file(FOLDER, name) for name in (EXTERNAL, FACTS))
    with pytest.raises(WargameError) as caught:
        load(broken, external, facts)
    assert str(caught.value).startswith(f"{broken}: {complaint}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    with pytest.raises(WargameError, match="the evidence cannot be read"):
        load(missing, missing, missing)


def test_content_inside_the_package_wins_over_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "wargame"
    (tmp_path / "scenarios").mkdir()
    package.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    try:
        resources.data_root.cache_clear()
        assert resources.data_root() == tmp_path / "scenarios"
        (package / "_data").mkdir()
        resources.data_root.cache_clear()
        assert resources.data_root() == package / "_data"
    finally:
        resources.data_root.cache_clear()


def test_a_broken_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "wargame"
    monkeypatch.setattr(resources, "_PACKAGE", package)
    resources.data_root.cache_clear()
    try:
        with pytest.raises(WargameError) as caught:
            resources.data_root()
    finally:
        resources.data_root.cache_clear()
    assert str(caught.value) == (
        f"the shipped scenarios are missing: neither {package / '_data'} nor {tmp_path / 'scenarios'} exists; reinstall wargame"
    )


def test_a_missing_shipped_file_is_named() -> None:
    with pytest.raises(WargameError) as caught:
        resources.data_file("map", "atlantis.geojson")
    path = resources.data_root() / "map" / "atlantis.geojson"
    assert str(caught.value) == f"{path}: this shipped file is missing; reinstall wargame"


def test_ids_are_known_by_their_lines_without_reading_the_entries() -> None:
    """What every start of the program looks up must agree with the catalogue."""
    assert identities() == set(catalogue().ids())
