"""The command line. It reads arguments, calls the package and prints; it computes nothing and imports nothing heavy."""

from wargame.cli import authors, compare, play, proofs, results, seminar, solo, sweep, tournament, validation
from wargame.cli.base import main

__all__ = ["authors", "compare", "main", "play", "proofs", "results", "seminar", "solo", "sweep", "tournament", "validation"]
