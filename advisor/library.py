"""The library's door: the command's words as keyword arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import configuring, pipeline
from .records import Report

JOB_WORDS = ("app_dir", "inputs_from", "inputs_expr", "inputs", "unpack", "calls", "setup")


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
    return pipeline.analyze(configuring.make_job(target, **job_words), configuring.make_options(**words))
