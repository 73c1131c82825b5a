"""A check as text, a module a format."""
