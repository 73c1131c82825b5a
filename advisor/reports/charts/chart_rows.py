"""The rows of each chart by the name of their data set; units in the names of the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import formatting as fmt
from ...decide.charted import ceilings_in_sight, is_drawable
from ...records import CurvePoint, MeasuredPoint, Model, Outlook, Plan, Report

Row = Mapping[str, str | float | None]
Rows = tuple[Row, ...]
_SIDES = ("left", "right", "middle")


def speedup_rows(report: Report, outlook: Outlook) -> dict[str, Rows]:
    """Predictions by number of workers, what was measured of each plan, and the ceilings of three sides by turns."""
    advised = report.recommendation and report.recommendation.plan
    measured = [
        point
        for point in outlook.measured
        if is_drawable(point.speedup, point.speedup_low, point.speedup_high) and point.workers > 0
    ]
    ceilings = [
        {
            "model": ceiling.model,
            "speedup": ceiling.speedup,
            "label": f"{ceiling.name}: {', '.join(models)} {fmt.ratio(ceiling.speedup)}",
        }
        for ceiling, models in ceilings_in_sight(outlook)
    ]
    return {
        "curves": tuple(
            {**_plan(point.plan, model), "predicted_speedup": speedup, "predicted": fmt.ratio(speedup)}
            for model, point in _curve_points(outlook)
            if is_drawable(speedup := point.predicted_speedup)
        ),
        **{f"ceilings_{side}": tuple(ceilings[start :: len(_SIDES)]) for start, side in enumerate(_SIDES)},
        "measured": tuple(_measured(point) for point in measured),
        "advised": tuple(_measured(point) for point in measured if point.plan == advised),
    }


def memory_rows(outlook: Outlook) -> dict[str, Rows]:
    """What each number of workers takes: as expected, and as measured."""
    return {
        "curves": tuple(
            {**_plan(point.plan, model), "memory_bytes": size_bytes, "memory": fmt.size(size_bytes)}
            for model, point in _curve_points(outlook)
            if (size_bytes := point.memory_bytes) is not None
        ),
        "measured": tuple(
            {**_plan(point.plan), "peak_rss_bytes": size_bytes, "memory": fmt.size(size_bytes)}
            for point in outlook.measured
            if (size_bytes := point.peak_rss_bytes) is not None
        ),
    }


def calls_rows(report: Report, outlook: Outlook) -> dict[str, Rows]:
    """Total time by plan and number of calls; the real number of calls, and that from which on the advice pays."""
    advice = report.recommendation
    pays_from = None if advice is None or advice.plan.model == "serial" else advice.break_even_calls
    return {
        "lines": tuple(
            {
                "model": line.plan.model,
                "plan": plan_name(line.plan),
                "calls": point.calls,
                "job_seconds": point.job_seconds,
                "time": fmt.seconds(point.job_seconds),
            }
            for line in outlook.calls_lines
            for point in line.points
            # Both axes are logarithmic.
            if is_drawable(point.job_seconds) and point.job_seconds > 0 and point.calls > 0
        ),
        "job": ({"calls": report.target.calls, "label": "your job"},) if report.target.calls > 0 else (),
        "break_even": ({"calls": pays_from, "label": "break-even"},) if pays_from else (),
    }


def surface_rows(report: Report, outlook: Outlook) -> dict[str, Rows]:
    """Expected speed-up by processes and by threads in each."""
    advised = report.recommendation and report.recommendation.plan
    drawable = [point for point in outlook.surface if is_drawable(point.expected_speedup)]
    return {
        "surface": tuple(_cell(point) for point in drawable),
        "advised": tuple(_cell(point) for point in drawable if advised and plan_name(point.plan) == plan_name(advised)),
    }


def plan_name(plan: Plan) -> str:
    """The model and its workers: ``threading, 8 threads``."""
    return plan.model if plan.model == "serial" else f"{plan.model}, {fmt.workers(plan)}"


def _curve_points(outlook: Outlook) -> list[tuple[Model, CurvePoint]]:
    return [(curve.model, point) for curve in outlook.curves for point in curve.points if point.workers > 0]


def _plan(plan: Plan, model: Model | None = None) -> dict[str, Any]:
    return {"model": model or plan.model, "plan": plan_name(plan), "workers": plan.workers}


def _measured(point: MeasuredPoint) -> dict[str, Any]:
    return {
        **_plan(point.plan),
        "runs": point.runs,
        "speedup": point.speedup,
        "speedup_low": point.speedup_low,
        "speedup_high": point.speedup_high,
        "interval": fmt.ratio_range(point.speedup_low, point.speedup_high),
        "job": fmt.seconds(point.job_seconds),
    }


def _cell(point: CurvePoint) -> dict[str, Any]:
    return {
        "plan": plan_name(point.plan),
        "processes": point.plan.processes or 1,
        "threads": point.plan.threads or 1,
        "expected_speedup": point.expected_speedup,
        "expected": fmt.ratio(point.expected_speedup),
    }
