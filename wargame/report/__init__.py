"""Pages that open offline, and the words of one history: of runs, studies, tournaments and proofs."""
