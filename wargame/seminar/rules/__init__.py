"""What a session refuses: bounds of what people send, limits, names, and the clock of a phase."""
