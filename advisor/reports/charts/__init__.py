"""The charts of a report, on a page and on a terminal."""
