"""Profile -> class, with the sentence and the figures behind it; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...formatting import seconds, share
from ...records import Classification, MachineCosts, SerialTiming

CPU_BOUND_FROM = 0.75
IO_BOUND_UP_TO = 0.25
WORTH_SHIPPING_RATIO = 3.0
"""A call must be this many times what it costs to hand it to a worker before a pool can pay."""
NEAR_ALL = 0.85
UNRESOLVED_SECONDS = 0.0012
SHORT_WORK_HELD = 0.75
"""Of the CPU time of a call that mostly waits; the rest is the system's. See docs/explanation/constants.md."""
BUSY_MACHINE = 0.05
"""Of a call's time, ready to run but not running: worth a word."""


BUSY_FRACTION = 0.2
"""The same, from which on other work has a say in every figure."""


def is_busy(timing: SerialTiming) -> bool:
    """Whether other work had the processors for so much of a call that figures are of a busy machine."""
    return timing.queued_seconds_per_call > BUSY_FRACTION * timing.wall_seconds_per_call


@dataclass(frozen=True, kw_only=True)
class Split:
    """A call's wall time by what can be overlapped. Seconds per call."""

    gil_held_seconds: float
    gil_held_low_seconds: float
    """What the heartbeat proves, chance aside."""
    gil_free_seconds: float
    wait_seconds: float
    cpu_fraction: float


def split_call(timing: SerialTiming) -> Split:
    """Divide a call into CPU with the GIL, CPU without it, and waiting.

    The heartbeat gives the held share of wall time. It cannot be more than the calling thread's CPU time, and
    what comes near to all of that is all of it, for late wake-ups are counted, not measured.
    """
    # On a busy machine a call takes longer for want of a processor; that is not part of what the call does.
    wall = max(timing.wall_seconds_per_call - timing.queued_seconds_per_call, 0.0)
    main = min(timing.main_cpu_seconds_per_call, wall)
    held = main
    if timing.gil_held_fraction is not None:
        held = min(timing.gil_held_fraction * wall, main)
        held = main if held >= NEAR_ALL * main else held
        if main < UNRESOLVED_SECONDS and main < 0.5 * wall:
            # Too short for a heartbeat to fall into; between waits, most of it is Python.
            held = max(held, SHORT_WORK_HELD * main)
    cpu = max(timing.cpu_seconds_per_call, main)
    # Helper threads and child processes run while the caller waits for them: that is not idle waiting.
    wait = max(0.0, wall - max(main, min(cpu, wall)))
    return Split(
        gil_held_seconds=held,
        gil_held_low_seconds=_surely_held(timing, wall, held),
        gil_free_seconds=cpu - held,
        wait_seconds=wait,
        cpu_fraction=cpu / wall if wall > 0 else 1.0,
    )


def _surely_held(timing: SerialTiming, wall_seconds: float, held_seconds: float) -> float:
    """Two standard errors of a share below it, and 3 % of wall for wake-ups late for another reason."""
    share_held, beats = timing.gil_held_fraction, timing.gil_samples
    if share_held is None or not beats:
        return 0.0
    error = math.sqrt(max(share_held * (1 - share_held), 1 / beats) / beats)
    return max(0.0, min(held_seconds, (share_held - 2 * error - 0.03) * wall_seconds))


def per_call_overhead_seconds(timing: SerialTiming, costs: MachineCosts) -> float:
    """The least it costs to hand one call to any worker: to a thread, or to a process in large chunks."""
    if timing.pickle_seconds_per_call is None:
        return costs.thread_task_seconds
    return min(costs.thread_task_seconds, transport_seconds(timing, costs))


def transport_seconds(timing: SerialTiming, costs: MachineCosts) -> float:
    """Pickling and piping one call's argument and result, chunk overhead aside."""
    moved_bytes = (timing.argument_bytes or 0) + (timing.result_bytes or 0)
    return (timing.pickle_seconds_per_call or 0.0) + moved_bytes / costs.pipe_bytes_per_second


def classify(timing: SerialTiming, split: Split, costs: MachineCosts) -> tuple[Classification, str]:
    """The class and one sentence that says why, with its figures."""
    wall = max(timing.wall_seconds_per_call, 1e-9)
    overhead = per_call_overhead_seconds(timing, costs)
    if wall < WORTH_SHIPPING_RATIO * overhead and split.wait_seconds < 0.5 * wall:
        return "trivial", (
            f"A call takes {seconds(wall)} and handing it to a worker at least {seconds(overhead)}, so no pool can pay."
        )
    shares = (
        f"{share(split.gil_held_seconds / wall)} holding the GIL, "
        f"{share(split.gil_free_seconds / wall)} computing without it, "
        f"{share(split.wait_seconds / wall)} waiting"
    )
    if timing.queued_seconds_per_call > BUSY_MACHINE * wall:
        shares += f", {share(timing.queued_seconds_per_call / wall)} queued behind other work on this machine"
    figures = f"of {seconds(wall)} a call, {shares}"
    if split.cpu_fraction >= CPU_BOUND_FROM:
        return "cpu-bound", f"It computes: {figures}."
    if split.cpu_fraction <= IO_BOUND_UP_TO:
        return "io-bound", f"It waits: {figures}."
    return "mixed", f"It computes and waits: {figures}."
