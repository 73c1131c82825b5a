"""Profile and machine -> what any plan would take; pure.

Bounds are those of a closed queueing network in which the GIL and the cores are stations and waiting is a
delay (Lazowska et al., Quantitative System Performance, 1984, chapter 5): with ``K`` calls in flight,
throughput is at most ``K / W``, ``1 / demand`` of the GIL and ``cores / demand`` of the cores. Between its
bounds throughput is their p-norm minimum, because service times here are near constant and the exponential
ones of mean-value analysis are too pessimistic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .classify import transport_seconds
from .records import Machine, MachineCosts, Plan, Profile, StartMethod, TargetFacts

SHARPNESS = 6.0
"""Of the bend where bounds meet: two threads, half of each with the GIL, reach 1.78 of 2 (1.7 measured)."""
PARENT_SHARE = 0.5
"""Of pickling and piping: each end does half."""
LEVEL_RATIO = 1.2
"""Calls that differ by no more count as even: a timing's own scatter makes that much."""
TAIL_SHARE = 0.7
"""1 where the longest call comes last, less where it comes anywhere."""
CHUNK_OVERHEAD_FRACTION = 0.02
CHUNKS_PER_WORKER = 4


@dataclass(frozen=True)
class Demand:
    """What one call asks of each resource, and what the job is. Seconds per call."""

    calls: int
    wall_seconds: float
    held_seconds: float
    surely_held_seconds: float
    free_seconds: float
    wait_seconds: float
    longest_seconds: float
    transport_seconds: float
    import_seconds: float
    gil_enabled: bool

    @property
    def serial_job_seconds(self) -> float:
        """One call after another."""
        return self.calls * self.wall_seconds


@dataclass(frozen=True)
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
        longest_seconds=timing.wall_seconds_most,
        transport_seconds=transport_seconds(timing, costs),
        import_seconds=facts.import_seconds,
        gil_enabled=facts.gil_enabled,
    )


def bounds(plan: Plan, demand: Demand, machine: Machine) -> tuple[Bound, ...]:
    """The ceilings on a plan's throughput, start-up and tail aside."""
    costs = machine.costs
    processes, workers = plan.processes or 1, plan.workers
    compute = demand.held_seconds + demand.free_seconds
    latency = demand.wall_seconds
    found: list[Bound] = []
    if plan.processes is not None:
        latency += (1 - PARENT_SHARE) * demand.transport_seconds
        compute += demand.transport_seconds
        parent = PARENT_SHARE * demand.transport_seconds + costs.process_task_seconds / (plan.chunk_size or 1)
        found.append(Bound("the transport", 1 / max(parent, 1e-12)))
    found.append(Bound("the number of workers", workers / latency))
    one_at_a_time = demand.held_seconds
    if plan.model == "threading":
        # Handing out a call is Python as well.
        one_at_a_time += costs.thread_task_seconds
    elif plan.model == "asyncio":
        one_at_a_time = compute + costs.asyncio_task_seconds
    if one_at_a_time > 0 and (demand.gil_enabled or plan.model == "asyncio"):
        found.append(Bound("the GIL", processes / one_at_a_time))
    if compute > 0 and workers > machine.usable_cores:
        found.append(Bound("the cores", machine.usable_cores / compute))
    return tuple(found)


def calls_per_second(bound_rates: Iterable[float]) -> float:
    """The p-norm minimum of the bounds."""
    rates = tuple(bound_rates)
    least = min(rates)
    return float(least * sum((least / rate) ** SHARPNESS for rate in rates) ** (-1 / SHARPNESS))


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
    rates = [bound.calls_per_second for bound in bounds(plan, demand, machine)]
    if limit_per_second is not None:
        rates.append(limit_per_second)
    unit = plan.chunk_size or 1
    units = math.ceil(demand.calls / unit)
    rounds_seconds = max(math.ceil(units / plan.workers) * unit * demand.wall_seconds, demand.longest_seconds)
    # Sizes vary: while the longest call ends, the other workers have nothing left to do.
    excess_seconds = max(0.0, demand.longest_seconds - LEVEL_RATIO * demand.wall_seconds)
    tail_seconds = TAIL_SHARE * (1 - 1 / plan.workers) * excess_seconds
    work_seconds = max(demand.calls / calls_per_second(rates) + tail_seconds, rounds_seconds)
    return startup_seconds(plan, demand, machine) + work_seconds


def least_job_seconds(plan: Plan, demand: Demand, machine: Machine) -> float:
    """What physics allows at best, whatever the model does not know: workers and cores alone."""
    if plan.model == "serial":
        return demand.serial_job_seconds
    compute = demand.held_seconds + demand.free_seconds
    per_call = max(
        demand.wall_seconds / plan.workers,
        compute / machine.usable_cores,
        compute if plan.model == "asyncio" else 0.0,
    )
    if plan.model == "threading" and demand.gil_enabled:
        per_call = max(per_call, demand.surely_held_seconds)
    return demand.calls * per_call


def good_chunk_size(demand: Demand, processes: int, costs: MachineCosts) -> int:
    """Large enough that handing out a chunk is lost in its work, small enough to keep workers level."""
    enough = math.ceil(costs.process_task_seconds / (CHUNK_OVERHEAD_FRACTION * demand.wall_seconds))
    most = demand.calls // (CHUNKS_PER_WORKER * processes)
    return max(1, min(enough, most))


def ceiling_name(plan: Plan, demand: Demand, machine: Machine, limit_per_second: float | None = None) -> str:
    """What binds the plan: the name of its lowest bound."""
    found = list(bounds(plan, demand, machine))
    if limit_per_second is not None:
        found.append(Bound("something outside the function's own work", limit_per_second))
    return min(found, key=lambda bound: bound.calls_per_second).name
