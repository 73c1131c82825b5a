"""The command ``check``: raw options -> CheckReport -> text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import configuring, pipeline
from ..errors import UnusableError
from ..progress import Progress
from ..records import Report
from . import running
from .records import CheckReport

JOB_KEYS = ("app_dir", "inputs_from", "inputs_expr", "inputs", "unpack", "calls", "setup")


def run(targets: Sequence[str], raw: Mapping[str, Any], progress: Progress) -> CheckReport:
    """Check the targets.

    Raises:
        UnusableError: the options cannot be used.
    """
    if not targets:
        raise UnusableError("There is nothing to check. Name a target.")
    job_words = {key: raw[key] for key in JOB_KEYS}
    words = {key: value for key, value in raw.items() if key not in JOB_KEYS}
    models = words.pop("models")
    options = configuring.make_options(**words, models=models.split(",") if models is not None else None)

    def analyse(target: str) -> Report:
        return pipeline.analyze(configuring.make_job(target, **job_words), options, progress)

    return running.check_targets(targets, analyse, lambda _target, _report: ())
