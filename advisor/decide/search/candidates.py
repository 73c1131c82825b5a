"""Every plan worth considering for a problem; pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from ...records import MODELS, Plan
from ...records.idioms import model_of
from ..model import chunking, memory
from ..model.cost_model import Demand
from ..problem import FEWEST_WORKERS, Problem, idiom_of, serial_plan, start_method

MOST_THREADS = 128
MOST_TASKS = 1024
MOST_PROCESSES = 16
"""Where calls wait and there are fewer cores than that."""
THREADS_A_PROCESS = (2, 4, 8, 16, 32, 64)
SOME_WAITING = 0.1
SEVERAL_CORES = 0.2
"""Of a call's time."""


def candidates(problem: Problem) -> tuple[Plan, ...]:
    """Every plan worth considering, by model, fewest workers first."""
    allowed = [m for m in MODELS if m in problem.options.models and m not in problem.excluded]
    wanted = problem.options.idiom
    if wanted is not None:
        allowed = [m for m in allowed if m == model_of(wanted)]
    elif problem.facts.is_coroutine and "asyncio" in allowed:
        # A loop in every thread would tear apart what the calls share; one loop has their waiting in flight.
        allowed = [m for m in allowed if m not in ("threading", "hybrid")]
    plans = [plan for model in allowed for plan in _FAMILIES[model](problem)]
    if uses_several_cores(problem.demand):
        cores = problem.machine.usable_cores
        plans += [
            replace(plan, blas_threads=1)
            for plan in plans
            if plan.model in ("threading", "multiprocessing") and cores <= plan.workers <= cores + 1
        ]
    most = problem.options.max_workers
    return tuple(p for p in plans if (most is None or p.workers <= most) and _has_room(problem, p))


def uses_several_cores(demand: Demand) -> bool:
    """Whether a call computes so much in threads of its own that their number is worth a trial."""
    return demand.helper_seconds > SEVERAL_CORES * demand.wall_seconds


def _has_room(problem: Problem, plan: Plan) -> bool:
    return problem.timing is None or memory.fits(plan, problem.timing, problem.machine.memory_limit_bytes)


def _serial_family(problem: Problem) -> Iterator[Plan]:
    yield serial_plan(problem)


def _thread_family(problem: Problem) -> Iterator[Plan]:
    idiom = idiom_of(problem, "threading")
    for threads in _counts(problem, MOST_THREADS):
        yield Plan(model="threading", idiom=idiom, threads=threads)


def _task_family(problem: Problem) -> Iterator[Plan]:
    if problem.facts.is_coroutine:
        for tasks in _counts(problem, MOST_TASKS):
            yield Plan(model="asyncio", idiom=idiom_of(problem, "asyncio"), tasks=tasks)


def _process_family(problem: Problem) -> Iterator[Plan]:
    idiom, method = idiom_of(problem, "multiprocessing"), start_method(problem)
    cores = problem.machine.usable_cores
    # More processes than cores are for calls that wait.
    most = (
        cores
        if problem.demand.wait_seconds < SOME_WAITING * problem.demand.wall_seconds
        else max(MOST_PROCESSES, 2 * cores)
    )
    for processes in _counts(problem, most, cores):
        yield _in_chunks(
            problem,
            Plan(
                model="multiprocessing",
                idiom=idiom,
                processes=processes,
                threads=None,
                tasks=None,
                chunk_size=1,
                start_method=method,
            ),
        )


def _hybrid_family(problem: Problem) -> Iterator[Plan]:
    idiom, method = idiom_of(problem, "hybrid"), start_method(problem)
    cores = problem.machine.usable_cores
    for processes in _counts(problem, cores, cores):
        for threads in THREADS_A_PROCESS:
            if processes * threads <= min(MOST_THREADS, problem.demand.calls):
                yield _in_chunks(
                    problem,
                    Plan(
                        model="hybrid",
                        idiom=idiom,
                        processes=processes,
                        threads=threads,
                        tasks=None,
                        chunk_size=1,
                        start_method=method,
                    ),
                )


def _in_chunks(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, chunk_size=chunking.good_chunk_size(plan, problem.demand, problem.machine))


_FAMILIES = {
    "serial": _serial_family,
    "threading": _thread_family,
    "asyncio": _task_family,
    "multiprocessing": _process_family,
    "hybrid": _hybrid_family,
}


def _counts(problem: Problem, most: int, *extra: int) -> list[int]:
    """Numbers of workers worth a look: powers of two, half-way points, and divisors of the job."""
    calls = problem.demand.calls
    most = min(most, calls, problem.options.max_workers or most)
    powers = [2**i for i in range(1, 11)]
    halfway = [3 * 2**i for i in range(9)]
    even = [math.ceil(calls / rounds) for rounds in (1, 2, 3)]
    return sorted({n for n in (*powers, *halfway, *even, *extra, most) if FEWEST_WORKERS <= n <= most})
