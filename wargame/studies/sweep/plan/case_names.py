"""What a case and a value of a lever are called in tables and figures."""

from __future__ import annotations

from typing import Any

Settings = tuple[tuple[str, Any], ...]  # path, value


def case_name(settings: Settings) -> str:
    """Return settings as a short name: the end of each path and its value."""
    if not settings:
        return "as it is"
    tails = [path.split(".") for path, _ in settings]
    depth = 1
    while depth < max(map(len, tails)) and len({tuple(t[-depth:]) for t in tails}) < len(tails):
        depth += 1
    return ", ".join(f"{'.'.join(tail[-depth:])}={shown(value)}" for tail, (_, value) in zip(tails, settings, strict=True))


def shown(value: Any) -> str:
    """Return a value of a lever as short text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4g}"
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
