"""What the model alone would advise, before any trial; pure."""

from __future__ import annotations

from dataclasses import dataclass

from ...records import MODELS, Plan
from ..choice import TIE_RATIO, tie_ratio
from ..model import cost_model
from ..problem import Problem, serial_plan
from .candidates import candidates


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A plan, and what the profile promises of it."""

    plan: Plan
    predicted_speedup: float


def first_opinion(problem: Problem) -> Opinion:
    """The simplest plan that is predicted to be within a tie of the fastest; serial where nothing is worth its code."""
    serial_seconds = problem.demand.serial_job_seconds
    predicted = {
        plan: serial_seconds / cost_model.job_seconds(plan, problem.demand, problem.machine)
        for plan in candidates(problem)
        if plan.model != "serial"
    }
    # A hybrid has to promise more than another plan for what it is.
    worth = {plan: gain * TIE_RATIO / tie_ratio(plan) for plan, gain in predicted.items()}
    best = max(worth.values(), default=0.0)
    if best < problem.options.min_speedup_ratio:
        return Opinion(plan=serial_plan(problem), predicted_speedup=1.0)
    near = [plan for plan, gain in worth.items() if gain * TIE_RATIO >= best]
    plan = min(near, key=lambda plan: (MODELS.index(plan.model), plan.workers))
    return Opinion(plan=plan, predicted_speedup=predicted[plan])
