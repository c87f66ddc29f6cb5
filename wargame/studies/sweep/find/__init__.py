"""What a sweep found: measures with intervals, effects, the runs to look at."""
