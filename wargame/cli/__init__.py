"""The command line. It reads arguments, calls the package and prints; it computes nothing and imports nothing heavy."""

from wargame.cli import authors, play, proofs, results
from wargame.cli.base import main

__all__ = ["authors", "main", "play", "proofs", "results"]
