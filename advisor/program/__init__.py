"""`advisor find` and `advisor apply`: a whole program, its sites, what each would gain, and the edit.

Imports pipeline, reports, decide, snippets, inputs, child and records; never the command line.
"""
