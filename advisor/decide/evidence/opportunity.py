"""How sure a choice among plans is, and what looking further could gain; pure.

Each plan's speed-up, tried or not, is believed to lie about its likely value with a normal error of its logarithm. From
that follow the probability that no plan beats the one chosen by more than a tie, and the expected opportunity loss of
stopping now: by how much, on average, a rival is faster than the choice, counted only beyond a tie (Chick and Inoue,
New Two-Stage and Sequential Procedures for Selecting the Best Simulated System, 2001).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from ...records import Model, Plan, Trial
from ..problem import Problem
from .estimates import PlanEstimate, serial_job_seconds
from .expected_time import expected_job_seconds, family, optimistic_job_seconds
from .weighed_estimates import DOUBT_IN_DEVIATIONS, LEAST_DOUBT, run_scatter

STANDARD = NormalDist()
LEAST_SCATTER = 0.02
"""Of the logarithm of a plan's speed-up, however often it ran: machines drift."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is believed of one plan."""

    plan: Plan
    log_speedup: float
    """Natural logarithm of the likely speed-up."""
    deviation: float
    """The standard deviation of that logarithm."""
    runs: int


def standings(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], untried: Iterable[Plan]
) -> tuple[Standing, ...]:
    """What is believed of every plan that ran, serial included, and of those that did not."""
    scatter = run_scatter(estimates)
    serial_seconds = serial_job_seconds(trials) or problem.demand.serial_job_seconds
    ran = [
        Standing(
            plan=estimate.plan,
            log_speedup=math.log(estimate.likely_speedup),
            # Serial is what all are measured against: its own error is in the others' ratios.
            deviation=0.0
            if estimate.plan.model == "serial"
            else max(LEAST_SCATTER, scatter / math.sqrt(estimate.runs)),
            runs=estimate.runs,
        )
        for estimate in estimates
    ]
    others = [_untried(problem, trials, plan, serial_seconds) for plan in untried]
    return (*ran, *others)


def _untried(problem: Problem, trials: Sequence[Trial], plan: Plan, serial_seconds: float) -> Standing:
    """As expected, and as far off as physics and what was seen of its model allow."""
    expected_seconds = expected_job_seconds(problem, trials, plan)
    room = math.log(expected_seconds / min(expected_seconds, optimistic_job_seconds(problem, trials, plan)))
    return Standing(
        plan=plan,
        log_speedup=math.log(serial_seconds / expected_seconds),
        deviation=max(LEAST_DOUBT, room / DOUBT_IN_DEVIATIONS),
        runs=0,
    )


def opportunity_loss(chosen: Standing, rival: Standing, tie_ratio: float) -> float:
    """By what part of the job's time, on average, the rival is faster than the choice, beyond a tie."""
    spread = math.hypot(chosen.deviation, rival.deviation)
    ahead = rival.log_speedup - chosen.log_speedup - math.log(tie_ratio)
    if spread == 0.0:
        return max(0.0, ahead)
    return spread * STANDARD.pdf(ahead / spread) + ahead * STANDARD.cdf(ahead / spread)


def win_probability(chosen: Standing, rival: Standing, tie_ratio: float) -> float:
    """The probability that the rival is faster than the choice by more than a tie."""
    spread = math.hypot(chosen.deviation, rival.deviation)
    ahead = rival.log_speedup - chosen.log_speedup - math.log(tie_ratio)
    return float(ahead > 0.0) if spread == 0.0 else STANDARD.cdf(ahead / spread)


def choice_probability(win_probabilities: Mapping[Plan, float]) -> float:
    """The probability that none of the rivals wins, of which it is known how likely each alone is to.

    The plans of one family err together, so that of each family the likeliest to win stands for all; the families are
    taken for independent of each other.
    """
    likeliest: dict[tuple[Model, int | None], float] = {}
    for plan, probability in win_probabilities.items():
        likeliest[family(plan)] = max(likeliest.get(family(plan), 0.0), probability)
    return math.prod(1.0 - probability for probability in likeliest.values())
