"""The close look: the few sites that matter run with hooks, which keep some iterations and time them all.

What an iteration needs is pickled before its body runs: one pickler an execution of the loop, so that what is one
object in the program is one object in the replay. Kept are the first, the last where the length is known, and a
fair sample between (reservoir sampling), within bounds of bytes and of time.
"""

from __future__ import annotations

import _thread
import os
import sys
import time
from time import monotonic, perf_counter

from ..timing import os_counters
from . import audit_events, instrumenting, loading_hooked
from .keeping import Keeping
from .watching import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any

MOST_TIMED = 4_000
"""Iterations whose seconds are written singly; of more a fair sample."""
TINY_SECONDS, SURE_ITERATIONS = 50e-6, 300
"""Iterations shorter than this, when so many were timed, are timed now and then."""
UNTIMED_ITERATIONS = 63
MOST_TINY_ITERATIONS = 200_000
SHORT_SECONDS, SURE_ENTRIES = 1e-3, 100
"""Executions shorter than this, when so many were seen, are only counted."""
HOOK_SECONDS = 0.3e-6
"""About what the two hooks take in an iteration that is not timed."""


class CloseLook:
    """``begin`` before the program, ``end`` after it, then ``write``."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self.recorder = Recorder(request["sites"], os.path.join(request["folder"], "items"))

    def begin(self, write: Callable[..., None]) -> None:
        """Have the files of the sites loaded with hooks, and listen to what the program does to the world."""
        loading_hooked.install(self._request["files"], self._request.get("script"), self.recorder)
        audit_events.listen(self.recorder.active)
        self._write = write
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.recorder.be_silent)

    def end(self) -> None:
        """Close the files of items."""
        self.recorder.close()

    def write(self, path: str, clock: dict[str, Any]) -> None:
        """Write what each site did."""
        sites = {name: site.seen() for name, site in self.recorder.sites.items()}
        write_whole(path, {**clock, "ended_seconds": monotonic(), "sites": sites})


class Recorder(instrumenting.Passing):
    """What the hooks call; see ``instrumenting``."""

    def __init__(self, sites: dict[str, Any], folder: str) -> None:
        self.sites = {name: Watched(name, wanted, folder) for name, wanted in sites.items()}
        self.active = audit_events.Active()
        self._silent = False
        self._clocks = _thread._local()  # noqa: SLF001 - ``threading.local`` by the name that needs no import

    def enter(self, site_id: str) -> Run | None:
        """A site's loop begins in the calling frame; ``None`` where enough is known of loops that take no time."""
        site = self.sites[site_id]
        site.entries += 1
        if self._silent or site.is_known():
            return None
        return Run(self, site, sys._getframe(1))  # noqa: SLF001 - names by the frame, as debuggers do

    def over(self, run: Run | None, iterable: Any) -> Any:
        """What will be iterated over, untouched; its length, where it has one, tells which iteration is the last."""
        if run is not None:
            try:
                run.length = len(iterable)
            except Exception:
                run.length = None
        return iterable

    def before(self, run: Run | None, item: Any) -> None:
        """An iteration begins."""
        if run is None:
            return
        if run.untimed > 0:
            run.untimed -= 1
            return
        run.begin_iteration(item)

    def after(self, run: Run | None, value: Any = None) -> Any:
        """An iteration has run to its end."""
        if run is not None and run.body_began is not None:
            run.end_iteration()
        return value

    def leave(self, run: Run | None) -> None:
        """The site is left."""
        if run is not None:
            run.leave()

    def queued_seconds(self) -> float:
        """How long the calling thread has been ready to run, but without a processor: no waiting of the program's."""
        clock = getattr(self._clocks, "clock", None)
        if clock is None:
            clock = self._clocks.clock = os_counters.QueuedClock().__enter__()
        return clock.seconds()

    def be_silent(self) -> None:
        """In a forked child: what it does is not the program's own run."""
        self._silent = True
        self.active.clear()

    def close(self) -> None:
        """The program has ended."""
        for site in self.sites.values():
            site.keeping.close()


class Watched:
    """All executions of one site."""

    def __init__(self, name: str, wanted: dict[str, Any], folder: str) -> None:
        self.name = name
        self.live_in = wanted["live_in"]
        self.names = wanted["names"]
        self.keeps = wanted["keep"]
        self.keeping = Keeping(os.path.join(folder, wanted["file_name"]), self.names)
        self.entries = self.seen_entries = self.iterations = self.unfinished = self.timed_iterations = 0
        self.inside_seconds = self.body_seconds = self.body_cpu_seconds = 0.0
        self.effects: dict[str, dict[str, Any]] = {}
        self.written: dict[str, int] = {}
        self.timed: list[tuple[float, float]] = []
        self._chance = 1

    def is_tiny(self) -> bool:
        """Whether its iterations are too short to time each."""
        return self.timed_iterations >= SURE_ITERATIONS and self.body_seconds < TINY_SECONDS * self.timed_iterations

    def is_known(self) -> bool:
        """Whether to look at no further executions."""
        if self.iterations > MOST_TINY_ITERATIONS and self.is_tiny():
            return True
        return self.seen_entries >= SURE_ENTRIES and self.inside_seconds < SHORT_SECONDS * self.seen_entries

    def note(self, seconds: float, cpu_seconds: float) -> None:
        """An iteration took so long."""
        self.timed_iterations += 1
        self.body_seconds += seconds
        self.body_cpu_seconds += cpu_seconds
        if len(self.timed) < MOST_TIMED:
            self.timed.append((seconds, cpu_seconds))
            return
        # A generator of its own: the program's random numbers stay what they are.
        self._chance = (self._chance * 6364136223846793005 + 1442695040888963407) % 2**64
        place = (self._chance >> 33) % self.timed_iterations
        if place < MOST_TIMED:
            self.timed[place] = (seconds, cpu_seconds)

    def seen(self) -> dict[str, Any]:
        """What is written of it; executions and iterations that were not looked at count as those that were."""
        all_of_it = self.entries / self.seen_entries if self.seen_entries else 1.0
        iterations = round(self.iterations * all_of_it)
        each = iterations / self.timed_iterations if self.timed_iterations else 0.0
        return {
            "entries": self.entries,
            "iterations": iterations,
            "unfinished": self.unfinished,
            "inside_seconds": max(0.0, (self.inside_seconds - HOOK_SECONDS * self.iterations) * all_of_it),
            "body_seconds": self.body_seconds * each,
            "body_cpu_seconds": self.body_cpu_seconds * each,
            "timed": self.timed,
            "effects": [{"what": what, **noted} for what, noted in self.effects.items()],
            **self.keeping.seen(),
        }


class Run:
    """One execution of a site's loop."""

    def __init__(self, recorder: Recorder, site: Watched, frame: FrameType) -> None:
        self._recorder, self._site = recorder, site
        self.length: int | None = None
        self.untimed = 0
        self.body_began: float | None = None
        self._iteration = 0
        self._left = False
        self._own_seconds = 0.0
        site.seen_entries += 1
        self._execution = site.keeping.begin_execution() if site.keeps else None
        self._live_in = _values(site.live_in, frame) if self._execution is not None else ()
        self._began = perf_counter()

    def begin_iteration(self, item: Any) -> None:
        """Keep what it needs, if it is one to keep, and start its clock."""
        site = self._site
        if self.body_began is not None:
            self.end_iteration()
        if self._execution is not None and site.keeping.wants(self._execution, self._iteration, self.length):
            began = perf_counter()
            with self._recorder.active.muted():
                site.keeping.keep(self._execution, self._iteration, (item, *self._live_in))
            spent = perf_counter() - began
            site.keeping.spent_seconds += spent
            self._own_seconds += spent
        self._recorder.active.push(site)
        self.body_began, self._cpu_began = perf_counter(), time.thread_time()
        self._queued_began = 0.0 if site.is_tiny() else self._recorder.queued_seconds()

    def end_iteration(self) -> None:
        """Stop its clock."""
        if self.body_began is None:
            return
        now, cpu = perf_counter(), time.thread_time()
        site = self._site
        queued = self._recorder.queued_seconds() - self._queued_began if self._queued_began else 0.0
        site.note(max(cpu - self._cpu_began, now - self.body_began - queued), cpu - self._cpu_began)
        self.body_began = None
        self._recorder.active.pop(site)
        passed = UNTIMED_ITERATIONS if site.is_tiny() else 0
        # Those that will be passed over are counted here, and those that never come taken off at the end.
        self.untimed = passed
        self._iteration += 1 + passed
        site.iterations += 1 + passed

    def leave(self) -> None:
        """The loop has ended, in whichever way."""
        if self._left:
            return
        self._left = True
        site = self._site
        if self.body_began is not None:
            site.unfinished += 1
            self.end_iteration()
        site.iterations -= self.untimed
        site.inside_seconds += perf_counter() - self._began - self._own_seconds
        if self._execution is not None:
            self._execution.close()

    def __del__(self) -> None:
        """What has no place for a ``leave``, such as a comprehension, lets go of its run at the end."""
        self.leave()


def _values(names: Sequence[str], frame: FrameType) -> tuple[Any, ...]:
    """What the names mean where the loop stands; no iteration binds them anew."""
    if not names:
        return ()
    near, far = frame.f_locals, frame.f_globals
    return tuple(near[name] if name in near else far.get(name) for name in names)
