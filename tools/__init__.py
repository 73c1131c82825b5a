"""Commands that make files of the package; nothing here is installed with it."""
