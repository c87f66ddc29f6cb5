"""What one does by habit is what the checks do: the same lint, and a suite whose parts are declared as they are."""

from __future__ import annotations

import re
import tomllib

import yaml

from tests.amount import FRESH, HERE, LATE, SLOW, among

ROOT = HERE.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CHECKS = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
FILES = sorted(HERE.rglob("test_*.py"))


def test_what_is_called_slow_or_fresh_is_there_and_called_so_once() -> None:
    for names in (SLOW, FRESH, LATE):
        assert [name for name in names if not (HERE / name).exists()] == []
        assert list(names) == sorted(set(names))
        assert [name for name in names if "/" in name and among(HERE / name, tuple({*names} - {name}))] == []


def test_a_third_of_the_files_is_quick_and_the_laws_are_among_them() -> None:
    quick = {path.relative_to(HERE).as_posix() for path in FILES if not among(path, SLOW)}
    assert len(quick) > len(FILES) / 3
    assert {"test_laws.py", "test_draws.py", "test_architecture.py", "test_habits.py"} <= quick


def test_a_folder_is_all_that_lies_in_it_and_nothing_else() -> None:
    assert among(HERE / "seminar" / "test_game.py", ("seminar",))
    assert not among(HERE / "seminary" / "test_game.py", ("seminar",))
    assert not among(HERE / "test_seminar.py", ("seminar",))


def targets() -> dict[str, list[str]]:
    """The targets of the Makefile with their commands, without the interpreter."""
    found: dict[str, list[str]] = {}
    for block in re.finditer(r"^(?P<name>\w+):.*\n(?P<lines>(?:\t.*\n)*)", MAKEFILE, re.MULTILINE):
        lines = block["lines"].replace("$(PYTHON)", "").replace("-m ", "").splitlines()
        found[block["name"]] = [line.strip() for line in lines]
    return found


def test_the_makefile_fits_a_screen_and_names_its_targets() -> None:
    assert len(MAKEFILE.splitlines()) <= 45
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony.split() == list(targets())


def test_a_commit_is_held_to_the_lint_and_the_format_of_the_checks() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repo["repo"] == "local", "nothing is fetched"
    hooks = [hook["entry"].replace(" --force-exclude", "") for hook in repo["hooks"]]
    assert [line.removesuffix(" --check .").removesuffix(" .") for line in targets()["lint"]] == hooks


def test_the_checks_use_the_commands_of_the_makefile_and_they_have_a_floor() -> None:
    used = set(re.findall(r"^(?:\w+=\w+ )?make (\w+)$", CHECKS, re.MULTILINE))
    assert used == {"lint", "docs", "coverage", "late"}, "the suite is the README's own command"
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert settings["coverage"]["run"]["branch"]
    assert settings["coverage"]["report"]["fail_under"] >= 90
    (rooms,) = re.findall(r"^ROOMS = (.*)$", MAKEFILE, re.MULTILINE)
    assert all((ROOT / room.removesuffix("/*")).is_dir() for room in rooms.split(","))
    assert settings["pytest"]["ini_options"]["timeout"] > 0


def test_the_guide_names_targets_that_there_are() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make (\w+)", guide, re.MULTILINE))
    assert {"quick", "check"} <= named <= set(targets())
