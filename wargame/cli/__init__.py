"""The command line. It reads arguments, calls the package and prints; it computes nothing and imports nothing heavy."""

from wargame.cli import authors, compare, discover, play, proofs, results, sensitivity, sweep, tournament, validation
from wargame.cli.console.options import main
from wargame.cli.seminar import alone as solo
from wargame.cli.seminar import room as seminar

__all__ = [
    "authors", "compare", "discover", "main", "play", "proofs", "results", "seminar", "sensitivity", "solo", "sweep",
    "tournament", "validation",
]  # fmt: skip
