"""Names of people: what can be seen and read, and nobody who looks like somebody else, like a seat or like the facilitator."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

OFFICES = (
    "facilitator", "white cell", "control cell", "control", "moderator", "instructor", "lecturer", "teacher", "professor",
    "admin", "administrator", "game master", "referee", "umpire", "host", "server", "system", "wargame", "seminar", "everybody",
    "all", "observer", "observers", "wall",
)  # fmt: skip
_TITLES = ("facilitator", "whitecell", "administrator", "moderator", "gamemaster")  # not even within a longer name

# Letters of other scripts that are drawn like Latin ones, in the small form that names are compared in.
_ALIKE = {
    "a": "аαɑ", "b": "Ььʙв", "c": "сϲᴄ", "d": "ԁɗ", "e": "еєҽε", "f": "ғϝ", "g": "ɡց", "h": "һнհʜη", "j": "јϳ", "k": "кκᴋ",
    "l": "іӏιıɩϊїǀｌ", "m": "мᴍ", "n": "ոռпν", "o": "оοσօᴏѳө", "p": "рρᴘ", "q": "ԛզ", "r": "гᴦʀ", "s": "ѕꜱ", "t": "тτᴛ",
    "u": "υսᴜџц", "v": "ѵᴠ", "w": "ѡԝωա", "x": "хχ", "y": "уүγʏ", "z": "ᴢʐ",
}  # fmt: skip
_DRAWN = str.maketrans({other: letter for letter, others in _ALIKE.items() for other in others} | {"0": "o", "1": "l", "i": "l"})
_PAIRS = (("rn", "m"), ("vv", "w"))
_TWINS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE", "LISU", "DESERET", "GEORGIAN"})


def skeleton(name: str) -> str:
    """Return what a name looks like: equal for names that an eye takes for the same.

    Capitals, accents, spaces, punctuation, kinds of type (bold, wide, circled) and look-alikes of other scripts do not count.
    """
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    drawn = unicodedata.normalize("NFKC", plain).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", drawn) if not "\u0300" <= c <= "\u036f").translate(_DRAWN)
    bare = "".join(c for c in bare if unicodedata.category(c)[0] in "LNM" or unicodedata.category(c) == "So")
    for pair, one in _PAIRS:
        bare = bare.replace(pair, one)
    return bare


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
    drawn = skeleton(name)
    if drawn in map(skeleton, taken):
        return f"Somebody called {name} is here already. Come back by your own link, or add a letter to your name."
    core = skeleton(re.sub(r"[\W\d_]+", "", re.sub(r"^\W*the\b", "", name, flags=re.IGNORECASE))) or drawn
    if any(title in core for title in map(skeleton, _TITLES)) or core in map(skeleton, OFFICES):
        return "That is what the seminar calls somebody of its own. Choose the name that people know you by."
    role = next((said for one, said in roles.items() if skeleton(re.sub(r"^the ", "", one)) in (core, drawn)), "")
    if role:
        return f"{role} is a seat or an actor of this game. Choose the name that people know you by."
    return ""
