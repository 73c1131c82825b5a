"""Costs and systems to test with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from advisor.child.host import System
from advisor.probe.costs import passing
from advisor.probe.engines import ENGINES
from advisor.records import CostRow, StartMethod

PYTHON = "/no/such/python"
GB = 10**9


def row(
    group: str,
    operation: str,
    seconds: float | None = 1e-3,
    *,
    method: StartMethod | None = None,
    size: int | None = None,
    note: str | None = None,
) -> CostRow:
    low, high = (None, None) if seconds is None else (0.9 * seconds, 1.1 * seconds)
    return CostRow(
        group=group,
        operation=operation,
        start_method=method,
        size_bytes=size,
        seconds=seconds,
        low_seconds=low,
        high_seconds=high,
        samples=0 if seconds is None else 5,
        note=note,
    )


QUICK = (
    row("start", "Thread", 1e-4),
    row("start", "Process", 3e-3, method="fork"),
    row("start", "Process", 8e-2, method="spawn"),
    row("start", "Process", 2e-2, method="forkserver"),
    row("task", "ThreadPoolExecutor.map", 2e-5),
    row("task", "asyncio tasks", 3e-7),
    row("task", "Pool.map", 6e-5, method="fork"),
    row("data", "Pipe", 1e-3, size=1_000_000),
)
FULL = (
    *QUICK[:4],
    row("start", "Pool of 2", 9e-3, method="fork"),
    *(row("task", idiom, 1e-5) for idiom in ENGINES if idiom not in ("Pool.map", "asyncio tasks")),
    *QUICK[5:7],
    *(row("data", way, 1e-3, size=size) for way in passing.WAYS for size in passing.SIZES_BYTES),
    row("lock", "threading.Lock, contended", 2.5e-7),
)


seconds = st.floats(1e-9, 1e3)
rows = st.lists(
    st.builds(
        CostRow,
        group=st.sampled_from(["start", "task", "data", "lock"]),
        operation=st.sampled_from(["Thread", "Pipe", "a | b", "<b>", "=1+1", "naïve\n"]),
        start_method=st.sampled_from([None, "fork", "spawn", "forkserver"]),
        size_bytes=st.none() | st.integers(0, 10**12),
        seconds=st.none() | seconds,
        low_seconds=st.none() | seconds,
        high_seconds=st.none() | seconds,
        samples=st.integers(0, 1000),
        note=st.none() | st.text(max_size=100),
    ),
    max_size=8,
).map(tuple)


class FakeClock:
    def __init__(self, now: float = 1e9, tick: float = 0.0) -> None:
        self.now = now
        self.tick = tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def a_system(root: Path, clock: Callable[[], float] = lambda: 1e9, cores: int = 2, **changes: Any) -> System:
    system = System(
        root=root,
        clock=clock,
        usable_cores=lambda: cores,
        physical_cores=lambda: None,
        total_memory_bytes=lambda: 16 * GB,
        available_memory_bytes=lambda: 12 * GB,
        platform=lambda: "Testix-1.0",
        environment={},
    )
    return replace(system, **changes)


def put(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
