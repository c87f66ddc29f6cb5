"""Does the model behave as the sources say that the world behaves? Facts, base rates, known answers, levers, scales."""
