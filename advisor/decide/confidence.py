"""How sure the advice is: the probability that the plan is within a tie of the best, tried or not; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..records import Confidence, Plan, Trial
from .choice import needed_ratio
from .evidence import opportunity
from .evidence.estimates import PlanEstimate
from .evidence.expected_time import optimistic_job_seconds
from .model.classify import is_busy
from .problem import Problem
from .search.candidates import candidates

HIGH_PROBABILITY = 0.95
MODERATE_PROBABILITY = 0.8
OPEN_PROBABILITY = 0.3
"""From which on a model that was never tried leaves the question open."""
FEWEST_RUNS = 2
"""Of the plan advised, for more than low confidence to be high."""
NOISE_RATIO = 1.02
"""Beyond a tie: plans nearer than that cannot be told apart on another day either."""


@dataclass(frozen=True, kw_only=True)
class Assurance:
    """What may be said for an advice."""

    confidence: Confidence
    open_plan: Plan | None
    """The likeliest of the plans of models that were never tried and could well win; ``None`` where there is none."""


def assure(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], chosen: PlanEstimate
) -> Assurance:
    """How sure it is that no plan that could have been advised is faster than the chosen one by more than a tie."""
    tried = {trial.plan for trial in trials}
    untried = [plan for plan in candidates(problem) if plan not in tried]
    believed = opportunity.standings(problem, trials, estimates, untried)
    of_chosen = next(standing for standing in believed if standing.plan == chosen.plan)
    rivals = [standing for standing in believed if standing.plan != chosen.plan]
    probabilities = {
        rival.plan: opportunity.win_probability(
            of_chosen, rival, NOISE_RATIO * needed_ratio(problem, chosen.plan, rival.plan)
        )
        for rival in rivals
    }
    probability = opportunity.choice_probability(probabilities)
    models_tried = {plan.model for plan in tried}
    # Hybrids are the last resort: that none was tried leaves the advice less sure, not open.
    open_plans = [
        plan
        for plan in untried
        if plan.model != "hybrid" and plan.model not in models_tried and probabilities[plan] > OPEN_PROBABILITY
    ]
    if open_plans:
        return Assurance(confidence="low", open_plan=max(open_plans, key=lambda plan: probabilities[plan]))
    return Assurance(
        confidence=_confidence(problem, trials, chosen, probability, untried, nothing_tried=models_tried == {"serial"}),
        open_plan=None,
    )


def _confidence(
    problem: Problem,
    trials: Sequence[Trial],
    chosen: PlanEstimate,
    probability: float,
    untried: Sequence[Plan],
    *,
    nothing_tried: bool,
) -> Confidence:
    if probability < MODERATE_PROBABILITY or (chosen.plan.model != "serial" and chosen.speedup_low <= 1.0):
        return "low"
    if probability < HIGH_PROBABILITY or (chosen.plan.model != "serial" and chosen.runs < FEWEST_RUNS):
        return "moderate"
    if problem.timing is not None and is_busy(problem.timing):
        return "moderate"
    if nothing_tried and any(
        optimistic_job_seconds(problem, trials, plan) * problem.options.min_speedup_ratio < chosen.job_seconds
        for plan in untried
    ):
        # The model alone says so; physics would have to.
        return "moderate"
    return "high"
