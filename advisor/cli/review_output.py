"""Where a review's texts go: files by their suffix, and the summary of a job on GitHub Actions."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path

from ..records.reviewed import ReviewReport
from ..reports import files
from ..reports.review import markdown
from ..reports.review.formats import REVIEW_FORMATS, REVIEW_SUFFIXES
from .check_output import SUMMARY_VARIABLE


def check_choices(paths: Iterable[Path]) -> None:
    """See before any work that every file can be written.

    Raises:
        UnusableError: one cannot be.
    """
    files.check_writable(paths, REVIEW_SUFFIXES)


def rendered(report: ReviewReport, output_format: str) -> str:
    """The review in one of the formats of the table of options."""
    return REVIEW_FORMATS[output_format](report)


def write(report: ReviewReport, paths: Iterable[Path]) -> None:
    """Write the review to every path by its suffix.

    Raises:
        UnusableError: some could not be written; the others are.
    """
    renderers = {suffix: functools.partial(render, report) for suffix, render in REVIEW_SUFFIXES.items()}
    files.write_rendered(paths, renderers)


def append_summary(report: ReviewReport) -> str | None:
    """Append to the job's summary, where the environment names one. Returns why that failed, if it did."""
    name = os.environ.get(SUMMARY_VARIABLE)
    if not name:
        return None
    try:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(markdown.render(report) + "\n")
    except (OSError, ValueError) as error:
        return f"the job's summary could not be written to {name}: {error}."
    return None
