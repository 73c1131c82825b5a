"""Things in the user's globals that must not be shared across fork: sockets, database handles, files, loops."""

from __future__ import annotations

import io
import sys

from .value_marks import attributes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STANDARD = (0, 1, 2)


def shared_handles(names: dict[str, tuple[Any, str]]) -> list[tuple[str, str, str, str]]:
    """(code, name, what it is, place) for each handle among the names that the function mentions.

    ``names``: ``{name: (object, place)}``. Codes: ``shared-handle`` and, for files open for writing, whose
    buffers a worker loses or truncates anew, ``shared-writer``; ``asyncio-loop``.
    """
    found = []
    for name, (value, place) in names.items():
        candidates = [(name, value)] + [
            ("%s.%s" % (name, inner), part) for inner, part in (attributes(value) or {}).items()
        ]
        for path, part in candidates:
            kind = _kind_of(part)
            if kind is not None:
                found.append((kind[0], path, kind[1], place))
    return found


def _kind_of(value: Any) -> tuple[str, str] | None:
    asyncio, socket, sqlite3 = (sys.modules.get(name) for name in ("asyncio", "socket", "sqlite3"))
    try:
        if asyncio is not None and isinstance(value, asyncio.AbstractEventLoop):
            return "asyncio-loop", "an asyncio event loop"
        if socket is not None and isinstance(value, socket.socket):
            return None if value.fileno() < 0 else ("shared-handle", "an open socket")
        if sqlite3 is not None and isinstance(value, (sqlite3.Connection, sqlite3.Cursor)):
            return "shared-handle", "an SQLite %s" % type(value).__name__.lower()
        if isinstance(value, io.IOBase):
            return _file_kind(value)
        if not isinstance(value, type) and callable(getattr(value, "cursor", None)) and hasattr(value, "commit"):
            return "shared-handle", "a database connection (%s)" % type(value).__name__
        if getattr(value, "sock", None) is not None and socket is not None and isinstance(value.sock, socket.socket):
            return "shared-handle", "an open connection (%s)" % type(value).__name__
    except Exception:
        return None
    return None


def _file_kind(value: io.IOBase) -> tuple[str, str] | None:
    if value.closed or value.fileno() in _STANDARD:
        return None
    if value.writable():
        return "shared-writer", "a file open for writing"
    return "shared-handle", "an open file, whose position is shared"
