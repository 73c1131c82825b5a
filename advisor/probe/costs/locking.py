"""What it costs to acquire and release a lock: alone, contended, and where each acquiring has to wait."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time

from . import workers
from .sampling import per_step
from .starting import hear, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any, Tuple

    from .sampling import Meter

    Locks = Tuple[Any, ...]

CONTENDERS = 2


def measure_all(meter: Meter, most: int, seconds: float) -> None:
    """Three rows for each of ``threading.Lock`` and ``multiprocessing.Lock``.

    The bare name: one acquire and release by a single owner. ``contended``: two contenders do nothing but
    acquire and release it; the time is divided by what both did. ``handed over``: two contenders take turns,
    so that every acquiring waits for the other's release; the time of one turn. Each run lasts ``seconds``,
    many times the interval at which threads are switched.
    """
    for name, make_lock, among in (
        ("threading.Lock", threading.Lock, _among_threads),
        ("multiprocessing.Lock", multiprocessing.Lock, _among_processes),
    ):
        ways = {
            name: _alone(make_lock),
            name + ", contended": among(workers.take_lock, _same_lock(make_lock)),
            name + ", handed over": among(workers.take_turns, _two_locks(make_lock)),
        }
        for operation, opening in ways.items():
            meter.measure("lock", operation, _per_taking(opening, seconds), most, 2 * most * seconds)


def _same_lock(make_lock: Callable[[], Any]) -> Callable[[], list[Locks]]:
    def arguments_of_contenders() -> list[Locks]:
        lock = make_lock()
        return [(lock,)] * CONTENDERS

    return arguments_of_contenders


def _two_locks(make_lock: Callable[[], Any]) -> Callable[[], list[Locks]]:
    def arguments_of_contenders() -> list[Locks]:
        free, taken = make_lock(), make_lock()
        taken.acquire()
        return [(free, taken), (taken, free)]

    return arguments_of_contenders


@contextlib.contextmanager
def _per_taking(
    opening: AbstractContextManager[Callable[[int], float]], seconds: float
) -> Iterator[Callable[[], float]]:
    with opening as run, per_step(run, seconds) as sample:
        yield sample


@contextlib.contextmanager
def _alone(make_lock: Callable[[], Any]) -> Iterator[Callable[[int], float]]:
    lock = make_lock()

    def run(times: int) -> float:
        started = time.perf_counter()
        workers.take_lock(lock, times)
        return time.perf_counter() - started

    yield run


@contextlib.contextmanager
def _among_threads(
    contend: Callable[..., None], arguments_of_contenders: Callable[[], list[Locks]]
) -> Iterator[Callable[[int], float]]:
    arguments = arguments_of_contenders()

    def run(times: int) -> float:
        contenders = [threading.Thread(target=contend, args=(*locks, times)) for locks in arguments]
        started = time.perf_counter()
        for contender in contenders:
            contender.start()
        for contender in contenders:
            contender.join()
        return (time.perf_counter() - started) / CONTENDERS

    yield run


@contextlib.contextmanager
def _among_processes(
    contend: Callable[..., None], arguments_of_contenders: Callable[[], list[Locks]]
) -> Iterator[Callable[[int], float]]:
    context = multiprocessing.get_context()
    with contextlib.ExitStack() as stack:
        pipes = []
        for locks in arguments_of_contenders():
            ours, theirs = context.Pipe()
            stack.enter_context(ours)
            stack.enter_context(running(context, workers.contend_as_told, theirs, contend, locks))
            theirs.close()
            pipes.append(ours)

        def run(times: int) -> float:
            started = time.perf_counter()
            for pipe in pipes:
                pipe.send(times)
            for pipe in pipes:
                hear(pipe)
            return (time.perf_counter() - started) / CONTENDERS

        # So that both have started.
        run(1)
        yield run
        for pipe in pipes:
            pipe.send(0)
