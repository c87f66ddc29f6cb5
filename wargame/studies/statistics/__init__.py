"""Statistics that the studies share: estimates with their 95 % intervals, and scores of forecasts."""
