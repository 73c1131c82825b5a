"""A plan on a simulated machine: the activities of its workers, and the seconds that they take."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records import MachineCosts, Plan
from benchmarks.simulation.events import Activity, Compute, Places, Simulation, Wait
from benchmarks.simulation.functions import SimulatedFunction

SWITCH_SECONDS = 0.005
WAKE_SECONDS = 1e-4
"""For a worker to wake for its next chunk, and the parent for its results."""
RETAKE_SECONDS = 8e-6
"""To hand the GIL from one thread to another."""


@dataclass(frozen=True)
class SimulatedMachine:
    """Cores and what starting and feeding workers costs."""

    cores: int
    costs: MachineCosts


@dataclass(frozen=True)
class _Surroundings:
    """What the calls of one run meet in."""

    simulation: Simulation
    function: SimulatedFunction
    outside: Places | None
    memory: Places | None


class _Process:
    """A process: one GIL, and a lock where the function has one."""

    def __init__(self) -> None:
        self.gil = Places(1)
        self.lock = Places(1)


def run_seconds(
    plan: Plan, function: SimulatedFunction, sizes: Sequence[float], machine: SimulatedMachine
) -> tuple[float, float]:
    """(wall, start-up) seconds of one run over calls of the given sizes."""
    simulation = Simulation(machine.cores)
    around = _Surroundings(simulation, function, _places(function.outside_places), _places(function.bandwidth_workers))
    if plan.model == "asyncio":
        startup, per_call = 0.0, machine.costs.asyncio_task_seconds
        _start_tasks(plan, around, sizes, per_call)
    elif plan.processes is None:
        startup = (plan.threads or 0) * machine.costs.thread_start_seconds
        per_call = machine.costs.thread_task_seconds if plan.threads else 0.0
        _start_threads(_Process(), plan.threads or 1, around, deque(sizes), per_call)
    else:
        startup = _process_startup_seconds(plan, function, machine)
        _start_processes(plan, around, sizes, machine.costs)
    return startup + simulation.run(), startup


def _places(number: int | None) -> Places | None:
    return None if number is None else Places(number)


def _process_startup_seconds(plan: Plan, function: SimulatedFunction, machine: SimulatedMachine) -> float:
    processes = plan.processes or 1
    one = dict(machine.costs.process_start_seconds)[plan.start_method or "fork"]
    threads = (plan.threads or 0) * machine.costs.thread_start_seconds
    if plan.start_method == "fork":
        return processes * one + threads
    return math.ceil(processes / machine.cores) * (one + function.import_seconds) + threads


def _start_threads(
    process: _Process, threads: int, around: _Surroundings, sizes: deque[float], per_call: float
) -> None:
    def work() -> Activity:
        while sizes:
            size = sizes.popleft()
            yield from _held(around, process, per_call)
            yield from _call(around, process, size)

    for _ in range(threads):
        around.simulation.start(work())


def _start_tasks(plan: Plan, around: _Surroundings, sizes: Sequence[float], per_call: float) -> None:
    """One thread computes; a task's waits overlap. Computing without the GIL keeps the loop all the same."""
    process, left = _Process(), deque(sizes)

    def work() -> Activity:
        while left:
            size = left.popleft()
            yield process.gil
            yield Compute(per_call + size * (around.function.held_seconds + around.function.free_seconds))
            around.simulation.leave(process.gil)
            yield from _wait(around, size * around.function.wait_seconds)

    for _ in range(plan.tasks or 1):
        around.simulation.start(work())


def _start_processes(plan: Plan, around: _Surroundings, sizes: Sequence[float], costs: MachineCosts) -> None:
    """The parent hands out chunks, one at a time; each worker takes the next when it is free."""
    parent = Places(1)
    chunk_size = plan.chunk_size or 1
    chunks = deque(tuple(sizes[i : i + chunk_size]) for i in range(0, len(sizes), chunk_size))
    moved_bytes = around.function.argument_bytes + around.function.result_bytes
    shipping = 2 * moved_bytes / costs.pipe_bytes_per_second

    def work(process: _Process) -> Activity:
        while chunks:
            chunk = chunks.popleft()
            yield parent
            yield Compute(costs.process_task_seconds + 0.5 * shipping * len(chunk))
            around.simulation.leave(parent)
            yield Compute(WAKE_SECONDS)
            for size in chunk:
                yield from _held(around, process, 0.5 * shipping)
                yield from _call(around, process, size)

    for _ in range(plan.processes or 1):
        process = _Process()
        for _ in range(plan.threads or 1):
            around.simulation.start(work(process))


def _call(around: _Surroundings, process: _Process, size: float) -> Activity:
    function = around.function
    part = size / function.segments
    if function.lock:
        yield process.lock
    for _ in range(function.segments):
        yield from _held(around, process, part * function.held_seconds)
        yield from _free(around, part * function.free_seconds)
        yield from _wait(around, part * function.wait_seconds)
    if function.lock:
        around.simulation.leave(process.lock)


def _held(around: _Surroundings, process: _Process, cpu_seconds: float) -> Activity:
    """Compute with the GIL, giving it up every switch interval if another thread waits for it."""
    if cpu_seconds <= 0:
        return
    contended = process.gil.free == 0
    yield process.gil
    if contended:
        yield Compute(RETAKE_SECONDS)
    for slice_seconds in _slices(cpu_seconds):
        yield Compute(slice_seconds)
        if process.gil.queue:
            around.simulation.leave(process.gil)
            yield process.gil
    around.simulation.leave(process.gil)


def _slices(cpu_seconds: float) -> Iterator[float]:
    # At most ten events a stretch, however long it is.
    length = max(SWITCH_SECONDS, cpu_seconds / 10)
    while cpu_seconds > 0:
        yield min(length, cpu_seconds)
        cpu_seconds -= length


def _free(around: _Surroundings, cpu_seconds: float) -> Activity:
    if around.memory is None or cpu_seconds <= 0:
        yield Compute(cpu_seconds)
        return
    yield around.memory
    yield Compute(cpu_seconds)
    around.simulation.leave(around.memory)


def _wait(around: _Surroundings, seconds: float) -> Activity:
    if around.outside is None or seconds <= 0:
        yield Wait(seconds)
        return
    yield around.outside
    yield Wait(seconds)
    around.simulation.leave(around.outside)
