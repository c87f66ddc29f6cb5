"""Scenario discovery: where among the inputs the runs of interest lie, as boxes with coverage and density."""
