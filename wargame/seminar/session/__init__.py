"""The session: a state machine over commands. No HTTP, no files, no clock."""
