"""What is advised, and the report that holds all of it."""

from __future__ import annotations

from dataclasses import dataclass

from .asked import Job, Options
from .found import Machine, Profile, TargetFacts
from .outlook import Outlook
from .terms import Confidence, Model, StartMethod
from .tried import Finding, ModelVerdict, Plan, Trial


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The plan to use, what it gains, how sure that is and the code."""

    plan: Plan
    speedup: float
    speedup_low: float
    speedup_high: float
    confidence: Confidence
    break_even_calls: int | None
    """From how many calls on the plan beats serial; ``None`` where it never does, or for serial."""
    serial_job_seconds: float
    job_seconds: float
    headline: str
    reasons: tuple[str, ...]
    snippet: str
    decided: bool = True
    """False where a model that could well win was never tried, so that the question is open."""

    @property
    def model(self) -> Model:
        """The plan's model; its other fields are reached the same way, as ``report.json`` has them."""
        return self.plan.model

    @property
    def idiom(self) -> str:
        """The plan's."""
        return self.plan.idiom

    @property
    def processes(self) -> int | None:
        """The plan's."""
        return self.plan.processes

    @property
    def threads(self) -> int | None:
        """The plan's."""
        return self.plan.threads

    @property
    def tasks(self) -> int | None:
        """The plan's."""
        return self.plan.tasks

    @property
    def chunk_size(self) -> int | None:
        """The plan's."""
        return self.plan.chunk_size

    @property
    def start_method(self) -> StartMethod | None:
        """The plan's."""
        return self.plan.start_method


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the advice took."""

    elapsed_seconds: float
    calls_made: int
    """Of the function, by the whole analysis; a trial that failed counts as all the calls it was to make."""
    trials_run: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """All of it. ``recommendation`` is ``None`` in the partial report of an interrupted analysis."""

    job: Job
    options: Options
    target: TargetFacts
    machine: Machine
    profile: Profile
    trials: tuple[Trial, ...]
    findings: tuple[Finding, ...]
    recommendation: Recommendation | None
    cost: Cost
    interrupted: str | None = None
    """Where the analysis stopped, for a partial report."""
    certificate: tuple[ModelVerdict, ...] = ()
    """One verdict for each of ``MODELS``; empty only in a report by a version that did not have them."""
    outlook: Outlook | None = None
    """``None`` only in a report by a version that did not have it."""
