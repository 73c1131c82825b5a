"""What this program asks of the system it runs on: cores, memory, the clock."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MEMORY_VARIABLE = "ADVISOR_MEMORY_BYTES"
"""Where the user sets a limit of his own, for a machine that others share."""

# (limit, use, the line of memory.stat with what can be reclaimed), for version 1 and 2 of control groups.
_GROUP_FILES = {
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}


def _usable_cores() -> int:
    try:
        import loky
    except ImportError:
        # It cannot be imported where the system has no semaphores.
        return os.cpu_count() or 1
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


@dataclass(frozen=True, kw_only=True)
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
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def processor(self) -> str:
        """The model of the processor, or the kind where the system does not tell the model."""
        lines = _text(self.root / "proc/cpuinfo").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        return models[0] if models else platform.machine()


THIS_SYSTEM = System()


def memory_limit_bytes(system: System = THIS_SYSTEM) -> int:
    """What all processes together may hold: the machine's memory, or less where a control group or the user says so."""
    limits = [limit for limit, _ in _group_limits(system.root)]
    wanted = _number(system.environment.get(MEMORY_VARIABLE, ""))
    return min([system.total_memory_bytes(), *limits, *([wanted] if wanted else [])])


def free_memory_bytes(system: System = THIS_SYSTEM) -> int:
    """The memory that can be had now without swapping or being killed."""
    return max(0, min([system.available_memory_bytes(), *(free for _, free in _group_limits(system.root))]))


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
            stat = dict(line.partition(" ")[::2] for line in _text(here / "memory.stat").splitlines())
            used = _number(_text(here / used_name)) or 0
            yield limit, limit - used + (_number(stat.get(reclaimable_name, "")) or 0)


def _memory_groups(root: Path) -> Iterator[tuple[int, Path, PurePosixPath]]:
    """(version, where it is mounted, path) of each hierarchy that may limit memory."""
    mounts = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        group = PurePosixPath(f"/{path.lstrip('/')}")
        if ".." in group.parts:
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
    except (OSError, ValueError):
        return ""
