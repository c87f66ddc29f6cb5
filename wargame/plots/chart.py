"""The one form of every figure: a title, a caption, when it applies, how large it is, and what draws it into an axes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wargame.plots.style import WIDTH, styled, tidy

T = TypeVar("T")


@dataclass(frozen=True)
class Chart(Generic[T]):
    """A registered figure of a ``T``: ``draw`` fills an axes and returns it; ``caption`` says what to see.

    ``applies`` says whether the subject has what the figure shows; ``size`` is in inches and may depend on the subject.
    """

    title: str
    caption: Callable[[T], str]
    draw: Callable[[T, Axes], Axes]
    applies: Callable[[T], bool]
    size: Callable[[T], tuple[float, float]]


def fixed(height: float) -> Callable[[Any], tuple[float, float]]:
    """Return the size of a figure that is always as high."""
    return lambda subject: (WIDTH, height)


def figure(chart: Chart[T], subject: T) -> Figure:
    """Return a figure as a Matplotlib figure, for a notebook or ``savefig``."""
    with styled():
        return _drawn(chart, subject)


def svg(chart: Chart[T], subject: T, name: str) -> str:
    """Return a figure as SVG text: the same bytes for the same subject, ids that begin with ``name``, no XML header."""
    with styled(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)  # screens have more letters
        return svg_of(_drawn(chart, subject), name)


def svg_of(figure: Figure, name: str) -> str:
    """Return a drawn figure as SVG text."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return tidy(buffer.getvalue(), name)


def svgs(charts: Mapping[str, Chart[T]], subject: T) -> dict[str, str]:
    """Return every figure that the subject can fill, name -> SVG text, in the order of the charts."""
    return {name: svg(chart, subject, name) for name, chart in charts.items() if chart.applies(subject)}


def _drawn(chart: Chart[T], subject: T) -> Figure:
    figure = Figure(figsize=chart.size(subject))
    chart.draw(subject, figure.add_axes((0.0, 0.0, 1.0, 1.0)))
    return figure
