"""Whole programs: what an expert would change in them by hand, and traps in which nothing may be changed.

Each takes one number, its size; at its own size it runs for 2 to 10 s on one core of a small machine.
"""
