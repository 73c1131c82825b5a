"""What runs inside the user's interpreter: standard library only, CPython 3.9 and newer.

``start.py`` is its entry and describes the protocol. Nothing here imports the rest of the program. Inside the
user's interpreter this folder is the package ``_advisor_probe``, so that none of its files can stand in the
way of a module of the user's.
"""
