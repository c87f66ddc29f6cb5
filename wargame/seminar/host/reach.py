"""The address that links and codes show, the others that could be shown, and the names by which the server may be asked."""

from __future__ import annotations

import platform
import re
import time
from urllib.parse import urlsplit

from wargame.seminar.host.addresses import Address, Interface, Look, bare, fault, interfaces, ip, is_local, reachable, url
from wargame.seminar.rules.bounds import Refusal

FRESH = 2.0  # seconds for which the kernel's answer is taken for the present
HERE = "127.0.0.1"
SUFFIXES = ("", ".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain")  # no stranger can own a name that ends so
_HEADER = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")
NOWHERE = (
    "This computer is in no network that others could be in too: no link or code would lead anybody here. Switch its own "
    "hotspot on, or join the room's network; then the address appears here by itself. A name or address that you know of "
    "can be given by --advertise."
)


class Reach:
    """Where a server is found. ``host`` is what it listens on, ``chosen`` the address or name to show (else the likeliest)."""

    def __init__(self, host: str, port: int, chosen: str = "", look: Look = interfaces) -> None:
        self.host, self.port, self.chosen = host, port, chosen
        self._look, self._at, self._guess, self._fixed = look, -FRESH, "", ""
        self._seen: list[Interface] = []

    @classmethod
    def by(cls, address: str) -> Reach:
        """Return the reach of a server whose address is known: ``http://192.0.2.7:8000``."""
        parts = urlsplit(address)
        made = cls(parts.hostname or HERE, parts.port or 80, parts.hostname or "", list)
        made._fixed = address
        return made

    @property
    def local(self) -> bool:
        """Whether nobody but this computer is let in."""
        return is_local(self.host)

    def interfaces(self) -> list[Interface]:
        """Return the interfaces, as of a moment ago at most."""
        now = time.monotonic()
        if now - self._at >= FRESH:
            self._seen, self._at = list(self._look()), now
        return self._seen

    def found(self) -> list[Address]:
        """Return every address at which others reach this server, the likeliest first."""
        return reachable(self.host, self.interfaces)

    def shown(self) -> str:
        """Return the address or name that links and codes show; nothing when there is none that others could use.

        A guess stays as long as this computer has that address, so that codes on paper stay right when another comes up.
        """
        if self.chosen or self.local:
            return self.chosen or self.host
        texts = [one.text for one in self.found()]
        if self._guess not in texts:
            self._guess = texts[0] if texts else ""
        return self._guess

    @property
    def address(self) -> str:
        """The address of the pages for others, as links begin; empty when there is none."""
        if self._fixed:
            return self._fixed
        shown = self.shown()
        return url(shown, self.port) if shown else ""

    @property
    def gone(self) -> bool:
        """Whether the address that was chosen is none of this computer's any more; of a name nobody knows."""
        at = ip(self.chosen)
        return at is not None and not self._fixed and not self.local and bare(self.chosen) not in self._own()

    def choose(self, text: str) -> None:
        """Show another address or name from now on. Raises :class:`Refusal` for one that cannot lead others here."""
        wrong = fault(text, beyond=not self.local)
        if wrong:
            raise Refusal(f"{text[:60]!r} {wrong}.")
        self.chosen, self._fixed = bare(text), ""

    def recall(self, text: str) -> None:
        """Show again what was chosen before a restart, unless that address was left behind in another network."""
        at = ip(text)
        if text and not self.chosen and not self.local and (at is None or bare(text) in self._own()):
            self.chosen = bare(text)

    def answers_to(self, header: str) -> bool:
        """Return whether a request may ask for this server by this ``Host``: its addresses, its own names, the name shown.

        Any other name may be one that a stranger's page has turned towards us, to read with our visitors' eyes.
        """
        parts = _HEADER.fullmatch(header)
        if parts is None:
            return False
        asked = bare(parts[1].strip("[]").partition("%")[0])
        if is_local(asked):
            return True
        if asked in {bare(one) for one in (self.host, self.chosen) if one}:
            return True
        return asked in (self._own() if ip(asked) is not None else self._names())

    def _own(self) -> set[str]:
        return {bare(text.partition("%")[0]) for one in self.interfaces() for text in one.addresses if ip(text) is not None}

    @staticmethod
    def _names() -> set[str]:
        node = platform.node().lower().rstrip(".")
        return {node} | {node.partition(".")[0] + suffix for suffix in SUFFIXES} if node else set()
