"""Wrong codes: answered later and later, by device and by address; a right code or link is taken at once, whoever guessed."""

from __future__ import annotations

from collections import OrderedDict

DEVICE_FREE, ADDRESS_FREE = 4, 30  # wrong codes that cost nothing: a typing mistake or two; those of a class behind one address
FORGET = 600.0  # seconds without a wrong code after which the count begins anew
FIRST, LONGEST = 1.0, 30.0  # seconds: the first wait and the longest; each is twice the one before
HOLD = 2.0  # seconds at most for which an answer is held back on the server
HELD = 8  # answers held back at once for one device or address; further ones are given at once, with the time to wait
KEPT = 10_000


class CodeBackoff:
    """Counts wrong codes. With 40 bits a code, ten seats and a thousand guesses a second for three hours, the chance that one is
    found is 1 in 10,000; what waiting slows is everybody who types.
    """

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self.held: dict[str, int] = {}

    def wrong(self, device: str, address: str, now: float) -> float:
        """Remember a wrong code and return the seconds to wait before the next; 0 for the first few."""
        waits = [self._count(f"address {address}", ADDRESS_FREE, now)]
        if device:
            waits.append(self._count(f"device {device}", DEVICE_FREE, now))
        return max(waits)

    def _count(self, key: str, free: int, now: float) -> float:
        count, at = self._wrong.pop(key, (0, now))
        count = 1 if now - at > FORGET or now < at else count + 1
        self._wrong[key] = (count, now)
        if len(self._wrong) > KEPT:
            self._wrong.popitem(last=False)  # memory stays bounded
        over = count - free
        return 0.0 if over <= 0 else min(LONGEST, FIRST * 2.0 ** min(over - 1, 10))
