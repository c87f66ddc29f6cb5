"""What a sweep found: measures with intervals, the course over the days, effects, the runs to look at."""
