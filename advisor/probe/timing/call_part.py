"""The task ``profile_part``: what can be seen of one call that may outlast the time there is."""

from __future__ import annotations

import threading
import time
from time import perf_counter

from ..costs import costs_task
from ..target import job, loading, result_check
from . import gil_heartbeat, os_counters, serial_profile, transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from ..answers import Answers

SAMPLE_SECONDS = 0.2
"""Between two events ``part``."""


def profile_part(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Make one call and say what it does, when it has ended or when ``part_seconds`` are over.

    Request: that of ``profile``, with ``part_seconds``.

    Sends the event ``part`` every ``SAMPLE_SECONDS``, with the fields of the answer so far. Answers with those of
    the host's ``SerialTiming``, for one call, and ``ended`` and ``children_running``. Where the call has not ended
    they hold for the part that was seen: a call takes at least so long. The answer then comes from a thread while
    the call still runs, and the host ends the process. Where the call holds the GIL without a break no thread can
    answer: no ``part`` for longer than ``SAMPLE_SECONDS`` means just that.
    """
    # Before the target is imported, which may switch the GIL on.
    interpreter = costs_task.identity()
    loaded = job.Job(request)
    answers.send("facts", **loaded.facts(), interpreter=interpreter)
    loading.run_setup(request["setup"])
    answers.send("alive")
    run, order = serial_profile.serial_run_of(loaded, None)
    with PartObserver(answers, request["task"], request["part_seconds"]) as observer:
        result = run.block(1)
        seen = observer.figures(ended=True)
    result_check.check_result(result, request["target"]["text"])
    items = loaded.items
    sizes = transport.measure([items[order[0] % len(items)]], [result], answers.alive)
    return {**seen, **sizes, "items_bytes": loaded.items_bytes}


class PartObserver:
    """Reads the counters of this process from a thread while the calling thread makes a call."""

    def __init__(self, answers: Answers, task: str, part_seconds: float) -> None:
        self._answers = answers
        self._task = task
        self._part_seconds = part_seconds
        self._caller_clock = os_counters.thread_clock()
        self._queued = os_counters.QueuedClock()
        self._heartbeat = gil_heartbeat.Heartbeat() if os_counters.gil_enabled() else None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)

    def __enter__(self) -> Self:
        """Note the counters before the call, and begin to report."""
        self._rss_before_bytes = os_counters.rss_bytes()
        self._queued.__enter__()
        if self._heartbeat is not None:
            self._heartbeat.__enter__()
        self._before = self._counters()
        self._started = perf_counter()
        self._answers.send("part", **self.figures(ended=False))
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop reporting."""
        self._over.set()
        self._thread.join()
        if self._heartbeat is not None:
            self._heartbeat.__exit__()
        self._queued.__exit__()

    def figures(self, ended: bool) -> dict[str, Any]:
        """The fields of the answer, for the call as far as it went."""
        wall_seconds = perf_counter() - self._started
        process, caller, waited_for, queued = (now - then for now, then in zip(self._counters(), self._before))
        running, running_seconds = os_counters.running_children()
        held, beats = (None, 0) if self._heartbeat is None else self._heartbeat.held()
        children = waited_for + running_seconds
        return {
            "ended": ended,
            "children_running": running,
            "calls": 1,
            "calls_made": 1,
            "wall_seconds_per_call": wall_seconds,
            "wall_seconds_low": wall_seconds,
            "wall_seconds_high": wall_seconds,
            "wall_seconds_deviation": 0.0,
            "wall_seconds_most": wall_seconds,
            "first_call_seconds": wall_seconds,
            "cpu_seconds_per_call": process + children,
            "main_cpu_seconds_per_call": caller,
            "children_cpu_seconds_per_call": children,
            "queued_seconds_per_call": queued,
            "gil_held_fraction": held,
            "gil_samples": beats,
            "argument_bytes": None,
            "result_bytes": None,
            "pickle_seconds_per_call": None,
            "result_obstacle": None,
            "peak_rss_bytes": os_counters.peak_rss_bytes(),
            "rss_before_bytes": self._rss_before_bytes,
            "threads_after_calls": loading.threads_alive() - self._own_threads(),
        }

    def _counters(self) -> tuple[float, float, float, float]:
        """(CPU of this process, of the calling thread, of children waited for, seconds queued), all so far."""
        process, own, waited_for = os_counters.cpu_seconds()
        caller = own if self._caller_clock is None else time.clock_gettime(self._caller_clock)
        return process, caller, waited_for, self._queued.seconds()

    def _own_threads(self) -> int:
        return self._thread.is_alive() + (self._heartbeat is not None)

    def _report(self) -> None:
        ends = self._started + self._part_seconds
        while not self._over.wait(max(0.0, min(SAMPLE_SECONDS, ends - perf_counter()))):
            if perf_counter() >= ends:
                self._answers.send(self._task, **self.figures(ended=False))
                return
            self._answers.send("part", **self.figures(ended=False))
