"""One block of runs played, and what is kept of its days."""
