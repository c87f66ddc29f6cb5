"""What a sweep found: measures with intervals, differences, effects, and these in words."""
