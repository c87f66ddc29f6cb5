"""Named cases compared run by run, on the same luck."""
