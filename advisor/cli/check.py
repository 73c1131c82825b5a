"""The command ``check``: the gate for code review, its outcome printed and written, its status the gate's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from .options import given, job_options, output_options, requirement_options, run_options, trying_options
from .terminal_page import print_text


@click.command(context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target_names", metavar="[TARGET ...]", nargs=-1)
@job_options
@trying_options
@requirement_options
@run_options
@click.option("--output-format", metavar="NAME", default="text", show_default=True, help="What to print.")
@output_options
@click.option("--no-progress", is_flag=True, help="No progress on standard error.")
def check(
    target_names: tuple[str, ...],
    output_format: str,
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
    words = gate.CheckWords(
        **{name: raw.pop(name) for name in ("config", "baseline", "save_baseline", "changed_since", "trust_unchanged")},
        total_budget_seconds=raw.pop("total_budget"),
        report_folder=None if raw.pop("no_reports") else raw["report_dir"],
    )
    raw.pop("report_dir")
    progress = open_progress(quiet or no_progress)
    try:
        checked = gate.run(target_names, given(raw), words, progress)
    finally:
        progress.close()
    if not quiet:
        print_text(check_output.rendered(checked, output_format))
    untold = check_output.append_summary(checked, os.environ)
    if untold:
        click.echo(f"advisor: {untold}", err=True)
    check_output.write(checked, outputs)
    if checked.exit_status:
        raise click.exceptions.Exit(checked.exit_status)
