"""Trials as CSV: one a row, units in the headers, an empty cell where a figure is missing."""

from __future__ import annotations

from .. import formatting as fmt
from ..records import Report
from .frames import COLUMN_TYPES, trials_frame

_FORMULA_STARTS = ("=", "+", "-", "@")


def render(report: Report) -> str:
    """CSV of ``trials_frame``, for pandas and for a spreadsheet."""
    frame = trials_frame(report)
    for name, kind in COLUMN_TYPES.items():
        if kind == "string":
            frame[name] = frame[name].map(_inert, na_action="ignore")
    return frame.to_csv(index=False, lineterminator="\n")


def _inert(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = fmt.one_line(text)
    return f"'{line}" if line.startswith(_FORMULA_STARTS) else line
