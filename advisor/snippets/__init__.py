"""A plan made into code to paste, from the source of the engine that was timed."""
