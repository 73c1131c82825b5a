"""Standard output as a page: how wide and how long it is, whether it has colours, and what is printed on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..records import Report

COLUMNS, LINES = 80, 24
"""Of the page where standard output is not a terminal."""


def width_and_colour() -> tuple[int, bool]:
    """The columns of standard output, and whether colours are wanted there."""
    if not sys.stdout.isatty():
        return COLUMNS, False
    return shutil.get_terminal_size((COLUMNS, LINES)).columns, "NO_COLOR" not in os.environ


def lines() -> int | None:
    """The lines of standard output, one of them kept for the prompt; without a bound where it is not a terminal."""
    return shutil.get_terminal_size((COLUMNS, LINES)).lines - 1 if sys.stdout.isatty() else None


def print_text(text: str, colour: bool | None = None) -> None:
    """Print a text as standard output can encode it; a reader that has gone away is no error and ends nothing."""
    from ..reports import terminal

    try:
        click.echo(terminal.encodable(text, sys.stdout.encoding), nl=False, color=colour)
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Let all that is still to be printed vanish: its reader has gone away, as is its right."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_verdict(report: Report, paths: Sequence[Path]) -> None:
    """Print the verdict of a report, and which files hold the rest."""
    from ..reports import terminal

    width, colour = width_and_colour()
    print_text(terminal.render(report, paths, width=width, lines=lines(), colour=colour), colour)
