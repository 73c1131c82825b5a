"""Which plan to try next, and when to stop; pure.

Every step is a function of the problem and the trials so far, so that the search can be run on a simulated
machine and at any point again. First serial, then the untried plan that is expected to be best among those
that could still win by more than ``WORTH_RATIO``; then fewer workers, as long as they do as well; then the last
few side by side with serial, in rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import cost_model, idioms
from .cost_model import Demand
from .comparing import results_in_doubt
from .estimates import PlanEstimate, estimate_plans, serial_job_seconds
from .records import MODELS, Machine, Model, Options, Plan, StartMethod, TargetFacts, Trial

WORTH_RATIO = 1.05
WHOLE_JOB_SECONDS = 1.2
"""A job this short under a plan is run whole."""
SAMPLE_SECONDS = 0.6
LEAST_ROUNDS = 6
"""Calls a worker makes in a sampled trial, so that the last round does not decide."""
CHILD_SECONDS = 0.15
"""To start an interpreter for a trial, import and items aside."""
MOST_THREADS = 128
MOST_TASKS = 1024
FINAL_ROUNDS = 3
FINALISTS = 3
NEAR_RATIO = 1.10
UNSEEN_RATIO = 1.6
"""How far the model may be off for a model of which nothing has been tried."""


@dataclass(frozen=True)
class Problem:
    """What there is to decide."""

    demand: Demand
    facts: TargetFacts
    machine: Machine
    options: Options
    excluded: tuple[Model, ...] = ()


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
            return step
    return None


def serial_plan(problem: Problem) -> Plan:
    """The plan that all others are measured against."""
    return Plan("serial", _idiom(problem, "serial"))


def candidates(problem: Problem) -> tuple[Plan, ...]:
    """Every plan worth considering, by model, fewest workers first."""
    allowed = [m for m in MODELS if m in problem.options.models and m not in problem.excluded]
    wanted = problem.options.idiom
    if wanted is not None:
        allowed = [m for m in allowed if m == idioms.model_of(wanted)]
    plans = [plan for model in allowed for plan in _FAMILIES[model](problem)]
    most = problem.options.max_workers
    return tuple(p for p in plans if most is None or p.workers <= most)


def expected_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """The model's word on a plan, corrected by what was measured of the same model."""
    scale = serial_scale(problem, trials)
    measured = _measured(trials, plan.model)
    modelled = cost_model.job_seconds(plan, problem.demand, problem.machine) * scale
    if not measured:
        return modelled
    near = min(measured, key=lambda seen: _distance(seen.plan, plan))
    near_modelled = cost_model.job_seconds(near.plan, problem.demand, problem.machine) * scale
    if near.job_seconds <= near_modelled:
        return modelled * (near.job_seconds / near_modelled)
    # Slower than modelled: something not in the profile limits throughput, and goes on doing so.
    limit = problem.demand.calls / max(near.job_seconds - near.startup_seconds, 1e-9) * scale
    return cost_model.job_seconds(plan, problem.demand, problem.machine, 1.02 * limit) * scale


def serial_scale(problem: Problem, trials: Sequence[Trial]) -> float:
    """The serial trials' word on a call's wall time over the profile's."""
    measured = serial_job_seconds(trials)
    return measured / problem.demand.serial_job_seconds if measured else 1.0


def _wanted(problem: Problem, trials: Sequence[Trial]) -> Iterator[Step]:
    """Steps in the order of their worth."""
    failed = {trial.plan for trial in trials if trial.failure is not None}
    tried = {trial.plan for trial in trials} | failed
    estimates = estimate_plans([t for t in trials if t.plan.model not in problem.excluded])
    best = estimates[0] if estimates else None
    last_round = max((trial.round for trial in trials), default=0)
    if last_round == 0:
        open_plans = [p for p in candidates(problem) if p not in tried and not _past_a_failure(p, failed)]
        for plan in _promising(problem, trials, open_plans, best):
            yield _step(problem, trials, plan, 0)
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


def _optimistic_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """The least that the plan could take, given physics and what was seen of its model."""
    scale = serial_scale(problem, trials)
    demand, machine = problem.demand, problem.machine
    startup = cost_model.startup_seconds(plan, demand, machine)
    floor = cost_model.least_job_seconds(plan, demand, machine) * scale * 0.97 + 0.5 * startup
    expected = expected_job_seconds(problem, trials, plan)
    measured = _measured(trials, plan.model)
    if not measured:
        return max(floor, expected / UNSEEN_RATIO)
    distance = min(_distance(seen.plan, plan) for seen in measured)
    doubt = min(UNSEEN_RATIO, 1.08 * 1.25**distance)
    one_worker = demand.calls / (demand.serial_job_seconds * scale)
    return max(floor, expected / doubt, _concave_floor(measured, plan, demand.calls, one_worker))


def _concave_floor(
    measured: Sequence[PlanEstimate], plan: Plan, calls: int, serial_calls_per_second: float
) -> float:
    """Throughput is concave in the number of workers: beyond what was seen it goes on at most as it went."""
    seen = [(1, serial_calls_per_second)]
    seen += sorted((m.plan.workers, calls / max(m.job_seconds - m.startup_seconds, 1e-9)) for m in measured)
    below = [point for point in seen if point[0] < plan.workers]
    workers, rate = below[-1]
    earlier_workers, earlier_rate = below[-2] if len(below) > 1 else (0, 0.0)
    slope = max(0.0, (rate - earlier_rate) / max(workers - earlier_workers, 1))
    return calls / (1.05 * (rate + slope * (plan.workers - workers)))


def _simpler(
    problem: Problem, trials: Sequence[Trial], plans: Iterable[Plan], best: PlanEstimate
) -> list[Plan]:
    """Fewer workers of the best model that would do as well: the fewest that are expected to."""
    fewer = [
        plan
        for plan in plans
        if plan.model == best.plan.model
        and plan.workers < best.plan.workers
        and expected_job_seconds(problem, trials, plan) < best.job_seconds * 1.04
        and _optimistic_job_seconds(problem, trials, plan) < best.job_seconds
    ]
    return sorted(fewer, key=lambda plan: plan.workers)[:1]


def _confirming(
    problem: Problem, trials: Sequence[Trial], estimates: Sequence[PlanEstimate], last_round: int
) -> Iterator[Step]:
    """The last few plans and serial in turn, until they are told apart or have had their rounds."""
    finalists = finalist_plans(problem, estimates)
    if finalists == (serial_plan(problem),):
        return
    done = {trial.plan for trial in trials if trial.round == last_round}
    entrants = (serial_plan(problem), *(plan for plan in finalists if plan.model != "serial"))
    if last_round > 0:
        missing = [plan for plan in entrants if plan not in done]
        for plan in missing:
            yield _step(problem, trials, plan, last_round)
        if missing:
            return
    if last_round < FINAL_ROUNDS:
        yield _step(problem, trials, entrants[0], last_round + 1)


def finalist_plans(problem: Problem, estimates: Sequence[PlanEstimate]) -> tuple[Plan, ...]:
    """The plans that may yet turn out best: within ``NEAR_RATIO``, the simplest of each model kept."""
    if not estimates:
        return ()
    best = estimates[0].job_seconds
    near = [e for e in estimates if e.job_seconds <= best * NEAR_RATIO]
    near.sort(key=lambda e: (MODELS.index(e.plan.model), e.plan.workers))
    kept = [estimates[0].plan]
    for plan in (estimate.plan for estimate in near):
        # Two neighbours of one model need no telling apart; the simpler is tried against the best.
        if all(plan.model != other.model or _distance(plan, other) >= 1 for other in kept):
            kept.append(plan)
    return tuple(kept[:FINALISTS])


def _step(problem: Problem, trials: Sequence[Trial], plan: Plan, round_number: int) -> Step:
    expected = expected_job_seconds(problem, trials, plan)
    serial = serial_job_seconds(trials) or problem.demand.serial_job_seconds
    # Serial runs are compared with each other call by call, so that they all take the same sample.
    calls = _sample_calls(problem, plan, problem.demand.serial_job_seconds if plan.model == "serial" else expected)
    startup = cost_model.startup_seconds(plan, problem.demand, problem.machine)
    seconds = CHILD_SECONDS + problem.facts.import_seconds + 2 * startup + expected * calls / problem.demand.calls
    predicted = None if plan.model == "serial" else serial / expected
    return Step(plan, calls, round_number, predicted, seconds)


def _sample_calls(problem: Problem, plan: Plan, job_seconds: float) -> int:
    """How many calls a trial of the plan makes: all, or enough to time."""
    calls = problem.demand.calls
    if job_seconds <= WHOLE_JOB_SECONDS:
        return calls
    startup = cost_model.startup_seconds(plan, problem.demand, problem.machine)
    wanted = calls * (SAMPLE_SECONDS + 2 * startup) / job_seconds
    if plan.model != "serial":
        wanted = max(wanted, LEAST_ROUNDS * plan.workers * (plan.chunk_size or 1))
    return max(1, min(calls, math.ceil(max(wanted, 3))))


def _measured(trials: Sequence[Trial], model: Model) -> tuple[PlanEstimate, ...]:
    return tuple(e for e in estimate_plans(trials) if e.plan.model == model)


def _distance(a: Plan, b: Plan) -> float:
    """Between two plans of one model: doublings of processes, threads or tasks."""
    pairs = ((a.processes, b.processes), (a.threads, b.threads), (a.tasks, b.tasks))
    return sum(abs(math.log2((x or 1) / (y or 1))) for x, y in pairs)


def _past_a_failure(plan: Plan, failed: Iterable[Plan]) -> bool:
    """A plan like one that failed, with at least as many workers, would fail as well."""
    return any(plan.model == bad.model and plan.workers >= bad.workers for bad in failed)


# ---- families --------------------------------------------------------------------------------------------


def _serial_family(problem: Problem) -> Iterator[Plan]:
    yield serial_plan(problem)


def _thread_family(problem: Problem) -> Iterator[Plan]:
    idiom = _idiom(problem, "threading")
    for threads in _counts(problem, MOST_THREADS):
        yield Plan("threading", idiom, threads=threads)


def _task_family(problem: Problem) -> Iterator[Plan]:
    if problem.facts.is_coroutine:
        for tasks in _counts(problem, MOST_TASKS):
            yield Plan("asyncio", _idiom(problem, "asyncio"), tasks=tasks)


def _process_family(problem: Problem) -> Iterator[Plan]:
    idiom, method = _idiom(problem, "multiprocessing"), start_method(problem)
    cores = problem.machine.usable_cores
    # More processes than cores are for calls that wait.
    most = cores if problem.demand.wait_seconds < 0.1 * problem.demand.wall_seconds else max(16, 2 * cores)
    for processes in _counts(problem, most, cores):
        chunk = cost_model.good_chunk_size(problem.demand, processes, problem.machine.costs)
        yield Plan("multiprocessing", idiom, processes=processes, chunk_size=chunk, start_method=method)


def _hybrid_family(problem: Problem) -> Iterator[Plan]:
    idiom, method = _idiom(problem, "hybrid"), start_method(problem)
    cores = problem.machine.usable_cores
    for processes in _counts(problem, cores, cores):
        for threads in (2, 4, 8, 16, 32, 64):
            if processes * threads <= min(MOST_THREADS, problem.demand.calls):
                chunk = cost_model.good_chunk_size(problem.demand, processes * threads, problem.machine.costs)
                yield Plan("hybrid", idiom, processes, threads, None, chunk, method)


_FAMILIES = {
    "serial": _serial_family,
    "threading": _thread_family,
    "asyncio": _task_family,
    "multiprocessing": _process_family,
    "hybrid": _hybrid_family,
}


def _counts(problem: Problem, most: int, *extra: int) -> list[int]:
    """Numbers of workers worth a look: powers of two, half-way points, and those that divide the job evenly."""
    calls = problem.demand.calls
    most = min(most, calls, problem.options.max_workers or most)
    powers = [2**i for i in range(1, 11)]
    halfway = [3 * 2**i for i in range(9)]
    even = [math.ceil(calls / rounds) for rounds in (1, 2, 3)]
    return sorted({n for n in (*powers, *halfway, *even, *extra, most) if 2 <= n <= most})


def start_method(problem: Problem) -> StartMethod:
    """How processes are started: as asked, as the interpreter would, but never by fork past live threads."""
    asked, facts = problem.options.start_method, problem.facts
    if asked is not None:
        return asked
    if facts.default_start_method == "fork" and facts.threads_after_import > 1:
        return "forkserver" if "forkserver" in facts.start_methods else "spawn"
    return facts.default_start_method


def _idiom(problem: Problem, model: Model) -> str:
    wanted, facts = problem.options.idiom, problem.facts
    if wanted is not None and idioms.model_of(wanted) == model:
        return wanted
    return idioms.default_idiom(model, facts.unpack, facts.is_coroutine, problem.options.stream)


def exclude(problem: Problem, models: Iterable[Model]) -> Problem:
    """The same problem without some models."""
    return replace(problem, excluded=tuple(dict.fromkeys((*problem.excluded, *models))))
