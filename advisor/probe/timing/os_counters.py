"""What the operating system and the interpreter count of this process while the function runs."""

from __future__ import annotations

import os
import sys
import threading
import time
from time import process_time, thread_time

from ..answers import out_of_the_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


def cpu_seconds() -> tuple[float, float, float]:
    """CPU time so far, user and system: (whole process, calling thread, waited-for children)."""
    return process_time(), thread_time(), _children_seconds()


def sleeps() -> int:
    """How often the calling thread has left its processor to wait; 0 where the system does not count that."""
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    except (ImportError, AttributeError):
        return 0


def thread_clock() -> int | None:
    """The clock of the calling thread's CPU time, which other threads can read; ``None`` where there is none."""
    try:
        return time.pthread_getcpuclockid(threading.get_ident())
    except (AttributeError, OSError):
        return None


def running_children() -> tuple[int, float]:
    """How many descendants of this process run, and their CPU seconds so far (Linux; elsewhere none are seen)."""
    count, seconds = 0, 0.0
    waiting = [os.getpid()]
    while waiting:
        for pid in _children_of(waiting.pop()):
            waiting.append(pid)
            count += 1
            seconds += _cpu_seconds_of(pid)
    return count, seconds


def _children_of(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, thread), encoding="ascii") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        return found
    return found


def _cpu_seconds_of(pid: int) -> float:
    """User and system time of another process and of the children it has waited for (Linux, proc_pid_stat.5)."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            # The name, in brackets, may hold spaces; utime is the 14th field.
            fields = file.read().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError, AttributeError):
        return 0.0


class QueuedClock:
    """How long the thread that opens it has been ready to run while other work had the processors.

    The second figure of ``/proc/thread-self/schedstat``, in nanoseconds (Linux, scheduler/sched-stats.rst);
    0 where there is none.
    """

    def __enter__(self) -> Self:
        """Open the calling thread's figures."""
        self._file: int | None = None
        try:
            self._file = out_of_the_way(os.open("/proc/thread-self/schedstat", os.O_RDONLY))
        except OSError:
            return self
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close them."""
        if self._file is not None:
            try:
                os.close(self._file)
            except OSError:
                return

    def seconds(self) -> float:
        """Seconds so far."""
        if self._file is None:
            return 0.0
        try:
            return int(os.pread(self._file, 80, 0).split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            # The function has closed it, or put another file in its place.
            self._file = None
            return 0.0


def peak_rss_bytes(workers: int = 0) -> int:
    """The most memory this process has held, plus ``workers`` times the most that any child has held.

    An upper bound: pages shared after fork count in each.
    """
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    own_bytes = _status_bytes("VmHWM:") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers else 0
    return own_bytes + workers * child * unit


def rss_bytes() -> int:
    """The memory this process holds now; 0 where the system does not tell."""
    return _status_bytes("VmRSS:")


def _status_bytes(field: str) -> int:
    """A figure of ``/proc/self/status`` (Linux); unlike ``ru_maxrss`` it owes nothing to the parent process."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            found = [line.split()[1] for line in file if line.startswith(field)]
    except OSError:
        return 0
    return int(found[0]) * 1024 if found else 0


def native_threads() -> int | None:
    """Threads of this process that Python did not start, such as those of a BLAS; ``None`` where unknown."""
    try:
        tasks = len(os.listdir("/proc/self/task"))
    except OSError:
        return None
    return max(0, tasks - threading.active_count())


def processes_started() -> str | None:
    """A mark that changes when ``multiprocessing`` starts a process from this one."""
    process = sys.modules.get("multiprocessing.process")
    return None if process is None else repr(getattr(process, "_process_counter", None))


def gil_enabled() -> bool:
    """Whether this interpreter has the global interpreter lock in force."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def _children_seconds() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
