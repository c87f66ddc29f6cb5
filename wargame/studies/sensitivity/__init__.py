"""Sensitivity: which uncertainties and levers move which measures, how far, how surely, and which do nothing."""
