"""Trials that stay far below what the profile allows -> the limit that the profile does not show; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...records import Model, SerialTiming, Trial
from ..model.classify import is_busy
from ..problem import Problem
from .estimates import PlanEstimate, estimate_plans
from .expected_time import is_limited, reached_per_second

MOSTLY = 0.5
"""Of a call's time."""


def limits_per_second(problem: Problem, trials: Sequence[Trial]) -> dict[Model, float]:
    """For each model whose fastest plan stays far below its bounds: the calls a second that it got through.

    In the profile's seconds, as ``cost_model.job_seconds`` takes it.
    """
    fastest: dict[Model, PlanEstimate] = {}
    for estimate in estimate_plans(trials):
        fastest.setdefault(estimate.plan.model, estimate)
    return {
        model: reached_per_second(problem, trials, estimate)
        for model, estimate in fastest.items()
        if is_limited(problem, trials, estimate)
    }


def limit_name(
    problem: Problem, timing: SerialTiming, trials: Sequence[Trial], model: Model, limited: Collection[Model]
) -> str:
    """What such a limit most likely is: of what waits, whom it waits for; of what computes, what it shares."""
    demand = problem.demand
    if is_busy(timing):
        return "other work on this machine"
    if demand.wait_seconds > MOSTLY * demand.wall_seconds:
        return "an outside limit"
    ran_freely = {t.plan.model for t in trials if t.failure is None} - {"serial", *limited}
    if model in ("threading", "asyncio") and ran_freely & {"multiprocessing", "hybrid"}:
        return "a lock"
    return "memory bandwidth"
