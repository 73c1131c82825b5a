"""Sites as CSV: one a row, units in the headers, an empty cell where a figure is missing."""

from __future__ import annotations

import csv
from io import StringIO

from ...records.program import ProgramReport, ProgramSite
from ..csv_table import inert

COLUMNS = (
    "id", "file", "line", "end_line", "function", "kind", "code", "share", "wall_seconds", "cpu_seconds",
    "times_entered", "iterations", "items_kept", "independence", "model", "processes", "threads", "tasks",
    "chunk_size", "start_method", "site_speedup", "program_speedup", "program_speedup_low", "program_speedup_high",
    "applies", "why_not", "report",
)  # fmt: skip
_OF_THE_PLAN = ("model", "processes", "threads", "tasks", "chunk_size", "start_method")


def render(report: ProgramReport) -> str:
    """CSV for pandas and for a spreadsheet."""
    page = StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    for site in report.sites:
        writer.writerow([_cell(_value(site, name)) for name in COLUMNS])
    return page.getvalue()


def _value(site: ProgramSite, name: str) -> object:
    if name not in _OF_THE_PLAN:
        return getattr(site, name)
    return None if site.recommendation is None else getattr(site.recommendation, name)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else value
