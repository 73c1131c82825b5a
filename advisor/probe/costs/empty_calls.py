"""What one empty call costs by each idiom, with two workers, two threads in each or ten tasks."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import multiprocessing
import time

from ..engines import ENGINES
from . import workers
from .sampling import per_step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .sampling import Meter

FEWEST_CALLS = 512
PARAMETERS = {"processes": 2, "threads": 2, "tasks": 10, "chunk_size": 1}
SLOW_START_RATIO = 4
"""Workers that are not forked are slow to start: the runs must be longer to stand out, and fewer."""


def measure_idiom(meter: Meter, idiom: str, most: int, seconds: float) -> None:
    """Row of the idiom's name: seconds for one more empty call, ``chunk_size`` 1, default start method."""
    starts_processes = ENGINES[idiom][0] in ("multiprocessing", "hybrid")
    method = multiprocessing.get_start_method() if starts_processes else None
    fewest_calls = FEWEST_CALLS
    if method not in (None, "fork"):
        seconds, fewest_calls = seconds * SLOW_START_RATIO, fewest_calls * SLOW_START_RATIO
        most = max(1, most // 2)
    opening = _one_more_call(idiom, method, seconds, fewest_calls)
    meter.measure("task", idiom, opening, most, 2 * most * seconds, start_method=method)


@contextlib.contextmanager
def _one_more_call(idiom: str, method: str | None, seconds: float, fewest_calls: int) -> Iterator[Callable[[], float]]:
    """Open a sampler of the difference between a long and a short run, for each call that it is longer."""
    engine = importlib.import_module("..engines." + ENGINES[idiom][1], __package__)
    values = {**PARAMETERS, "start_method": method}
    accepted = list(inspect.signature(engine.run).parameters)[2:]
    parameters = {name: values[name] for name in accepted}
    awaits = ENGINES[idiom][1] in ("serial_await", "asyncio_tasks")
    call = workers.await_nothing if awaits else workers.do_nothing
    item = (None,) if idiom == "Pool.starmap" else None
    few = max(PARAMETERS.values())

    def run_seconds(calls: int) -> float:
        items = [item] * calls
        started = time.perf_counter()
        engine.run(call, items, **parameters)
        return time.perf_counter() - started

    def longer_seconds(calls: int) -> float:
        return run_seconds(few + calls) - run_seconds(few)

    with per_step(longer_seconds, seconds, fewest_calls) as sample:
        yield sample
