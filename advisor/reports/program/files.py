"""Where a program's report goes: three files by default, and a full report for each site that was tried."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from ...records import Report
from ...records.program import ProgramReport
from .. import files
from . import csv_table, html_page, json_text, markdown, sarif

RENDERERS: Mapping[str, Callable[[ProgramReport], str]] = {
    ".html": html_page.render,
    ".csv": csv_table.render,
    ".json": json_text.render,
    ".md": markdown.render,
    ".sarif": sarif.render,
}
"""What each suffix of ``-o`` asks for."""
_DEFAULT_NAMES = ("program.html", "sites.csv", "program.json")


def default_paths(name: str, folder: Path = Path("reports")) -> tuple[Path, ...]:
    """The three files written where the user names none, in a folder named after the program."""
    return tuple(folder / files.folder_name(PurePath(name).name) / each for each in _DEFAULT_NAMES)


def check_writable(paths: Iterable[Path]) -> None:
    """See before any work that every file can be written.

    Raises:
        UnusableError: a suffix names no format, or a file cannot be written there.
    """
    files.check_writable(paths, RENDERERS)


def write(report: ProgramReport, reports: Mapping[str, Report], paths: Iterable[Path]) -> ProgramReport:
    """Write the program's report to every path, and each site's own beside the first JSON file or page.

    Returns:
        The report with the paths of the sites' own in it.

    Raises:
        UnusableError: some files could not be written; the others are.
    """
    paths = tuple(paths)
    home = next((path.parent for path in paths if path.suffix in (".json", ".html")), None)
    if home is not None:
        report = _with_reports(report, reports, home)
    files.write_rendered(paths, {suffix: functools.partial(render, report) for suffix, render in RENDERERS.items()})
    return report


def _with_reports(report: ProgramReport, reports: Mapping[str, Report], home: Path) -> ProgramReport:
    sites = []
    for site in report.sites:
        own = reports.get(site.id)
        if own is None:
            sites.append(site)
            continue
        name = re.sub(r"[^\w.-]+", "-", site.id).strip(".-")
        place = Path("sites") / f"{name}.json"
        files.write(own, (home / place, home / place.with_suffix(".html")))
        sites.append(replace(site, report=place.as_posix()))
    return replace(report, sites=tuple(sites))
