"""What rests on each piece of evidence: every core claim is used, every unused id has a reason, uses are where they stand."""

from __future__ import annotations

import json
from functools import cache

import pytest
from click.testing import CliRunner

from wargame.cli import main
from wargame.mechanisms import registry
from wargame.scenario.evidence import Catalogue, Evidence, catalogue
from wargame.validation.coverage import Coverage, Use, coverage, lines


@cache
def shipped() -> Coverage:
    return coverage()


def claim(identity: str, tier: int) -> Evidence:
    return Evidence(
        id=identity, claim="", who="", outlet="", date="2021", kind="fact", tier=tier, contested=(), note="", document="a",
        status="claim",
    )  # fmt: skip


def test_every_core_claim_is_used_and_every_unused_id_has_a_reason() -> None:
    assert shipped().faults() == []


def test_most_supporting_claims_are_used() -> None:
    """Tier 2 supports; context may go unused. The five documents together stand behind the model, none of them is idle."""
    rows = [row for row in shipped().rows() if row.document != "outside"]
    assert len(rows) == 5
    for row in rows:
        assert row.used[1] == row.total[1]
        assert row.used[2] >= 0.85 * row.total[2], row.document


def test_the_table_counts_every_id_once() -> None:
    assert sum(sum(row.total.values()) for row in shipped().rows()) == len(catalogue())


@pytest.mark.parametrize(
    ("identity", "use"),
    [
        ("cling-framework-suffices", Use("rule", "kremlin.ask_permanent_base", "library/policies_patron.yaml")),
        ("cling-framework-suffices", Use("policy", "framework_suffices", "library/policies_patron.yaml")),
        ("ft-pukhov-flexible-hedging", Use("parameter", "hedger.let.hedge", "library/policies_client.yaml")),
        ("wapo-mae-violation-normalised", Use("docstring", "declaration", "wargame.mechanisms.declaration")),
        ("ft-arms-promise-evades-integration", Use("parameter", "integration.arms_dodges", "wargame.mechanisms.integration")),
        ("cbc-mirror", None),
        ("wapo-declaration-just-under-limit", Use("stylised fact", "SF01", "validation/facts.yaml")),
        ("odr-porotnikov-10000", Use("side of a disagreement", "D11 B", "evidence/disagreements.yaml")),
        ("cbc-russia-seeks-military-foothold", Use("event", "basing", "wargame.mechanisms.basing")),
        ("wapo-28-areas", Use("item", "programmes", "library/items.yaml")),
        ("cbc-routine-drill-tense-context", Use("rung", "nato_0_routine", "library/ladder.yaml")),
        ("cbc-lingering-more-likely", Use("measure", "linger_share_end", "library/zapad_exercise.yaml")),
        ("odr-debunking-does-not-deter", Use("docstring", "rhetoric", "wargame.mechanisms.rhetoric")),
    ],
)
def test_a_use_is_found_where_it_stands(identity: str, use: Use | None) -> None:
    assert (use in shipped().uses[identity]) if use else identity not in shipped().uses


def test_every_source_of_a_mechanism_is_a_use() -> None:
    for name, mechanism in registry().items():
        for identity in mechanism.sources:
            assert Use("mechanism", name, f"wargame.mechanisms.{name}") in shipped().uses[identity]


def test_faults_name_what_is_wrong() -> None:
    known = Catalogue([claim("a-core", 1), claim("a-used", 2), claim("a-plain", 2), claim("b-one", 3), claim("b-two", 3)])
    uses = dict.fromkeys(known.ids(), ()) | {"a-used": (Use("rule", "p.r", "f.yaml"),)}
    found = Coverage(known, uses, {"a-used": "why", "b-*": "group", "b-two": "own", "c-*": "nobody", "a-core": "no excuse"})
    assert found.unused == ("a-core", "a-plain", "b-one", "b-two")
    assert (found.reason("b-one"), found.reason("b-two"), found.reason("a-plain")) == ("group", "own", "")
    assert found.faults() == [
        "a-core: a core claim (tier 1) on which nothing rests",
        "a-plain: unused, and unused.yaml gives no reason",
        "a-used: unused.yaml gives a reason, but the id is used or unknown",
        "c-*: unused.yaml gives a reason, but the id is used or unknown",
    ]


def test_one_scenario_is_covered_with_its_layers() -> None:
    found = coverage(["inspection_game"])
    assert {use.where for uses in found.uses.values() for use in uses if use.where.endswith(".yaml")} <= {
        "analytic/inspection_game.yaml"
    }
    assert found.reasons == {}
    where = {use.where for uses in coverage(["zapad_2021"]).uses.values() for use in uses}
    assert {"zapad_2021.yaml", "library/policies_client.yaml", "wargame.mechanisms.threat"} <= where


def test_the_command_prints_claims_reasons_and_the_table() -> None:
    result = CliRunner().invoke(main, ["check", "--coverage"], catch_exceptions=False)
    text = result.output.splitlines()
    assert any(line.startswith("  cbc-strategic-window (tier 1): ") for line in text)
    assert text == list(lines(shipped()))
    assert text[-1].split()[-1] == "/".join(
        str(sum(row[2] for row in pair)) for pair in ([shipped().rows()[-1].used], [shipped().rows()[-1].total])
    )
    assert max(map(len, text)) <= 110


def test_json_holds_every_id() -> None:
    result = CliRunner().invoke(main, ["check", "--coverage", "--json"], catch_exceptions=False)
    data = json.loads(result.stdout)
    assert [document["document"] for document in data["documents"]] == ["cbc", "wapo", "ft", "odr", "cling", "outside"]
    assert sum(len(document["ids"]) for document in data["documents"]) == len(catalogue())
    entry = next(one for one in data["documents"][0]["ids"] if one["id"] == "cbc-strategic-window")
    assert {"kind": "rule", "name": "kremlin.ask_rotation", "where": "library/policies_patron.yaml"} in entry["uses"]
    assert set(data["unused"]) == set(shipped().unused)


def test_no_file_at_all_is_a_mistake() -> None:
    bare = CliRunner().invoke(main, ["check"])
    assert bare.exit_code == 2
    assert "Missing argument 'FILES...'" in bare.output
