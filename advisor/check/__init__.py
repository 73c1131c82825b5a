"""``advisor check``: does a change still use the right model, and did anything that decides it get worse?"""
