"""An HTTP server that answers after a while, for one process that started it.

Run as a script: ``loopback_server.py LATENCY_SECONDS LIMIT``, where ``LIMIT`` is how many requests are
served at once (0: no limit) and the others queue. It prints its port on one line, answers each request on a
connection of its own, and ends when its standard input does or when the process that started it is gone.
"""

from __future__ import annotations

import asyncio
import collections
import json
import os
import signal
import sys
import threading
import zlib

_WATCH_SECONDS = 0.2
_BACKLOG = 1024


class Desk:
    """Who is served and who queues."""

    def __init__(self, latency_seconds: float, limit: int) -> None:
        self._latency_seconds = latency_seconds
        self._free_places = limit or sys.maxsize
        self._queue: collections.deque[Request] = collections.deque()

    def admit(self, request: Request) -> None:
        """Serve the request now if a place is free, else queue it."""
        if self._free_places:
            self._free_places -= 1
            self._serve(request)
        else:
            self._queue.append(request)

    def _serve(self, request: Request) -> None:
        asyncio.get_running_loop().call_later(self._latency_seconds, self._finish, request)

    def _finish(self, request: Request) -> None:
        request.answer()
        if self._queue:
            self._serve(self._queue.popleft())
        else:
            self._free_places += 1


class Request(asyncio.Protocol):
    """One connection: a request in, an answer out, closed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Go to the desk once the head of the request is complete."""
        self._received += data
        if self._received.endswith(b"\r\n\r\n"):
            self._desk.admit(self)

    def answer(self) -> None:
        """Send the path and a number that depends on it alone, as JSON."""
        path = self._received.split(b" ", 2)[1]
        body = json.dumps({"path": path.decode(), "number": zlib.crc32(path)}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self._transport.write(head.encode() + body)
        self._transport.close()


def _end_with_standard_input() -> None:
    # Not sys.stdin: a thread that holds its lock makes the interpreter's own end fail.
    while os.read(0, 1024):
        pass
    os._exit(0)


async def _serve(latency_seconds: float, limit: int) -> None:
    desk = Desk(latency_seconds, limit)
    server = await asyncio.get_running_loop().create_server(lambda: Request(desk), "127.0.0.1", 0, backlog=_BACKLOG)
    starter = os.getppid()
    print(server.sockets[0].getsockname()[1], flush=True)
    # Processes forked by the starter hold a copy of our standard input's other end, so its end is not enough.
    while os.getppid() == starter:
        await asyncio.sleep(_WATCH_SECONDS)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    asyncio.run(_serve(float(sys.argv[1]), int(sys.argv[2])))
