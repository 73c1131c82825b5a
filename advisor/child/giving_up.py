"""Whether a child has to be given up: its silence, its time, and the memory of it and all that it started."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .. import formatting as fmt
from ..records import Failure
from . import process_tree
from .host import THIS_SYSTEM, System, free_memory_bytes

if TYPE_CHECKING:
    import psutil

SILENCE_SLACK_SECONDS = 0.5
"""For what the probe does besides calling."""
RESERVE_FRACTION = 0.05
"""Of the memory that there is: below it the child is ended before the system picks a victim of its own."""
TREE_SECONDS = 0.4
"""Between two looks at all that the child has started."""


@dataclass(frozen=True, kw_only=True)
class ChildLimits:
    """When to give a child up."""

    silence_seconds: float
    """Longest wait between two of its messages: about one call."""
    total_seconds: float
    memory_bytes: int
    """What it and all that it started may hold together."""
    start_seconds: float | None = None
    """Longest wait for its first call: import, items and set-up; ``silence_seconds`` where it is ``None``."""


class Memory(Protocol):
    """What a child holds, and what is left to have."""

    def own_bytes(self) -> int:
        """Held by the child itself."""

    def tree_bytes(self, concern_bytes: int) -> int:
        """Held by the child and all that it started; above ``concern_bytes`` what several share counts once."""

    def free_bytes(self) -> int:
        """What can be had here without swapping or being killed."""


class Watch:
    """Over one child. ``begun`` is set by its owner at the first word that a call is about to be made."""

    def __init__(
        self, limits: ChildLimits, memory: Memory, total_memory_bytes: int, clock: Callable[[], float]
    ) -> None:
        self._limits = limits
        self._memory = memory
        self._reserve_bytes = int(RESERVE_FRACTION * total_memory_bytes)
        self._clock = clock
        self._started_seconds = self._heard_seconds = clock()
        self._looked_seconds = clock()
        self.begun = False

    def heard(self) -> None:
        """The child has said something."""
        self._heard_seconds = self._clock()

    def complaint(self) -> Failure | None:
        """Why to give the child up now, if there is reason to."""
        return self._overdue() or self._too_large()

    def _overdue(self) -> Failure | None:
        limits, now = self._limits, self._clock()
        allowed, what = limits.silence_seconds, "a call"
        if not self.begun:
            allowed = limits.silence_seconds if limits.start_seconds is None else limits.start_seconds
            what = "importing the target, making the inputs and setting up"
        if now - self._heard_seconds > allowed + SILENCE_SLACK_SECONDS:
            return Failure(kind="timeout", message=f"{what} took longer than {allowed:.3g} s.")
        if now - self._started_seconds > limits.total_seconds:
            return Failure(kind="timeout", message=f"no answer within {limits.total_seconds:.3g} s.")
        return None

    def _too_large(self) -> Failure | None:
        limit_bytes = self._limits.memory_bytes
        held_bytes = self._memory.own_bytes()
        if held_bytes <= limit_bytes and self._clock() - self._looked_seconds >= TREE_SECONDS:
            self._looked_seconds = self._clock()
            held_bytes = max(held_bytes, self._memory.tree_bytes(limit_bytes))
        if held_bytes > limit_bytes:
            held, limit = fmt.size(held_bytes), fmt.size(limit_bytes)
            return Failure(
                kind="memory",
                message=f"the function and what it started held {held}, beyond the limit of "
                f"{limit} here; it was stopped.",
            )
        if self._memory.free_bytes() < self._reserve_bytes:
            held = fmt.size(held_bytes)
            return Failure(
                kind="memory", message=f"the memory here ran out while the function held {held}; it was stopped."
            )
        return None


class TreeMemory:
    """The memory of what a process supervises, and of all below it; remembers every descendant that it has seen."""

    def __init__(self, pid: int, system: System = THIS_SYSTEM) -> None:
        self._pid = pid
        self._system = system
        self._supervised_pid: int | None = None
        self.seen: dict[int, psutil.Process] = {}

    def supervised_pid(self) -> int | None:
        """The process below this one that runs the user's code, once it is there."""
        self._supervised_pid = self._supervised_pid or process_tree.supervised(self._pid)
        return self._supervised_pid

    def own_bytes(self) -> int:
        """Resident memory of the process that runs the user's code."""
        pid = self.supervised_pid()
        return 0 if pid is None else _resident_bytes(pid)

    def tree_bytes(self, concern_bytes: int) -> int:
        """Resident memory of the process and its descendants."""
        below = process_tree.descendants(self._pid)
        self.seen.update({process.pid: process for process in below})
        pids = [process.pid for process in below]
        if self.supervised_pid() == self._pid:
            pids.append(self._pid)
        resident = [_resident_bytes(pid) for pid in pids]
        # Pages shared after a fork stand in each process's figure. To count them once takes long.
        return (
            sum(resident) if sum(resident) <= concern_bytes or len(pids) == 1 else _proportional_bytes(pids, resident)
        )

    def free_bytes(self) -> int:
        """Of the machine and of the control groups that the program is in."""
        return free_memory_bytes(self._system)


def _resident_bytes(pid: int) -> int:
    import psutil

    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def _proportional_bytes(pids: Sequence[int], resident: Sequence[int]) -> int:
    """Each page divided by how many processes share it, where the system tells that."""
    import psutil

    total = 0
    for pid, otherwise in zip(pids, resident, strict=True):
        found = otherwise
        with contextlib.suppress(psutil.Error):
            found = getattr(psutil.Process(pid).memory_full_info(), "pss", otherwise)
        total += found
    return total
