"""Names of people: what can be seen and read, and nobody who looks like somebody else, like a seat or like the facilitator."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

OFFICES = (
    "facilitator", "white cell", "control cell", "control", "moderator", "instructor", "lecturer", "teacher", "professor",
    "admin", "administrator", "game master", "referee", "umpire", "host", "server", "system", "wargame", "seminar", "everybody",
    "observer", "observers", "wall",
)  # fmt: skip
_TITLES = ("facilitator", "whitecell", "administrator", "moderator", "gamemaster")  # not even within a longer name

# Letters of other scripts that are drawn like Latin ones, in the small form that names are compared in.
_ALIKE = {
    "a": "аαɑ", "b": "Ььʙв", "c": "сϲᴄ", "d": "ԁɗ", "e": "еєҽε", "f": "ғϝ", "g": "ɡց", "h": "һнհʜη", "j": "јϳ", "k": "кκᴋ",
    "i": "іιıɩϊї", "l": "ӏ", "m": "мᴍ", "n": "ոռпν", "o": "оοσօᴏѳө", "p": "рρᴘ", "q": "ԛզ", "r": "гᴦʀ", "s": "ѕꜱ", "t": "тτᴛ",
    "u": "υսᴜџц", "v": "ѵᴠ", "w": "ѡԝωա", "x": "хχ", "y": "уүγʏ", "z": "ᴢʐ",
}  # fmt: skip
_DRAWN = str.maketrans({other: letter for letter, others in _ALIKE.items() for other in others} | {"0": "o"})
# A bare stroke: one is taken for another, but not for an i with its dot; a figure 1 is written for either on purpose.
_BAR = frozenset("Il1|\u0406\u0399\u04c0\u04cf\u01c0")
_PAIRS = {("r", "n"): "m", ("v", "v"): "w"}
_TWINS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU", "DESERET", "GEORGIAN"})


def letters(name: str) -> list[frozenset[str]]:
    """Return what a name looks like, letter by letter: for each what it may be taken for.

    Capitals, accents, spaces, punctuation, kinds of type (bold, wide, circled) and look-alikes of other scripts do not count.
    """
    found: list[frozenset[str]] = []
    for letter in unicodedata.normalize("NFKC", name):
        stroke = {"|", "i"} if letter == "1" else {"|"} if letter in _BAR else set()
        for one in unicodedata.normalize("NFD", letter.casefold()):
            accent = "\u0300" <= one <= "\u036f"
            written = unicodedata.category(one)[0] in "LNM" or unicodedata.category(one) == "So"
            if not accent and (written or stroke):
                found.append(frozenset({one.translate(_DRAWN)} | stroke))
    return _joined(found)


def _joined(found: list[frozenset[str]]) -> list[frozenset[str]]:
    """Return letters in which two that are taken for one are that one: rn for m, vv for w."""
    joined: list[frozenset[str]] = []
    for one in found:
        pair = next((whole for (first, second), whole in _PAIRS.items() if joined and first in joined[-1] and second in one), "")
        if pair:
            joined[-1] = frozenset({pair})
        else:
            joined.append(one)
    return joined


def alike(name: str, other: str) -> bool:
    """Return whether an eye takes two names for the same."""
    return _same(letters(name), letters(other))


def _same(one: list[frozenset[str]], other: list[frozenset[str]]) -> bool:
    return len(one) == len(other) and all(a & b for a, b in zip(one, other, strict=True))


def _within(part: list[frozenset[str]], whole: list[frozenset[str]]) -> bool:
    return any(_same(part, whole[i : i + len(part)]) for i in range(len(whole) - len(part) + 1))


def scripts(word: str) -> set[str]:
    """Return the scripts of a word that are easily mixed up, by the names of its letters."""
    return {unicodedata.name(c, "").partition(" ")[0] for c in word if c.isalpha()} & _TWINS


def fault(name: str, taken: Iterable[str], roles: Mapping[str, str]) -> str:
    """Return what is wrong with a name, as a sentence, or nothing. ``taken``: names of others. ``roles``: names of seats and
    actors, with what to call them."""
    if not any(c.isalnum() for c in unicodedata.normalize("NFKC", name)):
        return "A name needs a letter that others can read."
    for word in re.split(r"[\W\d_]+", unicodedata.normalize("NFKC", name)):
        if len(found := scripts(word)) > 1:
            kinds = " and ".join(sorted(one.capitalize() for one in found))
            return f"This name mixes {kinds} letters in one word, so that it can be taken for another. Write it in one alphabet."
    drawn = letters(name)
    if any(_same(drawn, letters(other)) for other in taken):
        return f"Somebody called {name} is here already. Come back by your own link, or add a letter to your name."
    core = letters(re.sub(r"[\W_]+|\d+$", "", re.sub(r"^\W*the\b", "", name, flags=re.IGNORECASE)))
    titled = any(_within(letters(title), whole) for title in _TITLES for whole in (core, drawn))
    if titled or any(_same(core, letters(one)) for one in OFFICES):
        return "That is what the seminar calls somebody of its own. Choose the name that people know you by."
    own = {one: letters(re.sub(r"^the ", "", one, flags=re.IGNORECASE)) for one in roles}
    role = next((roles[one] for one, shape in own.items() if _same(shape, core) or _same(shape, drawn)), "")
    if role:
        return f"{role} is a seat or an actor of this game. Choose the name that people know you by."
    return ""
