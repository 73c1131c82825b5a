"""What could be: the cost model's curves, ceilings and changes, for charts and the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from .terms import Model, PartName
from .tried import Plan


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What the cost model says of one plan."""

    plan: Plan
    workers: int
    predicted_speedup: float
    """From the profile alone, as before any trial."""
    expected_speedup: float
    """Corrected by what was measured of the same model."""
    job_seconds: float
    """At the expected speed-up, for the real number of calls."""
    memory_bytes: int | None
    """All processes together, from what a worker of this model took where one was tried."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Speed-up against workers under one model; one point a number of workers, the fewest first."""

    model: Model
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, kw_only=True)
class MeasuredPoint:
    """All trials of one plan together."""

    plan: Plan
    workers: int
    runs: int
    speedup: float
    speedup_low: float
    speedup_high: float
    job_seconds: float
    peak_rss_bytes: int | None


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """What no number of workers of a model gets past."""

    model: Model
    name: str
    """Such as *the GIL*, *the cores*, *the transport*, *the longest call*; an article and a noun."""
    speedup: float


@dataclass(frozen=True, kw_only=True)
class CallsPoint:
    """What some number of calls takes."""

    calls: int
    job_seconds: float


@dataclass(frozen=True, kw_only=True)
class CallsLine:
    """Total time against the number of calls under one plan, from its measured start-up and throughput."""

    plan: Plan
    points: tuple[CallsPoint, ...]


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """One change, and what the best plan would then reach."""

    code: str
    name: str
    """The change as a short phrase: *free pickling*."""
    how: str
    """How it is brought about, where it can be."""
    plan: Plan
    """The best plan then."""
    gain_ratio: float
    """The job's time now over its time then; 1 where the change buys nothing."""
    speedup: float
    """Over today's serial run."""
    job_seconds: float
    verified_speedup: float | None = None
    """Measured in a trial made for it; ``None`` where there was none."""


@dataclass(frozen=True, kw_only=True)
class CallPart:
    """A part of one call's time."""

    name: PartName
    seconds: float
    fraction: float
    """Of all parts together."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """All that is charted beyond the trials themselves."""

    curves: tuple[Curve, ...]
    surface: tuple[CurvePoint, ...]
    """Hybrids by processes and threads, with one process (threading) and one thread (multiprocessing) as edges."""
    measured: tuple[MeasuredPoint, ...]
    """The fastest plan first."""
    ceilings: tuple[Ceiling, ...]
    """By model, each model's lowest first."""
    calls_lines: tuple[CallsLine, ...]
    """Serial first, then the plan that is recommended, then the best of each other model."""
    what_ifs: tuple[WhatIf, ...]
    """What buys most first."""
    call_parts: tuple[CallPart, ...] = ()
    """Where the time of a call goes that a process makes; empty only in a report by an older version."""
