"""A review as text, a module a format."""
