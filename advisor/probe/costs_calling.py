"""What one empty call costs by each idiom, with two workers, two threads in each or ten tasks."""

import contextlib
import importlib
import inspect
import multiprocessing
import time

from . import costs_workers
from .costs_sampling import enough_steps
from .engines import ENGINES

FIRST_CALLS = 256
PARAMETERS = {"processes": 2, "threads": 2, "tasks": 10, "chunk_size": 1}
SLOW_START_RATIO = 4
"""Workers that are not forked take that much longer to be there, so the run must be longer to stand out."""


def measure_idiom(meter, idiom, most, seconds):
    """Row of the idiom's name: seconds for one more empty call, ``chunk_size`` 1, default start method."""
    method = (
        multiprocessing.get_start_method() if ENGINES[idiom][0] in ("multiprocessing", "hybrid") else None
    )
    if method not in (None, "fork"):
        seconds *= SLOW_START_RATIO
    opening = _one_more_call(idiom, method, seconds)
    meter.measure("task", idiom, opening, most, 2 * most * seconds, start_method=method)


@contextlib.contextmanager
def _one_more_call(idiom, method, seconds):
    """Open a sampler of the difference between a long and a short run, for each call that it is longer."""
    engine = importlib.import_module("." + ENGINES[idiom][1], __package__ + ".engines")
    values = {**PARAMETERS, "start_method": method}
    accepted = list(inspect.signature(engine.run).parameters)[2:]
    parameters = {name: values[name] for name in accepted}
    awaits = ENGINES[idiom][1] in ("serial_await", "asyncio_tasks")
    call = costs_workers.await_nothing if awaits else costs_workers.do_nothing
    item = (None,) if idiom == "Pool.starmap" else None
    few = max(PARAMETERS.values())

    def run_seconds(calls):
        items = [item] * calls
        started = time.perf_counter()
        engine.run(call, items, **parameters)
        return time.perf_counter() - started

    def longer_seconds(calls):
        return run_seconds(few + calls) - run_seconds(few)

    calls = enough_steps(longer_seconds, seconds, FIRST_CALLS)
    yield lambda: longer_seconds(calls) / calls
