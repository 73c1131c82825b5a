"""What the processes that measure costs run. Imports nothing, so that a spawned worker is soon there."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing import Queue
    from multiprocessing.connection import Connection
    from typing import Any


def do_nothing(_item: object) -> None:
    """An empty call."""


async def await_nothing(_item: object) -> None:
    """An empty coroutine."""


def end_at_once() -> None:
    """The whole life of a thread or a process that does nothing."""


def say_first_line(pipe: Connection) -> None:
    """The first line of a worker, seen by the parent."""
    pipe.send_bytes(b".")


def echo_queue(inbox: Queue[Any], outbox: Queue[Any]) -> None:
    """Send back whatever comes, until ``None`` does."""
    for payload in iter(inbox.get, None):
        outbox.put(payload)


def echo_pipe(pipe: Connection) -> None:
    """Send back whatever comes, until ``None`` does."""
    for payload in iter(pipe.recv, None):
        pipe.send(payload)


def echo_board(pipe: Connection, board: Any) -> None:
    """Copy what is written on shared memory and write the copy back, at each full stop that comes."""
    while pipe.recv_bytes() == b".":
        board.write(board.read())
        pipe.send_bytes(b".")


def take_lock(lock: Any, times: int) -> None:
    """Acquire and release a lock so many times, and nothing else."""
    for _ in range(times):
        lock.acquire()
        lock.release()


def take_turns(mine: Any, other: Any, times: int) -> None:
    """Acquire one lock and release the other, for which another process waits."""
    for _ in range(times):
        mine.acquire()
        other.release()


def contend_as_told(pipe: Connection, contend: Callable[..., None], locks: tuple[Any, ...]) -> None:
    """Do one of the two above as many times as the parent says, until it says 0."""
    for times in iter(pipe.recv, 0):
        contend(*locks, times)
        pipe.send_bytes(b".")
