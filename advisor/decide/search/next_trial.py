"""Which plan to try next, and when to stop; pure.

Every step is a function of the problem and the trials so far, so that the search can be run on a simulated
machine and at any point again. First serial, then the untried plan that is expected to be best among those
that could still win by more than ``WORTH_RATIO``; then fewer workers, as long as they do as well; then the
last few side by side with serial, in rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...records import MODELS, Plan, Trial
from ..choice import choose
from ..evidence.estimates import PlanEstimate, serial_job_seconds
from ..evidence.expected_time import (
    WORTH_RATIO,
    expected_job_seconds,
    family,
    optimistic_job_seconds,
    serial_scale,
    shared_limit_per_second,
)
from ..evidence.same_results import results_in_doubt
from ..evidence.weighed_estimates import weighed_estimates
from ..model import cost_model
from ..problem import Problem, serial_plan
from . import final_rounds, stopping
from .candidates import candidates
from .sample_size import sample_calls

SAME_RATIO = 1.04
"""Plans expected to be no further apart will hardly be told apart: safely within a tie."""
HYBRIDS_HANDICAP = 1.1
"""Of their expected time, in the order of trials alone: what they promise must be more than the model's own error."""
PILOT_FRACTION = 0.2
"""Of the time left: what a model's first trial may come to, should its calls take turns."""
CHILD_SECONDS = 0.15
"""To start an interpreter for a trial, import and items aside."""
DOUBTFUL_RATIO = 1.3
"""A model that falls short of its first prediction by this much is tried again before it is believed."""
BEYOND_DOUBT_RATIO = 2.5
"""One that falls short by more than other work on the machine could slow it is believed."""
OPINIONS, OPINIONS_OF_SHORT, SHORT_SECONDS = 2, 3, 0.2
"""How many runs it takes to believe it: more in a short job, where two threads may keep to one core from start to end.
See docs/explanation/constants.md."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A trial to run: a plan over ``calls`` of the job's calls."""

    plan: Plan
    calls: int
    round: int
    predicted_speedup: float | None
    expected_seconds: float


def next_step(problem: Problem, trials: Sequence[Trial], remaining_seconds: float) -> Step | None:
    """The next trial, or ``None`` when none can change the verdict or no time is left for one."""
    serial = serial_plan(problem)
    serial_runs = sum(trial.plan == serial for trial in trials)
    if serial_runs == 0 or (serial_runs == 1 and results_in_doubt(trials)):
        return step_for(problem, trials, serial, 0)
    if problem.options.quick and len(trials) > serial_runs:
        return None
    spent = 1 - remaining_seconds / problem.options.budget_seconds
    for step in _wanted(problem, trials, stopping.accepted_loss(spent)):
        if step.expected_seconds <= remaining_seconds:
            return _piloted(problem, trials, step, remaining_seconds)
    return None


def _piloted(problem: Problem, trials: Sequence[Trial], step: Step, remaining_seconds: float) -> Step:
    """A trial of many workers could take all that is left if, unknown to the profile, nothing overlaps.

    Then the fewest workers of its model go first.
    """
    plan = step.plan
    without_gain_seconds = step.calls * problem.demand.wall_seconds * serial_scale(problem, trials)
    tried = any(family(trial.plan) == family(plan) for trial in trials)
    if plan.model == "serial" or tried or without_gain_seconds <= PILOT_FRACTION * remaining_seconds:
        return step
    alike = [other for other in candidates(problem) if family(other) == family(plan)]
    return step_for(problem, trials, min(alike, key=lambda other: other.workers), 0)


def _wanted(problem: Problem, trials: Sequence[Trial], accepted: float) -> Iterator[Step]:
    """Steps in the order of their worth; none once the choice stands."""
    failed = {trial.plan for trial in trials if trial.failure is not None}
    tried = {trial.plan for trial in trials}
    estimates = weighed_estimates(problem, trials)
    best = estimates[0] if estimates else None
    last_round = max((trial.round for trial in trials), default=0)
    open_plans = [p for p in candidates(problem) if p not in tried and not _past_a_failure(p, failed)]
    losses = stopping.opportunity_losses(problem, trials, estimates, open_plans)
    for plan in _promising(problem, trials, open_plans, best):
        if losses.get(plan, math.inf) > accepted:
            yield step_for(problem, trials, plan, last_round)
    if last_round == 0:
        yield from _second_opinions(problem, trials, best)
        if estimates:
            for plan in _simpler(problem, trials, open_plans, estimates):
                yield step_for(problem, trials, plan, 0)
    settled = stopping.is_settled(problem, estimates, losses, accepted)
    for plan, round_number in final_rounds.wanted(problem, trials, estimates, last_round, settled=settled):
        yield step_for(problem, trials, plan, round_number)


def _promising(
    problem: Problem, trials: Sequence[Trial], plans: Iterable[Plan], best: PlanEstimate | None
) -> list[Plan]:
    """Untried plans that could still win by enough, the likeliest first.

    Hybrids have a handicap: they are the last resort, and what processes reach tells what hybrids can.
    """
    to_beat = best.job_seconds / WORTH_RATIO if best is not None else math.inf
    could_win = [plan for plan in plans if optimistic_job_seconds(problem, trials, plan) < to_beat]
    return sorted(
        could_win,
        key=lambda plan: (
            expected_job_seconds(problem, trials, plan) * (HYBRIDS_HANDICAP if plan.model == "hybrid" else 1.0)
        ),
    )


def _second_opinions(problem: Problem, trials: Sequence[Trial], best: PlanEstimate | None) -> Iterator[Step]:
    """Plans that fell far short of what was predicted: the machine may have been busy just then.

    None where the prediction would not have won, or where other models met the same limit.
    """
    if best is None or shared_limit_per_second(problem, trials) is not None:
        return
    to_beat = max(WORTH_RATIO * best.speedup, problem.options.min_speedup_ratio)
    for model in MODELS:
        runs = [trial for trial in trials if trial.plan.model == model and trial.failure is None]
        if runs and model != "serial":
            promised, reached = runs[0].predicted_speedup or 0.0, max(trial.speedup or 0.0 for trial in runs)
            in_doubt = DOUBTFUL_RATIO * reached < promised <= BEYOND_DOUBT_RATIO * reached
            if len(runs) < _opinions(runs) and in_doubt and promised > to_beat:
                yield step_for(problem, trials, runs[0].plan, 0)


def _opinions(runs: Sequence[Trial]) -> int:
    is_short = all((trial.job_seconds or 0.0) < SHORT_SECONDS for trial in runs)
    return OPINIONS_OF_SHORT if is_short else OPINIONS


def _simpler(
    problem: Problem, trials: Sequence[Trial], plans: Iterable[Plan], estimates: Sequence[PlanEstimate]
) -> list[Plan]:
    """Fewer workers than in what would be advised now: the fewest of its model that are expected to do as well."""
    chosen, best_seconds = choose(problem, estimates).plan, estimates[0].job_seconds
    fewer = [
        plan
        for plan in plans
        if family(plan) == family(chosen)
        and plan.workers < chosen.workers
        and expected_job_seconds(problem, trials, plan) < best_seconds * SAME_RATIO
    ]
    return sorted(fewer, key=lambda plan: plan.workers)[:1]


def step_for(problem: Problem, trials: Sequence[Trial], plan: Plan, round_number: int = 0) -> Step:
    """The trial of a plan: over how many calls, and what it is expected to take."""
    expected = expected_job_seconds(problem, trials, plan)
    serial = serial_job_seconds(trials) or problem.demand.serial_job_seconds
    # By the profile alone, not by earlier trials: serial runs of one kind all take the same sample.
    steady = problem.demand.serial_job_seconds if plan.model == "serial" else expected
    calls = sample_calls(problem, plan, steady, explore=round_number == 0)
    startup = cost_model.startup_seconds(plan, problem.demand, problem.machine)
    seconds = CHILD_SECONDS + problem.facts.import_seconds + 2 * startup + expected * calls / problem.demand.calls
    predicted = None if plan.model == "serial" else serial / expected
    return Step(plan=plan, calls=calls, round=round_number, predicted_speedup=predicted, expected_seconds=seconds)


def _past_a_failure(plan: Plan, failed: Iterable[Plan]) -> bool:
    """A plan like one that failed, with at least as many workers, would fail as well."""
    return any(plan.model == bad.model and plan.workers >= bad.workers for bad in failed)
