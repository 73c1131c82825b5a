"""One analysis in order, with all its side effects: each stage asks an interpreter and returns records."""
