"""The documentation is true: commands parse, blocks marked to run do run, links lead somewhere, generated parts are fresh."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from docs import generate
from wargame.cli import main
from wargame.results.parquet import read_table

ROOT = Path(__file__).resolve().parents[1]
PAGES = generate.pages()
TEXTS = [*PAGES, *(path for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md") if path.exists())]
FENCE = re.compile(r"^(?P<lead> *)```(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^(?P=lead)```$", re.MULTILINE | re.DOTALL)
RUNS = re.compile(r"^<!-- runs -->\n```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<page>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fences(text: str, *kinds: str) -> list[str]:
    return [found["text"] for found in FENCE.finditer(text) if found["kind"] in kinds]


def commands(text: str) -> list[list[str]]:
    """Every call of ``wargame`` in the shell blocks of a text, as its arguments."""
    found = []
    for block in fences(text, "bash", "console", "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for call in re.split(r"&&|\||;", line.partition(" #")[0]):
                words = shlex.split(call.partition(">")[0])
                words = words[1:] if words[:1] == ["$"] else words
                if words and words[0].rpartition("/")[2] == "wargame":
                    found.append(words[1:])
    return found


def parse(arguments: list[str]) -> None:
    """Let click read a call without carrying it out."""
    with contextlib.suppress(click.exceptions.Exit):  # --help and --version
        above = main.make_context("wargame", list(arguments))
        called, command, rest = main.resolve_command(above, [*above._protected_args, *above.args])
        assert command is not None
        command.make_context(called, rest, parent=above)


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_every_command_shown_parses(path: Path) -> None:
    for arguments in commands(path.read_text(encoding="utf-8")):
        try:
            parse(arguments)
        except click.UsageError as error:
            pytest.fail(f"wargame {' '.join(arguments)}: {error.message}")


def test_the_commands_are_found() -> None:
    text = "```bash\n$ .venv/bin/wargame run a --seed 1 > b && wargame check c  # d\nls\n```\n```text\nwargame no\n```\n"
    assert commands(text) == [["run", "a", "--seed", "1"], ["check", "c"]]
    assert sum(len(commands(path.read_text(encoding="utf-8"))) for path in PAGES) > 40
    with pytest.raises(click.UsageError):
        parse(["run", "a", "--sed", "1"])


def test_every_command_is_described() -> None:
    text = (generate.DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    missing = [command for command in main.commands if f"## `wargame {command}`" not in text]
    assert missing == []


RUNNING = [page for page in PAGES if RUNS.search(text := page.read_text(encoding="utf-8")) and generate.SHOWS not in text]


@pytest.mark.parametrize("path", RUNNING, ids=name)  # those that show what they print are run by the test of fresh parts
def test_blocks_marked_to_run_do_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The blocks of a page run one after the other, as a reader would paste them, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {"__name__": "docs"}
    for found in RUNS.finditer(path.read_text(encoding="utf-8")):
        exec(compile(found["text"], name(path), "exec"), space)
    assert "Error" not in capsys.readouterr().err


def test_python_blocks_compile() -> None:
    for path in TEXTS:
        for block in fences(path.read_text(encoding="utf-8"), "python"):
            compile(block, name(path), "exec")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, made as MyST and GitHub make them."""
    bare = FENCE.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#{1,3} (.+)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    for found in LINK.finditer(FENCE.sub("", path.read_text(encoding="utf-8"))):
        target = (path.parent / found["page"]).resolve() if found["page"] else path
        assert target.exists(), found[0]
        if found["anchor"]:
            assert found["anchor"] in anchors(target), found[0]


def test_every_page_is_in_the_table_of_contents() -> None:
    text = (generate.DOCS / "index.md").read_text(encoding="utf-8")
    listed = {line for block in re.findall(r"```\{toctree\}\n(.*?)```", text, re.DOTALL) for line in block.split()}
    pages = {str(page.relative_to(generate.DOCS).with_suffix("")) for page in PAGES} - {"index"}
    assert pages <= listed


PLAYS = re.compile(
    r"^<!-- output[^:]*: wargame (?:run|sweep|compare|sensitivity|tournament|discover|selftest)\b|<!-- shows -->", re.MULTILINE
)


def made_anew(path: Path) -> Any:
    """A page; one that plays takes long, and ``make docs`` makes it too."""
    played = PLAYS.search(path.read_text(encoding="utf-8"))
    return pytest.param(path, marks=pytest.mark.long if played else ())


@pytest.mark.parametrize("path", [made_anew(path) for path in PAGES], ids=map(name, PAGES))
def test_generated_parts_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == generate.rendered(path), "stale: run python docs/generate.py"


def test_the_schema_for_editors_is_fresh() -> None:
    assert generate.SCHEMA_FILE.read_text(encoding="utf-8") == generate.schema_text(), "stale: run python docs/generate.py"


def test_the_result_folder_is_described(tmp_path: Path) -> None:
    """Every file, every key of the manifest and every column that a run writes stands on the page."""
    page = (generate.DOCS / "reference" / "result-folder.md").read_text(encoding="utf-8")
    result = CliRunner().invoke(
        main, ["run", str(ROOT / "tests/scenarios/strait.yaml"), "--no-report", "--out", str(tmp_path / "r")]
    )
    assert result.exit_code == 0, result.output
    said = set(re.findall(r"`([^`]+)`", page))
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    event = json.loads((tmp_path / "r" / "events.jsonl").read_text(encoding="utf-8").splitlines()[0])
    written = {path.name for path in (tmp_path / "r").iterdir()} | set(manifest) | set(event) | set(event["more"])
    for table in ("bands", "trajectory"):
        written |= set(read_table(tmp_path / "r" / f"{table}.parquet"))
    written |= set(read_table(tmp_path / "r" / "measures.parquet")) - set(manifest["measures"])
    assert written - said == set()


def test_the_readme_quotes_the_golden_history_as_it_is() -> None:
    root = generate.DOCS.parent
    quoted = re.findall(r"^```text\n(.*?)^```", (root / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    golden = (root / "tests" / "transcripts" / "zapad_2021.txt").read_text(encoding="utf-8")
    assert len(quoted) == 1
    assert [line for line in quoted[0].splitlines() if line not in golden] == []


@pytest.mark.parametrize("page", generate.pages(), ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    root = generate.DOCS.parent
    named = set(re.findall(r"`((?:wargame|tests|benchmarks|scenarios|docs)/[\w./-]*)`", page.read_text(encoding="utf-8")))
    assert {one for one in named if "your" not in one and not (root / one).exists()} == set()
