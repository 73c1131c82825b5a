"""A program's source: its sites, what each iteration needs and leaves, and the hooks that watch it.

A site is a place where work is done once for each of many items. Everything here works on source text and syntax
trees: no file is read, nothing of the program is run. Standard library only, CPython 3.9 and newer; imports nothing
of the host, which may import it.
"""
