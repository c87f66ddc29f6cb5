"""The machine: named luck, arithmetic with the same bits everywhere, and programs made of NumPy code. It knows of no scenario."""
