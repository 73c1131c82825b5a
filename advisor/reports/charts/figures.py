"""The page's charts with their words: a sentence that says what to see, and the same figures as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ... import formatting as fmt
from ...decide import charted
from ...records import MODELS, CurvePoint, MeasuredPoint, Model, Outlook, Report
from . import chart_rows
from .chart_rows import plan_name
from .chart_specs import with_rows

ROW_PIXELS = 40
"""Of the surface."""
Cells = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One chart."""

    key: str
    title: str
    summary: str
    """What there is to see, for whoever cannot see it."""
    notes: tuple[str, ...]
    spec: str
    """Vega-Lite as JSON that may stand in a script element."""
    models: tuple[Model, ...]
    """Those that its legend explains."""
    header: tuple[str, ...]
    rows: Cells


def figures_of(report: Report) -> tuple[Figure, ...]:
    """Every chart that the report has the figures for; none for a report without an outlook."""
    return tuple(_figures(report, report.outlook)) if report.outlook is not None else ()


def _figures(report: Report, outlook: Outlook) -> Iterator[Figure]:
    if any(curve.points for curve in outlook.curves):
        yield _speedup(report, outlook)
    if len(outlook.calls_lines) > 1 and any(line.points for line in outlook.calls_lines):
        yield _calls(report, outlook)
    # Where no hybrid was worth a trial its surface tells nothing.
    best = charted.most_expected(outlook.surface)
    if best is not None and any(trial.plan.model == "hybrid" for trial in report.trials):
        yield _surface(report, outlook, best)
    heaviest = charted.heaviest(outlook.measured)
    if heaviest is not None:
        yield _memory(report, outlook, heaviest)


def _speedup(report: Report, outlook: Outlook) -> Figure:
    best = charted.fastest(outlook.measured)
    summary = "Speed-up by the number of calls in flight, a line a model."
    if best is not None:
        summary += f" The fastest plan measured is {plan_name(best.plan)}: {fmt.ratio(best.speedup)}."
    ceilings = [
        f"{ceiling.name} holds {', '.join(models)} to {fmt.ratio(ceiling.speedup)}"
        for ceiling, models in charted.lowest_ceilings(outlook)
    ]
    return Figure(
        key="speedup",
        title="Speed-up against workers",
        summary=summary,
        notes=(
            "Lines: predicted from the serial profile alone. Points: measured, with their 95 % intervals.",
            *([f"Ceilings: {'; '.join(ceilings)}."] if ceilings else []),
        ),
        spec=with_rows("speedup", chart_rows.speedup_rows(report, outlook)),
        models=tuple(curve.model for curve in outlook.curves),
        header=("plan", "measured", "interval", "trials"),
        rows=tuple(
            (
                plan_name(point.plan),
                fmt.ratio(point.speedup),
                fmt.ratio_range(point.speedup_low, point.speedup_high),
                fmt.count(point.runs),
            )
            for point in outlook.measured
        ),
    )


def _calls(report: Report, outlook: Outlook) -> Figure:
    lines, advice = outlook.calls_lines, report.recommendation
    job_seconds = [{point.calls: point.job_seconds for point in line.points} for line in lines]
    notes = ["From each plan's measured start-up and throughput, at its number of workers here."]
    if advice is not None and advice.break_even_calls is not None and advice.plan.model != "serial":
        notes.append(f"The advised plan is ahead of serial from {fmt.count(advice.break_even_calls, 'call')} on.")
    return Figure(
        key="calls",
        title="Total time against calls",
        summary=f"Total time by the number of calls, for {'; '.join(plan_name(line.plan) for line in lines)}.",
        notes=tuple(notes),
        spec=with_rows("calls", chart_rows.calls_rows(report, outlook)),
        models=tuple(line.plan.model for line in lines),
        header=("calls", *(plan_name(line.plan) for line in lines)),
        rows=tuple(
            (fmt.count(calls), *(fmt.seconds(seconds.get(calls)) for seconds in job_seconds))
            for calls in sorted({calls for seconds in job_seconds for calls in seconds})
        ),
    )


def _surface(report: Report, outlook: Outlook, best: CurvePoint) -> Figure:
    threads = sorted({point.plan.threads or 1 for point in outlook.surface})
    processes = sorted({point.plan.processes or 1 for point in outlook.surface})
    cells = {
        (point.plan.processes or 1, point.plan.threads or 1): fmt.ratio(point.expected_speedup)
        for point in outlook.surface
    }
    return Figure(
        key="surface",
        title="Processes by threads",
        summary="Expected speed-up by processes and threads in each. "
        f"The most is expected of {plan_name(best.plan)}: {fmt.ratio(best.expected_speedup)}.",
        notes=("Expected after the trials; the frame is round the plan that is advised.",),
        spec=with_rows("surface", chart_rows.surface_rows(report, outlook), height=ROW_PIXELS * len(processes)),
        models=(),
        header=("processes", *(fmt.count(count, "thread") for count in threads)),
        rows=tuple((f"{p}", *(cells.get((p, t), fmt.MISSING) for t in threads)) for p in processes),
    )


def _memory(report: Report, outlook: Outlook, heaviest: MeasuredPoint) -> Figure:
    shown = {point.plan.model for point in outlook.measured}
    return Figure(
        key="memory",
        title="Memory against workers",
        summary=f"Peak memory by the number of calls in flight. The most measured was "
        f"{fmt.size(heaviest.peak_rss_bytes)}, by {plan_name(heaviest.plan)}.",
        notes=(
            "All processes together. Lines: expected from the heaviest trial of each model. Points: measured.",
            f"The limit here is {fmt.size(report.machine.memory_limit_bytes)}.",
        ),
        spec=with_rows("memory", chart_rows.memory_rows(outlook)),
        models=tuple(model for model in MODELS if model in shown),
        header=("plan", "peak memory"),
        rows=tuple((plan_name(point.plan), fmt.size(point.peak_rss_bytes)) for point in outlook.measured),
    )
