"""What was found before the first trial: the target's facts, the machine, the serial profile."""

from __future__ import annotations

from dataclasses import dataclass

from .terms import Classification, StartMethod, Unpack
from .tried import ResultDigest


@dataclass(frozen=True, kw_only=True)
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
    forkserver_imports_main: bool = False
    """Whether the fork server imports the main script before it forks: its workers then are copies of it."""
    expression_imports: tuple[str, ...] = ()
    """The import statements that the inputs' expression needs in a file of its own."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What the calls run on, and what it costs to start and feed workers here."""

    usable_cores: int
    physical_cores: int | None
    memory_limit_bytes: int
    platform: str
    costs: MachineCosts


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class HotLine:
    """A line of the target's own file, by its share of the time that Scalene saw."""

    file: str
    line: int
    source: str
    python_fraction: float
    native_fraction: float
    system_fraction: float


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Something that the probe saw the calls do; ``safety`` says what it means for each model."""

    code: str
    name: str
    """The variable, lock, stream, class or file."""
    evidence: str
    meaning: str | None = None
    """Of a change: "lost", "cache" or "untold"; of a stream of random numbers: "seeds" or "draws"."""


@dataclass(frozen=True, kw_only=True)
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
    items_bytes: int = 0
    """Of ``rss_before_bytes``, what making the items added: a spawned worker does not make them."""
    threads_after_calls: int = 1
    calls_made: int = 0
    """All calls of the run, those under the heartbeat included."""
    observations: tuple[Observation, ...] = ()
    """What calls that are too slow to be made again left behind."""
    sleeps_per_call: float = 0.0
    """How often the calling thread left its processor to wait; 0 where the system does not count that."""
    call_seconds: tuple[float, ...] = ()
    """Of calls timed singly, in the order of the job; empty where calls are too short for that."""
    result_digests: tuple[ResultDigest, ...] = ()
    """Of the first call alone; empty where its result cannot be compared."""
    outlasted: bool = False
    """The one call was abandoned before its end: a call takes at least what the figures say."""


@dataclass(frozen=True, kw_only=True)
class LongCall:
    """One call that may outlast the time there is, as far as it was seen."""

    ended: bool
    """Otherwise it was abandoned, and the timing holds for the part that was seen: a call takes at least so long."""
    children_running: int
    """Processes that it had started and that still ran at the last sight of it."""
    timing: SerialTiming


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
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
    most_at_once: int | None = None
    """Above so many calls in flight, something outside the process answers otherwise; ``None`` where none is known."""
    not_seen: str | None = None
    """Why the look ended early, where it did."""
