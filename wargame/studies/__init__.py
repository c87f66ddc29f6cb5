"""Questions that take many histories, and the statistics they share."""
