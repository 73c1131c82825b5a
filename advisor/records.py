"""The records an analysis makes, in the order in which it makes them.

All are frozen. Units are in the names; a figure that is missing is ``None``. What leaves the program as
``report.json`` is a ``Report``; ``wire`` says how its fields are spelt there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Model = Literal["serial", "threading", "multiprocessing", "hybrid", "asyncio"]
Unpack = Literal["none", "args", "kwargs"]
StartMethod = Literal["fork", "forkserver", "spawn"]
Classification = Literal["cpu-bound", "io-bound", "mixed", "trivial"]
Confidence = Literal["high", "moderate", "low"]
Severity = Literal["error", "warning", "note"]
PartName = Literal["gil-held", "gil-free", "waiting", "queued", "transport"]
InputsKind = Literal["none", "object", "expression", "file"]

# Simplest first: between plans that cannot be told apart the earlier one wins.
MODELS: tuple[Model, ...] = ("serial", "threading", "asyncio", "multiprocessing", "hybrid")
START_METHODS: tuple[StartMethod, ...] = ("fork", "forkserver", "spawn")


# ---- what was asked --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """A function by name. ``import_roots`` are the folders that make ``module`` importable."""

    text: str
    module: str
    qualname: str
    import_roots: tuple[str, ...]
    file: str | None = None
    """Absolute path, for a target given as ``path/to/file.py:function``."""
    by_path: bool = False
    """The file's name cannot be imported; it is loaded from its path, under the name ``module``."""


@dataclass(frozen=True)
class Inputs:
    """Where the items come from: ``source`` is an object's name, an expression or a file's path."""

    kind: InputsKind = "none"
    source: str | None = None


@dataclass(frozen=True)
class Job:
    """The calls that the user has to make. ``None`` where the user left the choice to the program."""

    target: Target
    inputs: Inputs = Inputs()
    unpack: Unpack | None = None
    calls: int | None = None
    setup: str | None = None
    """``module:function``, run before the first call in each fresh interpreter."""


@dataclass(frozen=True)
class Options:
    """How to try."""

    python: str
    """The interpreter that runs the function: an absolute path."""
    budget_seconds: float = 20.0
    timeout_seconds: float = 10.0
    """What one call may take."""
    models: tuple[Model, ...] = MODELS
    max_workers: int | None = None
    start_method: StartMethod | None = None
    min_speedup_ratio: float = 1.1
    seed: int = 0
    idiom: str | None = None
    """A name from ``idioms.IDIOMS``."""
    stream: bool = False
    """Results are wanted as they come, not all at the end."""
    lines: bool = True
    """Whether to ask Scalene for the hot lines."""
    max_calls: int | None = None
    """How many calls of the function the analysis may make in all; ``None`` for any number."""


# ---- what was found --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetFacts:
    """The function and its items, as the user's interpreter sees them."""

    name: str
    file: str | None
    line: int | None
    python_version: str
    gil_enabled: bool
    is_coroutine: bool
    unpack: Unpack
    items: int
    """How many different items there are."""
    calls: int
    """How many calls the real job makes; items are taken in turn, again from the first after the last."""
    import_seconds: float
    threads_after_import: int
    """Python threads alive before the first call, the main one included; fork is unsafe above 1."""
    start_methods: tuple[StartMethod, ...]
    """What this interpreter offers on this system."""
    default_start_method: StartMethod
    shipping_obstacle: str | None
    """Why function or items cannot be pickled, so that no process can be given them."""
    expression_imports: tuple[str, ...] = ()
    """The import statements that the inputs' expression needs in a file of its own."""


@dataclass(frozen=True)
class Machine:
    """What the calls run on, and what it costs to start and feed workers here."""

    usable_cores: int
    physical_cores: int | None
    memory_limit_bytes: int
    platform: str
    costs: MachineCosts


@dataclass(frozen=True)
class MachineCosts:
    """Seconds for one of each, measured in the target's interpreter."""

    thread_start_seconds: float
    process_start_seconds: tuple[tuple[StartMethod, float], ...]
    """For each start method: from ``Process.start`` to the worker's first line, nothing imported."""
    thread_task_seconds: float
    """One empty call through ``ThreadPoolExecutor.map``."""
    process_task_seconds: float
    """One empty call through ``Pool.map`` with a chunk of its own."""
    asyncio_task_seconds: float
    """One empty coroutine through a bounded number of tasks."""
    pipe_bytes_per_second: float
    """Pickled bytes through a ``Pipe``, one way."""


@dataclass(frozen=True)
class CostRow:
    """A line of ``advisor machine``: what one operation costs here."""

    group: str
    operation: str
    start_method: StartMethod | None
    size_bytes: int | None
    seconds: float | None
    """The median of the samples."""
    low_seconds: float | None
    high_seconds: float | None
    """Their quartiles."""
    samples: int
    note: str | None = None
    """Why it could not be measured, where it could not."""


@dataclass(frozen=True)
class HotLine:
    """A line of the target's own file, by its share of the time that Scalene saw."""

    file: str
    line: int
    source: str
    python_fraction: float
    native_fraction: float
    system_fraction: float


@dataclass(frozen=True)
class Observation:
    """Something that the probe saw the calls do; ``safety`` says what it means for each model."""

    code: str
    name: str
    """The variable, lock, stream, class or file."""
    evidence: str
    meaning: str | None = None
    """Of a change: "lost", "cache" or "untold"; of a stream of random numbers: "seeds" or "draws"."""


@dataclass(frozen=True)
class SerialTiming:
    """One call after another in a fresh interpreter, with nothing else running."""

    calls: int
    wall_seconds_per_call: float
    wall_seconds_low: float
    wall_seconds_high: float
    """The quartiles of a call's wall time."""
    wall_seconds_deviation: float
    """The standard deviation of a call's wall time; 0 where calls are too short to time singly."""
    wall_seconds_most: float
    """Of the calls timed singly, the longest; of those timed in blocks, the longest mean."""
    first_call_seconds: float
    cpu_seconds_per_call: float
    """User and system time of this process and of the children it has waited for."""
    main_cpu_seconds_per_call: float
    """The calling thread's share of it."""
    children_cpu_seconds_per_call: float
    queued_seconds_per_call: float
    """Ready to run while other work had the processors: neither computing nor waiting."""
    gil_held_fraction: float | None
    """Share of wall time; ``None`` where the run was too short to tell."""
    gil_samples: int
    argument_bytes: int | None
    result_bytes: int | None
    pickle_seconds_per_call: float | None
    """To pickle and unpickle the argument and the result once; ``None`` where that is impossible."""
    result_obstacle: str | None
    """Why a result cannot be pickled."""
    peak_rss_bytes: int
    rss_before_bytes: int = 0
    """Held just before the first call; 0 where that is unknown."""
    threads_after_calls: int = 1
    calls_made: int = 0
    """All calls of the run, those under the heartbeat included."""
    observations: tuple[Observation, ...] = ()
    """What calls that are too slow to be made again left behind."""
    call_seconds: tuple[float, ...] = ()
    """Of calls timed singly, in the order of the job; empty where calls are too short for that."""


@dataclass(frozen=True)
class Profile:
    """The serial run, split into what each model can and cannot overlap."""

    timing: SerialTiming
    gil_held_seconds_per_call: float
    gil_held_low_seconds_per_call: float
    """What the heartbeat proves, chance aside."""
    gil_free_seconds_per_call: float
    """CPU time without the GIL: native code, helper threads, child processes."""
    wait_seconds_per_call: float
    cpu_fraction: float
    """CPU over wall; above 1 where a call uses several cores."""
    classification: Classification
    explanation: str
    hot_lines: tuple[HotLine, ...] = ()
    hot_lines_note: str | None = None
    """Why there are no hot lines, where there are none."""

    @property
    def wall_seconds_per_call(self) -> float:
        """Mean over the sampled items."""
        return self.timing.wall_seconds_per_call


@dataclass(frozen=True)
class Inspection:
    """A few calls watched in an interpreter of their own, then many at once; nothing of it is timed."""

    calls_made: int = 0
    observations: tuple[Observation, ...] = ()
    differs_on_repeat: bool | None = None
    """Whether the same items gave other results the second time; ``None`` where that was not seen."""
    stressed_calls: int = 0
    """Calls of the stress run that ended; 0 where there was none."""
    stressed_workers: int = 0
    random_states: tuple[tuple[str, str], ...] = ()
    """A mark of each stream of random numbers before the first call."""
    seeded_streams: tuple[str, ...] = ()
    """Those that start alike in every fresh interpreter."""
    native_threads: int | None = None
    not_seen: str | None = None
    """Why the look ended early, where it did."""


# ---- what was tried --------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
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


@dataclass(frozen=True)
class Failure:
    """Why a child gave no answer."""

    kind: Literal["raised", "crashed", "timeout", "memory", "unpicklable", "exited"]
    message: str
    """Plain words: the item, the exception, what to do."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
    """The model's word before this trial."""
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


@dataclass(frozen=True)
class Finding:
    """Something the user should know, with its evidence and the models that it rules out."""

    code: str
    severity: Severity
    message: str
    evidence: str
    excludes: tuple[Model, ...] = ()


@dataclass(frozen=True)
class ModelVerdict:
    """Whether running the calls under a model gives what running them serially gives.

    *safe*: all that was looked for was seen not to happen; *unsafe*: a finding rules the model out; *unproven*:
    nothing speaks against it, but something could not be seen.
    """

    model: Model
    verdict: Literal["safe", "unsafe", "unproven"]
    because: tuple[str, ...]
    """Plain sentences, the weightiest first."""


# ---- what could be ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Curve:
    """Speed-up against workers under one model; one point a number of workers, the fewest first."""

    model: Model
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Ceiling:
    """What no number of workers of a model gets past."""

    model: Model
    name: str
    """Such as *the GIL*, *the cores*, *the transport*, *the longest call*; an article and a noun."""
    speedup: float


@dataclass(frozen=True)
class CallsPoint:
    """What some number of calls takes."""

    calls: int
    job_seconds: float


@dataclass(frozen=True)
class CallsLine:
    """Total time against the number of calls under one plan, from its measured start-up and throughput."""

    plan: Plan
    points: tuple[CallsPoint, ...]


@dataclass(frozen=True)
class WhatIf:
    """One change, and what the best plan would then reach."""

    code: str
    name: str
    """The change in a few words: *free pickling*."""
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


@dataclass(frozen=True)
class CallPart:
    """A part of one call's time."""

    name: PartName
    seconds: float
    fraction: float
    """Of all parts together."""


@dataclass(frozen=True)
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
    """Where the time of a call goes that a process makes; empty only in a report written before there were any."""


# ---- what is advised -------------------------------------------------------------------------------------


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Cost:
    """What the advice took."""

    elapsed_seconds: float
    calls_made: int
    """Of the function, by the whole analysis; a trial that failed counts as all the calls it was to make."""
    trials_run: int


@dataclass(frozen=True)
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
    """One verdict for each of ``MODELS``; empty only in a report written before there were any."""
    outlook: Outlook | None = None
    """``None`` only in a report written before there was one."""
