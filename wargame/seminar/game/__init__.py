"""The history under a seminar: people play some of its actors. No HTTP, no files, no clock."""
