"""Which models share what."""

from __future__ import annotations

from ...records import Model

BY_PROCESSES: tuple[Model, ...] = ("multiprocessing", "hybrid")
"""Each worker has a copy of its own of the interpreter's state."""
BY_THREADS: tuple[Model, ...] = ("threading", "hybrid")
"""Calls run at once over the same state."""
BY_ANY: tuple[Model, ...] = ("threading", "multiprocessing", "hybrid")


def at_once(coroutine: bool) -> tuple[Model, ...]:
    """Models under which calls interleave in one interpreter."""
    return ("threading", "asyncio", "hybrid") if coroutine else BY_THREADS
