"""Labelled sample functions that do real work, each with the physics that decides how to run it."""
