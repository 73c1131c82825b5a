"""A whole program in the user's interpreter: run as it always runs, sampled, its loops read, their iterations kept and replayed."""
