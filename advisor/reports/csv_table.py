"""Trials as CSV: one a row, units in the headers, an empty cell where a figure is missing."""

from __future__ import annotations

import re

from .. import formatting as fmt
from ..records import Report
from .trial_frame import COLUMN_TYPES, trials_frame

_FORMULA = re.compile(r"(^|;)(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Also past a semicolon, which separates cells where the comma marks decimals; signs of double width as well."""


def render(report: Report) -> str:
    """CSV of ``trials_frame``, for pandas and for a spreadsheet."""
    frame = trials_frame(report)
    for name, kind in COLUMN_TYPES.items():
        if kind == "string":
            frame[name] = frame[name].map(inert, na_action="ignore")
    return frame.to_csv(index=False, lineterminator="\n")


def inert(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1\2'", fmt.one_line(text))
