"""A phase's clock. It never looks at the time: every command says when it came, and the page counts from there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timer:
    """Running: ``ends`` is set. Paused: ``left`` is set. Neither: the phase is not timed. Seconds."""

    ends: float | None = None
    left: float | None = None

    @staticmethod
    def started(seconds: float | None, now: float) -> Timer:
        """Return a running clock, or none when the phase is not timed."""
        return Timer(ends=now + seconds) if seconds else Timer()

    @property
    def paused(self) -> bool:
        """Whether the clock stands."""
        return self.left is not None

    def pause(self, now: float) -> Timer:
        """Return the clock stopped with what was left; a clock that does not run stays as it is."""
        return self if self.ends is None else Timer(left=max(0.0, self.ends - now))

    def go(self, now: float) -> Timer:
        """Return the clock running again with what was left; a clock that is not paused stays as it is."""
        return self if self.left is None else Timer(ends=now + self.left)

    def extend(self, seconds: float, now: float) -> Timer:
        """Return the clock with more time (less, when negative), counted from now if none is left; an untimed phase is timed."""
        if self.left is not None:
            return Timer(left=max(0.0, self.left + seconds))
        return Timer(ends=max(now, max(now, self.ends or now) + seconds))

    def as_json(self, now: float) -> dict[str, float | bool | None]:
        """Return when it ends, whether it stands, and the seconds left as of the last command."""
        left = self.left if self.ends is None else max(0.0, self.ends - now)
        return {"ends": self.ends, "paused": self.paused, "left": left}
