"""The library's door: the command's words as keyword arguments, and a report that can show and save itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import configuring, pipeline, records

if TYPE_CHECKING:
    import pandas as pd

JOB_WORDS = ("app_dir", "inputs_from", "inputs_expr", "inputs", "unpack", "calls", "setup")


@dataclass(frozen=True)
class Report(records.Report):
    """What ``analyze`` returns: the records of the analysis, with ways to look at them."""

    def to_frame(self) -> pd.DataFrame:
        """The trials, one a row, units in the names of the columns."""
        from .renderers import frames

        return frames.trials_frame(self)

    def save(self, path: str | Path) -> None:
        """Write the report; the suffix picks the format.

        Raises:
            UnusableError: the suffix is unknown or the file cannot be written.
        """
        from . import report_files

        report_files.write(self, (Path(path),))


def analyze(target: str, **words: Any) -> Report:
    """Analyse ``module:function`` or ``path/to/file.py:function`` and return the report.

    Args:
        target: the function, as on the command line.
        **words: those of the command line with underscores (``inputs_expr="range(9)"``, ``budget=10``,
            ``models=("threading",)``).

    Raises:
        UnusableError: the target, the inputs or a word cannot be used.
        FunctionFailedError: the function failed on its own.
    """
    job_words = {word: words.pop(word) for word in JOB_WORDS if word in words}
    for word in ("inputs", "app_dir"):
        if job_words.get(word) is not None:
            job_words[word] = Path(job_words[word])
    return of(pipeline.analyze(configuring.make_job(target, **job_words), configuring.make_options(**words)))


def of(report: records.Report) -> Report:
    """The same report, with its ways to look at it."""
    return Report(**{field.name: getattr(report, field.name) for field in fields(report)})
