"""Which of the plans that ran is to be advised: the simplest of those near the fastest; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..records import MODELS, Plan
from .evidence.estimates import PlanEstimate
from .problem import Problem

TIE_RATIO = 1.05
"""Of two plans this near each other the simpler is advised."""
UNPROVEN_TIE_RATIO = 1.02
"""For a plan that ran less often than the best: its figure may have been luck."""
HYBRID_RATIO = 1.15
"""What a hybrid must win by over the best of the simpler models: it is sixty lines of code."""
HYBRID_SAVES = 0.02
"""What it must save besides, as a part of the serial time."""
SAME_MEMORY_RATIO = 1.2
"""Peak memory no further apart counts as the same."""


def choose(problem: Problem, estimates: Sequence[PlanEstimate]) -> PlanEstimate:
    """Fastest first in, simplest of the near-ties out: by model, then workers, then memory."""
    serial = next(e for e in estimates if e.plan.model == "serial")
    pools = [e for e in estimates if e.plan.model in problem.options.models and e.plan.model != "serial"]
    if problem.options.idiom is not None:
        pools = [e for e in pools if e.plan.idiom == problem.options.idiom]
    pools = _without_hybrids_that_win_by_little(pools)
    if not pools:
        return serial
    best = max(pools, key=lambda e: e.likely_speedup)
    enough = problem.options.min_speedup_ratio
    if best.likely_speedup < enough:
        return serial
    near = [e for e in pools if e.likely_speedup >= max(enough, best.likely_speedup / _tie_ratio(e, best))]
    return min(near, key=lambda e: (*simplicity(e), -e.likely_speedup))


def _without_hybrids_that_win_by_little(pools: Sequence[PlanEstimate]) -> list[PlanEstimate]:
    """Hybrids stay where they are well ahead of every simpler plan, or where no simpler plan may be advised."""
    simpler = max((e.likely_speedup for e in pools if e.plan.model != "hybrid"), default=None)
    if simpler is None:
        return list(pools)
    simpler = max(simpler, 1.0)
    return [
        e
        for e in pools
        if e.plan.model != "hybrid"
        or (e.likely_speedup >= HYBRID_RATIO * simpler and 1 / simpler - 1 / e.likely_speedup >= HYBRID_SAVES)
    ]


def tie_ratio(plan: Plan) -> float:
    """What a plan must win by over a simpler one to be advised in its place."""
    return HYBRID_RATIO if plan.model == "hybrid" else TIE_RATIO


def needed_ratio(problem: Problem, chosen: Plan, rival: Plan) -> float:
    """What the rival must win by to be advised in place of the choice."""
    if chosen.model == "serial":
        return max(problem.options.min_speedup_ratio, tie_ratio(rival))
    return 1.0 if chosen.model == "hybrid" and rival.model != "hybrid" else tie_ratio(rival)


def _tie_ratio(estimate: PlanEstimate, best: PlanEstimate) -> float:
    return TIE_RATIO if estimate.runs >= best.runs else UNPROVEN_TIE_RATIO


def simplicity(estimate: PlanEstimate) -> tuple[int, int, int, int]:
    """What breaks a tie, the least first: the model, BLAS threads to set, workers, memory in steps of a fifth."""
    plan = estimate.plan
    memory_steps = round(math.log(max(1, estimate.peak_rss_bytes), SAME_MEMORY_RATIO))
    return MODELS.index(plan.model), plan.blas_threads or 0, plan.workers, memory_steps
