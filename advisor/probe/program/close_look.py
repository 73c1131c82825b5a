"""The close look: the few sites that matter run with hooks, which keep some iterations and time them all.

What an iteration needs is pickled before its body runs: one pickler an execution of the loop, so that what is one
object in the program is one object in the replay. Kept are the first, the last where the length is known, and a
fair sample between (reservoir sampling), within bounds of bytes and of time.
"""

import os
import sys
import time
from time import monotonic, perf_counter

from . import audit_events, instrumenting, loading_hooked
from .keeping import Keeping
from .watching import write_whole

MOST_TIMED = 4_000
"""Iterations whose seconds are written singly; of more a fair sample."""


class CloseLook:
    """``begin`` before the program, ``end`` after it, then ``write``."""

    def __init__(self, request):
        self._request = request
        self.recorder = Recorder(request["sites"], os.path.join(request["folder"], "items"))

    def begin(self, write):
        """Have the files of the sites loaded with hooks, and listen to what the program does to the world."""
        loading_hooked.install(self._request["files"], self._request.get("script"), self.recorder)
        audit_events.listen(self.recorder.active)
        self._write = write
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.recorder.be_silent)

    def end(self):
        """Close the files of items."""
        self.recorder.close()

    def write(self, path, clock):
        """Write what each site did."""
        sites = {name: site.seen() for name, site in self.recorder.sites.items()}
        write_whole(path, {**clock, "ended_seconds": monotonic(), "sites": sites})


class Recorder(instrumenting.Passing):
    """What the hooks call; see ``instrumenting``."""

    def __init__(self, sites, folder):
        self.sites = {name: Watched(name, wanted, folder) for name, wanted in sites.items()}
        self.active = audit_events.Active()
        self._silent = False

    def enter(self, site_id):
        """A site's loop begins in the calling frame."""
        return Run(self, self.sites[site_id], sys._getframe(1))  # noqa: SLF001 - names by the frame, as debuggers do

    def over(self, run, iterable):
        """What will be iterated over, untouched; its length, where it has one, tells which iteration is the last."""
        try:
            run.length = len(iterable)
        except Exception:
            run.length = None
        return iterable

    def before(self, run, item):
        """An iteration begins."""
        if self._silent:
            return
        run.begin_iteration(item)

    def after(self, run, value=None):
        """An iteration has run to its end."""
        if not self._silent:
            run.end_iteration()
        return value

    def leave(self, run):
        """The site is left."""
        run.leave()

    def be_silent(self):
        """In a forked child: what it does is not the program's own run."""
        self._silent = True
        self.active.clear()

    def close(self):
        """The program has ended."""
        for site in self.sites.values():
            site.keeping.close()


class Watched:
    """All executions of one site."""

    def __init__(self, name, wanted, folder):
        self.name = name
        self.live_in = wanted["live_in"]
        self.names = wanted["names"]
        self.keeping = Keeping(os.path.join(folder, wanted["file_name"]), self.names)
        self.entries = self.iterations = self.unfinished = 0
        self.inside_seconds = self.body_seconds = self.body_cpu_seconds = 0.0
        self.longest_seconds = 0.0
        self.effects = {}
        self.timed = []
        self._chance = 1

    def note(self, seconds, cpu_seconds):
        """An iteration took so long."""
        self.body_seconds += seconds
        self.body_cpu_seconds += cpu_seconds
        if len(self.timed) < MOST_TIMED:
            self.timed.append((seconds, cpu_seconds))
            return
        # A generator of its own: the program's random numbers stay what they are.
        self._chance = (self._chance * 6364136223846793005 + 1442695040888963407) % 2**64
        place = (self._chance >> 33) % self.iterations
        if place < MOST_TIMED:
            self.timed[place] = (seconds, cpu_seconds)

    def seen(self):
        """What is written of it."""
        return {
            "entries": self.entries,
            "iterations": self.iterations,
            "unfinished": self.unfinished,
            "inside_seconds": self.inside_seconds,
            "body_seconds": self.body_seconds,
            "body_cpu_seconds": self.body_cpu_seconds,
            "timed": self.timed,
            "effects": [{"what": what, **noted} for what, noted in self.effects.items()],
            **self.keeping.seen(),
        }


class Run:
    """One execution of a site's loop."""

    def __init__(self, recorder, site, frame):
        self._recorder, self._site = recorder, site
        self.length = None
        self._iteration = 0
        self._left = False
        self._own_seconds = 0.0
        self._body_began = None
        site.entries += 1
        self._execution = site.keeping.begin_execution()
        self._live_in = _values(site.live_in, frame) if self._execution is not None else ()
        self._began = perf_counter()

    def begin_iteration(self, item):
        """Keep what it needs, if it is one to keep, and start its clock."""
        site = self._site
        if self._body_began is not None:
            self.end_iteration()
        site.iterations += 1
        if self._execution is not None and site.keeping.wants(self._execution, self._iteration, self.length):
            self._keep(item)
        self._iteration += 1
        self._recorder.active.push(site)
        self._body_began, self._cpu_began = perf_counter(), time.thread_time()

    def _keep(self, item):
        site = self._site
        began = perf_counter()
        site.keeping.keep(self._execution, self._iteration, (item, *self._live_in))
        spent = perf_counter() - began
        site.keeping.spent_seconds += spent
        self._own_seconds += spent

    def end_iteration(self):
        """Stop its clock."""
        if self._body_began is None:
            return
        now, cpu = perf_counter(), time.thread_time()
        self._site.note(now - self._body_began, cpu - self._cpu_began)
        self._body_began = None
        self._recorder.active.pop(self._site)

    def leave(self):
        """The loop has ended, in whichever way."""
        if self._left:
            return
        self._left = True
        if self._body_began is not None:
            self._site.unfinished += 1
            self.end_iteration()
        self._site.inside_seconds += perf_counter() - self._began - self._own_seconds
        if self._execution is not None:
            self._execution.close()

    def __del__(self):
        self.leave()


def _values(names, frame):
    """What the names mean where the loop stands; no iteration binds them anew."""
    if not names:
        return ()
    near, far = frame.f_locals, frame.f_globals
    return tuple(near[name] if name in near else far.get(name) for name in names)
