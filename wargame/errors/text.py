"""Text of any origin as it may be shown: nothing in it steers a terminal, no name is longer than any is."""

from __future__ import annotations

import re

# What steers a terminal or turns the direction of writing, and what cannot be written as UTF-8; tab and line end are meant.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
LONG_NAME, LONG_PATH, LONG_TEXT = 100, 400, 2_000  # letters of a name, a path and a message; what is longer is cut
_QUOTED = re.compile(r'"[^"]*"|[^\s"]+')


def harmless(text: str) -> str:
    """Return a text of any origin as it may be shown: signs that steer a terminal are written out, ``\\u001b`` say."""
    return CONTROL.sub(_written_out, text)


def _written_out(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str, limit: int = LONG_TEXT) -> str:
    """Return a text as one harmless line, cut where it is longer than ``limit``."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    return harmless(shown).replace("\n", "\\n").replace("\t", "\\t")


def shortened(text: str) -> str:
    """Return a text in which words, and what stands in quotes, are cut where they are longer than any name is."""
    return _QUOTED.sub(_cut, text)


def _cut(part: re.Match[str]) -> str:
    text = part[0]
    quoted = text[0] == '"'
    if len(text) <= (LONG_NAME if quoted and "/" not in text else LONG_PATH):
        return text
    return text[:60] + ('…"' if quoted else "…")
