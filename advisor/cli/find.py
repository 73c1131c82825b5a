"""`advisor find`: options in, exit status out; no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..inputs.click_options import GroupedCommand, options_for
from .terminal_page import print_text, width_and_colour

_PROGRAM_WORDS = {
    "ignore_unknown_options": False,
    "allow_interspersed_args": False,
    "auto_envvar_prefix": "ADVISOR_FIND",
}


class ProgramLine(GroupedCommand):
    """A command whose line ends in a program's own, as ``python``'s does: all behind the program, or ``-m``, is its."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with everything behind ``-m MODULE`` left alone."""
        place = self._module_option(args)
        if place is not None and len(args) > place + 1:
            args = [*args[: place + 2], "--", *args[place + 2 :]]
        return super().parse_args(ctx, args)

    def _module_option(self, args: list[str]) -> int | None:
        takes_value = {
            name for each in self.params if isinstance(each, click.Option) and not each.is_flag for name in each.opts
        }
        place = 0
        while place < len(args):
            word = args[place]
            if word == "-m":
                return place
            if not word.startswith("-") or word == "--":
                return None
            place += 2 if word in takes_value else 1
        return None


@click.command(cls=ProgramLine, context_settings=_PROGRAM_WORDS)
@options_for("find")
@click.argument("words", metavar="PROGRAM [ARG ...]", nargs=-1, type=click.UNPROCESSED)
def find(
    words: tuple[str, ...],
    module: str | None,
    outputs: tuple[Path, ...],
    quiet: bool,
    no_progress: bool,
    **raw: Any,
) -> None:
    """Run a whole PROGRAM and rank the places in it by what the program would gain.

    Its standard streams stay its own; it runs twice, and after that only pieces of it are made again.
    """
    from ..inputs import program_options
    from ..pipeline.progress import open_progress
    from ..program import finding
    from ..reports.program import files, terminal

    command = program_options.make_command(words, module)
    options = program_options.make_options(**raw)
    paths = outputs or files.default_paths(command.name)
    files.check_writable(paths)
    progress = open_progress(quiet or no_progress, None)
    try:
        found = finding.find(command, options, Path.cwd(), progress)
    finally:
        progress.close()
    report = files.write(found.program, found.reports, paths)
    if not quiet:
        width, colour = width_and_colour()
        print_text(terminal.render(report, paths, width=width, colour=colour), colour)
