"""The simulated machine against this one: ``python -m benchmarks.simulation.reality [NAME ...]``.

Each workload's serial profile, kept by its sweep, becomes a simulated function; every plan of the sweep is run on the
simulated machine; and the seconds are compared. What no serial profile can show is told to the simulation: how many a
server answers at once, what is under a lock.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from advisor.child.host import THIS_SYSTEM
from advisor.decide.model.classify import split_call
from advisor.records import MachineCosts, Plan, SerialTiming
from advisor.records.decoding import decode
from benchmarks.oracle import load
from benchmarks.simulation.functions import SimulatedFunction
from benchmarks.simulation.running import SimulatedMachine, run_seconds
from workloads.catalogue import chosen
from workloads.labels.workload import Workload

COMPARED = ("threading", "multiprocessing", "hybrid")
MOST_CALLS = 2_000
"""Larger jobs are simulated by so many of their calls, each as large as several."""
LEAST_SECONDS = 1e-7
HIDDEN: Mapping[str, Mapping[str, Any]] = {
    "fetch-limited": {"outside_places": 4},
    "fetch-feed-limited": {"outside_places": 4},
    "read-account": {"lock": True},
    "sign-document": {"lock": True},
}


def errors_of(workload: Workload) -> dict[Plan, float]:
    """For each plan of the sweep that ran: simulated seconds over measured seconds, less 1."""
    swept = load(workload)
    timing = decode(SerialTiming, swept["timing"])
    costs = decode(MachineCosts, swept["costs"])
    function = function_of(
        timing, swept["facts"]["calls"], swept["facts"]["import_seconds"], HIDDEN.get(workload.name, {})
    )
    machine = SimulatedMachine(THIS_SYSTEM.usable_cores(), costs)
    sizes = _sizes(timing, function.calls)
    found = {}
    for row in swept["rows"]:
        plan = Plan(**row["plan"])
        if plan.model in COMPARED and plan.blas_threads is None and row["seconds"] is not None:
            found[plan] = run_seconds(plan, function, sizes, machine)[0] / row["seconds"] - 1
    return found


def function_of(
    timing: SerialTiming, calls: int, import_seconds: float, hidden: Mapping[str, Any]
) -> SimulatedFunction:
    """A simulated function that does what the profile saw."""
    split = split_call(timing)
    merged = max(1, math.ceil(calls / MOST_CALLS))
    return SimulatedFunction(
        held_seconds=max(split.gil_held_seconds, LEAST_SECONDS) * merged,
        free_seconds=split.gil_free_seconds * merged,
        wait_seconds=split.wait_seconds * merged,
        calls=math.ceil(calls / merged),
        argument_bytes=(timing.argument_bytes or 0) * merged,
        result_bytes=(timing.result_bytes or 0) * merged,
        import_seconds=import_seconds,
        **hidden,
    )


def _sizes(timing: SerialTiming, calls: int) -> list[float]:
    """A factor for each call, of mean 1, by the calls that were timed singly."""
    seen = timing.call_seconds
    if not seen:
        return [1.0] * calls
    factors = [seen[number * len(seen) // calls] for number in range(calls)]
    mean = statistics.fmean(factors)
    return [factor / mean for factor in factors]


def main(names: Sequence[str]) -> None:
    """Print each workload's median error, and the median over all plans of all workloads."""
    everything: list[float] = []
    for workload in chosen(names):
        errors = errors_of(workload)
        everything += errors.values()
        middle = {
            model: statistics.median([e for plan, e in errors.items() if plan.model == model] or [math.nan])
            for model in COMPARED
        }
        text = "  ".join(f"{model} {error:+.2f}" for model, error in middle.items())
        print(f"{workload.name:26} {statistics.median(map(abs, errors.values())):.2f}   {text}")
    print(f"median error over {len(everything)} plans: {statistics.median(map(abs, everything)):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
