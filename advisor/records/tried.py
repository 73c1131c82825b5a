"""What was tried, and what that says of each model's safety."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .terms import Model, Severity, StartMethod


@dataclass(frozen=True, order=True, kw_only=True)
class Plan:
    """One way of running all the calls. A field that does not apply is ``None``."""

    model: Model
    idiom: str
    processes: int | None = None
    threads: int | None = None
    """Per process."""
    tasks: int | None = None
    """Awaitables in flight."""
    chunk_size: int | None = None
    start_method: StartMethod | None = None
    blas_threads: int | None = None
    """What BLAS and OpenMP may start for a call, by the environment; ``None`` leaves it to them."""

    @property
    def workers(self) -> int:
        """How many calls are in flight at once."""
        if self.tasks is not None:
            return self.tasks
        return (self.processes or 1) * (self.threads or 1)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a child gave no answer."""

    kind: Literal["raised", "crashed", "timeout", "memory", "unpicklable", "exited"]
    message: str
    """A plain sentence: the item, the exception, what to do."""


@dataclass(frozen=True, kw_only=True)
class ResultDigest:
    """Over the same ``calls`` of the job in every trial: comparable where ``calls`` and ``items`` agree."""

    calls: int
    items: str
    results: str
    structure: str | None = None
    """Of all in the results but finite floats; with ``allowed`` and ``sums`` it tells whether only those differ."""
    allowed: float = 0.0
    """What the sums may differ by: the results' size times the tolerance."""
    sums: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A plan, tried once, seen against the serial run nearest to it in time."""

    plan: Plan
    round: int
    """Trials of one round ran in turn, so that their ratios are paired."""
    calls: int
    wall_seconds: float | None
    startup_seconds: float | None
    job_seconds: float | None
    """For the real number of calls: measured where the trial was the whole job, else extrapolated."""
    speedup: float | None
    predicted_speedup: float | None
    """What the model predicted before this trial."""
    peak_rss_bytes: int | None
    result_digests: tuple[ResultDigest, ...] = ()
    """Of growing numbers of calls; empty where results cannot be compared."""
    failure: Failure | None = None
    speedup_low: float | None = None
    speedup_high: float | None = None
    call_seconds: tuple[float, ...] = ()
    """Of a serial trial's single calls, in the order of the job; empty where they were not asked for."""

    @property
    def calls_per_second(self) -> float | None:
        """Throughput of the trial, start-up included."""
        return self.calls / self.wall_seconds if self.wall_seconds else None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something the user should know, with its evidence and the models that it rules out."""

    code: str
    severity: Severity
    message: str
    evidence: str
    excludes: tuple[Model, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelVerdict:
    """Whether running the calls under a model gives what running them serially gives.

    *safe*: all that was looked for was seen not to happen; *unsafe*: a finding rules the model out; *unproven*:
    nothing speaks against it, but something could not be seen.
    """

    model: Model
    verdict: Literal["safe", "unsafe", "unproven"]
    because: tuple[str, ...]
    """Plain sentences, the weightiest first."""
