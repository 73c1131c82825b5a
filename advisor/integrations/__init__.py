"""The doors other than the command line: pytest and notebooks."""
