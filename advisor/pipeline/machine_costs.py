"""The machine that the calls run on, and what starting and feeding workers costs there.

The costs are measured in the target's interpreter, once for each machine and interpreter, and kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..child.host import THIS_SYSTEM, System, free_memory_bytes, memory_limit_bytes
from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..errors import UnusableError
from ..records import START_METHODS, CostRow, Machine, MachineCosts
from . import cost_cache

__all__ = ["machine_of", "measure_machine", "measure_rows", "memory_limit_bytes"]

PIPED_BYTES = 1_000_000
"""The size from which the rate of a pipe is taken: both tables have it."""
DISTURBED_RATIO = 2.0
"""Between the quartiles of one operation: on a machine at rest they lie within a half of each other."""
QUICK_SILENCE_SECONDS, QUICK_TOTAL_SECONDS = 15.0, 30.0
FULL_SILENCE_SECONDS, FULL_TOTAL_SECONDS = 60.0, 300.0
"""Where the interpreter is given up; many times what a slow machine takes."""


def measure_machine(
    ask: Ask,
    python: str,
    *,
    quick_only: bool = True,
    cache_folder: Path | None = None,
    refresh: bool = False,
    on_event: Callable[[Event], None] = lambda _event: None,
    system: System = THIS_SYSTEM,
) -> Machine:
    """The machine, with its costs for ``python``, from the cache where they were measured before.

    Args:
        ask: Starts the interpreter.
        python: The target's interpreter.
        quick_only: Measure no more than ``MachineCosts`` needs; a full table in the cache serves as well.
        cache_folder: Where the costs are kept; by default the user's cache folder, or ``ADVISOR_CACHE_DIR``.
        refresh: Measure again whatever the cache holds.
        on_event: Told what the probe sends on its way.
        system: The host.

    Raises:
        UnusableError: the interpreter gave no costs.
    """
    interpreter = _Interpreter(answer=ask, python=python, on_event=on_event, system=system)
    rows = _rows(interpreter, not quick_only, cache_folder, refresh)
    return machine_of(rows, python, system)


def measure_rows(
    ask: Ask,
    python: str,
    *,
    cache_folder: Path | None = None,
    refresh: bool = False,
    on_event: Callable[[Event], None] = lambda _event: None,
    system: System = THIS_SYSTEM,
) -> tuple[CostRow, ...]:
    """The full table, in the order in which it was measured; the arguments are those of ``measure_machine``.

    ``on_event`` hears ``{"event": "measuring", "what": ...}`` before each row.

    Raises:
        UnusableError: the interpreter gave no answer.
    """
    return _rows(_Interpreter(answer=ask, python=python, on_event=on_event, system=system), True, cache_folder, refresh)


def machine_of(rows: Sequence[CostRow], python: str, system: System = THIS_SYSTEM) -> Machine:
    """The machine, with its costs taken from the rows of a full or a quick table.

    Raises:
        UnusableError: a row that nothing can stand in for has no figure.
    """
    return Machine(
        usable_cores=system.usable_cores(),
        physical_cores=system.physical_cores(),
        memory_limit_bytes=memory_limit_bytes(system),
        platform=system.platform(),
        costs=_costs_of(rows, python),
    )


@dataclass(frozen=True, kw_only=True)
class _Interpreter:
    """Whom to ask, and on which host it runs."""

    answer: Ask
    python: str
    on_event: Callable[[Event], None]
    system: System

    def ask(self, silence_seconds: float, total_seconds: float, **request: object) -> Event:
        """Have the probe do its task ``costs``."""
        limits = ChildLimits(
            silence_seconds=silence_seconds, total_seconds=total_seconds, memory_bytes=memory_limit_bytes(self.system)
        )
        try:
            return self.answer(self.python, {"task": "costs", **request}, limits, self.on_event)
        except (ChildFailedError, OSError) as error:
            raise UnusableError(
                f"{self.python}: what threads and processes cost cannot be measured: {error}"
            ) from error


def _rows(interpreter: _Interpreter, full: bool, cache_folder: Path | None, refresh: bool) -> tuple[CostRow, ...]:
    from pydantic import TypeAdapter

    system = interpreter.system
    who = interpreter.ask(QUICK_SILENCE_SECONDS, QUICK_TOTAL_SECONDS, identify=True)
    key = _cache_key(interpreter.python, who, system)
    folder = cache_folder or cost_cache.default_folder(system.environment)
    kept = None if refresh else cost_cache.load(folder, key, system.clock())
    if kept is not None and (kept.full or not full):
        return kept.rows
    silence, total = (
        (FULL_SILENCE_SECONDS, FULL_TOTAL_SECONDS) if full else (QUICK_SILENCE_SECONDS, QUICK_TOTAL_SECONDS)
    )
    answer = interpreter.ask(silence, total, quick=not full, free_bytes=free_memory_bytes(system))
    rows = TypeAdapter(tuple[CostRow, ...]).validate_python(answer["rows"])
    if full or not _disturbed(rows):
        cost_cache.store(folder, cost_cache.Kept(key=key, measured_at_seconds=system.clock(), full=full, rows=rows))
    return rows


def _disturbed(rows: Sequence[CostRow]) -> bool:
    """Whether a quick table was measured on a machine so busy that it should not serve another run."""
    spans = [(row.low_seconds, row.high_seconds) for row in rows if row.low_seconds and row.high_seconds]
    return any(high > DISTURBED_RATIO * low for low, high in spans)


def _cache_key(python: str, who: Event, system: System) -> str:
    """What the costs depend on; not the machine's name, so that equal machines can share a home."""
    try:
        changed_ns = Path(python).stat().st_mtime_ns
    except OSError:
        changed_ns = 0
    facts = {
        "platform": system.platform(),
        "processor": system.processor(),
        "usable_cores": system.usable_cores(),
        "python": python,
        "python_changed_ns": changed_ns,
        # A path may be a shim that starts now one version, now another.
        **{name: who.get(name) for name in ("implementation", "python_version", "gil_enabled")},
    }
    return json.dumps(facts, sort_keys=True)


def _costs_of(rows: Sequence[CostRow], python: str) -> MachineCosts:
    def seconds(group: str, *operations: str, size_bytes: int | None = None) -> float:
        """Of the first of the operations that was measured."""
        wanted = [(group, operation, size_bytes) for operation in operations]
        found = [row for one in wanted for row in rows if (row.group, row.operation, row.size_bytes) == one]
        # Other work only slows: where the middle lies far above the lower quartile, it was measured beside some.
        known = [
            min(row.seconds, DISTURBED_RATIO * (row.low_seconds or row.seconds))
            for row in found
            if row.seconds is not None
        ]
        if not known:
            why = next((row.note for row in found if row.note), "it was not tried")
            raise UnusableError(f"{python}: what {operations[0]} costs cannot be measured: {why}.")
        return known[0]

    return MachineCosts(
        thread_start_seconds=seconds("start", "Thread"),
        process_start_seconds=tuple(
            (method, row.seconds)
            for method in START_METHODS
            for row in rows
            if (row.group, row.operation) == ("start", "Process")
            and row.start_method == method
            and row.seconds is not None
        ),
        thread_task_seconds=seconds("task", "ThreadPoolExecutor.map"),
        # Without semaphores there is no pool, yet a pipe to each process still feeds it.
        process_task_seconds=seconds("task", "Pool.map", "Process + Pipe"),
        asyncio_task_seconds=seconds("task", "asyncio tasks"),
        pipe_bytes_per_second=PIPED_BYTES / seconds("data", "Pipe", size_bytes=PIPED_BYTES),
    )
