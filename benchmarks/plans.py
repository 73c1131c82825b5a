"""Every plan that an exhaustive sweep tries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from advisor.records import Model, Plan, TargetFacts, idioms

THREADS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
TASKS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
PROCESSES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
MOST_PROCESSES = 16
"""Where there are fewer cores than that."""


def every_plan(facts: TargetFacts, cores: int, *, has_helpers: bool = False) -> Iterator[Plan]:
    """Serial, 2 to 128 threads, 2 to 16 processes (or a core each) at two chunk sizes, hybrids, and tasks.

    Where a call has helper threads of its own (BLAS, OpenMP), threads and processes are there with one of those each
    as well. Coroutines run as tasks or in processes: a loop in each thread would tear apart what calls of one program
    share.
    """
    yield serial_plan(facts)
    if has_helpers:
        yield from _with_one_helper(facts, cores)
    yield from _with_processes(facts, cores)
    if facts.is_coroutine:
        for tasks in _up_to(TASKS, facts.calls):
            yield Plan(model="asyncio", idiom=_idiom(facts, "asyncio"), tasks=tasks)
        return
    for threads in _up_to(THREADS, facts.calls):
        yield Plan(model="threading", idiom=_idiom(facts, "threading"), threads=threads)
    yield from _hybrids(facts, cores)


def serial_plan(facts: TargetFacts) -> Plan:
    """One call at a time."""
    return Plan(model="serial", idiom=_idiom(facts, "serial"))


def _with_one_helper(facts: TargetFacts, cores: int) -> Iterator[Plan]:
    for threads in _up_to(THREADS, min(facts.calls, 4 * cores)):
        yield Plan(model="threading", idiom=_idiom(facts, "threading"), threads=threads, blas_threads=1)
    for plan in _with_processes(facts, cores):
        if (plan.processes or 0) <= 2 * cores:
            yield replace(plan, blas_threads=1)


def _with_processes(facts: TargetFacts, cores: int) -> Iterator[Plan]:
    idiom, method = _idiom(facts, "multiprocessing"), facts.default_start_method
    for processes in _up_to(PROCESSES, min(facts.calls, max(MOST_PROCESSES, cores))):
        for chunk_size in sorted({1, max(1, facts.calls // (4 * processes))}):
            yield Plan(
                model="multiprocessing",
                idiom=idiom,
                processes=processes,
                threads=None,
                tasks=None,
                chunk_size=chunk_size,
                start_method=method,
            )


def _hybrids(facts: TargetFacts, cores: int) -> Iterator[Plan]:
    idiom, method = _idiom(facts, "hybrid"), facts.default_start_method
    for processes in _up_to(PROCESSES, cores):
        for threads in (2, 4, 8, 16, 32):
            workers = processes * threads
            if workers <= min(facts.calls, THREADS[-1]):
                chunk_size = max(1, min(16, facts.calls // (8 * workers)))
                yield Plan(
                    model="hybrid",
                    idiom=idiom,
                    processes=processes,
                    threads=threads,
                    tasks=None,
                    chunk_size=chunk_size,
                    start_method=method,
                )


def _up_to(counts: tuple[int, ...], most: int) -> list[int]:
    return [count for count in counts if count <= most]


def _idiom(facts: TargetFacts, model: Model) -> str:
    return idioms.default_idiom(model, facts.unpack, facts.is_coroutine, stream=False)
