"""Proof that a result folder is what its scenario gives: made again from the folder alone, and compared to the bit."""
