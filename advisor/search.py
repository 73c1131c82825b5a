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

from . import cost_model
from .candidates import Problem, candidates, serial_plan
from .comparing import results_in_doubt
from .estimates import PlanEstimate, estimate_plans, serial_job_seconds
from .records import MODELS, Model, Plan, Trial
from .sampling import sample_calls

WORTH_RATIO = 1.05
SAME_RATIO = 1.04
"""Fewer workers expected to be no slower than this are worth a look: safely within a tie."""
FAR_WORKERS = 4
SHORTFALL_RATIO = 1.3
"""Of a plan behind its prediction by less, one with four times the workers is as much behind: it is no limit yet."""
PILOT_FRACTION = 0.2
"""Of the time left: what a model's first trial may come to, should its calls take turns."""
CHILD_SECONDS = 0.15
"""To start an interpreter for a trial, import and items aside."""
DOUBTFUL_RATIO = 1.3
"""A model that falls short of its first prediction by this much is tried again before it is believed."""
LEAST_ROUNDS_OF_FINAL = 2
MOST_ROUNDS_OF_FINAL = 3
ROUNDS_WHERE_RUNS_SCATTER = 4
SCATTER = 0.08
FINALISTS = 3
NEAR_RATIO = 1.08
"""How far apart two plans may be after one run each and yet be as fast."""
DOUBT_A_DOUBLING = 0.12
"""How far expectation may be off for each doubling of workers between a plan and the nearest that ran."""
DOUBT_AT_A_BEND = 0.3
"""How far the p-norm may be off where two bounds are equal, twice over."""
LEAST_LOSS_RATIO = 1.02
"""What any pool loses against the physics of its workers and cores."""
UNSEEN_RATIO = 1.5
"""How far the model may be off for a model of which nothing has been tried."""


@dataclass(frozen=True)
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
        return _step(problem, trials, serial, 0)
    for step in _wanted(problem, trials):
        if step.expected_seconds <= remaining_seconds:
            return _piloted(problem, trials, step, remaining_seconds)
    return None


def _piloted(problem: Problem, trials: Sequence[Trial], step: Step, remaining_seconds: float) -> Step:
    """A trial of many workers could take all that is left if, unknown to the profile, nothing overlaps.

    Then the fewest workers of its model go first.
    """
    plan = step.plan
    without_gain_seconds = step.calls * problem.demand.wall_seconds * serial_scale(problem, trials)
    tried = any(_family(trial.plan) == _family(plan) for trial in trials)
    if plan.model == "serial" or tried or without_gain_seconds <= PILOT_FRACTION * remaining_seconds:
        return step
    family = [other for other in candidates(problem) if _family(other) == _family(plan)]
    return _step(problem, trials, min(family, key=lambda other: other.workers), 0)


def expected_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """The model's word on a plan, corrected by what was measured of the same model."""
    scale = serial_scale(problem, trials)
    measured = _measured(trials, plan)
    modelled = cost_model.job_seconds(plan, problem.demand, problem.machine) * scale
    if not measured:
        return modelled
    near = min(measured, key=lambda seen: _distance(seen.plan, plan))
    near_modelled = cost_model.job_seconds(near.plan, problem.demand, problem.machine) * scale
    far = FAR_WORKERS * near.plan.workers <= plan.workers
    if near.job_seconds <= (SHORTFALL_RATIO if far else 1.0) * near_modelled:
        return modelled * (near.job_seconds / near_modelled)
    # Far slower than modelled: something not in the profile limits throughput, and goes on doing so.
    limit = problem.demand.calls / max(near.job_seconds - near.startup_seconds, 1e-9) * scale
    # A lock or a hidden GIL is each process's own; were it not, a trial with more processes would say so.
    limit *= max(1.0, (plan.processes or 1) / (near.plan.processes or 1))
    return cost_model.job_seconds(plan, problem.demand, problem.machine, 1.02 * limit) * scale


def serial_scale(problem: Problem, trials: Sequence[Trial]) -> float:
    """The serial trials' word on a call's wall time over the profile's."""
    measured = serial_job_seconds(trials)
    return measured / problem.demand.serial_job_seconds if measured else 1.0


def _wanted(problem: Problem, trials: Sequence[Trial]) -> Iterator[Step]:
    """Steps in the order of their worth."""
    failed = {trial.plan for trial in trials if trial.failure is not None}
    tried = {trial.plan for trial in trials}
    estimates = estimate_plans([t for t in trials if t.plan.model not in problem.excluded])
    best = estimates[0] if estimates else None
    last_round = max((trial.round for trial in trials), default=0)
    if last_round == 0:
        open_plans = [p for p in candidates(problem) if p not in tried and not _past_a_failure(p, failed)]
        for plan in _promising(problem, trials, open_plans, best):
            yield _step(problem, trials, plan, 0)
        yield from _second_opinions(problem, trials)
        if best is not None:
            for plan in _simpler(problem, trials, open_plans, best):
                yield _step(problem, trials, plan, 0)
    yield from _confirming(problem, trials, estimates, last_round)


def _promising(
    problem: Problem, trials: Sequence[Trial], plans: Iterable[Plan], best: PlanEstimate | None
) -> list[Plan]:
    """Untried plans that could still win by enough, the likeliest first."""
    to_beat = best.job_seconds / WORTH_RATIO if best is not None else math.inf
    could_win = [plan for plan in plans if _optimistic_job_seconds(problem, trials, plan) < to_beat]
    return sorted(could_win, key=lambda plan: expected_job_seconds(problem, trials, plan))


def _second_opinions(problem: Problem, trials: Sequence[Trial]) -> Iterator[Step]:
    """Plans that ran once, far slower than predicted: the machine may have been busy just then."""
    for model in MODELS:
        runs = [trial for trial in trials if trial.plan.model == model and trial.failure is None]
        if runs and model != "serial":
            promised, reached = runs[0].predicted_speedup or 0.0, runs[0].speedup or 0.0
            if len(runs) == 1 and promised > max(DOUBTFUL_RATIO * reached, problem.options.min_speedup_ratio):
                yield _step(problem, trials, runs[0].plan, 0)


def _optimistic_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """The least that the plan could take, given physics and what was seen of its model."""
    scale = serial_scale(problem, trials)
    demand, machine = problem.demand, problem.machine
    startup = cost_model.startup_seconds(plan, demand, machine)
    floor = cost_model.least_job_seconds(plan, demand, machine) * scale * LEAST_LOSS_RATIO + 0.5 * startup
    expected = expected_job_seconds(problem, trials, plan)
    measured = _measured(trials, plan)
    if not measured:
        return max(floor, expected / UNSEEN_RATIO)
    distance = min(_distance(seen.plan, plan) for seen in measured)
    doubt = min(UNSEEN_RATIO, 1 + DOUBT_A_DOUBLING * distance + DOUBT_AT_A_BEND * _bend(problem, plan))
    one_worker = demand.calls / (demand.serial_job_seconds * scale)
    return max(floor, expected / doubt, _concave_floor(measured, plan, demand.calls, one_worker))


def _bend(problem: Problem, plan: Plan) -> float:
    """How far a plan lies in the bend between bounds: 0 where one alone binds, towards 1 where several do."""
    rates = {b.name: b.calls_per_second for b in cost_model.bounds(plan, problem.demand, problem.machine)}
    return 1 - max(cost_model.binding_weights(rates).values(), default=1.0)


def _concave_floor(measured: Sequence[PlanEstimate], plan: Plan, calls: int, serial_calls_per_second: float) -> float:
    """Throughput is concave in the number of workers: beyond what was seen it goes on at most as it went."""
    seen = [(1, serial_calls_per_second)]
    seen += sorted((m.plan.workers, calls / max(m.job_seconds - m.startup_seconds, 1e-9)) for m in measured)
    below = [point for point in seen if point[0] < plan.workers]
    workers, rate = below[-1]
    earlier_workers, earlier_rate = below[-2] if len(below) > 1 else (0, 0.0)
    slope = max(0.0, (rate - earlier_rate) / max(workers - earlier_workers, 1))
    return calls / (WORTH_RATIO * (rate + slope * (plan.workers - workers)))


def _simpler(problem: Problem, trials: Sequence[Trial], plans: Iterable[Plan], best: PlanEstimate) -> list[Plan]:
    """Fewer workers of the best model than any that did as well: the fewest that are expected to."""
    as_good = [e for e in _measured(trials, best.plan) if e.job_seconds <= best.job_seconds * WORTH_RATIO]
    fewest = min(estimate.plan.workers for estimate in as_good)
    fewer = [
        plan
        for plan in plans
        if _family(plan) == _family(best.plan)
        and plan.workers < fewest
        and expected_job_seconds(problem, trials, plan) < best.job_seconds * SAME_RATIO
        and _optimistic_job_seconds(problem, trials, plan) < best.job_seconds
    ]
    return sorted(fewer, key=lambda plan: plan.workers)[:1]


def _confirming(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], last_round: int
) -> Iterator[Step]:
    """The last few plans and serial in turn, until they are told apart or have had their rounds."""
    finalists = finalist_plans(estimates)
    pools = [plan for plan in finalists if plan.model != "serial"]
    if not pools:
        return
    done = {trial.plan for trial in trials if trial.round == last_round}
    entrants = (serial_plan(problem), *pools)
    missing = [plan for plan in entrants if plan not in done] if last_round > 0 else []
    for plan in missing:
        yield _step(problem, trials, plan, last_round)
    if not missing and last_round < _rounds_of_final(finalists, estimates):
        yield _step(problem, trials, entrants[0], last_round + 1)


def _rounds_of_final(finalists: Sequence[Plan], estimates: Sequence[PlanEstimate]) -> int:
    """Two settle it for one plan whose runs agree; more where plans are close, and where runs scatter."""
    best = estimates[0]
    if best.deviation > SCATTER:
        return ROUNDS_WHERE_RUNS_SCATTER
    return LEAST_ROUNDS_OF_FINAL if len(finalists) == 1 else MOST_ROUNDS_OF_FINAL


def finalist_plans(estimates: Sequence[PlanEstimate]) -> tuple[Plan, ...]:
    """The plans that may yet turn out best, the fastest first.

    A rival is a simpler plan that may turn out as fast, or any that may turn out faster. The more often both
    have run, the nearer it must be.
    """
    if not estimates:
        return ()
    best = estimates[0]
    kept = [best.plan]
    for model in MODELS:
        rivals = [rival for rival in estimates[1:] if rival.plan.model == model and _may_be_as_good(rival, best)]
        # Of one model the simplest will do: its neighbours need no telling apart.
        simplest = min(rivals, key=lambda rival: rival.plan.workers, default=None)
        if simplest is not None and (model != best.plan.model or simplest.plan.workers < best.plan.workers):
            kept.append(simplest.plan)
    return tuple(kept[:FINALISTS])


def _may_be_as_good(rival: PlanEstimate, best: PlanEstimate) -> bool:
    slack = 1 + (NEAR_RATIO - 1) / min(rival.runs, best.runs)
    simpler = _simplicity(rival.plan) < _simplicity(best.plan)
    return rival.job_seconds <= best.job_seconds * slack * (WORTH_RATIO if simpler else 1.0)


def _simplicity(plan: Plan) -> tuple[int, bool, int]:
    return MODELS.index(plan.model), plan.blas_threads is not None, plan.workers


def _step(problem: Problem, trials: Sequence[Trial], plan: Plan, round_number: int) -> Step:
    expected = expected_job_seconds(problem, trials, plan)
    serial = serial_job_seconds(trials) or problem.demand.serial_job_seconds
    # By the profile alone, not by earlier trials: serial runs of one kind all take the same sample.
    steady = problem.demand.serial_job_seconds if plan.model == "serial" else expected
    calls = sample_calls(problem, plan, steady, explore=round_number == 0)
    startup = cost_model.startup_seconds(plan, problem.demand, problem.machine)
    seconds = CHILD_SECONDS + problem.facts.import_seconds + 2 * startup + expected * calls / problem.demand.calls
    predicted = None if plan.model == "serial" else serial / expected
    return Step(plan, calls, round_number, predicted, seconds)


def _measured(trials: Sequence[Trial], like: Plan) -> tuple[PlanEstimate, ...]:
    """What ran of the plan's family: its model, with as many BLAS threads."""
    return tuple(e for e in estimate_plans(trials) if _family(e.plan) == _family(like))


def _family(plan: Plan) -> tuple[Model, int | None]:
    return plan.model, plan.blas_threads


def _distance(a: Plan, b: Plan) -> float:
    """Between two plans of one model: doublings of processes, threads or tasks."""
    pairs = ((a.processes, b.processes), (a.threads, b.threads), (a.tasks, b.tasks))
    return sum(abs(math.log2((x or 1) / (y or 1))) for x, y in pairs)


def _past_a_failure(plan: Plan, failed: Iterable[Plan]) -> bool:
    """A plan like one that failed, with at least as many workers, would fail as well."""
    return any(plan.model == bad.model and plan.workers >= bad.workers for bad in failed)
