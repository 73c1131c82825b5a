"""Many calls at once, provoked to get in each other's way, and what came of it that no serial run gives."""

import asyncio
import dis
import inspect
import os
import sys
import threading
import time
import traceback

from . import ownership
from .answering import name_error

TINY_SWITCH_SECONDS = 1e-6
MOST_ROUNDS = 8
YIELDS_A_PLACE = 4
"""How often a thread stands aside at one and the same store."""
STANDING_ASIDE_SECONDS = 2e-5
LET_GO_SECONDS = 1.0
"""How long after its time a round may still run before it is left behind."""
_REFUSALS = (
    *("RemoteDisconnected", "IncompleteRead", "BadStatusLine", "OperationalError"),
    *("ReadTimeout", "ConnectTimeout"),
)
_STORES = ("STORE_GLOBAL", "STORE_DEREF", "STORE_ATTR", "STORE_SUBSCR", "STORE_NAME", "DELETE_SUBSCR")


class Outcome:
    """What a stress run gave: ``results`` as (number of the item, result), ``errors`` in words."""

    def __init__(self, workers):
        self.workers = workers
        self.results = []
        self.errors = []
        self.round_marks = []
        self.ended = True

    @property
    def rounds(self):
        """How often all items were gone through, by all together."""
        return len(self.round_marks)


def in_threads(call, items, threads, seconds, writers, prepare):
    """Each of ``threads`` threads goes round the items until the time is over; all start through a barrier.

    In the code objects ``writers`` a thread stands aside just before it stores what others may have read.
    ``prepare`` makes each thread's own list of the items.
    """
    outcome = Outcome(threads)
    barrier = threading.Barrier(threads)
    ends = time.perf_counter() + seconds
    yielder = _Yielder(writers, ends)

    def go_round(first):
        mine = prepare(items)
        barrier.wait()
        sys.settrace(yielder.trace if writers else None)
        try:
            for _ in range(MOST_ROUNDS):
                for place in range(len(items)):
                    number = (first + place) % len(items)
                    outcome.results.append((number, call(mine[number])))
                outcome.round_marks.append(None)
                if time.perf_counter() > ends:
                    break
        except BaseException as error:
            sys.settrace(None)
            outcome.errors.append(error)
        finally:
            sys.settrace(None)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(TINY_SWITCH_SECONDS)
    try:
        started = [threading.Thread(target=go_round, args=(n,), daemon=True) for n in range(threads)]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join(max(0.0, ends - time.perf_counter()) + LET_GO_SECONDS)
    finally:
        sys.setswitchinterval(interval)
    outcome.ended = not any(thread.is_alive() for thread in started)
    return outcome


def in_tasks(call, items, tasks, loop):
    """Coroutines of the items, several times over, all in flight on one loop."""
    outcome = Outcome(tasks)

    async def one(number):
        try:
            outcome.results.append((number, await call(items[number])))
        except Exception as error:
            outcome.errors.append(error)

    async def all_at_once():
        await asyncio.gather(*(one(number % len(items)) for number in range(tasks)))

    loop.run_until_complete(all_at_once())
    outcome.round_marks = [None] * (tasks // len(items))
    return outcome


def describe(error):
    """The exception and the line of the user's code that it came from, if any."""
    places = [
        "%s, line %d" % (os.path.basename(frame.filename), frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if ownership.is_users_file(frame.filename)
    ]
    return name_error(error) + (" (%s)" % places[-1] if places else "")


def is_refusal(error):
    """Whether a server, a disk or the system said no, which is no race."""
    return isinstance(error, (OSError, MemoryError, SystemExit)) or type(error).__name__ in _REFUSALS


class _Yielder:
    """Lets other threads run just before a store: whatever was read before it may be out of date by then."""

    def __init__(self, writers, ends):
        self._stores = {}
        for code in writers:
            self._add(code)
        self._ends = ends
        self._seen = {}

    def _add(self, code):
        self._stores[code] = {i.offset for i in dis.get_instructions(code) if i.opname in _STORES}
        for inner in code.co_consts:
            if inspect.iscode(inner):
                self._add(inner)

    def trace(self, frame, _event, _argument):
        """The trace function of a thread: follows writers alone, and only for so long."""
        if frame.f_code not in self._stores or time.perf_counter() > self._ends:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._step

    def _step(self, frame, event, _argument):
        if event == "opcode" and frame.f_lasti in self._stores[frame.f_code]:
            place = (threading.get_ident(), frame.f_code, frame.f_lasti)
            times = self._seen.get(place, 0)
            if times < YIELDS_A_PLACE:
                self._seen[place] = times + 1
                time.sleep(STANDING_ASIDE_SECONDS)
            elif time.perf_counter() > self._ends:
                frame.f_trace_opcodes = False
        return self._step
