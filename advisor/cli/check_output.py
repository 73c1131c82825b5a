"""Where a check's texts go: files by their suffix, and the summary of a job on GitHub Actions."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import UnusableError
from ..records.checked import CheckReport
from ..reports import files
from ..reports.check import markdown
from ..reports.check.formats import CHECK_FORMATS, CHECK_SUFFIXES

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"


def check_choices(output_format: str, paths: Iterable[Path]) -> None:
    """See before any work that there is such a format and that every file can be written.

    Raises:
        UnusableError: there is not, or one cannot be.
    """
    if output_format not in CHECK_FORMATS:
        raise UnusableError(f"--output-format {output_format}: use one of {', '.join(CHECK_FORMATS)}.")
    files.check_writable(paths, CHECK_SUFFIXES)


def rendered(check: CheckReport, output_format: str) -> str:
    """The check in a format that ``check_choices`` let pass."""
    return CHECK_FORMATS[output_format](check)


def write(check: CheckReport, paths: Iterable[Path]) -> None:
    """Write the check to every path by its suffix.

    Raises:
        UnusableError: some could not be written; the others are.
    """
    renderers = {suffix: functools.partial(render, check) for suffix, render in CHECK_SUFFIXES.items()}
    files.write_rendered(paths, renderers)


def append_summary(check: CheckReport, environment: Mapping[str, str]) -> str | None:
    """Append to the job's summary, where the environment names one. Returns why that failed, if it did."""
    name = environment.get(SUMMARY_VARIABLE)
    if not name:
        return None
    try:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(markdown.render(check) + "\n")
    except (OSError, ValueError) as error:
        # The gate has its answer all the same.
        return f"the job's summary could not be written to {name}: {error}."
    return None
