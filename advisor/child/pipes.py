"""The pipes between the program and an interpreter of its own: the request, the events, the printed output."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Mapping
from typing import IO, Any

OUTPUT_KEPT_BYTES = 4000
OUTPUT_WAIT_SECONDS = 0.2
"""For the last of what a process printed to arrive."""

Event = dict[str, Any]


def read_event(line: str) -> Event | None:
    """``None`` for what the user's code wrote to a descriptor that it took for its own."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def lines_of(stream: IO[str]) -> queue.Queue[str | None]:
    """Lines as they come, then ``None``."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        with stream, contextlib.suppress(OSError, ValueError):
            for line in stream:
                lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines


class OutputTail:
    """Drains a process's output as long as there is any, keeping the end of it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._kept = bytearray()
        self._stream = process.stdout
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """The end of what has been printed since the start or since ``clear``."""
        self._reader.join(OUTPUT_WAIT_SECONDS)
        return self._kept.decode(errors="replace")

    def clear(self) -> None:
        """Forget what has been printed."""
        self._kept.clear()

    def _drain(self) -> None:
        if self._stream is None:
            return
        with self._stream as stream, contextlib.suppress(OSError):
            while block := os.read(stream.fileno(), 16 * OUTPUT_KEPT_BYTES):
                self._kept.extend(block)
                del self._kept[:-OUTPUT_KEPT_BYTES]


class Requests:
    """The pipe to an interpreter. A reader that is gone is found out elsewhere."""

    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8")

    def send(self, request: Mapping[str, Any]) -> None:
        """Write a request, in a line, without waiting for it to be read."""
        threading.Thread(target=self._write, args=(json.dumps(request) + "\n",), daemon=True).start()

    def close(self) -> None:
        """No more requests will come."""
        with contextlib.suppress(OSError):
            self._stream.close()

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(line)
            self._stream.flush()
