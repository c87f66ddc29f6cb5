"""The session on the web: routes, doors, the log, the pages of the facilitator."""
