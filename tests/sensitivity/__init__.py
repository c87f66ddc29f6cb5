"""Sensitivity: estimators against known answers, factors and designs, the command."""
