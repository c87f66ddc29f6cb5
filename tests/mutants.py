"""Mutated scenario files, each a pure function of its number: values, types, keys, dates, numbers, expressions, YAML and bytes."""

from __future__ import annotations

import copy
import datetime as dt
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import yaml

from tests.strait import STRAIT
from wargame.scenario.files.marks import plain
from wargame.scenario.layers import shipped

TRIMMED = """\
schema: 1
extends: zapad_2021
name: trimmed
title: A week of it
horizon: 1 week
actors:
  belarus: {policy: [hedger, mine], temperature: {value: 0.2, prior: {uniform: {low: 0.1, high: 0.4}}, judgement: j}}
exercises:
  zapad: {start: 2021-09-01, end: 2021-09-05, announced: 2021-07-20}
policies:
  mine:
    judgement: j
    let: {caution: {value: 0.9, judgement: j}}
    diplomatic: {hold_summit: {weight: 2 * caution, target: russia}}
injects:
  storm: {title: A storm, date: 2021-09-02, when: tension > 0.1, urgent: [poland], impulses: {rhetoric: {russia: 0.2}}, judgement: j}
measures:
  mine: {says: mine, value: highest(frontline.threat), over: max, asks: Is it?}
uncertainties: [actors.belarus.temperature]
"""
WORDS = ("", " ", "true", "null", "0", "nan", "inf", "__import__('os').system('true')", "a.b.c", "ß" * 90, "x" * 5_000, "\x1b]0;pwned\x07\x1b[31m",
         "\u202egnirts", "line\nline", "{target}", "{0.__class__}", "%s%n", "../../etc/passwd", "1/0", "no", "12:30:45", "2021-02-30", "9999-12-31",
         "0001-01-01", "-1 days", "999999 weeks", "\ud7ff", "🛰️", "\x00", "\x85", "\u2028")  # fmt: skip
NUMBERS = (
    0,
    -1,
    1,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    1e12,
    1e13,
    2**53,
    2**63 - 1,
    2**63,
    -(10**30),
    0.5,
    1.0000001,
    99_999,
    12_000,
    12_001,
)
RAW = ("!!python/object/apply:os.system ['true']", "!!binary aGk=", "!mine x", "*nothing", "&a [*a]", "{<<: {a: 1}}", ".nan", "-.inf", "0o17", "0x1F",
       "1:30:00", "1e999", "99999999999999999999999999", "[" * 2_000, "{a: " * 300, "{}", "[]", "? x", "|\n   text", "'", "@", "`", "%TAG", "- -", "+.5", "0_1")  # fmt: skip
FORMULAS = ("1/0", "0/0", "log(-1)", "sqrt(-1)", "power(0, -1)", "exp(1e12)", "1e12 * 1e12", "not", "1", "true and 2", "day > 3", "2 > 1 > 0", "tension",
            "highest(frontline.threat)", "own.threat", "days_since(own.watch)", "(" * 40 + "1" + ")" * 40, "1 if 2 else", "-" * 40 + "1", "x" * 400,
            "1" + " + 1" * 250, "min(tension, 1, 2)", "min()", "9" * 60, "1.2.3", "tension..x", "a = 1", "lambda: 1", "tension[0]", "'text'")  # fmt: skip
Path_ = tuple[Any, ...]


@cache
def bases() -> tuple[str, ...]:
    """Return the texts that are mutated: the theatres, the known answers, and a file that extends a shipped scenario."""
    known = [
        path.read_text(encoding="utf-8")
        for name, path in sorted(shipped().items())
        if path.parent.name == "analytic" or name == "strait"
    ]
    theatre = STRAIT.read_text(encoding="utf-8")
    return (theatre, TRIMMED, theatre, theatre, theatre, *known)


@cache
def trees() -> tuple[Any, ...]:
    """Return the same as data."""
    return tuple(_typed(text) for text in bases())


def _typed(text: str) -> dict[str, Any]:
    from wargame.scenario.files.strict_yaml import read_text

    data = plain(read_text(text, "base")[0])
    assert isinstance(data, dict)
    return data


def mutant(number: int) -> bytes:
    """Return the mutated file of a number."""
    luck = random.Random(number)
    which = number % len(bases())
    if luck.random() < 0.6:
        text = _of_tree(copy.deepcopy(trees()[which]), luck)
        return text.encode("utf-8", "surrogatepass")
    content = bases()[which].encode()
    for _ in range(luck.choice((1, 1, 2, 5))):
        content = luck.choice(_BYTES)(content, luck)
    return content


def _of_tree(tree: Any, luck: random.Random) -> str:
    raw: list[str] = []
    for _ in range(luck.choice((1, 1, 1, 2, 4))):
        places = list(_places(tree))
        luck.choice(_TREE)(tree, luck.choice(places), places, luck, raw)
    text = yaml.safe_dump(tree, allow_unicode=luck.random() < 0.5, sort_keys=False, width=200)
    for i, written in enumerate(raw):
        text = text.replace(f"RAW{i}RAW", written)
    return text


def _places(tree: Any, path: Path_ = ()) -> list[Path_]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [one for key, value in entries for one in ((*path, key), *_places(value, (*path, key)))]


def _at(tree: Any, path: Path_) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _put(tree: Any, path: Path_, value: Any) -> None:
    _at(tree, path[:-1])[path[-1]] = value


def _swap(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    _put(tree, path, copy.deepcopy(_at(tree, luck.choice(places))))


def _number(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    numbers = [one for one in places if isinstance(_at(tree, one), (int, float)) and not isinstance(_at(tree, one), bool)] or [
        path
    ]
    chosen = luck.choice(numbers)
    old = _at(tree, chosen)
    scaled = [old * factor for factor in (-1, 1e3, 1e-3, 1e9)] if isinstance(old, (int, float)) else []
    _put(tree, chosen, luck.choice([*NUMBERS, *scaled]))


def _word(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    _put(tree, path, luck.choice(WORDS))


def _kind(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    _put(tree, path, luck.choice([None, True, False, [], {}, [1, "a"], {"value": 1}, {"a": {"b": []}}, 3, "text"]))


def _less(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    del _at(tree, path[:-1])[path[-1]]


def _rename(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    above = _at(tree, path[:-1])
    if isinstance(above, dict):
        key = str(path[-1])
        names = [str(one[-1]) for one in places if isinstance(one[-1], str)]
        above[luck.choice([key[:-1], key + "x", key.upper(), luck.choice(names), luck.choice(WORDS), key * 30])] = above.pop(
            path[-1]
        )


def _again(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    above = _at(tree, path[:-1])
    if isinstance(above, dict):
        for i in range(luck.choice((1, 3, 70))):
            above[f"{path[-1]}_{i}"] = copy.deepcopy(above[path[-1]])
    else:
        above.append(copy.deepcopy(above[path[-1]]))


def _date(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    dates = [one for one in places if re.fullmatch(r"\d{4}-\d\d-\d\d", str(_at(tree, one)))] or [path]
    chosen = luck.choice(dates)
    days = luck.choice([-1, 1, 7, -30, 365, -3650, 36_500, -700_000, 2_000_000])
    try:
        _put(tree, chosen, (dt.date.fromisoformat(str(_at(tree, chosen))) + dt.timedelta(days=days)).isoformat())
    except (ValueError, OverflowError):
        _put(tree, chosen, luck.choice(WORDS))


def _formula(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    keys = ("when", "weight", "value", "urgent", "legal", "agrees", "payoff")
    chosen = luck.choice([one for one in places if one[-1] in keys] or [path])
    old = str(_at(tree, chosen))
    cut = luck.randrange(len(old) + 1)
    tokens = re.split(r"(\W+)", old)
    luck.shuffle(tokens)
    made = [luck.choice(FORMULAS), luck.choice(FORMULAS), f"({old}) * ({luck.choice(FORMULAS)})", f"({old}) / ({luck.choice(FORMULAS)})", old[:cut],
            old[:cut] + luck.choice("()+-*/<>=.,'\\$#\x1b é") + old[cut:], "".join(tokens), f"{old} if {luck.choice(FORMULAS)} else 0"]  # fmt: skip
    _put(tree, chosen, luck.choice(made))


def _raw(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    _put(tree, path, f"RAW{len(raw)}RAW")
    raw.append(luck.choice(RAW))


def _deep(tree: Any, path: Path_, places: list[Path_], luck: random.Random, raw: list[str]) -> None:
    value: Any = 1
    for _ in range(luck.choice((3, 39, 41, 60))):
        value = [value] if luck.random() < 0.5 else {"a": value}
    _put(tree, path, value)


_Tree = Callable[[Any, Path_, list[Path_], random.Random, list[str]], None]
_TREE: tuple[_Tree, ...] = (
    _swap, _swap, _number, _number, _number, _word, _kind, _less, _less, _rename, _again, _date, _date, _formula, _formula, _formula, _raw, _deep,
)  # fmt: skip


def _flip(content: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(content) + 1)
    return content[:at] + bytes([luck.randrange(256)]) + content[at + 1 :]


def _insert(content: bytes, luck: random.Random) -> bytes:
    at = luck.randrange(len(content) + 1)
    what = luck.choice([b"\x00", b"\x1b[2J", b"\xef\xbb\xbf", b"\t", b"\r", b"\x85", b"\xff\xfe", b"---\n", b"# ", b"&a ", b"*a", b"!!", b": ", b"\n", b"{", b"]",
                        b'"', b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", bytes(luck.randrange(256) for _ in range(5))])  # fmt: skip
    return content[:at] + what + content[at:]


def _cut(content: bytes, luck: random.Random) -> bytes:
    first = luck.randrange(len(content) + 1)
    return content[:first] + content[first + luck.choice((1, 3, 40, len(content))) :]


def _lines(content: bytes, luck: random.Random) -> bytes:
    lines = content.split(b"\n")
    a, b = luck.randrange(len(lines)), luck.randrange(len(lines))
    act = luck.randrange(5)
    if act == 0:
        lines[a], lines[b] = lines[b], lines[a]
    elif act == 1:
        lines.insert(a, lines[b])
    elif act == 2:
        lines[a] = b"  " + lines[a]
    elif act == 3:
        lines[a] = lines[a][2:]
    else:
        del lines[a]
    return b"\n".join(lines)


def _tokens(content: bytes, luck: random.Random) -> bytes:
    words = [match.span() for match in re.finditer(rb"[\w.]+", content)]
    if len(words) < 2:
        return content
    (a, b), (c, d) = luck.choice(words), luck.choice(words)
    return content[:a] + content[c:d] + content[b:]


_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _insert, _cut, _lines, _lines, _tokens, _tokens, _tokens)
