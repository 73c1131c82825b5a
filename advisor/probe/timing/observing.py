"""What the operating system and a heartbeat say of this process while the function runs."""

import os
import sys
import threading
from time import perf_counter, process_time, sleep, thread_time

from ..answering import out_of_the_way

HEARTBEAT_SECONDS = 0.001
IDLE_BEATS = 30
LEAST_DELAY_SECONDS = 0.0004


def cpu_seconds():
    """CPU time so far, user and system: (whole process, calling thread, waited-for children)."""
    return process_time(), thread_time(), _children_seconds()


def sleeps():
    """How often the calling thread has left its processor to wait; 0 where the system does not count that."""
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    except (ImportError, AttributeError):
        return 0


class QueuedClock:
    """How long the thread that opens it has been ready to run while other work had the processors.

    The second figure of ``/proc/thread-self/schedstat``, in nanoseconds (Linux, scheduler/sched-stats.rst);
    0 where there is none.
    """

    def __enter__(self):
        """Open the calling thread's figures."""
        try:
            self._file = out_of_the_way(os.open("/proc/thread-self/schedstat", os.O_RDONLY))
        except OSError:
            self._file = None
        return self

    def __exit__(self, *_exception):
        """Close them."""
        if self._file is not None:
            try:
                os.close(self._file)
            except OSError:
                return

    def seconds(self):
        """Seconds so far."""
        if self._file is None:
            return 0.0
        try:
            return int(os.pread(self._file, 80, 0).split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            # The function has closed it, or put another file in its place.
            self._file = None
            return 0.0


def peak_rss_bytes(workers=0):
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


def rss_bytes():
    """The memory this process holds now; 0 where the system does not tell."""
    return _status_bytes("VmRSS:")


def _status_bytes(field):
    """A figure of ``/proc/self/status`` (Linux); unlike ``ru_maxrss`` it owes nothing to the parent process."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            found = [line.split()[1] for line in file if line.startswith(field)]
    except OSError:
        return 0
    return int(found[0]) * 1024 if found else 0


def native_threads():
    """Threads of this process that Python did not start, such as those of a BLAS; ``None`` where unknown."""
    try:
        tasks = len(os.listdir("/proc/self/task"))
    except OSError:
        return None
    return max(0, tasks - threading.active_count())


def processes_started():
    """A mark that changes when ``multiprocessing`` starts a process from this one."""
    process = sys.modules.get("multiprocessing.process")
    return None if process is None else repr(getattr(process, "_process_counter", None))


def gil_enabled():
    """Whether this interpreter has the global interpreter lock in force."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


class Heartbeat:
    """A thread that sleeps a millisecond again and again and notes how late it wakes.

    To return from ``sleep`` it needs the GIL. A wake-up that comes several times later than it does in an
    idle process fell into a stretch in which the function held the GIL, and tells how long it went on. Blind
    to code that drops and takes the GIL every few microseconds.
    """

    def __init__(self):
        self._delays = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._late_seconds = LEAST_DELAY_SECONDS

    def __enter__(self):
        """Learn first how late a wake-up comes in this process when it is idle."""
        self._thread.start()
        while len(self._delays) < IDLE_BEATS:
            sleep(HEARTBEAT_SECONDS)
        idle = sorted(self._delays)
        self._late_seconds = max(LEAST_DELAY_SECONDS, 3.0 * idle[len(idle) * 3 // 4])
        self._delays.clear()
        return self

    def __exit__(self, *_exception):
        """Stop the thread."""
        self._stopping.set()
        self._thread.join()

    def _beat(self):
        clock, wait, note = perf_counter, sleep, self._delays.append
        with QueuedClock() as queued:
            queued_before = queued.seconds()
            while not self._stopping.is_set():
                before = clock()
                wait(HEARTBEAT_SECONDS)
                late = clock() - before - HEARTBEAT_SECONDS
                queued_now = queued.seconds()
                # Late for want of a processor is not late for want of the GIL.
                note(late - (queued_now - queued_before))
                queued_before = queued_now

    def held(self):
        """(Share of time the GIL was held, number of wake-ups) since the idle calibration."""
        delays = list(self._delays)
        if not delays:
            return None, 0
        elapsed = sum(HEARTBEAT_SECONDS + max(delay, 0.0) for delay in delays)
        held = sum(_held_seconds(delay) for delay in delays if delay > self._late_seconds)
        return held / elapsed, len(delays)


def _held_seconds(delay):
    """What one late wake-up stands for: the stretch that it fell into.

    A stretch longer than a beat is met once, half a beat after its beginning on average, and delays the wake-up to
    its end. Of shorter ones only as many are met as fit their share of the beats, so each stands for a whole beat.
    """
    return max(HEARTBEAT_SECONDS, delay + HEARTBEAT_SECONDS / 2)


def _children_seconds():
    try:
        import resource
    except ImportError:
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
