"""From records to statements: known answers (and later summaries, comparisons, sensitivity, validation)."""
