"""The report inside someone else's page: what a notebook shows below a cell."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import formatting as fmt
from ..decide.shown_trials import best_per_model, is_recommended, is_ruled_out
from ..records import Report, Trial
from . import wording

if TYPE_CHECKING:
    from jinja2 import Template


def render(report: Report) -> str:
    """One ``div`` with its styles inside: no script, nothing fetched, no look but its own; foreign text escaped."""
    trials = best_per_model(report)
    most = max((trial.speedup or 0.0 for trial in trials), default=0.0) or 1.0
    return _template().render(
        report=report,
        fmt=fmt,
        wording=wording,
        rows=[_row(report, trial, most) for trial in trials],
        certificate=wording.certificate(report),
    )


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("fragment.html.j2")


def _row(report: Report, trial: Trial, most: float) -> dict[str, Any]:
    ruled_out = "ruled out" if is_ruled_out(report, trial) else ""
    return {
        "mark": "recommended" if is_recommended(report, trial) else ruled_out,
        "model": trial.plan.model,
        "workers": fmt.workers(trial.plan),
        "job": fmt.seconds(trial.job_seconds),
        "speedup": fmt.ratio(trial.speedup),
        "interval": fmt.ratio_range(trial.speedup_low, trial.speedup_high),
        "width": round(100 * (trial.speedup or 0.0) / most),
        "failure": wording.trial_note(trial),
    }
