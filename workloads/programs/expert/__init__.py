"""The same programs, changed by hand."""
