"""What the operating system and a heartbeat say of this process while the function runs."""

import sys
import threading
import time

HEARTBEAT_SECONDS = 0.001
IDLE_BEATS = 30
LEAST_DELAY_SECONDS = 0.0004


def cpu_seconds():
    """CPU time so far, user and system: (whole process, calling thread, waited-for children)."""
    return time.process_time(), time.thread_time(), _children_seconds()


def queued_seconds():
    """How long the calling thread has been ready to run while other work had the processors; 0 where unknown.

    The second figure of ``/proc/thread-self/schedstat``, in nanoseconds (Linux, scheduler/sched-stats.rst).
    """
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
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
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers else 0
    return (own + workers * child) * unit


def gil_enabled():
    """Whether this interpreter has the global interpreter lock in force."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


class Heartbeat:
    """A thread that sleeps a millisecond again and again and notes how late it wakes.

    To return from ``sleep`` it needs the GIL. A wake-up that comes several times later than it does in an
    idle process fell into a stretch in which the function held the GIL, so the share of late wake-ups is the
    share of time the GIL was held. Blind to code that drops and takes the GIL every few microseconds.
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
            time.sleep(HEARTBEAT_SECONDS)
        idle = sorted(self._delays)
        self._late_seconds = max(LEAST_DELAY_SECONDS, 3.0 * idle[len(idle) * 3 // 4])
        self._delays.clear()
        return self

    def __exit__(self, *_exception):
        """Stop the thread."""
        self._stopping.set()
        self._thread.join()

    def _beat(self):
        clock, sleep, note = time.perf_counter, time.sleep, self._delays.append
        while not self._stopping.is_set():
            before = clock()
            sleep(HEARTBEAT_SECONDS)
            note(clock() - before - HEARTBEAT_SECONDS)

    def held(self):
        """(Share of wake-ups that came late, number of wake-ups) since the idle calibration."""
        delays = list(self._delays)
        if not delays:
            return None, 0
        return sum(delay > self._late_seconds for delay in delays) / len(delays), len(delays)


def _children_seconds():
    try:
        import resource
    except ImportError:
        return 0.0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
