"""What an untried plan is expected to take, and at best could: the model, corrected by the trials; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ...records import Model, Plan, Trial
from ..model import cost_model
from ..model.cost_model import Demand
from ..problem import FEWEST_WORKERS, Problem
from .estimates import PlanEstimate, estimate_plans, serial_job_seconds

WORTH_RATIO = 1.05
"""What a plan must win by to be worth a change of the verdict."""
FAR_WORKERS = 4
SHORTFALL_RATIO = 1.3
"""Of the time that a plan took to what the profile allows. One behind by less has met no limit: a plan with four
times the workers is as much behind."""
SHARED_LIMIT_RATIO = 1.25
"""How near the throughputs of plans with other numbers of processes lie that meet one limit outside all of them."""
DOUBT_A_DOUBLING = 0.12
"""How far expectation may be off for each doubling of workers between a plan and the nearest that ran."""
LEAST_DOUBT_LEFT = 0.5
DOUBT_AT_A_BEND = 0.3
"""How far the p-norm may be off where two bounds are equal, twice over."""
LEAST_LOSS_RATIO = 1.02
"""What any pool loses against the physics of its workers and cores."""
BEYOND_THE_KNEE = 2.0
"""How many times the workers that bring a plan to its bound: more of them have nothing left to overlap."""
LONG_CALL_SECONDS = 0.001
"""Of a call whose handing out is lost in its work."""
UNSEEN_RATIO = 1.5
"""How far the model may be off for a model of which nothing has been tried."""
KIN: Mapping[Model, Model] = MappingProxyType({"hybrid": "multiprocessing", "multiprocessing": "hybrid"})
"""Both run processes: cores that slow each other down, or a pipe, slow one as they slow the other."""
UNSEEN_HYBRID_RATIO = 1.2
"""How far the model may be off for hybrids once processes have been tried."""
HYBRID_MODEL_RATIO = 1.03
"""The same where calls hold the GIL nearly all the time, so that threads find nothing to do in a process."""


def expected_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """What the model predicts for a plan, corrected by what was measured of the same model."""
    scale = serial_scale(problem, trials)
    limit = limit_per_second(problem, trials, plan)
    if limit is not None:
        return cost_model.job_seconds(plan, problem.demand, problem.machine, LEAST_LOSS_RATIO * limit) * scale
    modelled = cost_model.job_seconds(plan, problem.demand, problem.machine) * scale
    near, kin = _nearest(trials, plan), _nearest_kin(trials, plan)
    if near is not None:
        return modelled * _behind_ratio(problem, trials, near)
    if kin is not None:
        return modelled * min(SHORTFALL_RATIO, max(1 / SHORTFALL_RATIO, _behind_ratio(problem, trials, kin)))
    return modelled


def limit_per_second(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float | None:
    """The throughput that something not in the profile holds a plan to, in calls per profiled second.

    ``None`` where the trials say of none. A plan far slower than modelled met it; more workers go on meeting it.
    """
    shared = shared_limit_per_second(problem, trials)
    near = _nearest(trials, plan)
    if near is None:
        return shared
    far = FAR_WORKERS * near.plan.workers <= plan.workers
    if _behind_ratio(problem, trials, near) <= (SHORTFALL_RATIO if far else 1.0):
        return shared
    # A lock or a hidden GIL is each process's own; were it not, a trial with more processes would say so.
    own = reached_per_second(problem, trials, near) * max(1.0, (plan.processes or 1) / (near.plan.processes or 1))
    return own if shared is None else min(own, shared)


def is_limited(problem: Problem, trials: Sequence[Trial], seen: PlanEstimate) -> bool:
    """Whether a plan took so much longer than the profile allows that something not in it must limit the plan."""
    return seen.plan.model != "serial" and _behind_ratio(problem, trials, seen) > SHORTFALL_RATIO


def reached_per_second(problem: Problem, trials: Sequence[Trial], seen: PlanEstimate) -> float:
    """Calls in a second of the profile's, start-up aside."""
    worked = max(seen.job_seconds - seen.startup_seconds, 1e-9)
    return problem.demand.calls / worked * serial_scale(problem, trials)


def shared_limit_per_second(problem: Problem, trials: Sequence[Trial]) -> float | None:
    """A limit outside all processes: plans with other numbers of processes fell far short, to about the same.

    Not of two workers: those are as good as each other whatever holds them back.
    """
    short = [
        (seen.plan.processes or 1, reached_per_second(problem, trials, seen))
        for seen in estimate_plans(trials)
        if seen.plan.workers > FEWEST_WORKERS and is_limited(problem, trials, seen)
    ]
    if not short:
        return None
    processes, best = max(short, key=lambda pair: pair[1])
    agree = any(other != processes and best <= SHARED_LIMIT_RATIO * rate for other, rate in short)
    return best if agree else None


def optimistic_job_seconds(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """The least that the plan could take, given physics and what was seen of its model."""
    scale = serial_scale(problem, trials)
    demand, machine = problem.demand, problem.machine
    startup = cost_model.startup_seconds(plan, demand, machine)
    floor = cost_model.least_job_seconds(plan, demand, machine) * scale * LEAST_LOSS_RATIO + 0.5 * startup
    expected = expected_job_seconds(problem, trials, plan)
    measured = _measured(trials, plan)
    doubt = doubt_ratio(problem, trials, plan)
    if not measured:
        return max(floor, min(expected / doubt, _unproven_seconds(problem, plan) * scale))
    one_worker = demand.calls / (demand.serial_job_seconds * scale)
    return max(floor, expected / doubt, _concave_floor(measured, plan, demand.calls, one_worker))


def doubt_ratio(problem: Problem, trials: Sequence[Trial], plan: Plan) -> float:
    """How far off what is expected of a plan may be, given what was seen of its model."""
    measured = _measured(trials, plan)
    doubt_left = _doubt_left(trials, plan)
    bend = doubt_left * DOUBT_AT_A_BEND * _bend(problem, plan, limit_per_second(problem, trials, plan))
    if shared_limit_per_second(problem, trials) is not None:
        return 1 + bend
    if not measured:
        is_half_seen = plan.model == "hybrid" and _nearest_kin(trials, plan) is not None
        if not is_half_seen:
            return UNSEEN_RATIO
        return min(UNSEEN_HYBRID_RATIO, HYBRID_MODEL_RATIO * _room_for_threads(problem, plan))
    distance = min(_distance(seen.plan, plan, _most_useful(problem, plan)) for seen in measured)
    return min(UNSEEN_RATIO, 1 + doubt_left * DOUBT_A_DOUBLING * distance + bend)


def _most_useful(problem: Problem, plan: Plan) -> float:
    """More workers than this are as good as this many; unknown for calls so short that handing them out weighs."""
    if problem.demand.wall_seconds < LONG_CALL_SECONDS:
        return math.inf
    return BEYOND_THE_KNEE * cost_model.useful_workers(plan, _at_the_freest(problem.demand), problem.machine)


def _room_for_threads(problem: Problem, plan: Plan) -> float:
    """How many times as much a process could do if its threads kept its GIL busy all the time."""
    demand = problem.demand
    if not demand.gil_enabled or demand.held_seconds <= 0:
        return math.inf
    alone = replace(plan, model="multiprocessing", threads=None)
    busy_per_second = cost_model.rates_per_second(alone, demand, problem.machine)[cost_model.WORKERS]
    return alone.workers / busy_per_second / demand.held_seconds


def _unproven_seconds(problem: Problem, plan: Plan) -> float:
    """What threads would take if calls held the GIL no longer than the heartbeat proves; a trial decides."""
    if plan.model != "threading":
        return math.inf
    return cost_model.job_seconds(plan, _at_the_freest(problem.demand), problem.machine)


def _at_the_freest(demand: Demand) -> Demand:
    """With no more of the GIL than the heartbeat proves."""
    unproven_seconds = demand.held_seconds - demand.surely_held_seconds
    return replace(demand, held_seconds=demand.surely_held_seconds, free_seconds=demand.free_seconds + unproven_seconds)


def serial_scale(problem: Problem, trials: Sequence[Trial]) -> float:
    """The serial trials' word on a call's wall time over the profile's."""
    measured = serial_job_seconds(trials)
    return measured / problem.demand.serial_job_seconds if measured else 1.0


def _measured(trials: Sequence[Trial], like: Plan) -> tuple[PlanEstimate, ...]:
    """What ran of the plan's family, the fastest first."""
    return tuple(e for e in estimate_plans(trials) if family(e.plan) == family(like))


def family(plan: Plan) -> tuple[Model, int | None]:
    """Plans that differ in their number of workers alone: a model, with as many BLAS threads."""
    return plan.model, plan.blas_threads


def _nearest(trials: Sequence[Trial], plan: Plan) -> PlanEstimate | None:
    return min(_measured(trials, plan), key=lambda seen: _distance(seen.plan, plan), default=None)


def _nearest_kin(trials: Sequence[Trial], plan: Plan) -> PlanEstimate | None:
    """What ran of the model that is the plan's kin, with its number of processes or the nearest to it."""
    kin = KIN.get(plan.model)
    return None if kin is None else _nearest(trials, replace(plan, model=kin))


def _behind_ratio(problem: Problem, trials: Sequence[Trial], seen: PlanEstimate) -> float:
    """What a plan took over what the profile allows."""
    allowed_seconds = cost_model.job_seconds(seen.plan, problem.demand, problem.machine)
    return seen.job_seconds / (allowed_seconds * serial_scale(problem, trials))


def _doubt_left(trials: Sequence[Trial], plan: Plan) -> float:
    """Which part of the usual doubt is left once expectation has been put to the test in the plan's family.

    By how far it was off there, the worst of it; the family's first trial tests the model alone and says nothing.
    """
    tested = [t for t in trials if family(t.plan) == family(plan) and t.predicted_speedup and t.speedup][1:]
    if not tested:
        return 1.0
    worst = max(abs(math.log((t.predicted_speedup or 1.0) / (t.speedup or 1.0))) for t in tested)
    return min(1.0, max(LEAST_DOUBT_LEFT, worst / DOUBT_A_DOUBLING))


def _bend(problem: Problem, plan: Plan, limit: float | None) -> float:
    """How far a plan lies in the bend between bounds: 0 where one alone binds, towards 1 where several do."""
    rates = cost_model.rates_per_second(plan, problem.demand, problem.machine)
    if limit is not None:
        rates[cost_model.OUTSIDE] = limit
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


def _distance(a: Plan, b: Plan, most_workers: float = math.inf) -> float:
    """Between two plans of one model: doublings of processes, threads or tasks, up to so many."""
    pairs = ((a.processes, b.processes), (a.threads, b.threads), (a.tasks, b.tasks))
    return sum(abs(math.log2(min(x or 1, most_workers) / min(y or 1, most_workers))) for x, y in pairs)
