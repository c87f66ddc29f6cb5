"""From text to words. What is not part of the language stops here, with a column and a hint."""

from __future__ import annotations

import keyword
import math
import re
from dataclasses import dataclass

from wargame.expressions.scope import ExpressionError

MOST_CHARACTERS = 500
LARGEST = 1e12
WORDS = frozenset({"and", "or", "not", "if", "else"})
SPACES = " \t\r\n"
CONSTANTS = {"true": 1.0, "True": 1.0, "false": 0.0, "False": 0.0, "undefined": math.nan}
SYMBOLS = frozenset({"+", "-", "*", "/", "(", ")", ",", "<", "<=", ">", ">=", "==", "!="})
HINTS = {
    "**": "write power(x, y), x * x or sqrt(x)",
    "^": "write power(x, y), x * x or sqrt(x)",
    "//": "write floor(a / b)",
    "%": "write a - b * floor(a / b); a per cent is 0.01",
    "=": "write == to compare",
    ":=": "an expression stores nothing",
    "=<": "write <=",
    "=>": "write >=",
    "<>": "write !=",
    "!": "write not",
    "~": "write not",
    "&": "write and",
    "&&": "write and",
    "|": "write or",
    "||": "write or",
    "\u2264": "write <=",
    "\u2265": "write >=",
    "\u2260": "write !=",
    "\u00d7": "write *",
    "\u00b7": "write *",
    "\u00f7": "write /",
    "\u2212": "write -",
    "\u2013": "write -",
    "'": "names are written without quotes: asked(training_centre)",
    '"': "names are written without quotes: asked(training_centre)",
    "#": "comments belong to the YAML around it",
    ".": "a point joins the parts of a name, without spaces",
    "in": "write a <= x and x <= b, between(x, a, b) or x == a or x == b",
    "is": "write ==",
    "None": "write undefined",
}
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_SYMBOL = re.compile(r"\*\*|//|:=|<<|>>|<>|&&|\|\||->|=>|=<|==|<=|>=|!=|.", re.DOTALL)
_JUNK = re.compile(r"[A-Za-z0-9_.]*")


@dataclass(frozen=True)
class Token:
    """One word of an expression; its kind is number, name, symbol (``and`` is one too) or end."""

    kind: str
    text: str
    column: int
    value: float = 0.0


def shown(text: str) -> str:
    """Return the text in double quotes, cut to a length that suits a message of one line."""
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'


def tokenise(text: str) -> list[Token]:
    """Return the words of the text, the last of kind ``end``. Raises :class:`ExpressionError`."""
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {MOST_CHARACTERS} are allowed", 1)
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        if text[place] in SPACES:
            place += 1
            continue
        tokens.append(_next(text, place))
        place += len(tokens[-1].text)
    if not tokens:
        raise ExpressionError("the expression is empty", 1)
    tokens.append(Token("end", "", len(text.rstrip(SPACES)) + 1))
    return tokens


def _next(text: str, place: int) -> Token:
    if found := _NUMBER.match(text, place):
        return _number(text, place, found)
    if found := _NAME.match(text, place):
        return _name(text, place, found)
    found = _SYMBOL.match(text, place)
    symbol = found.group() if found else text[place]
    if symbol not in SYMBOLS:
        raise ExpressionError(_foreign(symbol), place + 1)
    return Token("symbol", symbol, place + 1)


def _number(text: str, place: int, found: re.Match[str]) -> Token:
    rest = _JUNK.match(text, found.end())
    if rest and rest.group():
        word = shown(found.group() + rest.group())
        raise ExpressionError(f"cannot read the number {word}; numbers are written like 9000, 0.25 or 1e-3", place + 1)
    value = float(found.group())
    if value > LARGEST:
        raise ExpressionError(f"the number {shown(found.group())} is too large; at most 1e12 is allowed", place + 1)
    return Token("number", found.group(), place + 1, value)


def _name(text: str, place: int, found: re.Match[str]) -> Token:
    name = found.group()
    if name in CONSTANTS:
        return Token("number", name, place + 1, CONSTANTS[name])
    if name in WORDS:
        return Token("symbol", name, place + 1)
    if text[found.end() : found.end() + 1] == ".":
        raise ExpressionError(f"the name {shown(name + '.')} is not complete; {HINTS['.']}", place + 1)
    for part in name.split("."):
        if part.startswith("_"):
            raise ExpressionError(f"the name {shown(name)} is not allowed; each part of a name starts with a letter", place + 1)
        if keyword.iskeyword(part):
            raise ExpressionError(_foreign(part), place + 1)
    return Token("name", name, place + 1)


def _foreign(symbol: str) -> str:
    readable = symbol if symbol.isprintable() else f"U+{ord(symbol[0]):04X}"
    hint = HINTS.get(symbol)
    if hint is None and not symbol.isascii():
        hint = "names use the letters a-z and A-Z, digits and _"
    quoted = f'"{readable}"' if symbol != '"' else f"'{symbol}'"
    return f"{quoted} is not part of the language" + (f"; {hint}" if hint else "")
