"""How many of the job's calls a trial makes: all, or enough to tell; pure."""

from __future__ import annotations

import math

from ...records import Plan
from ..model import cost_model
from ..problem import Problem

WHOLE_JOB_SECONDS = 1.2
EXPLORE_WHOLE_SECONDS = 0.6
"""A job this short under a plan is run whole, in the final rounds and before them."""
UNEVEN_WHOLE_SECONDS = 2.4
"""The same where calls differ: then the largest decide when the job ends, and a sample has too few of them."""
SAMPLE_SECONDS = 1.0
EXPLORE_SECONDS = 0.3
SERIAL_AGAIN_SECONDS = 0.6
UNEVEN_SERIAL_FRACTION = 0.12
"""Of the budget: a few of very different calls say little of all, and serial is what all else is held against."""
NEARLY_ALL = 0.7
"""Of the calls: then the rest is run as well, for the largest item may be among them."""
MOST_CALLS = 300_000
"""Of a trial: a list of more items and results than that is felt in memory."""
ROUNDS = 6
FEWEST_ROUNDS = 2
"""Calls a worker makes in a sampled trial, so that the last round does not decide; fewer where calls are long."""
ROUNDS_SECONDS = 2.0


def sample_calls(problem: Problem, plan: Plan, job_seconds: float, *, explore: bool) -> int:
    """For a plan under which the whole job is expected to take ``job_seconds``; fewer calls while exploring."""
    if plan.model == "serial":
        wanted = _serial_calls(problem, job_seconds, explore=explore)
    else:
        wanted = _pool_calls(problem, plan, job_seconds, explore=explore)
    if wanted > NEARLY_ALL * problem.demand.calls:
        wanted = problem.demand.calls
    return max(1, min(problem.demand.calls, MOST_CALLS, math.ceil(wanted)))


def _serial_calls(problem: Problem, job_seconds: float, *, explore: bool) -> float:
    calls = problem.demand.calls
    if not explore:
        # Against the same calls of the first serial run.
        return max(calls * SERIAL_AGAIN_SECONDS / job_seconds, 3)
    uneven = bool(problem.demand.sizes)
    most_seconds = max(WHOLE_JOB_SECONDS, uneven * UNEVEN_SERIAL_FRACTION * problem.options.budget_seconds)
    if job_seconds <= most_seconds:
        return calls
    return max(calls * (most_seconds if uneven else EXPLORE_SECONDS) / job_seconds, 3)


def _pool_calls(problem: Problem, plan: Plan, job_seconds: float, *, explore: bool) -> float:
    demand = problem.demand
    even = not demand.sizes
    whole_seconds = EXPLORE_WHOLE_SECONDS if explore else WHOLE_JOB_SECONDS
    if job_seconds <= (whole_seconds if even else UNEVEN_WHOLE_SECONDS):
        return demand.calls
    startup = cost_model.startup_seconds(plan, demand, problem.machine)
    timed = demand.calls * ((EXPLORE_SECONDS if explore else SAMPLE_SECONDS) + 2 * startup) / job_seconds
    rounds = min(ROUNDS, max(FEWEST_ROUNDS, ROUNDS_SECONDS / demand.wall_seconds))
    return max(timed, rounds * plan.workers * (plan.chunk_size or 1), 3)
