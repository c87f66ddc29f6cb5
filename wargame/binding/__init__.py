"""From names to things. ``scenario/`` checks the shape of a file; what it means, and what is wrong with it, is found here."""
