"""The command ``check``: the gate for code review, its outcome printed and written, its status the gate's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from ..inputs.click_options import GroupedCommand, given, options_for
from ..records.options_table import select
from .review import beside_check
from .terminal_page import print_text


@click.command(cls=GroupedCommand, context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target_names", metavar="[TARGET ...]", nargs=-1)
@options_for("check")
def check(
    target_names: tuple[str, ...],
    output_format: str,
    report_dir: Path,
    no_reports: bool,
    outputs: tuple[Path, ...],
    quiet: bool,
    no_progress: bool,
    **raw: Any,
) -> None:
    """The gate for code review: does each TARGET still use the right model?

    Without a TARGET, all of [[tool.advisor.targets]] in pyproject.toml.
    """
    from ..check import gate
    from ..pipeline.progress import open_progress
    from . import check_output

    check_output.check_choices(output_format, outputs)
    whole = select(raw, "check", "check")
    asked_for_review = whole.pop("review")
    options = gate.CheckOptions(
        total_budget_seconds=whole.pop("total_budget"), report_folder=None if no_reports else report_dir, **whole
    )
    asked = select(given(raw), "check", "job", "trying", "requirement")
    progress = open_progress(quiet or no_progress)
    try:
        checked = gate.run(target_names, asked, options, progress)
    finally:
        progress.close()
    try:
        check_output.write(checked, outputs)
    finally:
        if not quiet:
            print_text(check_output.rendered(checked, output_format))
    untold = check_output.append_summary(checked, os.environ)
    if untold:
        click.echo(f"advisor: {untold}", err=True)
    found = beside_check(asked_for_review, options, output_format, quiet=quiet)
    if checked.exit_status or found:
        raise click.exceptions.Exit(checked.exit_status or found)
