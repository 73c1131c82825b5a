"""Estimates of the plans that ran: their runs, weighed against what is expected of them; pure.

The fastest of several plans timed a few times each is more often lucky than not (the winner's curse). Each plan's
measured speed-up is therefore drawn towards what the model and the other plans' trials say of it, by the precisions of
the two: empirical Bayes with a normal likelihood. An expectation that the runs contradict loses its weight, as it
would under a prior with heavy tails (West, Outlier Models and Prior Distributions in Bayesian Linear Regression,
1984).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...records import Trial
from ..problem import Problem
from .estimates import (
    DISTURBANCE_SECONDS,
    LEAST_HALF_WIDTH,
    MOST_HALF_WIDTH,
    SINGLE_HALF_WIDTH,
    PlanEstimate,
    estimate_plans,
    serial_job_seconds,
)
from .expected_time import doubt_ratio, expected_job_seconds

USUAL_SCATTER = 0.04
"""Of the logarithm of a paired ratio, before any plan has run twice."""
USUAL_WEIGHT = 3
"""In degrees of freedom: as if so many runs had been seen to scatter like that."""
LEAST_DOUBT = 0.03
"""Of the logarithm of what is expected."""
NORMAL_95 = 2.1
"""Half the width of an interval at 95 %, in deviations of its middle, for the few degrees of freedom that there are."""
DOUBT_IN_DEVIATIONS = 1.5
"""How many standard deviations of expectation its stated doubt is."""


def weighed_estimates(problem: Problem, trials: Sequence[Trial]) -> tuple[PlanEstimate, ...]:
    """An estimate for each plan that ran and is safe, the fastest run first, with its likely speed-up."""
    safe = [t for t in trials if t.plan.model == "serial" or t.plan.model not in problem.excluded]
    estimates = estimate_plans(safe)
    serial = serial_job_seconds(trials)
    if serial is None:
        return estimates
    scatter = run_scatter(estimates)
    return tuple(
        estimate if estimate.plan.model == "serial" else _weighed(problem, trials, estimate, serial, scatter)
        for estimate in estimates
    )


def _weighed(
    problem: Problem, trials: Sequence[Trial], estimate: PlanEstimate, serial_seconds: float, scatter: float
) -> PlanEstimate:
    half = half_width(estimate, scatter)
    return replace(
        estimate,
        likely_speedup=_likely(problem, trials, estimate, serial_seconds, scatter),
        speedup_low=estimate.speedup * math.exp(-half),
        speedup_high=estimate.speedup * math.exp(half),
    )


def half_width(estimate: PlanEstimate, scatter: float) -> float:
    """Half the width of the interval of a plan's speed-up at 95 %, in logarithms.

    A plan's own runs are too few to tell how much they scatter; the scatter of all plans is the prior of each (a
    variance shrunk towards the pooled one, as in Smyth, Linear Models and Empirical Bayes Methods, 2004).
    """
    if estimate.runs == 1:
        return min(MOST_HALF_WIDTH, max(SINGLE_HALF_WIDTH, NORMAL_95 * scatter))
    freedom = estimate.runs - 1
    own = math.sqrt((USUAL_WEIGHT * scatter**2 + freedom * estimate.deviation**2) / (USUAL_WEIGHT + freedom))
    least = LEAST_HALF_WIDTH + DISTURBANCE_SECONDS / estimate.job_seconds
    return min(MOST_HALF_WIDTH, max(least, NORMAL_95 * own / math.sqrt(estimate.runs)))


def run_scatter(estimates: Sequence[PlanEstimate]) -> float:
    """The standard deviation of the logarithm of one run's paired ratio, pooled over all plans."""
    freedoms = [estimate.runs - 1 for estimate in estimates]
    squares = USUAL_WEIGHT * USUAL_SCATTER**2
    squares += sum(f * e.deviation**2 for f, e in zip(freedoms, estimates, strict=True))
    return math.sqrt(squares / (USUAL_WEIGHT + sum(freedoms)))


def _likely(
    problem: Problem, trials: Sequence[Trial], estimate: PlanEstimate, serial_seconds: float, scatter: float
) -> float:
    others = [trial for trial in trials if trial.plan != estimate.plan]
    expected = serial_seconds / expected_job_seconds(problem, others, estimate.plan)
    doubt = max(LEAST_DOUBT, math.log(doubt_ratio(problem, others, estimate.plan)) / DOUBT_IN_DEVIATIONS)
    apart = math.log(expected / estimate.speedup)
    surprise = apart**2 / (doubt**2 + scatter**2 / estimate.runs)
    of_expected = 1 / (doubt**2 * max(1.0, surprise))
    of_runs = estimate.runs / scatter**2
    return estimate.speedup * math.exp(apart * of_expected / (of_expected + of_runs))
