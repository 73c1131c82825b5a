"""Profile and machine -> what any plan would take; pure.

Bounds are those of a closed queueing network in which the GIL and the cores are stations and waiting is a
delay (Lazowska et al., Quantitative System Performance, 1984, chapter 5): with ``K`` calls in flight,
throughput is at most ``K / W``, ``1 / demand`` of the GIL and ``cores / demand`` of the cores. Between its
bounds throughput is their p-norm minimum, because service times here are near constant and the exponential
ones of mean-value analysis are too pessimistic. ``scheduling`` follows the calls' sizes to the end of the job.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ...records import Machine, MachineCosts, Plan, Profile, SerialTiming, StartMethod, TargetFacts, Trial
from .classify import transport_seconds
from .scheduling import SHARPNESS, makespan, soft_least

WORKERS = "the number of workers"
GIL = "the GIL"
TRANSPORT = "the transport"
CORES = "the cores"
OUTSIDE = "something outside the function's own work"
PARENT_SHARE = 0.5
"""Of pickling and piping: each end does half."""
LEVEL_RATIO = 1.25
"""Between the 5th and the 95th percentile: calls that differ by no more are even, timing's own scatter aside."""
FIRST_CALL_RATIO = 2.0
WAKE_SECONDS = 1e-4
"""To wake a worker for its next chunk and the parent for its results. A machine's costs, of calls that do nothing,
leave it out: there nobody sleeps. See docs/explanation/constants.md."""
HANDOFF_SECONDS = 1.5e-5
"""To get the GIL back from another thread after a wait or a stretch without it. See docs/explanation/constants.md."""
COLD_WAKE_SECONDS, COLD_SHARE = 4e-4, 0.6
"""What a call computes more for each time that it finds the processor asleep and its caches cold, and the most of its
computing that this can be. See docs/explanation/constants.md."""
ONE_CORE = 1.05
"""Of what a call computes to its wall time: up to this it keeps one core busy, the clocks' own scatter aside."""
HELPERS_WASTE = 0.8
"""Of what BLAS threads compute beside a call: what one thread may save at best."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one call asks of each resource, and what the job is. Seconds per call."""

    calls: int
    wall_seconds: float
    held_seconds: float
    surely_held_seconds: float
    free_seconds: float
    wait_seconds: float
    transport_seconds: float
    import_seconds: float
    gil_enabled: bool
    helper_seconds: float = 0.0
    """The share of the free seconds that threads of the call's own (BLAS, OpenMP) compute beside it."""
    cold_seconds: float = 0.0
    """Computed only because the call sleeps alone: an event loop that is kept busy saves it."""
    first_call_extra_seconds: float = 0.0
    forkserver_imports_main: bool = False
    """What a process pays once, at its first call: a cache to fill, a module to import late."""
    sizes: tuple[float, ...] = ()
    """Seconds of single calls at even distances through the job; empty where all are alike."""

    @property
    def serial_job_seconds(self) -> float:
        """One call after another."""
        return self.calls * self.wall_seconds + self.first_call_extra_seconds


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A ceiling on throughput, by the name of what binds."""

    name: str
    calls_per_second: float


def demand_of(profile: Profile, facts: TargetFacts, costs: MachineCosts) -> Demand:
    """The model's view of a profile. Every figure is floored at a nanosecond, so that none divides by 0."""
    timing = profile.timing
    return Demand(
        calls=facts.calls,
        wall_seconds=max(timing.wall_seconds_per_call - timing.queued_seconds_per_call, 1e-9),
        held_seconds=profile.gil_held_seconds_per_call,
        surely_held_seconds=profile.gil_held_low_seconds_per_call,
        free_seconds=profile.gil_free_seconds_per_call,
        wait_seconds=profile.wait_seconds_per_call,
        transport_seconds=transport_seconds(timing, costs),
        import_seconds=facts.import_seconds,
        forkserver_imports_main=facts.forkserver_imports_main,
        gil_enabled=facts.gil_enabled,
        helper_seconds=max(
            0.0,
            timing.cpu_seconds_per_call - timing.main_cpu_seconds_per_call - timing.children_cpu_seconds_per_call,
        ),
        cold_seconds=min(COLD_WAKE_SECONDS * timing.sleeps_per_call, COLD_SHARE * timing.main_cpu_seconds_per_call),
        first_call_extra_seconds=_first_call_extra_seconds(timing),
        sizes=_uneven(timing.call_seconds),
    )


def learn_sizes(demand: Demand, trials: Sequence[Trial]) -> Demand:
    """The demand with the calls' sizes as the serial trial saw them, where it saw more than the profile."""
    seen = max((trial.call_seconds for trial in trials), key=len, default=())
    return replace(demand, sizes=_uneven(seen)) if len(seen) > len(demand.sizes) else demand


def _first_call_extra_seconds(timing: SerialTiming) -> float:
    """Nothing where a later call took as long: then it was a large item, or the machine was busy."""
    if timing.first_call_seconds < FIRST_CALL_RATIO * timing.wall_seconds_most:
        return 0.0
    return timing.first_call_seconds - timing.wall_seconds_per_call


def _uneven(call_seconds: tuple[float, ...]) -> tuple[float, ...]:
    ordered = sorted(call_seconds)
    if not ordered or ordered[int(0.95 * len(ordered))] <= LEVEL_RATIO * ordered[int(0.05 * len(ordered))]:
        return ()
    return call_seconds


def bounds(plan: Plan, demand: Demand, machine: Machine) -> tuple[Bound, ...]:
    """The ceilings on a plan's throughput, start-up and tail aside."""
    costs = machine.costs
    processes, workers = plan.processes or 1, plan.workers
    compute = _computing_seconds(plan, demand)
    latency = latency_seconds(plan, demand)
    found: list[Bound] = []
    if plan.processes is not None:
        awake_seconds = WAKE_SECONDS / (plan.chunk_size or 1)
        latency += (1 - PARENT_SHARE) * demand.transport_seconds + awake_seconds
        compute += demand.transport_seconds + awake_seconds
        parent = PARENT_SHARE * demand.transport_seconds + costs.process_task_seconds / (plan.chunk_size or 1)
        found.append(Bound(name=TRANSPORT, calls_per_second=1 / max(parent, 1e-12)))
    found.append(Bound(name=WORKERS, calls_per_second=workers / latency))
    one_at_a_time = demand.held_seconds
    if plan.model == "threading":
        # Handing out a call is Python as well.
        one_at_a_time += costs.thread_task_seconds
    elif plan.model == "asyncio":
        one_at_a_time = _on_the_loop_seconds(demand) + costs.asyncio_task_seconds
    if (plan.threads or 1) > 1 and demand.free_seconds + demand.wait_seconds > HANDOFF_SECONDS:
        one_at_a_time += HANDOFF_SECONDS
    if one_at_a_time > 0 and (demand.gil_enabled or plan.model == "asyncio"):
        found.append(Bound(name=GIL, calls_per_second=processes / one_at_a_time))
    busy_cores = (demand.held_seconds + demand.free_seconds) / latency
    if compute > 0 and (workers > machine.usable_cores or busy_cores > ONE_CORE):
        found.append(Bound(name=CORES, calls_per_second=machine.usable_cores / compute))
    return tuple(found)


def rates_per_second(plan: Plan, demand: Demand, machine: Machine) -> dict[str, float]:
    """The bounds in calls per second, by the names of what binds."""
    return {bound.name: bound.calls_per_second for bound in bounds(plan, demand, machine)}


def _computing_seconds(plan: Plan, demand: Demand) -> float:
    """A call's, in all threads of its own."""
    return demand.held_seconds + demand.free_seconds - (demand.cold_seconds if plan.model == "asyncio" else 0.0)


def _on_the_loop_seconds(demand: Demand) -> float:
    """What a coroutine computes in the thread of a busy event loop, without what it hands to other threads."""
    alone = max(demand.held_seconds, demand.held_seconds + demand.free_seconds - demand.helper_seconds)
    return alone - demand.cold_seconds


def startup_seconds(plan: Plan, demand: Demand, machine: Machine) -> float:
    """To start the plan's workers and end them."""
    costs = machine.costs
    threads = (plan.threads or 0) * costs.thread_start_seconds
    if plan.processes is None:
        return threads
    one = process_start_seconds(costs, plan.start_method)
    if plan.start_method == "fork":
        return plan.processes * one + threads
    # Fresh interpreters import the target each for itself, as many at once as there are cores.
    rounds = math.ceil(plan.processes / machine.usable_cores)
    # The server that forks the workers is itself started like a spawned process.
    server = process_start_seconds(costs, "spawn") if plan.start_method == "forkserver" else 0.0
    if plan.start_method == "forkserver" and demand.forkserver_imports_main:
        return server + demand.import_seconds + rounds * one + threads
    return server + rounds * (one + demand.import_seconds) + threads


def process_start_seconds(costs: MachineCosts, method: StartMethod | None) -> float:
    """One process by a start method; the dearest known where that one was not measured."""
    known = dict(costs.process_start_seconds)
    if method in known:
        return known[method]
    return max(known.values(), default=0.1)


def job_seconds(plan: Plan, demand: Demand, machine: Machine, limit_per_second: float | None = None) -> float:
    """All calls under a plan: start-up, work, and the last round in which some workers idle.

    ``limit_per_second`` is a further ceiling learnt from trials: a server, a lock, contention.
    """
    if plan.model == "serial":
        return demand.serial_job_seconds
    work = work_seconds(plan, demand, machine, demand.calls, limit_per_second)
    return startup_seconds(plan, demand, machine) + first_calls_seconds(plan, demand, machine) + work


def first_calls_seconds(plan: Plan, demand: Demand, machine: Machine) -> float:
    """What first calls cost on top: once for all threads, once for each process, as many at once as cores."""
    return demand.first_call_extra_seconds * math.ceil((plan.processes or 1) / machine.usable_cores)


def extrapolated_job_seconds(
    plan: Plan, demand: Demand, machine: Machine, sample_calls: int, wall_seconds: float, startup_seconds: float
) -> float:
    """The whole job by a run of some of its calls, whose first call had been made before.

    As the model goes from so many calls to all: the last round weighs more in a short run than in a long one.
    """
    all_seconds = work_seconds(plan, demand, machine, demand.calls)
    grown = all_seconds / work_seconds(plan, demand, machine, sample_calls)
    first_calls = first_calls_seconds(plan, demand, machine)
    return startup_seconds + (wall_seconds - startup_seconds) * grown + first_calls


def latency_seconds(plan: Plan, demand: Demand) -> float:
    """One call alone: what BLAS threads computed side by side comes one after another where there is but one."""
    if plan.blas_threads is None:
        return demand.wall_seconds
    return max(demand.wall_seconds, demand.held_seconds + demand.free_seconds + demand.wait_seconds)


def work_seconds(
    plan: Plan, demand: Demand, machine: Machine, calls: int, limit_per_second: float | None = None
) -> float:
    """So many calls under a plan, spread over the job, its workers started."""
    rates = rates_per_second(plan, demand, machine)
    if limit_per_second is not None:
        rates[OUTSIDE] = limit_per_second
    latency = plan.workers / rates[WORKERS]
    shared = tuple(rate for name, rate in rates.items() if name != WORKERS)
    # Four digits are enough, and the same shares are asked for again and again.
    capacity = float(f"{soft_least(shared) * latency:.4g}") if shared else math.inf
    work = latency * makespan(demand.sizes, calls, plan.chunk_size or 1, plan.workers, capacity)
    return work + _ramp_seconds(plan, demand, rates, calls)


def useful_workers(plan: Plan, demand: Demand, machine: Machine) -> float:
    """With how many workers the first of the bounds that more workers do not lift begins to bind: the knee."""
    enough = machine.usable_cores + 1
    many = replace(plan, threads=plan.threads and enough, tasks=plan.tasks and enough)
    rates = rates_per_second(many, demand, machine)
    lasting = [rate for name, rate in rates.items() if name not in (WORKERS, TRANSPORT)]
    return min(lasting, default=math.inf) * latency_seconds(plan, demand)


def _ramp_seconds(plan: Plan, demand: Demand, rates: Mapping[str, float], calls: int) -> float:
    """What calls that queue for one place add at the job's ends.

    Where that place binds, the last call has the rest of its time before it when the queue is empty. Where the
    number of workers binds, the last worker begins only after the first calls of all others have had the place.
    """
    weights = binding_weights(rates)
    latency = plan.workers / rates[WORKERS]
    unit = plan.chunk_size or 1
    ramp = weights.get(TRANSPORT, 0.0) * latency * unit
    if GIL in rates:
        share = min(plan.workers, math.ceil(calls / unit)) / (plan.processes or 1)
        one_at_a_time = (plan.processes or 1) / rates[GIL]
        ramp += weights[GIL] * max(0.0, latency - demand.held_seconds)
        ramp += weights[WORKERS] * max(0.0, share - 1) * one_at_a_time
    return ramp


def binding_weights(rates: Mapping[str, float]) -> dict[str, float]:
    """How much each bound binds: shares of 1, as in the p-norm."""
    least = min(rates.values())
    powers = {name: (least / rate) ** SHARPNESS for name, rate in rates.items()}
    return {name: power / sum(powers.values()) for name, power in powers.items()}


def least_job_seconds(plan: Plan, demand: Demand, machine: Machine) -> float:
    """What physics allows at best, whatever the model does not know: workers and cores alone."""
    if plan.model == "serial":
        return demand.serial_job_seconds
    compute = _computing_seconds(plan, demand)
    if plan.blas_threads is not None:
        # Threads that wait for each other burn processor time; how much, only a trial tells.
        compute -= HELPERS_WASTE * demand.helper_seconds
    per_call = max(
        demand.wall_seconds / plan.workers,
        compute / machine.usable_cores,
        _on_the_loop_seconds(demand) if plan.model == "asyncio" else 0.0,
    )
    if plan.model == "threading" and demand.gil_enabled:
        per_call = max(per_call, demand.surely_held_seconds)
    return demand.calls * per_call


def ceiling_name(plan: Plan, demand: Demand, machine: Machine) -> str:
    """What binds the plan: the name of its lowest bound."""
    return min(bounds(plan, demand, machine), key=lambda bound: bound.calls_per_second).name
