"""The command ``analyze``: one target measured, the verdict printed, the report written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import StoppedError
from ..inputs.click_options import GroupedCommand, given, options_for
from ..records.options_table import select
from .terminal_page import print_verdict

if TYPE_CHECKING:
    from ..records import Report


@click.command(cls=GroupedCommand, context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target")
@options_for("analyze")
def analyze(target: str, outputs: tuple[Path, ...], quiet: bool, no_progress: bool, dry_run: bool, **raw: Any) -> None:
    """Profile TARGET, try it under each model, recommend one, write the report."""
    from ..inputs import checked_options, project_settings
    from ..pipeline import analysis
    from ..pipeline.progress import open_progress
    from ..reports import files

    asked = project_settings.options_for_analysis(project_settings.read_here(), target, given(raw))
    job = checked_options.make_job(target, **select(asked, "analyze", "job"))
    options = checked_options.make_options(**select(asked, "analyze", "trying"))
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
