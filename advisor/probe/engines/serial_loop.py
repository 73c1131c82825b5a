"""One call after another."""


def run(function, items):
    """Call the function on each item in turn."""
    return [function(item) for item in items]
