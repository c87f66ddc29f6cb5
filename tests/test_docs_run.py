"""Every command that a page shows is run as its reader runs it: in an empty folder, from the package alone, in the page's order.

Only amounts are smaller (``--runs``, ``--samples`` …; without ``WARGAME_LONG=1`` studies of the large shipped scenario are not
played), and what a page calls by a name that only a reader's own result can have is
the result of the page's own kind. A name that only the tests know fails.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docs import generate
from tests.amount import LONG
from tests.test_docs import FENCE, TEXTS, commands, name
from wargame.cli import main

FILE = re.compile(r"^<!-- file: (?P<name>\S+) -->\n+```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
STORED = re.compile(r"results/(?:zapad_2021/\d{8}T\d{6}-[0-9a-f]{8}-s\d+(?P<kind>[rn])\d+|seminar/GAME)$")
FEWER = {"--runs": "4", "--samples": "4", "--until": ""}
ENOUGH = "200"  # runs in which a box can be found
MANY = {"sweep", "compare", "sensitivity", "tournament"}
PLAYED = {"run", "merge", *MANY}  # take --no-report, --quiet
SMALL = ("--set", "horizon=4 weeks")
OPENED = {"seminar", "play"}  # wait for people: their tests play them; here what they name is looked up
PROOFS = {"validate", "selftest"}  # prove the shipped content, in minutes; named in tests of their own


class Reader:
    """Somebody who types what a page shows, in a folder of his own."""

    def __init__(self, stored: Path) -> None:
        self._stored = stored

    def types(self, arguments: Sequence[str]) -> Result:
        """Run a command, made smaller."""
        words = [self._name(word) for word in arguments]
        if "--run" in words:
            words[words.index("--run") + 1] = "0"
        if words[0] in OPENED | PROOFS:
            words = ["explain", words[1], "--quiet"] if words[0] in OPENED else ["list", "scenarios"]
        elif words[0] == "merge":
            self._shards(words[1:])
        elif words[0] in MANY and not LONG and "zapad_2021" in words and "--out" not in words:
            words = ["explain", "zapad_2021", "--quiet"]
        if words[0] in PLAYED:
            words = [*_smaller(words), *(flag for flag in ("--no-report", "--quiet") if flag not in words)]
            words += ["--workers", "1"] if words[0] in MANY and "--workers" not in words else []
            words += ["--replications", "2"] if words[0] == "sensitivity" else []
        return CliRunner().invoke(main, words, prog_name="wargame")

    def _name(self, word: str) -> str:
        """What stands for a result of the reader's own is one."""
        if word == "my_scenario.yaml" and not Path(word).exists():
            assert CliRunner().invoke(main, ["new", "my_scenario", "--from", "zapad_2021"]).exit_code == 0
        found = STORED.fullmatch(word)
        if found is None:
            return word
        kind = "sweep" if found["kind"] == "n" else "run"
        if not Path(kind).exists():
            shutil.copytree(self._stored / kind, kind)
        return kind

    def _shards(self, words: Sequence[str]) -> None:
        places = words[: words.index("--out")]
        for number, place in enumerate(places, 1):
            part = ["--shard", f"{number}/{len(places)}", "--out", place]
            done = CliRunner().invoke(main, ["sweep", "inspection_game", "--runs", "6", "--block", "2", "--workers", "1", *part])
            assert done.exit_code == 0, done.output


def _smaller(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        flag, equals, _ = word.partition("=")
        if flag in FEWER:
            if not equals:
                next(rest)
            if FEWER[flag]:
                found += [flag, ENOUGH if flag == "--runs" and "--uncertain" in words and "--vary" not in words else FEWER[flag]]
        else:
            found.append(word)
    return [*found, *SMALL] if words[0] == "run" and not any("horizon=" in word for word in words) else found


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run and a sweep such as any reader has by then."""
    place = tmp_path_factory.mktemp("stored")
    for words in (["run"], ["sweep", "--runs", ENOUGH, "--uncertain", "--workers", "1"]):
        out = ["--out", str(place / words[0]), "--quiet", *(["--no-report"] if words[0] == "sweep" else [])]
        done = CliRunner().invoke(main, [words[0], "zapad_2021", *words[1:], *(SMALL if words == ["run"] else ()), *out])
        assert done.exit_code == 0, done.output
    return place


def steps(text: str) -> list[tuple[str, str, list[list[str]]]]:
    """What a reader does on a page, in its order: files written (name, text), and commands typed."""
    found: list[tuple[int, tuple[str, str, list[list[str]]]]] = []
    for file in FILE.finditer(text):
        found.append((file.start(), (file["name"], file["text"], [])))
    for fence in FENCE.finditer(text):
        if fence["kind"] in ("bash", "console", "sh"):
            found.append((fence.start(), ("", "", commands(fence[0]))))
    return [step for _, step in sorted(found, key=lambda one: one[0])]


SHOWING = [path for path in TEXTS if commands(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", SHOWING, ids=name)
def test_every_command_shown_works_in_an_empty_folder(
    path: Path, stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    reader = Reader(stored)
    done: set[tuple[str, ...]] = set()
    for file, text, typed in steps(path.read_text(encoding="utf-8")):
        if file:
            Path(file).write_text(text, encoding="utf-8")
            done.clear()
        for arguments in typed:
            if tuple(arguments) in done:
                continue
            done.add(tuple(arguments))
            result = reader.types(arguments)
            expected = _expected(path, arguments)
            assert result.exit_code == expected, f"wargame {shlex.join(arguments)}\n{result.output}\n{result.exception!r}"


def _expected(path: Path, arguments: Sequence[str]) -> int:
    """The exit code that the page shows for a command; 0 unless it says otherwise."""
    said = f"<!-- output, exit 2: wargame {shlex.join(arguments)} -->"
    return 2 if said in path.read_text(encoding="utf-8") else 0


def test_the_folder_of_the_tests_is_not_in_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only the tests know is unknown there: the check above can fail."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["check", "tests/scenarios/strait.yaml"]).exit_code == 2
    assert "league" not in CliRunner().invoke(main, ["explain", "strait"]).output
    assert os.listdir(tmp_path) == []


def test_no_page_names_what_only_a_checkout_has() -> None:
    """A reader has the package and an empty folder; a path into the tests means nothing to him."""
    shown = {
        name(path): "".join(found[0] for found in FENCE.finditer(path.read_text(encoding="utf-8"))) for path in generate.pages()
    }
    assert [page for page, text in shown.items() if "tests/" in text] == []
