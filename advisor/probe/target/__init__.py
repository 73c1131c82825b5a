"""From names to the user's function and its items, and how one call of it is made."""
