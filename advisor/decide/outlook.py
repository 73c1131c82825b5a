"""Problem and trials -> what is charted: curves, ceilings, total times; pure.

The curves are ``cost_model.job_seconds`` over the plans of ``candidates``; the ceilings are ``cost_model.bounds`` of
the plan with the most workers, which is where they bind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..records import (
    MODELS,
    CallPart,
    CallsLine,
    CallsPoint,
    Ceiling,
    Curve,
    CurvePoint,
    MeasuredPoint,
    Model,
    Outlook,
    PartName,
    Plan,
    Recommendation,
    SerialTiming,
    Trial,
)
from . import what_ifs
from .evidence import expected_time
from .evidence.estimates import PlanEstimate, estimate_plans, serial_job_seconds
from .evidence.outside_limit import limit_name, limits_per_second
from .model import cost_model, memory
from .problem import Problem, serial_plan
from .search.candidates import candidates

CALLS_POINTS = 25
"""To a line of total time against number of calls."""
CALLS_REACH = 10
"""How far that line goes beyond the job and beyond the break-even, in multiples of the larger."""


def make_outlook(
    problem: Problem, timing: SerialTiming, trials: Sequence[Trial], recommendation: Recommendation | None
) -> Outlook:
    """Everything that is charted: curves, surface, measured points, ceilings, lines, what-ifs, parts of a call.

    Args:
        problem: What there is to decide; plans of excluded models get no curve, though their trials are kept.
        timing: The serial run that the problem's demand is made from.
        trials: Those so far; with none, the model speaks alone.
        recommendation: The advice so far, to which the what-ifs are compared.
    """
    plans = [plan for plan in candidates(problem) if plan.model != "serial"]
    points = [_curve_point(problem, timing, trials, plan) for plan in plans]
    estimates = estimate_plans(trials)
    return Outlook(
        curves=tuple(_curve(problem, model, points) for model in MODELS if any(p.plan.model == model for p in points)),
        surface=_surface(problem, points),
        measured=tuple(_measured(estimate) for estimate in estimates if estimate.plan.model != "serial"),
        ceilings=tuple(_ceilings(problem, timing, trials, plans)),
        calls_lines=_calls_lines(problem, trials, estimates, recommendation),
        what_ifs=what_ifs.rank(problem, timing, trials, recommendation),
        call_parts=_call_parts(problem, timing),
    )


def _call_parts(problem: Problem, timing: SerialTiming) -> tuple[CallPart, ...]:
    """The serial call's parts, and what handing it to a process and back would add."""
    demand = problem.demand
    figures: list[tuple[PartName, float]] = [
        ("gil-held", demand.held_seconds),
        ("gil-free", demand.free_seconds),
        ("waiting", demand.wait_seconds),
        ("queued", timing.queued_seconds_per_call),
        ("transport", demand.transport_seconds),
    ]
    whole = sum(seconds for _, seconds in figures)
    return tuple(
        CallPart(name=name, seconds=seconds, fraction=seconds / whole if whole else 0.0) for name, seconds in figures
    )


def _curve_point(problem: Problem, timing: SerialTiming, trials: Sequence[Trial], plan: Plan) -> CurvePoint:
    demand = problem.demand
    serial_seconds = serial_job_seconds(trials) or demand.serial_job_seconds
    expected_seconds = expected_time.expected_job_seconds(problem, trials, plan)
    return CurvePoint(
        plan=plan,
        workers=plan.workers,
        predicted_speedup=demand.serial_job_seconds / cost_model.job_seconds(plan, demand, problem.machine),
        expected_speedup=serial_seconds / expected_seconds,
        job_seconds=expected_seconds,
        memory_bytes=memory.tried_bytes(plan, timing, trials),
    )


def _curve(problem: Problem, model: Model, points: Sequence[CurvePoint]) -> Curve:
    """From one call at a time on; of several plans with as many workers the best."""
    best: dict[int, CurvePoint] = {}
    for point in points:
        rival = best.get(point.workers)
        if point.plan.model == model and (rival is None or point.predicted_speedup > rival.predicted_speedup):
            best[point.workers] = point
    return Curve(model=model, points=(_one_at_a_time(problem), *(best[workers] for workers in sorted(best))))


def _surface(problem: Problem, points: Sequence[CurvePoint]) -> tuple[CurvePoint, ...]:
    """The hybrids with their edges: one process is threading, one thread in each is multiprocessing."""
    hybrids = [point for point in points if point.plan.model == "hybrid"]
    threads = {point.plan.threads for point in hybrids}
    processes = {point.plan.processes for point in hybrids}
    edges = [
        point
        for point in points
        if point.plan.blas_threads is None
        if (point.plan.model == "threading" and point.plan.threads in threads)
        or (point.plan.model == "multiprocessing" and point.plan.processes in processes)
    ]
    return (_one_at_a_time(problem), *edges, *hybrids) if hybrids else ()


def _one_at_a_time(problem: Problem) -> CurvePoint:
    return CurvePoint(
        plan=serial_plan(problem),
        workers=1,
        predicted_speedup=1.0,
        expected_speedup=1.0,
        job_seconds=problem.demand.serial_job_seconds,
        memory_bytes=None,
    )


def _measured(estimate: PlanEstimate) -> MeasuredPoint:
    return MeasuredPoint(
        plan=estimate.plan,
        workers=estimate.plan.workers,
        runs=estimate.runs,
        speedup=estimate.speedup,
        speedup_low=estimate.speedup_low,
        speedup_high=estimate.speedup_high,
        job_seconds=estimate.job_seconds,
        peak_rss_bytes=estimate.peak_rss_bytes or None,
    )


def _ceilings(
    problem: Problem, timing: SerialTiming, trials: Sequence[Trial], plans: Sequence[Plan]
) -> Iterator[Ceiling]:
    demand, limits = problem.demand, limits_per_second(problem, trials)
    for model in MODELS:
        family = [plan for plan in plans if plan.model == model]
        if not family:
            continue
        # As many workers as the machine has any use for: what binds there binds for good.
        largest = max(family, key=lambda plan: (plan.processes or 1, plan.workers))
        found = [
            Ceiling(model=model, name=bound.name, speedup=bound.calls_per_second * demand.wall_seconds)
            for bound in cost_model.bounds(largest, demand, problem.machine)
            if bound.name != "the number of workers"
        ]
        if timing.wall_seconds_most > 0:
            found.append(
                Ceiling(
                    model=model, name="the longest call", speedup=demand.serial_job_seconds / timing.wall_seconds_most
                )
            )
        if model in limits:
            name = limit_name(problem, timing, trials, model, limits)
            found.append(Ceiling(model=model, name=name, speedup=limits[model] * demand.wall_seconds))
        yield from sorted(found, key=lambda ceiling: ceiling.speedup)


def _calls_lines(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], advice: Recommendation | None
) -> tuple[CallsLine, ...]:
    serial_seconds = serial_job_seconds(trials)
    if serial_seconds is None:
        return ()
    calls = problem.demand.calls
    most = CALLS_REACH * max(calls, (advice.break_even_calls or 0) if advice else 0)
    counts = _spread(most, {calls, *((advice.break_even_calls,) if advice and advice.break_even_calls else ())})
    chosen = [estimate for estimate in estimates if advice is not None and estimate.plan == advice.plan]
    shown = {estimate.plan.model: estimate for estimate in (*reversed(estimates), *chosen)}
    lines = [_line(serial_plan(problem), 0.0, serial_seconds / calls, counts)]
    for estimate in sorted(shown.values(), key=lambda estimate: (estimate not in chosen, estimate.job_seconds)):
        if estimate.plan.model != "serial":
            started = min(estimate.startup_seconds, estimate.job_seconds)
            lines.append(_line(estimate.plan, started, (estimate.job_seconds - started) / calls, counts))
    return tuple(lines)


def _line(plan: Plan, startup_seconds: float, seconds_per_call: float, counts: Sequence[int]) -> CallsLine:
    return CallsLine(
        plan=plan,
        points=tuple(
            CallsPoint(calls=calls, job_seconds=startup_seconds + calls * seconds_per_call) for calls in counts
        ),
    )


def _spread(most: int, also: set[int]) -> list[int]:
    """Whole numbers from 1 to ``most``, evenly on a logarithmic scale."""
    even = {round(math.exp(math.log(most) * step / (CALLS_POINTS - 1))) for step in range(CALLS_POINTS)}
    return sorted({max(1, count) for count in even | also})


def with_verified(outlook: Outlook, verified: Mapping[str, float | None]) -> Outlook:
    """The outlook with measured speed-ups, by the what-if's code, beside the predicted ones."""
    measured = [
        replace(one, verified_speedup=verified[one.code]) if one.code in verified else one for one in outlook.what_ifs
    ]
    return replace(outlook, what_ifs=what_ifs.by_worth(measured))
