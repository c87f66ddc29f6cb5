"""Days, histories and blocks of histories, played from a bound scenario. No files, no screens."""
