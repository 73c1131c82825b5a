"""The trials as a pandas DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..decide.shown_trials import is_recommended
from ..records import Report, Trial

if TYPE_CHECKING:
    import pandas as pd

COLUMN_TYPES = {
    "model": "string",
    "idiom": "string",
    "processes": "Int64",
    "threads": "Int64",
    "tasks": "Int64",
    "chunk_size": "Int64",
    "start_method": "string",
    "round": "Int64",
    "calls": "Int64",
    "wall_seconds": "Float64",
    "startup_seconds": "Float64",
    "job_seconds": "Float64",
    "calls_per_second": "Float64",
    "speedup": "Float64",
    "speedup_low": "Float64",
    "speedup_high": "Float64",
    "predicted_speedup": "Float64",
    "peak_rss_bytes": "Int64",
    "failure": "string",
    "failure_kind": "string",
    "workers": "Int64",
    "recommended": "boolean",
}
"""Nullable types, so that what is missing stays missing and a count stays a whole number."""

_OF_PLAN = frozenset({"model", "idiom", "processes", "threads", "tasks", "chunk_size", "start_method", "workers"})


def trials_frame(report: Report) -> pd.DataFrame:
    """One trial a row, in the order in which they ran.

    Returns:
        The columns of ``COLUMN_TYPES``: seconds, bytes and plain ratios, the unit in the name; ``<NA>`` where
        a figure is missing or a field does not apply. ``failure`` is what a trial that failed has to say,
        ``workers`` how many calls were in flight at once, ``recommended`` whether its plan is the advised one.
    """
    import pandas as pd

    columns = {name: [_value(report, trial, name) for trial in report.trials] for name in COLUMN_TYPES}
    return pd.DataFrame({name: pd.Series(values, dtype=COLUMN_TYPES[name]) for name, values in columns.items()})


def _value(report: Report, trial: Trial, name: str) -> Any:
    if name == "recommended":
        return is_recommended(report, trial)
    if name == "failure_kind":
        return trial.failure and trial.failure.kind
    if name == "failure":
        return trial.failure and _encodable(trial.failure.message)
    if name == "idiom":
        return _encodable(trial.plan.idiom)
    return getattr(trial.plan if name in _OF_PLAN else trial, name)


def _encodable(text: str) -> str:
    """A path may hold bytes that are no text, which a column of strings cannot."""
    return text.encode("utf-8", "backslashreplace").decode()
