"""A game alone: one person in a seat, in the terminal."""
