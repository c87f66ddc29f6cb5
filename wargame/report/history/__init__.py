"""One history: its page, and its timeline in words."""
