"""Discovery: planted boxes, noise, the command."""
