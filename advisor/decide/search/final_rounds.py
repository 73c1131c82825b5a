"""The last few plans side by side with serial, in rounds, until they are told apart; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...records import Plan, Trial
from ..choice import TIE_RATIO, choose, simplicity
from ..evidence.estimates import PlanEstimate
from ..problem import Problem, serial_plan

LEAST_ROUNDS = 2
ROUNDS_WHERE_CLOSE = 3
ROUNDS_WHERE_RUNS_SCATTER = 4
MOST_ROUNDS = 6
"""Where luck would decide: for a plan that took the lead late, and at the least speed-up that is advised."""
SCATTER = 0.08
FINALISTS = 3
FEWEST_RUNS = 3
"""Of what is to be the advice: with fewer, one that took the lead late may owe it to luck."""
NEAR_RATIO = 1.07
"""How far the ratio of two plans may be off after one run each."""


def wanted(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], last_round: int
) -> Iterator[tuple[Plan, int]]:
    """Plans that lack a run in the last round, or the first of the next, each with the number of its round."""
    finalists = finalist_plans(problem, estimates)
    if last_round > 1:
        # Nobody enters late, but the one that would be the advice.
        before = {trial.plan for trial in trials if trial.round == last_round - 1}
        finalists = (*finalists[:1], *(plan for plan in finalists[1:] if plan in before))
    if not finalists:
        return
    done = {trial.plan for trial in trials if trial.round == last_round}
    entrants = (serial_plan(problem), *finalists)
    missing = [plan for plan in entrants if plan not in done] if last_round > 0 else []
    for plan in missing:
        yield plan, last_round
    if not missing and last_round < _rounds(problem, finalists, estimates):
        yield serial_plan(problem), last_round + 1


def finalist_plans(problem: Problem, estimates: Sequence[PlanEstimate]) -> tuple[Plan, ...]:
    """The pools that may yet turn out to be the advice: the one that would be now, and its rivals.

    A rival is a simpler plan that may yet tie with the fastest, or any that may yet be faster than the one chosen
    by more than a tie. The more often both have run, the nearer it must be.
    """
    pools = [e for e in estimates if e.plan.model != "serial"]
    if not pools:
        return ()
    chosen = choose(problem, estimates)
    if chosen.plan.model == "serial":
        best = max(pools, key=lambda e: e.speedup)
        enough = min(problem.options.min_speedup_ratio, TIE_RATIO)
        may_be_worth_it = best.speedup * _slack(best, best) >= enough
        runs_disagree = best.deviation > SCATTER and _is_at_the_bar(problem, best)
        return (best.plan,) if may_be_worth_it or runs_disagree else ()
    fastest = min(pools, key=lambda e: e.job_seconds)
    simpler = [
        e
        for e in pools
        if simplicity(e) < simplicity(chosen) and e.job_seconds <= fastest.job_seconds * TIE_RATIO * _slack(e, fastest)
    ]
    faster = [e for e in pools if e.job_seconds * TIE_RATIO <= chosen.job_seconds * _slack(e, chosen) and e != chosen]
    rivals = sorted({*simpler, *faster}, key=lambda e: e.job_seconds)
    # Of one model and on one side the nearest will do: its neighbours need no telling apart.
    by_model = {(e.plan.model, simplicity(e) < simplicity(chosen)): e for e in reversed(rivals)}
    kept = sorted(by_model.values(), key=lambda e: e.job_seconds)
    return (chosen.plan, *(e.plan for e in kept))[:FINALISTS]


def _slack(a: PlanEstimate, b: PlanEstimate) -> float:
    return 1 + (NEAR_RATIO - 1) / min(a.runs, b.runs)


def _is_at_the_bar(problem: Problem, estimate: PlanEstimate) -> bool:
    """Whether a plan may as well be worth its code as not."""
    return estimate.speedup_low < problem.options.min_speedup_ratio < estimate.speedup_high


def _rounds(problem: Problem, finalists: Sequence[Plan], estimates: Sequence[PlanEstimate]) -> int:
    """Two settle it for one plan whose runs agree; more where plans are close, and where runs scatter.

    One that took the lead late goes on until its own runs suffice, and one that may or may not be worth its code
    until they tell.
    """
    chosen = next(e for e in estimates if e.plan == finalists[0])
    if chosen.runs < FEWEST_RUNS or _is_at_the_bar(problem, chosen):
        return MOST_ROUNDS
    if chosen.deviation > SCATTER:
        return ROUNDS_WHERE_RUNS_SCATTER
    return LEAST_ROUNDS if len(finalists) == 1 else ROUNDS_WHERE_CLOSE
