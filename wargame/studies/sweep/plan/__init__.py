"""What a sweep is to play: cases, runs, and when it may stop."""
