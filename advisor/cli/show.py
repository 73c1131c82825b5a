"""The command ``show``: a saved report rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from ..inputs.click_options import GroupedCommand, options_for
from .terminal_page import print_verdict


@click.command(cls=GroupedCommand)
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path))
@options_for("show")
def show(report_file: Path, outputs: tuple[Path, ...], quiet: bool, code: bool) -> None:
    """Render a saved report again, in any format, measuring nothing."""
    from ..inputs import saved_report
    from ..reports import files, snippet_text

    report = saved_report.read(report_file)
    if outputs:
        files.check_writable(outputs)
        files.write(report, outputs)
    if code:
        click.echo(snippet_text.render(report), nl=False)
    elif not quiet:
        print_verdict(report, outputs or (report_file,))
