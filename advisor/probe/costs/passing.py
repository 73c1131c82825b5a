"""What it costs to pass bytes from one process to another, each way it can be done.

One way takes half of there and back. The worker, and the shared memory where there is any, are made before
the timing, and something has gone there and back once, so that no page of that memory is new.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import shutil
import tempfile
import time

from . import workers
from .sampling import NotMeasured, per_step
from .starting import PATIENCE_SECONDS, hear, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .sampling import Meter, Sampler

SIZES_BYTES = {1_000: 0.1, 1_000_000: 0.15, 100_000_000: 0.4}
"""Each with the seconds to spend on it."""
QUICK_BYTES = 1_000_000
COPIES = {"pickle": 4, "Pipe": 8, "Queue": 8, "Value": 5, "Array": 5, "SharedMemory": 5}
"""How many times the payload both processes together may hold at once: pickled, received, unpickled."""
SHARED_FOLDER = "/dev/shm"  # noqa: S108 - where Linux keeps shared memory; nothing is written by name
PICKLING_SECONDS = 0.01


def measure(meter: Meter, way: str, size_bytes: int, most: int, seconds: float, free_bytes: int | None) -> None:
    """Row of the way's name: seconds to pass ``size_bytes`` one way."""
    opening = _checked(WAYS[way], way, size_bytes, free_bytes)
    meter.measure("data", way, opening, most, seconds, size_bytes=size_bytes)


@contextlib.contextmanager
def _checked(
    open_way: Callable[[bytes], Sampler], way: str, size_bytes: int, free_bytes: int | None
) -> Iterator[Callable[[], float]]:
    """Open it unless memory is short: without shared memory comes a bus error, without memory a kill."""
    needed_bytes = COPIES[way] * size_bytes
    if free_bytes is not None and free_bytes < needed_bytes:
        raise NotMeasured("needs %d MB of free memory, there are %d" % (needed_bytes / 10**6, free_bytes / 10**6))
    folders = {"SharedMemory": [SHARED_FOLDER], "Value": [SHARED_FOLDER, tempfile.gettempdir()]}
    folders["Array"] = folders["Value"]
    spaces = [shutil.disk_usage(folder).free for folder in folders.get(way, ()) if os.path.isdir(folder)]
    if spaces and max(spaces) < 1.2 * size_bytes:
        raise NotMeasured(
            "needs %d MB free in %s, there are %d"
            % (1.2 * size_bytes / 10**6, " or ".join(folders[way]), max(spaces) / 10**6)
        )
    with open_way(b"\x5a" * size_bytes) as sample:
        yield sample


@contextlib.contextmanager
def _through_queue(payload: bytes) -> Iterator[Callable[[], float]]:
    context = multiprocessing.get_context()
    inbox, outbox = context.Queue(), context.Queue()

    def there_and_back(payload: bytes) -> None:
        inbox.put(payload)
        try:
            outbox.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            raise NotMeasured("nothing came back through the queue for %d s" % PATIENCE_SECONDS) from None

    with running(context, workers.echo_queue, inbox, outbox):
        there_and_back(payload[:1])
        yield lambda: _half_seconds(there_and_back, payload)
        inbox.put(None)
    for each in (inbox, outbox):
        each.close()
        each.join_thread()


@contextlib.contextmanager
def _through_pipe(payload: bytes) -> Iterator[Callable[[], float]]:
    context = multiprocessing.get_context()
    ours, theirs = context.Pipe()

    def there_and_back(payload: bytes) -> None:
        ours.send(payload)
        if not ours.poll(PATIENCE_SECONDS):
            raise NotMeasured("nothing came back through the pipe for %d s" % PATIENCE_SECONDS)
        ours.recv()

    with ours, running(context, workers.echo_pipe, theirs):
        theirs.close()
        there_and_back(payload[:1])
        yield lambda: _half_seconds(there_and_back, payload)
        ours.send(None)


@contextlib.contextmanager
def _through_value(payload: bytes) -> Iterator[Callable[[], float]]:
    import ctypes

    value = multiprocessing.get_context().Value(ctypes.c_char * len(payload))
    with _over_board(_Value(value), payload) as sample:
        yield sample


@contextlib.contextmanager
def _through_array(payload: bytes) -> Iterator[Callable[[], float]]:
    import ctypes

    doubles = len(payload) // ctypes.sizeof(ctypes.c_double)
    array = multiprocessing.get_context().Array("d", doubles)
    with _over_board(_Array(array, len(payload)), payload) as sample:
        yield sample


@contextlib.contextmanager
def _through_shared_memory(payload: bytes) -> Iterator[Callable[[], float]]:
    from multiprocessing import shared_memory

    memory = shared_memory.SharedMemory(create=True, size=len(payload))
    try:
        with _over_board(_SharedMemory(memory, len(payload)), payload) as sample:
            yield sample
    finally:
        memory.close()
        memory.unlink()


@contextlib.contextmanager
def _over_board(board: _Value | _Array | _SharedMemory, payload: bytes) -> Iterator[Callable[[], float]]:
    """Write, tell the worker, which copies it and writes the copy back, and copy that."""
    context = multiprocessing.get_context()
    ours, theirs = context.Pipe()

    def there_and_back(payload: bytes) -> None:
        board.write(payload)
        ours.send_bytes(b".")
        hear(ours)
        board.read()

    with ours, running(context, workers.echo_board, theirs, board):
        theirs.close()
        there_and_back(payload)
        yield lambda: _half_seconds(there_and_back, payload)
        ours.send_bytes(b"!")


class _Value:
    """``multiprocessing.Value`` of an array of characters, as one value."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def write(self, payload: bytes) -> None:
        self._value.raw = payload

    def read(self) -> bytes:
        return bytes(self._value.raw)


class _Array:
    """``multiprocessing.Array`` of doubles, copied whole under its lock, as numpy would."""

    def __init__(self, array: Any, size_bytes: int) -> None:
        self._array = array
        self._size_bytes = size_bytes

    def write(self, payload: bytes) -> None:
        import ctypes

        with self._array.get_lock():
            ctypes.memmove(self._array.get_obj(), payload, self._size_bytes)

    def read(self) -> bytes:
        import ctypes

        with self._array.get_lock():
            return ctypes.string_at(self._array.get_obj(), self._size_bytes)


class _SharedMemory:
    """A block of ``multiprocessing.shared_memory``, which has no lock."""

    def __init__(self, memory: Any, size_bytes: int) -> None:
        self._memory = memory
        self._size_bytes = size_bytes

    def write(self, payload: bytes) -> None:
        self._memory.buf[: self._size_bytes] = payload

    def read(self) -> bytes:
        return bytes(self._memory.buf[: self._size_bytes])


def _by_pickling(payload: bytes) -> Sampler:
    """Within one process: ``dumps``, then ``loads`` of it."""

    def run(times: int) -> float:
        started = time.perf_counter()
        for _ in range(times):
            pickle.loads(pickle.dumps(payload, pickle.DEFAULT_PROTOCOL))  # noqa: S301 - made on this line
        return time.perf_counter() - started

    return per_step(run, PICKLING_SECONDS)


def _half_seconds(there_and_back: Callable[[bytes], None], payload: bytes) -> float:
    started = time.perf_counter()
    there_and_back(payload)
    return (time.perf_counter() - started) / 2


WAYS = {
    "pickle": _by_pickling,
    "Pipe": _through_pipe,
    "Queue": _through_queue,
    "Value": _through_value,
    "Array": _through_array,
    "SharedMemory": _through_shared_memory,
}
