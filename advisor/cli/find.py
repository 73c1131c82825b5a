"""`advisor find`: options in, exit status out; no logic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .terminal_page import print_text, width_and_colour

_PROGRAM_WORDS = {
    "ignore_unknown_options": False,
    "allow_interspersed_args": False,
    "auto_envvar_prefix": "ADVISOR_FIND",
}


class ProgramLine(click.Command):
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
@click.option("-m", "module", metavar="MODULE", help="Run a module as python -m does; what follows is its own.")
@click.option("--top", type=click.IntRange(1, 50), default=5, show_default=True, help="How many sites to judge.")
@click.option(
    "--min-share", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Of the program's time."
)
@click.option("--include", "includes", metavar="PACKAGE", multiple=True, help="An installed package to look into, too.")
@click.option("--replay-effects", is_flag=True, help="Replay sites that send, write or delete, too.")
@click.option(
    "--keep-items", metavar="FOLDER", type=click.Path(path_type=Path), help="Keep the iterations' values there."
)
@click.option("--budget", type=float, help="Seconds of trials for a site [5, and its part of one more run].")
@click.option("--timeout", type=float, help="Seconds for one iteration in a trial [half the budget].")
@click.option("--models", metavar="LIST", help="Comma-separated; serial is always measured.")
@click.option("--max-workers", type=int, help="No plan with more iterations in flight.")
@click.option("--start-method", metavar="NAME", help="fork, forkserver or spawn.")
@click.option("--python", metavar="PATH", help="Another interpreter to run the program in.")
@click.option("--min-speedup", type=float, default=1.1, show_default=True, help="Below it a site stays as it is.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which iterations are sampled.")
@click.option(
    "-o", "outputs", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
    help="Repeatable; the suffix picks the format: .html .csv .json .md .sarif",
)  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Nothing but errors, and the files.")
@click.option("--no-progress", is_flag=True, help="No progress on standard error.")
@click.argument("words", metavar="PROGRAM [ARG ...]", nargs=-1, type=click.UNPROCESSED)
def find(
    words: tuple[str, ...],
    module: str | None,
    outputs: tuple[Path, ...],
    quiet: bool,
    no_progress: bool,
    models: str | None,
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
    options = program_options.make_options(models=models.split(",") if models is not None else None, **raw)
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
