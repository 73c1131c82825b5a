"""The command ``show``: a saved report rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from ..inputs.click_options import GroupedCommand, options_for
from .terminal_page import print_verdict


@click.command(cls=GroupedCommand)
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path))
@options_for("show")
def show(report_file: Path, outputs: tuple[Path, ...], quiet: bool) -> None:
    """Render a saved report again, in any format, measuring nothing."""
    from ..reports import files

    report = files.read(report_file)
    if outputs:
        files.check_writable(outputs)
        files.write(report, outputs)
    if not quiet:
        print_verdict(report, outputs or (report_file,))
