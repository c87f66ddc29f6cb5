"""A sweep from start to end: who plays its blocks, and the folder that can be resumed."""
