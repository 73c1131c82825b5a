"""The last few plans side by side with serial, in rounds, until they are told apart; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...records import Plan, Trial
from ..choice import TIE_RATIO, choose, simplicity, tie_ratio
from ..evidence.estimates import PlanEstimate
from ..problem import Problem, serial_plan

LEAST_ROUNDS = 1
"""In which serial and the choice run once more."""
MOST_ROUNDS = 6
FINALISTS = 3
NEAR_RATIO = 1.07
"""How far the ratio of two plans may be off after one run each."""


def wanted(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], last_round: int, *, settled: bool
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
    if not missing and last_round < MOST_ROUNDS and not (settled and last_round >= LEAST_ROUNDS):
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
        return (best.plan,) if may_be_worth_it else ()
    fastest = min(pools, key=lambda e: e.job_seconds)
    simpler = [
        e
        for e in pools
        if simplicity(e) < simplicity(chosen)
        and e.job_seconds <= fastest.job_seconds * tie_ratio(chosen.plan) * _slack(e, fastest)
    ]
    faster = [
        e for e in pools if e.job_seconds * tie_ratio(e.plan) <= chosen.job_seconds * _slack(e, chosen) and e != chosen
    ]
    rivals = sorted({*simpler, *faster}, key=lambda e: e.job_seconds)
    # Of one model and on one side the nearest will do: its neighbours need no telling apart.
    by_model = {(e.plan.model, simplicity(e) < simplicity(chosen)): e for e in reversed(rivals)}
    kept = sorted(by_model.values(), key=lambda e: e.job_seconds)
    return (chosen.plan, *(e.plan for e in kept))[:FINALISTS]


def _slack(a: PlanEstimate, b: PlanEstimate) -> float:
    return 1 + (NEAR_RATIO - 1) / min(a.runs, b.runs)
