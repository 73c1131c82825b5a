"""What a command prints on: columns, and whether colours are wanted."""

from __future__ import annotations

import os
import shutil
import sys

COLUMNS, LINES = 80, 24
"""Of the page where standard output is no terminal."""


def size() -> tuple[int, bool]:
    """(columns, whether colours are wanted) of standard output."""
    if not sys.stdout.isatty():
        return COLUMNS, False
    return shutil.get_terminal_size((COLUMNS, LINES)).columns, "NO_COLOR" not in os.environ


def lines() -> int:
    """Of standard output, one kept for the prompt."""
    return (shutil.get_terminal_size((COLUMNS, LINES)).lines if sys.stdout.isatty() else LINES) - 1
