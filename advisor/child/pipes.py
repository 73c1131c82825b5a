"""The pipes between the program and an interpreter of its own: the request, the events, the printed output."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any

OUTPUT_KEPT_BYTES = 4000

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


def tail_of(process: subprocess.Popen[bytes]) -> Callable[[], str]:
    """Drain the process's output for ever, keeping the end of it."""
    kept = bytearray()
    stream = process.stdout

    def drain() -> None:
        if stream is None:
            return
        with stream, contextlib.suppress(OSError):
            while block := os.read(stream.fileno(), 16 * OUTPUT_KEPT_BYTES):
                kept.extend(block)
                del kept[:-OUTPUT_KEPT_BYTES]

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()

    def tail() -> str:
        reader.join(0.2)
        return kept.decode(errors="replace")

    return tail


def write_all(descriptor: int, request: Mapping[str, Any]) -> None:
    """Write the request and close the pipe; a reader that is gone is found out elsewhere."""
    with contextlib.suppress(OSError), os.fdopen(descriptor, "w", encoding="utf-8") as pipe:
        json.dump(request, pipe)
