"""What it costs to start a thread, a process by each start method, and a pool."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time

from .. import fork_server
from . import workers
from .sampling import NotMeasured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
    from typing import Any

    from .sampling import Meter, Sampler

PATIENCE_SECONDS = 10
"""For a sign of life from a process; half of it for its end."""
WORKERS = 2


def measure_threads(meter: Meter, most: int, seconds: float) -> None:
    """Row ``Thread``: start and join of a thread that does nothing."""
    _thread_seconds()
    meter.measure("start", "Thread", contextlib.nullcontext(_thread_seconds), most, seconds)


def measure_processes(meter: Meter, most: int, seconds: float, whole: bool) -> None:
    """Rows ``Process``, for each start method: from ``start`` until the worker's first line is heard.

    The fork server is there before the first of them. With ``whole``, also ``Process to its end``, from
    ``start`` until it has been joined, and ``fork server and Process``, from nothing to the first line of the
    server's first worker.
    """
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            opening = _sampling(_server_seconds, context)
            if whole:
                meter.measure("start", "fork server and Process", opening, most, seconds, start_method=method)
            else:
                _first_line_seconds(context)
        elif method == "spawn":
            _start_tracker()
        opening = _sampling(_first_line_seconds, context)
        meter.measure("start", "Process", opening, most, seconds, start_method=method)
        if whole:
            opening = _sampling(_whole_life_seconds, context)
            meter.measure("start", "Process to its end", opening, most, seconds, start_method=method)


def measure_pools(meter: Meter, most: int, seconds: float) -> None:
    """Row ``Pool of 2``, for each start method: from nothing to the result of one empty call."""
    for method in multiprocessing.get_all_start_methods():
        opening = _sampling(_pool_seconds, multiprocessing.get_context(method))
        meter.measure("start", "Pool of %d" % WORKERS, opening, most, seconds, start_method=method)


@contextlib.contextmanager
def running(context: Any, target: Callable[..., object], *arguments: Any) -> Iterator[BaseProcess]:
    """Run ``target`` in a process; at the end it has gone, by itself if it was told to end."""
    worker = context.Process(target=target, args=arguments, daemon=True)
    worker.start()
    try:
        yield worker
    finally:
        worker.join(PATIENCE_SECONDS / 2)
        if worker.is_alive():
            worker.terminate()
            worker.join()


def hear(pipe: Connection) -> bytes:
    """Wait for a short message.

    Raises:
        NotMeasured: the process at the other end said nothing for far too long.
    """
    if not pipe.poll(PATIENCE_SECONDS):
        raise NotMeasured("a process gave no sign of life for %d s" % PATIENCE_SECONDS)
    return pipe.recv_bytes()


def _sampling(measure_once: Callable[[BaseContext], float], context: BaseContext) -> Sampler:
    return contextlib.nullcontext(lambda: measure_once(context))


def _thread_seconds() -> float:
    started = time.perf_counter()
    thread = threading.Thread(target=workers.end_at_once)
    thread.start()
    thread.join()
    return time.perf_counter() - started


def _first_line_seconds(context: BaseContext) -> float:
    ours, theirs = context.Pipe(duplex=False)
    with ours:
        started = time.perf_counter()
        with running(context, workers.say_first_line, theirs):
            theirs.close()
            hear(ours)
            return time.perf_counter() - started


def _whole_life_seconds(context: BaseContext) -> float:
    started = time.perf_counter()
    with running(context, workers.end_at_once):
        pass
    return time.perf_counter() - started


def _server_seconds(context: BaseContext) -> float:
    fork_server.stop()
    return _first_line_seconds(context)


def _start_tracker() -> None:
    """Start what ``spawn`` starts once and keeps, so that the first process does not pay for it."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()


def _pool_seconds(context: BaseContext) -> float:
    started = time.perf_counter()
    pool = context.Pool(WORKERS)
    try:
        pool.apply(workers.do_nothing, (None,))
        return time.perf_counter() - started
    finally:
        pool.close()
        pool.join()
