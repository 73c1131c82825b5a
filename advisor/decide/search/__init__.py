"""Which plans there are, which to try next, and when to stop; pure."""
