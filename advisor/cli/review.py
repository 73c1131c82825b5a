"""The command ``review``: concurrency mistakes in source, printed and written; after ``check``, where that asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..inputs.click_options import GroupedCommand, given, options_for
from ..records.options_table import select
from .terminal_page import print_text

if TYPE_CHECKING:
    from ..check.gate import CheckOptions
    from ..records.reviewed import ReviewReport
    from ..review.command import ReviewWords

_FOLLOWING = ("text", "github", "markdown")
"""Formats of ``check`` after which a review in the same format can stand."""


@click.command(cls=GroupedCommand, context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("paths", metavar="[PATH ...]", nargs=-1, type=click.Path(path_type=Path))
@options_for("review")
def review(
    paths: tuple[Path, ...],
    explain: str | None,
    fix: bool,
    config: Path | None,
    saved_reports: Path,
    output_format: str,
    outputs: tuple[Path, ...],
    quiet: bool,
    **raw: Any,
) -> None:
    """Concurrency mistakes in source code, which is read and never run.

    Without a PATH, the Python files of the current folder.
    """
    from ..review import command
    from . import review_output

    if explain is not None:
        print_text(command.explain(explain))
        return
    words = command.ReviewWords(paths=paths, reports=saved_reports, **select(given(raw), "review", "review"))
    review_output.check_choices(outputs)
    report = reviewed(words, config, fix=fix)
    review_output.write(report, outputs)
    if not quiet:
        print_text(review_output.rendered(report, output_format))
    _end(report, review_output.append_summary(report))


def _end(report: ReviewReport, untold: str | None) -> None:
    if untold:
        click.echo(f"advisor: {untold}", err=True)
    if report.exit_status:
        raise click.exceptions.Exit(report.exit_status)


def beside_check(asked: bool, check: CheckOptions, output_format: str, *, quiet: bool) -> int:
    """The review that ``check --review``, or ``with_check`` in the settings, makes after it. Returns its exit status.

    In formats that hold one document, which is the check's, the review goes to standard error as text.
    """
    from ..inputs import project_settings
    from ..review import command
    from . import review_output

    read = project_settings.read_here() if check.config is None else project_settings.read(Path.cwd(), check.config)
    if not (asked or read.review.get("with_check")):
        return 0
    report = reviewed(command.ReviewWords(changed_since=check.changed_since), check.config)
    follows = output_format in _FOLLOWING
    if not quiet and follows:
        print_text(review_output.rendered(report, output_format))
    elif not quiet:
        click.echo(review_output.rendered(report, "text"), nl=False, err=True)
    review_output.append_summary(report)
    return report.exit_status


def reviewed(words: ReviewWords, config: Path | None, *, fix: bool = False) -> ReviewReport:
    """Review as the words and the project's settings ask; with ``fix``, rewrite first and tell what is left."""
    from ..check.git import run_git
    from ..inputs import project_settings
    from ..review import command, files, fixing

    read = project_settings.read_here() if config is None else project_settings.read(Path.cwd(), config)
    outside = command.Outside(read=files.read_bytes, git=run_git)
    report = command.run(words, read.review, Path.cwd(), outside)
    if not fix:
        return report
    notes = fixing.fix_files(report, files.read_bytes, fixing.write)
    return fixing.with_notes(command.run(words, read.review, Path.cwd(), outside), notes)
