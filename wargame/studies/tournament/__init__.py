"""Policy against policy: every combination on the same luck, and the game that makes."""
