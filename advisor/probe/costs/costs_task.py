"""What it costs in this interpreter to start and feed each way of running, to pass data and to take a lock.

``costs`` is the task; ``sampling`` repeats a measurement and makes a row of it; ``starting``, ``empty_calls``,
``passing`` and ``locking`` say what to measure; ``workers`` is what the processes that they start run. All of
them are imported only when costs are asked for.
"""

from __future__ import annotations

import gc
import platform
import sys

from .. import fork_server
from ..engines import ENGINES
from ..timing import os_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..answers import Answers
    from .sampling import Meter


def costs(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Measure, or say which interpreter this is.

    Request: ``identify`` to be told ``implementation``, ``python_version`` and ``gil_enabled`` and nothing
    else; ``quick`` to measure only what the cost model needs; ``free_bytes``, the memory that may be used, or
    ``None`` where that is unknown.

    Answers with ``rows``. A row is ``group``, ``operation``, ``start_method``, ``size_bytes``, ``seconds``,
    ``low_seconds``, ``high_seconds``, ``samples`` and ``note``. ``seconds`` is the median of the samples, low
    and high are their quartiles; they are ``None`` where it could not be measured, and ``note`` says why.
    Before each measurement of a full table goes the event ``measuring`` with ``what``.
    """
    if request.get("identify"):
        return identity()
    from . import sampling

    meter = sampling.Meter(answers, tell=not request["quick"])
    try:
        if request["quick"]:
            _measure_quickly(meter)
        else:
            _measure_all(meter, request.get("free_bytes"))
    finally:
        _end_helpers()
    return {"rows": meter.rows}


def identity() -> dict[str, Any]:
    """Which interpreter this is, as far as costs depend on it."""
    return {
        "implementation": platform.python_implementation(),
        "python_version": platform.python_version(),
        "gil_enabled": os_counters.gil_enabled(),
    }


def _measure_quickly(meter: Meter) -> None:
    from . import empty_calls, passing, starting

    starting.measure_threads(meter, 50, 0.03)
    starting.measure_processes(meter, 3, 0.05, whole=False)
    for idiom in ("ThreadPoolExecutor.map", "asyncio tasks"):
        empty_calls.measure_idiom(meter, idiom, 2, 0.01)
    empty_calls.measure_idiom(meter, "Pool.map", 1, 0.03)
    if meter.rows[-1]["seconds"] is None:
        # Without semaphores there is no pool, yet a pipe to each process still feeds it.
        empty_calls.measure_idiom(meter, "Process + Pipe", 2, 0.02)
    passing.measure(meter, "Pipe", passing.QUICK_BYTES, 10, 0.05, None)


def _measure_all(meter: Meter, free_bytes: int | None) -> None:
    from . import empty_calls, locking, passing, starting

    starting.measure_threads(meter, 200, 0.1)
    starting.measure_processes(meter, 5, 0.25, whole=True)
    starting.measure_pools(meter, 5, 0.3)
    for idiom in ENGINES:
        empty_calls.measure_idiom(meter, idiom, 3, 0.04)
    for way in passing.WAYS:
        for size_bytes, seconds in passing.SIZES_BYTES.items():
            passing.measure(meter, way, size_bytes, 200, seconds, free_bytes)
    locking.measure_all(meter, 3, 0.03)


def _end_helpers() -> None:
    """End the processes that ``multiprocessing`` keeps: the fork server and the resource tracker."""
    # A pool's semaphores are given back when it is collected, which needs the tracker, or would start it anew.
    gc.collect()
    fork_server.stop()
    tracker = sys.modules.get("multiprocessing.resource_tracker")
    if tracker is not None:
        # There is no public way to stop it.
        tracker._resource_tracker._stop()  # noqa: SLF001
