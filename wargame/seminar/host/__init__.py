"""The session on a computer: its log on the disk, clock, secrets, addresses and background work. No HTTP."""
