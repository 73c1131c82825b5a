"""The group of commands. A command is a module of this package and a line in ``COMMANDS``; it is loaded when it runs.

The module has the command's name and holds a ``click.Command`` of that name. What is slow to import is imported inside
the command, so that every ``--help`` stays quick.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, cast

import click

from .. import __version__

COMMANDS: Mapping[str, str] = {
    "analyze": "Profile TARGET, try it under each model, recommend one, write the report.",
    "find": "Run a whole PROGRAM and rank the places in it by what the program would gain.",
    "apply": "Print the edit that makes the program faster, as a unified diff; without ID, of all sites together.",
    "check": "The gate for code review: does each TARGET still use the right model?",
    "review": "Concurrency mistakes in source code, which is read and never run.",
    "show": "Render a saved report again, in any format, measuring nothing.",
    "compare": "What changed between two saved reports and whether it is more than noise, measuring nothing.",
    "machine": "What threads, processes and each way of passing data cost on this machine.",
}
"""The name of each command and the first sentence of its help, in the order in which they are listed."""


class _Commands(click.Group):
    """Loads a command's module when the command runs, and none to list them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(commands=[click.Command(name, help=line) for name, line in COMMANDS.items()], **attributes)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of that name, or ``None``."""
        if name not in COMMANDS:
            return None
        return cast("click.Command", getattr(importlib.import_module(f".{name}", __package__), name))

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the section of the help that lists them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="advisor")
def cli() -> None:
    """Measure a Python function and say which concurrency model it should use."""
