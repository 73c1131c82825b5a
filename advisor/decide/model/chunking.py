"""How many calls go to a process at a time; pure.

Large enough that handing out a chunk is lost in its work, small enough to keep workers level to the end.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

from ...records import Machine, Plan
from . import cost_model
from .cost_model import Demand
from .scheduling import soft_least

CHUNK_OVERHEAD_FRACTION = 0.02
CHUNKS_PER_WORKER = 4
SAME_CHUNK_RATIO = 1.01
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 512, 4096)


@lru_cache(maxsize=10_000)
def good_chunk_size(plan: Plan, demand: Demand, machine: Machine) -> int:
    """The chunk size that the model finds best for the plan, of two as good the smaller."""
    most = max(1, demand.calls // (CHUNKS_PER_WORKER * plan.workers))
    sizes = sorted({most, *(size for size in SIZES if size < most)})
    seconds = {
        size: cost_model.work_seconds(replace(plan, chunk_size=size), demand, machine, demand.calls) for size in sizes
    }
    least = min(seconds.values())
    return next(size for size in sizes if seconds[size] <= SAME_CHUNK_RATIO * least)


def paying_job(plan: Plan, demand: Demand, machine: Machine, speedup_ratio: float) -> tuple[int, int] | None:
    """(chunk size, calls) from which processes are that much faster; ``None`` where they are for no number of calls."""
    lost_in_work = machine.costs.process_task_seconds / (CHUNK_OVERHEAD_FRACTION * demand.wall_seconds)
    enough = max(1, math.ceil(lost_in_work))
    chunked = replace(plan, chunk_size=enough)
    per_call = 1 / soft_least(tuple(cost_model.rates_per_second(chunked, demand, machine).values()))
    saved = demand.wall_seconds / speedup_ratio - per_call
    if saved <= 0:
        return None
    at_start = cost_model.startup_seconds(plan, demand, machine) + cost_model.first_calls_seconds(plan, demand, machine)
    # Every worker has its share of chunks.
    least = CHUNKS_PER_WORKER * plan.workers * enough
    return enough, max(least, math.ceil(at_start / saved))
