"""Whether the choice among plans stands, so that no further trial is worth its time; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...records import Model, Plan, Trial
from ..choice import choose, needed_ratio
from ..evidence import opportunity
from ..evidence.estimates import PlanEstimate
from ..evidence.expected_time import family
from ..problem import Problem

LEAST_ACCEPTED_LOSS = 0.005
MOST_ACCEPTED_LOSS = 0.03
EARLY_FRACTION = 0.3
"""Of the budget, in which the least loss is asked for."""
FEWEST_RUNS = 2
"""Of the plan chosen: a single run may owe its figure to luck."""


def accepted_loss(spent_fraction: float) -> float:
    """What part of the job's time may be lost by stopping now: little at first, more as the budget is spent."""
    late = max(0.0, spent_fraction - EARLY_FRACTION) / (1 - EARLY_FRACTION)
    return LEAST_ACCEPTED_LOSS + late * (MOST_ACCEPTED_LOSS - LEAST_ACCEPTED_LOSS)


def opportunity_losses(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], untried: Iterable[Plan]
) -> dict[Plan, float]:
    """For each plan but the one that would be chosen now: what not taking it may cost, as a part of the job's time."""
    if not estimates:
        return {}
    chosen = choose(problem, estimates).plan
    believed = opportunity.standings(problem, trials, estimates, untried)
    of_chosen = next(standing for standing in believed if standing.plan == chosen)
    return {
        rival.plan: opportunity.opportunity_loss(of_chosen, rival, needed_ratio(problem, chosen, rival.plan))
        for rival in believed
        if rival.plan != chosen
    }


def is_settled(
    problem: Problem, estimates: Sequence[PlanEstimate], losses: Mapping[Plan, float], accepted: float
) -> bool:
    """Whether all rivals together may cost no more than what is accepted, and the choice has run more than once."""
    worst: dict[tuple[Model, int | None], float] = {}
    for plan, loss in losses.items():
        worst[family(plan)] = max(worst.get(family(plan), 0.0), loss)
    return sum(worst.values()) <= accepted and choose(problem, estimates).runs >= FEWEST_RUNS
