"""The command ``analyze``: one target measured, the verdict printed, the report written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import StoppedError
from .options import given, job_options, output_options, trying_options
from .terminal_page import print_verdict

if TYPE_CHECKING:
    from ..records import Report


@click.command(context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target")
@job_options
@trying_options
@output_options
@click.option("--no-progress", is_flag=True, help="No progress on standard error.")
@click.option("--dry-run", is_flag=True, help="Import the target, say what would run, call nothing.")
def analyze(target: str, outputs: tuple[Path, ...], quiet: bool, no_progress: bool, dry_run: bool, **raw: Any) -> None:
    """Profile TARGET, try it under each model, recommend one, write the report."""
    from ..check import targets
    from ..inputs import checked_options, project_settings
    from ..pipeline import analysis
    from ..pipeline.progress import open_progress
    from ..reports import files

    words = targets.words_for_analysis(project_settings.read_here(), target, given(raw))
    job = checked_options.make_job(target, **{key: words.pop(key) for key in targets.JOB_KEYS if key in words})
    options = checked_options.make_options(**words)
    paths = outputs or files.default_paths(target)
    files.check_writable(paths)
    if dry_run:
        from ..reports import intended_run

        click.echo(intended_run.render(job, options, analysis.describe(job, options), paths), nl=False)
        return
    keeper = files.Keeper(paths)
    progress = open_progress(quiet or no_progress, options.budget_seconds)

    def tell(report: Report) -> None:
        progress.pause()
        if not quiet:
            print_verdict(report, paths)

    try:
        report = analysis.analyze(job, options, progress, keeper.keep, tell=tell)
    except KeyboardInterrupt:
        raise StoppedError(keeper.finish()) from None
    finally:
        progress.close()
    files.write(report, paths)
