"""The command ``machine``: what starting and feeding workers costs here."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from ..inputs.click_options import GroupedCommand, options_for
from .terminal_page import print_text, width_and_colour


@click.command(cls=GroupedCommand)
@options_for("machine")
def machine(python: str | None, refresh: bool, outputs: tuple[Path, ...], quiet: bool) -> None:
    """What threads, processes and each way of passing data cost on this machine."""
    from ..child.interpreter import Children
    from ..inputs import checked_options
    from ..pipeline import machine_costs as costs
    from ..pipeline.progress import open_progress
    from ..reports import files, machine_table

    files.check_writable(outputs, machine_table.RENDERERS)
    interpreter = checked_options.find_interpreter(python)
    progress = open_progress(quiet)
    try:
        with Children(seed=0) as children:
            rows = costs.measure_rows(children.ask, interpreter, refresh=refresh, on_event=progress.cost)
    finally:
        progress.close()
    described = costs.machine_of(rows, interpreter)
    renderers = {
        suffix: functools.partial(render, described, rows) for suffix, render in machine_table.RENDERERS.items()
    }
    files.write_rendered(outputs, renderers)
    if not quiet:
        width, colour = width_and_colour()
        print_text(machine_table.render_terminal(described, rows, width=width, colour=colour), colour)
