"""What is charted, as pandas DataFrames; units in the names of the columns."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ... import formatting as fmt
from ...records import Ceiling, CurvePoint, Model, Outlook, Plan, Report

if TYPE_CHECKING:
    import pandas as pd


def curves_frame(outlook: Outlook) -> pd.DataFrame:
    """Predicted speed-up, time and memory by model and number of workers."""
    return _frame(_point(point, curve.model) for curve in outlook.curves for point in curve.points)


def surface_frame(outlook: Outlook) -> pd.DataFrame:
    """Expected speed-up by processes and by threads in each."""
    return _frame(_point(point, point.plan.model) for point in outlook.surface)


def measured_frame(report: Report, outlook: Outlook) -> pd.DataFrame:
    """One plan a row, over all its trials; ``recommended`` marks the one advised."""
    advised = report.recommendation and report.recommendation.plan
    return _frame(
        {
            "model": point.plan.model,
            "plan": plan_name(point.plan),
            "workers": point.workers,
            "runs": point.runs,
            "speedup": point.speedup,
            "speedup_low": point.speedup_low,
            "speedup_high": point.speedup_high,
            "interval": fmt.ratio_range(point.speedup_low, point.speedup_high),
            "job": fmt.seconds(point.job_seconds),
            "peak_rss_bytes": point.peak_rss_bytes,
            "memory": fmt.size(point.peak_rss_bytes),
            "recommended": point.plan == advised,
        }
        for point in outlook.measured
    )


def lowest_ceilings(outlook: Outlook) -> tuple[tuple[Ceiling, tuple[Model, ...]], ...]:
    """What stops each model first; models that the same stops at the same height stand together. The lowest first."""
    lowest: dict[Model, Ceiling] = {}
    for ceiling in outlook.ceilings:
        lowest.setdefault(ceiling.model, ceiling)
    shared: dict[tuple[str, str], list[Ceiling]] = {}
    for ceiling in sorted(lowest.values(), key=lambda ceiling: ceiling.speedup):
        shared.setdefault((ceiling.name, fmt.ratio(ceiling.speedup)), []).append(ceiling)
    return tuple((group[0], tuple(ceiling.model for ceiling in group)) for group in shared.values())


def ceilings_frame(outlook: Outlook, up_to: float) -> pd.DataFrame:
    """The lowest ceilings no higher than ``up_to``; labels left, right and between by turns."""
    return _frame(
        {
            "model": ceiling.model,
            "speedup": ceiling.speedup,
            "label": f"{ceiling.name}: {', '.join(models)} {fmt.ratio(ceiling.speedup)}",
            "side": side,
        }
        for (ceiling, models), side in zip(
            lowest_ceilings(outlook), itertools.cycle(("left", "right", "middle")), strict=False
        )
        if ceiling.speedup <= up_to
    )


def calls_frame(outlook: Outlook) -> pd.DataFrame:
    """Total time by plan and number of calls."""
    return _frame(
        {
            "model": line.plan.model,
            "plan": plan_name(line.plan),
            "calls": point.calls,
            "job_seconds": point.job_seconds,
            "time": fmt.seconds(point.job_seconds),
        }
        for line in outlook.calls_lines
        for point in line.points
    )


def plan_name(plan: Plan) -> str:
    """The model and its workers: ``threading, 8 threads``."""
    return plan.model if plan.model == "serial" else f"{plan.model}, {fmt.workers(plan)}"


def _point(point: CurvePoint, model: Model) -> dict[str, Any]:
    return {
        "model": model,
        "plan": plan_name(point.plan),
        "processes": point.plan.processes or 1,
        "threads": point.plan.threads or 1,
        "workers": point.workers,
        "predicted_speedup": point.predicted_speedup,
        "predicted": fmt.ratio(point.predicted_speedup),
        "expected_speedup": point.expected_speedup,
        "expected": fmt.ratio(point.expected_speedup),
        "job": fmt.seconds(point.job_seconds),
        "memory_bytes": point.memory_bytes,
        "memory": fmt.size(point.memory_bytes),
    }


def _frame(rows: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))
