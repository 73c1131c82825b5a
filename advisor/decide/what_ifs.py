"""What each change would buy: the cost model's optimum with the change over its optimum without; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..records import Model, Plan, Recommendation, SerialTiming, Trial, WhatIf
from .choice import TIE_RATIO
from .evidence.estimates import estimate_plans
from .evidence.outside_limit import limits_per_second
from .model import cost_model
from .problem import Problem, serial_plan, start_method
from .search.candidates import candidates
from .search.next_trial import Step
from .search.sample_size import WHOLE_JOB_SECONDS

SMALLER_RESULT = 0.1
"""What is left of a result that is kept small: a key, a path, a total."""
START_METHOD = "start-method-"
"""How the codes begin of the changes that a trial can try as they are."""
WORTH_VERIFYING_RATIO = 1.05
SETTLING_SECONDS = 1.0
"""To start an interpreter and its workers, and end them."""
CAUTION_RATIO = 2.0
"""A prediction nobody has tried may be off by that much."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A trial to run for a what-if, by its code."""

    code: str
    step: Step


@dataclass(frozen=True, kw_only=True)
class _Change:
    code: str
    name: str
    how: str
    problem: Problem
    limits: Mapping[Model, float]
    blas_threads: int | None = None
    """In each worker; ``None`` for as many as they like."""


def rank(
    problem: Problem, timing: SerialTiming, trials: Sequence[Trial], advice: Recommendation | None
) -> tuple[WhatIf, ...]:
    """What is worth most first.

    The speed-up is the advised plan's measured one times the ratio of two predictions, so that what the model does
    not know of this function weighs on both alike. A limit that trials have shown goes on to hold.
    """
    limits = limits_per_second(problem, trials)
    blas_threads = advice.plan.blas_threads if advice is not None else None
    now_seconds = _least(problem, limits, blas_threads)[1]
    now_speedup = advice.speedup if advice is not None else problem.demand.serial_job_seconds / now_seconds
    job_seconds = advice.job_seconds if advice is not None else now_seconds
    found = []
    for change in _changes(problem, timing, limits):
        plan, then_seconds = _least(change.problem, change.limits, change.blas_threads or blas_threads)
        gain_ratio = max(1.0, now_seconds / then_seconds)
        found.append(
            WhatIf(
                code=change.code,
                name=change.name,
                how=change.how,
                plan=plan,
                gain_ratio=gain_ratio,
                speedup=now_speedup * gain_ratio,
                job_seconds=job_seconds / gain_ratio,
                verified_speedup=_verified(change, trials),
            )
        )
    return by_worth(found)


def by_worth(ledger: Iterable[WhatIf]) -> tuple[WhatIf, ...]:
    """What buys most first; a measured speed-up counts for more than the one predicted."""
    return tuple(
        sorted(ledger, key=lambda one: -(one.speedup if one.verified_speedup is None else one.verified_speedup))
    )


def _least(problem: Problem, limits: Mapping[Model, float], blas_threads: int | None) -> tuple[Plan, float]:
    """The simplest of the plans that the model holds best, and the least seconds of any."""
    seconds = {
        plan: cost_model.job_seconds(plan, problem.demand, problem.machine, limits.get(plan.model))
        for plan in candidates(problem)
        if plan.model == "serial" or plan.blas_threads == blas_threads
    }
    if not seconds:
        return serial_plan(problem), problem.demand.serial_job_seconds
    least = min(seconds.values())
    return next(plan for plan in seconds if seconds[plan] <= TIE_RATIO * least), least


def _verified(change: _Change, trials: Sequence[Trial]) -> float | None:
    """The fastest of the trials that had the change."""
    if change.blas_threads is None:
        return None
    ran = [e.speedup for e in estimate_plans(trials) if e.plan.blas_threads == change.blas_threads]
    return max(ran, default=None)


def _changes(problem: Problem, timing: SerialTiming, limits: Mapping[Model, float]) -> Iterator[_Change]:
    demand, machine = problem.demand, problem.machine
    yield _Change(
        code="twice-the-cores",
        name="twice the cores",
        how=f"A machine with {2 * machine.usable_cores} usable cores.",
        problem=replace(problem, machine=replace(machine, usable_cores=2 * machine.usable_cores)),
        limits=limits,
    )
    if demand.gil_enabled:
        yield _Change(
            code="no-gil",
            name="no GIL",
            how="A free-threaded build of CPython, 3.13 or newer.",
            problem=replace(problem, demand=replace(demand, gil_enabled=False)),
            limits=limits,
        )
    if limits:
        yield _Change(
            code="no-outside-limit",
            name="no outside limit",
            how="Lift what trials have run into beyond the call's own figures: a server, a lock, memory.",
            problem=problem,
            limits={},
        )
    yield from _changes_of_processes(problem, timing, limits)
    if any(plan.blas_threads for plan in candidates(problem)):
        yield _Change(
            code="one-blas-thread",
            name="one BLAS thread a worker",
            how="OMP_NUM_THREADS=1 in the environment, or threadpoolctl.threadpool_limits(1).",
            problem=problem,
            limits=limits,
            blas_threads=1,
        )


def _changes_of_processes(problem: Problem, timing: SerialTiming, limits: Mapping[Model, float]) -> Iterator[_Change]:
    """Those that can matter only where processes may run the calls."""
    demand = problem.demand
    result_share = (timing.result_bytes or 0) / max((timing.argument_bytes or 0) + (timing.result_bytes or 0), 1)
    smaller = 1 - (1 - SMALLER_RESULT) * result_share
    if not any(plan.processes for plan in candidates(problem)):
        return
    yield _Change(
        code="free-pickling",
        name="free pickling",
        how="Shared memory, or items that workers read for themselves.",
        problem=replace(problem, demand=replace(demand, transport_seconds=0.0)),
        limits=limits,
    )
    yield _Change(
        code="smaller-results",
        name="results a tenth the size",
        how="Return a total, a key or a path, not the data.",
        problem=replace(problem, demand=replace(demand, transport_seconds=demand.transport_seconds * smaller)),
        limits=limits,
    )
    facts = problem.facts
    if "forkserver" in facts.start_methods and not facts.forkserver_imports_main and start_method(problem) != "fork":
        yield _preloaded(problem, limits)
    yield from _other_start_methods(problem, limits)
    yield _Change(
        code="lazy-imports",
        name="lazy imports",
        how="Import what is slow inside the function that needs it.",
        problem=replace(problem, demand=replace(demand, import_seconds=0.0)),
        limits=limits,
    )


def _other_start_methods(problem: Problem, limits: Mapping[Model, float]) -> Iterator[_Change]:
    """Never fork past live threads."""
    usual, facts = start_method(problem), problem.facts
    for method in facts.start_methods:
        if method != usual and (method != "fork" or facts.threads_after_import == 1):
            yield _Change(
                code=f"{START_METHOD}{method}",
                name=f"processes started by {method}",
                how=f'multiprocessing.get_context("{method}"), or --start-method {method}.',
                problem=replace(problem, options=replace(problem.options, start_method=method)),
                limits=limits,
            )


def _preloaded(problem: Problem, limits: Mapping[Model, float]) -> _Change:
    """The server imports the module once, and its forks have it: what is paid a round of workers is paid once."""
    starts = dict(problem.machine.costs.process_start_seconds)
    server_seconds = cost_model.process_start_seconds(problem.machine.costs, "spawn") + problem.demand.import_seconds
    costs = replace(problem.machine.costs, process_start_seconds=tuple({**starts, "spawn": server_seconds}.items()))
    return _Change(
        code="preloaded-forkserver",
        name="a preloaded forkserver",
        how="multiprocessing.set_forkserver_preload, with the function's module, before the first worker starts.",
        problem=replace(
            problem,
            demand=replace(problem.demand, import_seconds=0.0),
            machine=replace(problem.machine, costs=costs),
            options=replace(problem.options, start_method="forkserver"),
        ),
        limits=limits,
    )


def next_verification(
    problem: Problem, ledger: Sequence[WhatIf], trials: Sequence[Trial], remaining_seconds: float
) -> Verification | None:
    """The what-if that gains most of those that a trial can try as they are and that there is time for.

    Its trial is the whole job where that is short, else as many calls as the last trial of its model made.
    """
    for one in ledger:
        alike = [trial for trial in trials if trial.plan.model == one.plan.model and trial.wall_seconds is not None]
        calls, seconds = problem.demand.calls, one.job_seconds
        if one.job_seconds > WHOLE_JOB_SECONDS and alike:
            calls, seconds = alike[-1].calls, alike[-1].wall_seconds or 0.0
        is_cheap = SETTLING_SECONDS + CAUTION_RATIO * seconds <= remaining_seconds
        if one.code.startswith(START_METHOD) and one.gain_ratio >= WORTH_VERIFYING_RATIO and is_cheap:
            round_number = max((trial.round for trial in trials), default=0)
            return Verification(
                code=one.code,
                step=Step(
                    plan=one.plan,
                    calls=calls,
                    round=round_number,
                    predicted_speedup=one.speedup,
                    expected_seconds=seconds,
                ),
            )
    return None
