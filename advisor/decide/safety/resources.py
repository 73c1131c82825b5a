"""Findings about cores, memory, and limits that lie outside the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...formatting import count, ratio, seconds, share, size, workers
from ...records import Finding, Inspection, Machine, Model, Profile, SerialTiming, Trial
from ..evidence.estimates import PlanEstimate, estimate_plans
from ..model import cost_model
from ..model.classify import is_busy
from ..model.memory import USABLE_FRACTION, most_workers
from ..problem import Problem, start_method
from .exclusions import BY_PROCESSES

OWN_CORES_RATIO = 1.2
SLOW_IMPORT_SECONDS = 1.0
LEAST_SEEN_SECONDS = 0.05
"""Of calls timed: over less the clock of CPU time says nothing."""
FLAT_RATIO = 1.1
"""Throughput that grows by no more than this over a half more workers has stopped growing."""
MORE_WORKERS_RATIO = 1.5
UNEXPLAINED_RATIO = 1.4
"""Of the throughput that the call's own figures allow to what was measured."""
FAR_UNEXPLAINED_RATIO = 2.0
"""The same where only one number of workers was tried."""
WAITING_SHARE = 0.5
WORTH_SAYING: dict[Model, int] = {"threading": 32, "asyncio": 32, "multiprocessing": 16, "hybrid": 16}
"""A limit beyond this many workers is left unsaid."""


def cores(profile: Profile, machine: Machine, inspection: Inspection | None) -> Iterator[Finding]:
    """Calls that use several cores by themselves."""
    timing = profile.timing
    besides = timing.cpu_seconds_per_call - timing.main_cpu_seconds_per_call
    if timing.calls * timing.wall_seconds_per_call < LEAST_SEEN_SECONDS:
        return
    if profile.cpu_fraction <= OWN_CORES_RATIO or besides <= (OWN_CORES_RATIO - 1) * timing.wall_seconds_per_call:
        return
    yield Finding(
        code="uses-several-cores",
        severity="note",
        message="One call already uses several cores (a BLAS or OpenMP pool, or children of its own), so that "
        "more workers compete with it.",
        evidence=f"CPU time is {ratio(profile.cpu_fraction)} wall time, on {machine.usable_cores} usable cores.",
    )
    helpers = besides - timing.children_cpu_seconds_per_call
    pool = inspection.native_threads if inspection is not None else None
    if helpers > (OWN_CORES_RATIO - 1) * timing.wall_seconds_per_call and pool:
        threads = pool + 1
        yield Finding(
            code="oversubscription",
            severity="note",
            message=f"Every worker process brings a native pool of {count(threads, 'thread')}: "
            f"{machine.usable_cores} workers would have {machine.usable_cores * threads} threads for "
            f"{count(machine.usable_cores, 'core')}. Set OMP_NUM_THREADS and the like to 1 in the workers.",
            evidence=f"{count(pool, 'thread')} not started by Python after the calls; they took "
            f"{ratio(helpers / timing.wall_seconds_per_call)} the wall time of a call.",
        )


def busy(profile: Profile) -> Iterator[Finding]:
    """Other work on the machine while the function was timed."""
    timing = profile.timing
    if is_busy(timing):
        queued = share(timing.queued_seconds_per_call / timing.wall_seconds_per_call)
        yield Finding(
            code="busy-machine",
            severity="note",
            message="The machine was busy with other work: plans that compute seem slower, and all figures are less "
            "sure, than on a quiet one. Analyze again when it is quiet.",
            evidence=f"{queued} of a serial call's time it was ready to run and other work had the processor.",
        )


def slow_import(problem: Problem) -> Iterator[Finding]:
    """A module that takes long to import, which each worker process that is not forked does anew."""
    import_seconds = problem.facts.import_seconds
    if import_seconds >= SLOW_IMPORT_SECONDS:
        method = start_method(problem)
        who = (
            "Forked workers have it already; with spawn or forkserver every worker imports it anew."
            if method == "fork"
            else "Every worker process imports it anew."
        )
        yield Finding(
            code="slow-import",
            severity="note",
            message=f"Importing the target takes {seconds(import_seconds)}. {who}",
            evidence=f"Workers are started by {method}.",
        )


def memory(problem: Problem, timing: SerialTiming, trials: Sequence[Trial]) -> Iterator[Finding]:
    """What the forecast leaves no room for; and what a trial held that came near the limit."""
    limit_bytes = problem.machine.memory_limit_bytes
    for model, largest in WORTH_SAYING.items():
        if model == "asyncio" and not problem.facts.is_coroutine:
            continue
        method = start_method(problem) if model in BY_PROCESSES else None
        most = most_workers(model, timing, limit_bytes, method)
        if most is not None and most < min(largest, problem.facts.calls):
            room = f"no more than {most} fit" if most > 1 else "not even two workers fit"
            yield Finding(
                code="memory",
                severity="warning",
                message=f"Under {model} {room} into {size(USABLE_FRACTION * limit_bytes)} of memory.",
                evidence=f"One call alone takes a process to {size(timing.peak_rss_bytes)}, from "
                f"{size(timing.rss_before_bytes)} before it; the limit here is {size(limit_bytes)}.",
                excludes=(model,) if most <= 1 else (),
            )
    heaviest = max(trials, key=lambda trial: trial.peak_rss_bytes or 0, default=None)
    if heaviest is not None and (heaviest.peak_rss_bytes or 0) >= USABLE_FRACTION * limit_bytes:
        yield Finding(
            code="memory",
            severity="warning",
            message=f"{heaviest.plan.idiom} with {workers(heaviest.plan)} may need "
            f"{size(heaviest.peak_rss_bytes)} of memory.",
            evidence=f"The limit here is {size(limit_bytes)}.",
            excludes=(heaviest.plan.model,) if heaviest.plan.model != "serial" else (),
        )


def outside_limits(problem: Problem, trials: Sequence[Trial]) -> Iterator[Finding]:
    """Throughput that stopped growing although nothing in the call explains it: a server, a disk, a lock."""
    demand = problem.demand
    if demand.wait_seconds < WAITING_SHARE * demand.wall_seconds:
        return
    estimates = estimate_plans(trials)
    for model in ("threading", "asyncio"):
        measured = sorted((e for e in estimates if e.plan.model == model), key=lambda e: e.plan.workers)
        pair = _where_it_stops(measured)
        more = pair[1] if pair is not None else measured[-1] if measured else None
        if more is None:
            continue
        modelled_seconds = cost_model.job_seconds(more.plan, demand, problem.machine)
        allowed = f"the calls' own figures allow {demand.calls / modelled_seconds:.3g} a second."
        if pair is not None and more.job_seconds > UNEXPLAINED_RATIO * modelled_seconds:
            yield Finding(
                code="outside-limit",
                severity="note",
                message=f"Beyond {workers(pair[0].plan)} something outside the program sets "
                "the pace (a server, a disk, a "
                "lock): each call only waits longer.",
                evidence=f"{_rate(pair[0], demand.calls)}, {_rate(more, demand.calls)}; {allowed}",
            )
        elif pair is None and more.job_seconds > FAR_UNEXPLAINED_RATIO * modelled_seconds:
            yield Finding(
                code="outside-limit",
                severity="note",
                message="Something outside the program (a server, a disk, a lock) lets about "
                f"{round(more.speedup)} calls "
                "through at once; with more, each only waits longer.",
                evidence=f"{_rate(more, demand.calls)}; {allowed}",
            )


def _where_it_stops(measured: Sequence[PlanEstimate]) -> tuple[PlanEstimate, PlanEstimate] | None:
    """The fewest workers that a plan with many more does not beat, and the most that do not beat it."""
    for fewer in measured:
        flat = [
            more
            for more in measured
            if more.plan.workers >= MORE_WORKERS_RATIO * fewer.plan.workers
            and fewer.job_seconds <= FLAT_RATIO * more.job_seconds
        ]
        if flat:
            return fewer, flat[-1]
    return None


def _rate(estimate: PlanEstimate, calls: int) -> str:
    return f"{workers(estimate.plan)}: {calls / estimate.job_seconds:.3g} calls a second"
