"""Scenario files: their shape (schema), how they are read (load) and how old ones are brought up to date (upgrade)."""
