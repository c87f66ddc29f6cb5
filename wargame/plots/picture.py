"""Figures of anything that has a report of its own: the form of a figure of one history, over another subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from matplotlib.axes import Axes

from wargame.plots.style import draw

T = TypeVar("T")


@dataclass(frozen=True)
class Picture(Generic[T]):
    """A registered figure of a ``T``; ``size`` is in inches."""

    title: str
    caption: Callable[[T], str]
    draw: Callable[[T, Axes], Axes]
    applies: Callable[[T], bool]
    size: Callable[[T], tuple[float, float]]


def drawn(pictures: Mapping[str, Picture[T]], subject: T) -> dict[str, str]:
    """Return every figure that the subject can fill, name -> SVG text: the same bytes for the same subject."""
    return {
        name: draw(cast("Any", picture), cast("Any", subject), name)
        for name, picture in pictures.items()
        if picture.applies(subject)
    }
