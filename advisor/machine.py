"""What the calls run on: cores, memory, and what starting and feeding workers costs here.

The costs are measured in the target's interpreter, once for each machine and interpreter, and kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from .child import ChildFailedError, Event, Limits
from .errors import UnusableError
from .records import START_METHODS, CostRow, Machine, MachineCosts

if TYPE_CHECKING:
    from pydantic import TypeAdapter

CACHE_VARIABLE = "ADVISOR_CACHE_DIR"
CACHE_SCHEMA_VERSION = 1
CACHE_LIFE_SECONDS = 30 * 86400.0
PIPED_BYTES = 1_000_000
"""The size from which the rate of a pipe is taken: both tables have it."""
QUICK_LIMITS = (15.0, 30.0)
"""Silence and total seconds after which the interpreter is given up; the same for those that follow."""
FULL_LIMITS = (60.0, 300.0)

# (limit, use, the line of memory.stat with what can be reclaimed), for version 1 and 2 of control groups.
_GROUP_FILES = {
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}


class Asker(Protocol):
    """Whatever answers the probe's protocol: ``child.Children``, or a table of answers."""

    def ask(
        self, python: str, request: Mapping[str, Any], limits: Limits, on_event: Callable[[Event], None] = ...
    ) -> Event:
        """Answer a request, or raise ChildFailedError."""


def _usable_cores() -> int:
    import loky

    return int(loky.cpu_count())


def _physical_cores() -> int | None:
    import psutil

    return psutil.cpu_count(logical=False)


def _total_memory_bytes() -> int:
    import psutil

    return psutil.virtual_memory().total


def _available_memory_bytes() -> int:
    import psutil

    return psutil.virtual_memory().available


@dataclass(frozen=True)
class System:
    """What this program asks of the system it runs on."""

    root: Path = Path("/")
    """Above ``proc`` and ``sys``."""
    clock: Callable[[], float] = time.time
    usable_cores: Callable[[], int] = _usable_cores
    """Those of the affinity mask, less what a quota of CPU time takes away."""
    physical_cores: Callable[[], int | None] = _physical_cores
    total_memory_bytes: Callable[[], int] = _total_memory_bytes
    available_memory_bytes: Callable[[], int] = _available_memory_bytes
    platform: Callable[[], str] = platform.platform
    environment: Mapping[str, str] | None = None
    """``os.environ`` by default."""


THIS_SYSTEM = System()


def measure_machine(
    children: Asker,
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
        children: Starts the interpreter.
        python: The target's interpreter.
        quick_only: Measure no more than ``MachineCosts`` needs; a full table in the cache serves as well.
        cache_folder: Where the costs are kept; by default the user's cache folder, or ``ADVISOR_CACHE_DIR``.
        refresh: Measure again whatever the cache holds.
        on_event: Told what the probe sends on its way.
        system: The host.

    Raises:
        UnusableError: the interpreter gave no costs.
    """
    rows = _rows(children, python, not quick_only, cache_folder, refresh, on_event, system)
    return machine_of(rows, python, system)


def measure_rows(
    children: Asker,
    python: str,
    *,
    cache_folder: Path | None = None,
    refresh: bool = False,
    on_event: Callable[[Event], None] = lambda _event: None,
    system: System = THIS_SYSTEM,
) -> tuple[CostRow, ...]:
    """The full table, in the order in which it was measured; the arguments are those of ``measure_machine``.

    Raises:
        UnusableError: the interpreter gave no answer.
    """
    return _rows(children, python, True, cache_folder, refresh, on_event, system)


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


def memory_limit_bytes(system: System = THIS_SYSTEM) -> int:
    """The memory that all processes together may hold: the machine's, or less where a control group says so."""
    return min([system.total_memory_bytes(), *(limit for limit, _ in _group_limits(system.root))])


def free_memory_bytes(system: System = THIS_SYSTEM) -> int:
    """The memory that can be had now without swapping or being killed."""
    return max(0, min([system.available_memory_bytes(), *(free for _, free in _group_limits(system.root))]))


def _costs_of(rows: Sequence[CostRow], python: str) -> MachineCosts:
    def seconds(*operations: str, size_bytes: int | None = None) -> float:
        """Of the first of the operations that was measured."""
        found = [
            row
            for name in operations
            for row in rows
            if (row.operation, row.size_bytes) == (name, size_bytes)
        ]
        known = [row.seconds for row in found if row.seconds is not None]
        if not known:
            why = next((row.note for row in found if row.note), "it was not tried")
            raise UnusableError(f"{python}: what {operations[0]} costs cannot be measured: {why}.")
        return known[0]

    return MachineCosts(
        thread_start_seconds=seconds("Thread"),
        process_start_seconds=tuple(
            (method, row.seconds)
            for method in START_METHODS
            for row in rows
            if row.operation == "Process" and row.start_method == method and row.seconds is not None
        ),
        thread_task_seconds=seconds("ThreadPoolExecutor.map"),
        process_task_seconds=seconds("Pool.map", "Process + Pipe"),
        asyncio_task_seconds=seconds("asyncio tasks"),
        pipe_bytes_per_second=PIPED_BYTES / seconds("Pipe", size_bytes=PIPED_BYTES),
    )


def _rows(
    children: Asker,
    python: str,
    full: bool,
    cache_folder: Path | None,
    refresh: bool,
    on_event: Callable[[Event], None],
    system: System,
) -> tuple[CostRow, ...]:
    who = _ask(children, python, {"task": "costs", "identify": True}, QUICK_LIMITS, system, on_event)
    key = _cache_key(python, who, system)
    file = _cache_file(key, cache_folder, system)
    kept = None if refresh else _load(file, key, system.clock())
    if kept is not None and (kept.full or not full):
        return kept.rows
    request = {"task": "costs", "quick": not full, "free_bytes": free_memory_bytes(system)}
    answer = _ask(children, python, request, FULL_LIMITS if full else QUICK_LIMITS, system, on_event)
    rows = _row_types().validate_python(answer["rows"])
    _store(file, _Kept(CACHE_SCHEMA_VERSION, key, system.clock(), full, rows))
    return rows


def _ask(
    children: Asker,
    python: str,
    request: Mapping[str, Any],
    silence_and_total_seconds: tuple[float, float],
    system: System,
    on_event: Callable[[Event], None],
) -> Event:
    limits = Limits(*silence_and_total_seconds, memory_bytes=memory_limit_bytes(system))
    try:
        return children.ask(python, request, limits, on_event)
    except (ChildFailedError, OSError) as error:
        raise UnusableError(
            f"{python}: what threads and processes cost cannot be measured: {error}"
        ) from error


# ---- memory ----------------------------------------------------------------------------------------------


def _group_limits(root: Path) -> Iterator[tuple[int, int]]:
    """(limit, what is left of it) in bytes, for the control group of this process and those above it."""
    for version, mount, group in _memory_groups(root):
        limit_name, used_name, reclaimable_name = _GROUP_FILES[version]
        # Inside a container the path may be the host's, of which only the mount's root is to be seen.
        for folder in (group, *group.parents):
            here = mount / folder.relative_to("/")
            limit = _number(_text(here / limit_name))
            if limit is None:
                continue
            stat = dict(line.split()[:2] for line in _text(here / "memory.stat").splitlines() if " " in line)
            used = _number(_text(here / used_name)) or 0
            yield limit, limit - used + (_number(stat.get(reclaimable_name, "")) or 0)


def _memory_groups(root: Path) -> Iterator[tuple[int, Path, PurePosixPath]]:
    """(version, where it is mounted, path) of each hierarchy that may limit memory."""
    mounts = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        group = PurePosixPath(path)
        if not group.is_absolute() or ".." in group.parts:
            group = PurePosixPath("/")
        if number == "0" and not controllers:
            yield 2, mounts, group
            yield 2, mounts / "unified", group
        elif "memory" in controllers.split(","):
            yield 1, mounts / "memory", group


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


# ---- cache -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kept:
    """What a cache file holds."""

    schema_version: int
    key: str
    measured_at_seconds: float
    full: bool
    rows: tuple[CostRow, ...]


def _row_types() -> TypeAdapter[tuple[CostRow, ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[CostRow, ...])


def _kept_type() -> TypeAdapter[_Kept]:
    from pydantic import TypeAdapter

    return TypeAdapter(_Kept)


def _cache_key(python: str, who: Event, system: System) -> str:
    """What the costs depend on; not the machine's name, so that equal machines can share a home."""
    processor = [line for line in _text(system.root / "proc/cpuinfo").splitlines() if "model name" in line]
    try:
        changed = Path(python).stat().st_mtime_ns
    except OSError:
        changed = 0
    return json.dumps(
        {
            "schema": CACHE_SCHEMA_VERSION,
            "platform": system.platform(),
            "processor": processor[0].partition(":")[2].strip() if processor else platform.machine(),
            "usable_cores": system.usable_cores(),
            "python": python,
            "python_changed_ns": changed,
            **{name: who.get(name) for name in ("implementation", "python_version", "gil_enabled")},
        },
        sort_keys=True,
    )


def _cache_file(key: str, cache_folder: Path | None, system: System) -> Path:
    if cache_folder is None:
        environment = os.environ if system.environment is None else system.environment
        named = environment.get(CACHE_VARIABLE)
        if named:
            cache_folder = Path(named)
        else:
            import platformdirs

            cache_folder = platformdirs.user_cache_path("concurrency-advisor")
    return cache_folder / f"costs-{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}.json"


def _load(file: Path, key: str, now_seconds: float) -> _Kept | None:
    """What was kept, unless it is damaged, old or another machine's."""
    try:
        kept = _kept_type().validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    fresh = 0 <= now_seconds - kept.measured_at_seconds <= CACHE_LIFE_SECONDS
    return kept if fresh and kept.key == key and kept.schema_version == CACHE_SCHEMA_VERSION else None


def _store(file: Path, kept: _Kept) -> None:
    """Write whole or not at all. A folder that cannot be written costs a measurement next time, no more."""
    temporary: str | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=file.stem, dir=file.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_kept_type().dump_json(kept))
        os.replace(temporary, file)  # noqa: PTH105 - as mkstemp gave it
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as mkstemp gave it
