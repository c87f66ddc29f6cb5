"""A sweep from start to end: who plays its blocks, when it stops, and joining what was played apart."""
