"""What a plan would hold in memory, forecast from the serial run and corrected by trials; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...records import Model, Plan, SerialTiming, StartMethod, Trial

USABLE_FRACTION = 0.8
"""Of the machine's or the cgroup's limit: what all workers may hold together."""
COPIED_FRACTION = 0.25
"""Of what was held before fork: counting references writes into shared pages, which are then copied."""
MOST_LOOKED_AT = 1024


def forecast_bytes(plan: Plan, timing: SerialTiming) -> int:
    """Bytes held by all workers and their parent together.

    A call grows the process from ``rss_before_bytes`` to ``peak_rss_bytes``; each worker grows by as much. A
    process holds besides what was there before: a copy of its own, without the items, which it is sent as it needs
    them; or under fork what it writes into.
    """
    before = timing.rss_before_bytes or timing.peak_rss_bytes
    return int(before + _added_bytes(plan, timing))


def tried_bytes(plan: Plan, timing: SerialTiming, trials: Sequence[Trial]) -> int | None:
    """What a plan would hold by the heaviest trial of its model; ``None`` where none was tried.

    On top of the serial run's, what that trial added, as the forecast goes from its plan to this one.
    """
    serial = [t.peak_rss_bytes for t in trials if t.plan.model == "serial" and t.peak_rss_bytes is not None]
    seen = [(t.peak_rss_bytes, t.plan) for t in trials if t.plan.model == plan.model and t.peak_rss_bytes is not None]
    if not serial or not seen:
        return None
    base = max(serial)
    most_bytes, heaviest = max(seen, key=lambda one: one[0])
    return round(base + max(0, most_bytes - base) * _added_bytes(plan, timing) / _added_bytes(heaviest, timing))


def _added_bytes(plan: Plan, timing: SerialTiming) -> float:
    """What the workers hold beyond what was there before; at least a byte a worker."""
    before = timing.rss_before_bytes or timing.peak_rss_bytes
    grown = max(1, timing.peak_rss_bytes - before)
    if plan.processes is None:
        return plan.workers * grown
    kept = before * COPIED_FRACTION if plan.start_method == "fork" else float(max(0, before - timing.items_bytes))
    return plan.processes * (kept + (plan.threads or 1) * grown)


def fits(plan: Plan, timing: SerialTiming, limit_bytes: int) -> bool:
    """Whether the forecast stays within what may be used; serial, being how the function runs now, always does."""
    return plan.workers == 1 or forecast_bytes(plan, timing) <= USABLE_FRACTION * limit_bytes


def most_workers(model: Model, timing: SerialTiming, limit_bytes: int, method: StartMethod | None = None) -> int | None:
    """The most workers of a model that fit, 1 where not even two do; ``None`` where memory sets no limit."""
    count = 2
    while count <= MOST_LOOKED_AT and fits(_plan(model, count, method), timing, limit_bytes):
        count += 1
    return None if count > MOST_LOOKED_AT else count - 1


def _plan(model: Model, count: int, method: StartMethod | None) -> Plan:
    if model == "threading":
        return Plan(model=model, idiom="", threads=count)
    if model == "asyncio":
        return Plan(model=model, idiom="", tasks=count)
    threads = 2 if model == "hybrid" else None
    return Plan(model=model, idiom="", processes=count, threads=threads, start_method=method)
