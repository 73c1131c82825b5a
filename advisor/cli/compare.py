"""The command ``compare``: what changed between two saved reports."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from ..inputs.click_options import GroupedCommand, options_for
from .terminal_page import print_text, width_and_colour


@click.command(cls=GroupedCommand)
@click.argument("old_file", metavar="OLD.json", type=click.Path(path_type=Path))
@click.argument("new_file", metavar="NEW.json", type=click.Path(path_type=Path))
@options_for("compare")
def compare(old_file: Path, new_file: Path, outputs: tuple[Path, ...], quiet: bool) -> None:
    """What changed between two saved reports and whether it is more than noise, measuring nothing."""
    from ..decide import report_changes
    from ..inputs import saved_report
    from ..reports import changes as rendering
    from ..reports import files

    files.check_writable(outputs, rendering.RENDERERS)
    compared = report_changes.compare(saved_report.read(old_file), saved_report.read(new_file))
    renderers = {suffix: functools.partial(render, compared) for suffix, render in rendering.RENDERERS.items()}
    files.write_rendered(outputs, renderers)
    if not quiet:
        width, colour = width_and_colour()
        print_text(rendering.render_terminal(compared, width=width, colour=colour), colour)
